"""The list of changes, fed by the session; and a card with it that opens anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from core.change_words import in_words
from core.interventions import Look
from gui import theme
from gui.shortcuts import REDO, UNDO
from gui.tabs.tab import Tab
from gui.text.effect import ShiftCard
from gui.text.naming import naming
from gui.widgets.changes_list import ChangeRow, ChangesList
from gui.widgets.close_button import CloseButton

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from core.interventions import Change
    from core.trace import Trace
    from gui.session import Session

TITLE = "What is changed"
SIZE = (420, 580)  # device-independent pixels


class ChangesView(Tab):
    """The changes of the session in words.

    Args:
        session: Where the facts come from and the intents go.
        name: Of the list.

    Attributes:
        list: The lines.
    """

    def __init__(self, session: Session, name: str = "changesList") -> None:
        super().__init__()
        self._session = session
        self.list = ChangesList(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        self.list.removed.connect(self._remove)
        self.list.cleared.connect(session.what_if.clear)
        self.list.undone.connect(session.what_if.undo)
        self.list.redone.connect(session.what_if.redo)
        for fact in (session.changes_changed, session.trace_changed, session.model_changed):
            self.follow(fact, self._show)

    def _show(self) -> None:
        session, model = self._session, self._session.language_model
        label = str if model is None else naming(model)
        rows = [
            ChangeRow(in_words(one, label), why, _remark(one, session.trace))
            for one, why in session.change_states()
        ]
        self.list.set_data(
            rows, can_undo=session.what_if.can_undo, can_redo=session.what_if.can_redo
        )

    def _remove(self, row: int) -> None:
        if row < len(self._session.changes):
            self._session.what_if.remove(self._session.changes[row])


def _remark(change: Change, trace: Trace | None) -> str:
    """That a weight is another one than was wished for, as a row of them adds up to 1."""
    if trace is None or not isinstance(change, Look) or change not in trace.changes:
        return ""
    place = change.layer, change.head, change.row, change.column
    weight = float(trace.pattern[place])
    is_wished = abs(weight - change.weight) < 0.005
    return "" if is_wished else f"It comes to {weight:.2f}: all weights of a row add up to 1."


class ChangesPopover(QFrame):
    """Frameless, over everything: the list, and what it does; Esc or a click elsewhere closes it.

    Args:
        session: Where the facts come from and the intents go.
        parent: The window that it belongs to.
    """

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        # A click elsewhere only closes it, on every platform, as it does a menu.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self.setObjectName("changesPopover")
        self.setAccessibleName(TITLE)
        self.setProperty("role", "card")
        self.setStyleSheet("#changesPopover { border-radius: 0; }")  # a window has corners
        title = QLabel(TITLE)
        title.setProperty("role", "heading")
        close = CloseButton("closeChangesButton", "Close the list of changes")
        close.clicked.connect(self.close)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(close)
        self._session = session
        self.view = ChangesView(session, "changesPopoverList")
        self.effect = ShiftCard(session, "changesPopoverEffect")
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.BETWEEN,) * 4)
        column.setSpacing(theme.INSIDE)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        column.addWidget(self.effect)

    def open_beside(self, button: QWidget) -> None:
        """Show it below a button, or above one that stands low, all of it in sight."""
        around = QRect(button.mapToGlobal(QPoint()), button.size())
        screen = QGuiApplication.screenAt(around.center()) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        width, height = (
            min(theme.px(size), most)
            for size, most in zip(SIZE, (room.width(), room.height()), strict=True)
        )
        self.resize(width, height)
        x = max(min(around.left(), room.right() + 1 - width), room.left())
        y = around.bottom() + 1 + 4
        if y + height > room.bottom():
            y = max(around.top() - 4 - height, room.top())
        self.move(x, y)
        self.show()
        self.view.list.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes; the keys of Undo and Redo work here too, where no menu can."""
        keys = QKeySequence(event.keyCombination()).toString()
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif keys in UNDO:
            self._session.what_if.undo()
        elif keys in REDO:
            self._session.what_if.redo()
        else:
            super().keyPressEvent(event)


def open_changes(session: Session, button: QWidget) -> None:
    """List the changes beside the button that was clicked; there is one such card a window."""
    window = button.window()
    popover = window.findChild(ChangesPopover) or ChangesPopover(session, window)
    popover.open_beside(button)


def altered(session: Session) -> str:
    """That the model is altered, in words; "" if it is not."""
    states = session.change_states()
    n, n_acting = len(states), sum(not why for _, why in states)
    if not n:
        return ""
    said = f"Altered: {n} change{'' if n == 1 else 's'}"
    if n_acting == n:
        return said
    if not n_acting:
        return f"{said}, not acting here" if n == 1 else f"{said}, none acts here"
    return f"{said}, {n_acting} act{'s' if n_acting == 1 else ''} here"
