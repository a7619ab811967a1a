"""Undo and Redo for the whole window: one pair of keys, which act where the user is at work.

A text in which there is something to undo comes first, as its editor has the focus; then the
picture and the net on the tab that has these, and the text on the tab where the model writes; on
Text, where it is in sight, what is changed in the model, and then that is said; at last the prompt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QUndoStack
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from core.change_words import counted, step_in_words
from gui.shortcuts import REDO, UNDO
from gui.text.naming import naming

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.session import Session
    from gui.tabs.autocomplete import AutocompleteTab
    from gui.widgets.banded_tabs import BandedTabs

Text = QLineEdit | QPlainTextEdit | QTextEdit
OF_TEXT = "the text"
UNCHANGED = "The model is as it was trained"


class Undo(NamedTuple):
    """What one of the commands would do now.

    Attributes:
        name: Of the step, in a few words.
        act: Does it.
    """

    name: str
    act: Callable[[], None]


class Undoing(QObject):
    """The two commands of the Edit menu.

    Signals:
        outdated: (str) what was said of a step; the model has been changed again since.

    Args:
        tabs: All of them.
        drawn: The tab with steps of its own, whose commands have the same keys there.
        steps: Those.
        written: The tab of the text that the model goes on with.
        session: Has the steps of all other tabs.
        prompt: Of these tabs.

    Attributes:
        undo: Takes the last step back.
        redo: Makes it again.
    """

    outdated = Signal(str)

    def __init__(
        self,
        tabs: BandedTabs,
        drawn: QWidget,
        steps: QUndoStack,
        written: AutocompleteTab,
        session: Session,
        prompt: QLineEdit,
    ) -> None:
        super().__init__(tabs)
        self._tabs, self._drawn, self._steps = tabs, drawn, steps
        self._written, self._session, self._prompt = written, session, prompt
        self._said = ""  # of the last step in the model, while it is true
        session.what_if.changed.connect(self._take_back)
        self.undo = self._command(UNDO, forward=False)
        self.redo = self._command(REDO, forward=True)
        self.hide_state()
        tabs.currentChanged.connect(self._share_keys)
        self._share_keys()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)

    def _command(self, keys: tuple[str, ...], *, forward: bool) -> QAction:
        command = QAction(self)
        command.setShortcuts([QKeySequence(key) for key in keys])
        command.triggered.connect(lambda: self._step(forward=forward))
        return command

    def _share_keys(self) -> None:
        """Where a tab has the same keys, the menu's must not be pressed with them."""
        contexts = Qt.ShortcutContext
        is_drawn = self._tabs.currentWidget() is self._drawn
        context = contexts.WidgetShortcut if is_drawn else contexts.WindowShortcut
        for command in (self.undo, self.redo):
            command.setShortcutContext(context)

    def _step(self, *, forward: bool) -> None:
        step = self._next(forward=forward)
        if step is not None:
            step.act()

    def _next(self, *, forward: bool) -> Undo | None:
        """What there is to do where the user is; None if nothing."""
        tab = self._tabs.currentWidget()
        text = _text_in(QApplication.focusWidget())
        if text is None or not _has_step(text, forward=forward):
            text = _text_in(self._written.editor) if tab is self._written else None
        step = None if text is None else _text_step(text, forward=forward)
        if step is not None or tab is self._written:
            return step  # what is changed in the model is not in sight there
        if tab is self._drawn:
            return self._drawn_step(forward)
        step = self._change_step(forward)
        is_elsewhere = _text_in(QApplication.focusWidget()) not in (None, self._prompt)
        if step is not None or is_elsewhere:
            return step  # who types in one text takes back nothing in another
        return _text_step(self._prompt, forward=forward)

    def _drawn_step(self, forward: bool) -> Undo | None:
        steps = self._steps
        if not (steps.canRedo() if forward else steps.canUndo()):
            return None
        name = steps.redoText() if forward else steps.undoText()
        return Undo(name, steps.redo if forward else steps.undo)

    def _change_step(self, forward: bool) -> Undo | None:
        session, what_if = self._session, self._session.what_if
        step = what_if.next_step if forward else what_if.step
        model = session.language_model
        if step is None or model is None:
            return None
        name = step_in_words(*step, naming(model))

        def act() -> None:
            (what_if.redo if forward else what_if.undo)()
            changes = session.changes
            now = f"{counted(changes)} in the model now" if changes else UNCHANGED
            self._said = f"{'Made again' if forward else 'Undone'}: {name}. {now}."
            session.noticed.emit(self._said)

        return Undo(name, act)

    def _take_back(self) -> None:
        if self._said:
            self.outdated.emit(self._said)
            self._said = ""

    # --- in the menu

    def show_state(self) -> None:
        """As the menu opens, it says what would be done; a command with nothing to do is grey."""
        for command, title, forward in self._commands():
            step = self._next(forward=forward)
            name = "" if step is None else step.name.replace("&", "&&")
            command.setText(f"{title}: {name}" if name else title)
            command.setEnabled(step is not None)

    def hide_state(self) -> None:
        """When it is closed, the keys are there for whatever comes."""
        for command, title, _ in self._commands():
            command.setText(title)
            command.setEnabled(True)

    def _commands(self) -> tuple[tuple[QAction, str, bool], ...]:
        return (self.undo, "&Undo", False), (self.redo, "&Redo", True)

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


def _text_step(text: Text, *, forward: bool) -> Undo | None:
    """What there is to undo in a text, or to redo."""
    if not _has_step(text, forward=forward):
        return None
    return Undo(OF_TEXT, text.redo if forward else text.undo)


def _has_step(text: Text, *, forward: bool) -> bool:
    """Whether there is something to undo in a text, or to redo."""
    if isinstance(text, QLineEdit):
        return text.isRedoAvailable() if forward else text.isUndoAvailable()
    document = text.document()
    return document.isRedoAvailable() if forward else document.isUndoAvailable()
