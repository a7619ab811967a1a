"""Texts as a tree: each below the one that it left, the one that is written on marked."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTreeWidget, QTreeWidgetItem

from gui import theme
from gui.widgets.painting import LINE_END, draw_hint, tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

SHARED = 14  # characters of what a branch shares with the one above, to know where it leaves it
LONGEST = 300  # characters of a row
NOW = "●"
EMPTY = "Nothing is written yet. What you write is kept here, branch by branch."
ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class BranchRow:
    """One text.

    Attributes:
        number: Its name.
        depth: 0 for a trunk; a branch is one deeper than the row that it left, which is above it.
        at: Characters that it shares with that one.
        text: All of it.
        is_now: It is the one that is written on.
    """

    number: int
    depth: int
    at: int
    text: str
    is_now: bool


class BranchList(QTreeWidget):
    """A click or Enter goes to a text.

    Signals:
        chosen: (int) the number of the one to go to.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("branchList")
        self.setAccessibleName("Branches of this session")
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIndentation(14)
        self.setItemsExpandable(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.itemClicked.connect(self._on_item)
        self.itemActivated.connect(self._on_item)
        self._rows: tuple[BranchRow, ...] = ()
        theme.sizes.changed.connect(self._fill_all)

    def sizeHint(self) -> QSize:
        """No more than its least."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """Two rows."""
        return QSize(160, theme.px(56))

    def set_data(self, rows: Sequence[BranchRow]) -> None:
        """Show these, from top to bottom.

        Raises:
            ValueError: A row is deeper than a branch of the row above can be.
        """
        if tuple(rows) == self._rows:
            return
        depths = [-1, *(row.depth for row in rows)]
        if any(deep > above + 1 or deep < 0 for above, deep in itertools.pairwise(depths)):
            raise ValueError(f"no tree: {depths[1:]}")
        self._rows = tuple(rows)
        self._fill_all()

    def _fill_all(self) -> None:
        """Anew, as after a change of the text's size."""
        with QSignalBlocker(self):
            self.clear()
            parents: list[QTreeWidgetItem] = []
            for row in self._rows:
                del parents[row.depth :]
                item = QTreeWidgetItem(parents[-1] if parents else self.invisibleRootItem())
                self._fill(item, row)
                parents.append(item)
                if row.is_now:
                    self.setCurrentItem(item)
            self.expandAll()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say so where there is nothing."""
        super().paintEvent(event)
        if not self._rows:
            draw_hint(QPainter(self.viewport()), QRectF(self.viewport().rect()), EMPTY)

    def _fill(self, item: QTreeWidgetItem, row: BranchRow) -> None:
        start = max(0, row.at - SHARED)
        if start:  # at a word, if one begins before the two part
            start = max(start, row.text.find(" ", start, row.at + 1))
        shown = ("…" if start else "") + row.text[start : start + LONGEST]
        mark = f"{NOW} " if row.is_now else ""
        item.setText(0, mark + shown.replace("\n", LINE_END))
        item.setData(0, ROLE, row.number)
        item.setToolTip(0, tooltip(row.text[-2000:]))
        item.setFont(0, theme.font(bold=row.is_now))

    def _on_item(self, item: QTreeWidgetItem) -> None:
        self.chosen.emit(item.data(0, ROLE))
