"""What the tests of several pages say alike."""

from __future__ import annotations

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
