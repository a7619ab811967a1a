"""What the tests of the Attention page and of its changes do alike."""

from __future__ import annotations

from PySide6.QtCore import Qt

from gui.text.attention_page import AttentionPage

TEXT = "They walked along the river to the bank"


def shown_page(qtbot, session) -> AttentionPage:
    """The page, on the screen."""
    made = AttentionPage(session)
    qtbot.addWidget(made)
    made.resize(980, 620)
    made.show()
    return made


def use(qtbot, session, model, text=TEXT):
    """Read a text with a model."""
    session._language_model, session.model = model, model.info
    session.model_changed.emit(model.info)
    session.set_prompt(text)
    settle(qtbot, session)


def settle(qtbot, session):
    """Until nothing is worked out any more."""
    qtbot.waitUntil(lambda: not session.is_busy() and not session.studies.is_busy())


def click_cell(qtbot, page, row, column):
    """Pin a square of the opened head."""
    at = page.head.map._spot(row, column, column + 1).center().toPoint()
    qtbot.mouseClick(page.head.map, Qt.MouseButton.LeftButton, pos=at)
