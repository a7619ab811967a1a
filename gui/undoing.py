"""Undo and Redo for the whole window: one pair of keys, which act where the user is at work.

A text in which there is something to undo comes first, as its editor has the focus; then the
picture and the net on the tab that has these; on every other tab what is changed in the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QUndoStack
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from gui.shortcuts import REDO, UNDO

if TYPE_CHECKING:
    from gui.session import Session
    from gui.widgets.banded_tabs import BandedTabs

Text = QLineEdit | QPlainTextEdit | QTextEdit


class Undoing(QObject):
    """The two commands of the Edit menu.

    Args:
        tabs: All of them.
        drawn: The tab with steps of its own, whose commands have the same keys there.
        steps: Those.
        session: Has the steps of all other tabs.

    Attributes:
        undo: Takes the last step back.
        redo: Makes it again.
    """

    def __init__(
        self, tabs: BandedTabs, drawn: QWidget, steps: QUndoStack, session: Session
    ) -> None:
        super().__init__(tabs)
        self._tabs, self._drawn, self._steps, self._session = tabs, drawn, steps, session
        self.undo = self._command("&Undo", UNDO, forward=False)
        self.redo = self._command("&Redo", REDO, forward=True)
        tabs.currentChanged.connect(self._share_keys)
        self._share_keys()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)

    def _command(self, text: str, keys: tuple[str, ...], *, forward: bool) -> QAction:
        command = QAction(text, self)
        command.setShortcuts([QKeySequence(key) for key in keys])
        command.triggered.connect(lambda: self._step(forward=forward))
        return command

    def _share_keys(self) -> None:
        """Where a tab has the same keys, the menu's must not be pressed with them."""
        contexts = Qt.ShortcutContext
        context = contexts.WidgetShortcut if self._is_drawn else contexts.WindowShortcut
        for command in (self.undo, self.redo):
            command.setShortcutContext(context)

    @property
    def _is_drawn(self) -> bool:
        return self._tabs.currentWidget() is self._drawn

    def _step(self, *, forward: bool) -> None:
        text = _text_in(QApplication.focusWidget())
        if text is not None and _has_step(text, forward=forward):
            (text.redo if forward else text.undo)()
        elif self._is_drawn:
            (self._steps.redo if forward else self._steps.undo)()
        else:
            (self._session.redo_change if forward else self._session.undo_change)()

    # --- in the menu

    def show_state(self) -> None:
        """As the menu opens, a command with nothing to do is grey."""
        for command, forward in ((self.undo, False), (self.redo, True)):
            text = _text_in(QApplication.focusWidget())
            in_text = text is not None and _has_step(text, forward=forward)
            command.setEnabled(in_text or self._has_step(forward=forward))

    def hide_state(self) -> None:
        """When it is closed, the keys are there for whatever comes."""
        for command in (self.undo, self.redo):
            command.setEnabled(True)

    def _has_step(self, *, forward: bool) -> bool:
        steps, session = self._steps, self._session
        if self._is_drawn:
            return steps.canRedo() if forward else steps.canUndo()
        return session.can_redo_change if forward else session.can_undo_change

    # --- an editor would keep the keys for itself, even with nothing to undo

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and _text_in(new) is not None:
            new.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """An editor with nothing to undo leaves the keys to the commands."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = QKeySequence(event.keyCombination())
            for command, forward in ((self.undo, False), (self.redo, True)):
                text = _text_in(watched)
                if keys in command.shortcuts() and text and not _has_step(text, forward=forward):
                    event.ignore()
                    return True
        return super().eventFilter(watched, event)


def _text_in(widget: QObject | None) -> Text | None:
    """What is edited in a widget; None if it is no editor."""
    if isinstance(widget, QAbstractSpinBox):
        return widget.findChild(QLineEdit)
    return widget if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit) else None


def _has_step(text: Text, *, forward: bool) -> bool:
    """Whether there is something to undo in a text, or to redo."""
    if isinstance(text, QLineEdit):
        return text.isRedoAvailable() if forward else text.isUndoAvailable()
    document = text.document()
    return document.isRedoAvailable() if forward else document.isUndoAvailable()
