"""What the tests of several pages say alike."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

CONTEXT = 48  # of the model that writes
TEXT = "They walked along the river to the bank"


def settled(qtbot, session):
    """Until nothing is computed any more."""
    qtbot.waitUntil(lambda: not session.is_busy() and not session.studies.is_busy())


def read(qtbot, session):
    """Until the text is read and its tints and grey word are there."""
    qtbot.waitUntil(lambda: not session.is_busy() and not session.readings.is_busy())


def said(page) -> str:
    """Every label that is seen."""
    return " | ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def use(qtbot, session, model, text=TEXT, sampling=None):
    """Read a text with a model."""
    session._language_model, session.model = model, model.info
    session.model_changed.emit(model.info)
    if sampling is not None:
        session.set_sampling(sampling)
    session.set_prompt(text)
    settled(qtbot, session)


def have(qtbot, session, text):
    """Read a text."""
    session.set_prompt(text)
    read(qtbot, session)


def middle(editor, index) -> QPoint:
    """Of a token in the editor."""
    rects = [rect for at, rect in editor._tints._rects() if at == index]
    return rects[0].center().toPoint()


def click(qtbot, editor, index):
    """Look at a token."""
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(editor.viewport(), left, pos=middle(editor, index))


def bits_by_hand(trace, place):
    """Of a token of the text: surprise, probability, place among all."""
    logits = trace.logits[place - 1].astype(np.float64)
    shares = np.exp(logits) / np.exp(logits).sum()
    own = int(trace.ids[place])
    order = sorted(range(shares.size), key=lambda token: (-logits[token], token))
    return -np.log2(shares[own]), shares[own], order.index(own) + 1
