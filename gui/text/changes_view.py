"""The list of changes, fed by the session; and a card with it that opens anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from core.change_words import counted, group_in_words, grouped, quoted
from core.interventions import Look, place_of
from gui import theme
from gui.shortcuts import REDO, UNDO
from gui.tabs.tab import Tab
from gui.text.effect import ShiftCard
from gui.text.naming import naming
from gui.widgets.changes_list import ChangeRow, ChangesList
from gui.widgets.close_button import CloseButton
from gui.widgets.popover import Popover

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from core.change_words import Group
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
        self._groups: list[Group] = []  # a line each
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
        states: dict[object, str] = {place_of(one): why for one, why in session.change_states()}
        self._groups = grouped(session.changes) if states else []
        rows = [_row(group, states, session.trace, label) for group in self._groups]
        self.list.set_data(
            rows, can_undo=session.what_if.can_undo, can_redo=session.what_if.can_redo
        )

    def _remove(self, row: int) -> None:
        if row < len(self._groups):
            gone = {place_of(each) for each in self._groups[row]}
            kept = (each for each in self._session.changes if place_of(each) not in gone)
            self._session.what_if.replace(tuple(kept))


def _row(
    group: Group, states: dict[object, str], trace: Trace | None, label: Callable[[int], str]
) -> ChangeRow:
    """A line; weights of one row of a head share one, as they are set by one drag."""
    whys = [states[place_of(each)] for each in group]
    why, words = next(filter(None, whys), ""), group_in_words(group, label)
    if all(whys):
        return ChangeRow(words, why)
    remark = f"Not all of it acts: {why}" if why else _remark(group, trace, label)
    return ChangeRow(words, "", remark)


def _remark(group: Group, trace: Trace | None, label: Callable[[int], str]) -> str:
    """That a weight is another one than was wished for, as a row of them adds up to 1."""
    others = []
    for each in group:
        if trace is None or not isinstance(each, Look) or each not in trace.changes:
            continue
        weight = float(trace.pattern[each.layer, each.head, each.row, each.column])
        if abs(weight - each.weight) >= 0.005:
            at = f" at {quoted(label(each.column_id))}" if len(group) > 1 else ""
            others.append(f"{weight:.2f}{at}")
    said = ", ".join(others)
    return f"It comes to {said}: all weights of a row add up to 1." if others else ""


class ChangesPopover(Popover):
    """The list, and what it does.

    Args:
        session: Where the facts come from and the intents go.
        parent: The window that it belongs to.
    """

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, "changesPopover")
        self.setAccessibleName(TITLE)
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
        """The keys of Undo and Redo work here too, where no menu can."""
        keys = QKeySequence(event.keyCombination()).toString()
        if keys in UNDO:
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


def n_changes(session: Session) -> str:
    """How many there are, in words."""
    return counted(session.changes)


def altered(session: Session) -> str:
    """That the model is altered, in words; "" if it is not."""
    states = session.change_states()
    acting = {place_of(one) for one, why in states if not why}
    groups = grouped(one for one, _ in states)
    n, n_acting = len(groups), sum(any(place_of(each) in acting for each in one) for one in groups)
    if not n:
        return ""
    said = f"Altered: {counted(one for one, _ in states)}"
    if n_acting == n:
        return said
    if not n_acting:
        return f"{said}, not acting here" if n == 1 else f"{said}, none acts here"
    return f"{said}, {n_acting} act{'s' if n_acting == 1 else ''} here"
