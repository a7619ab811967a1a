"""The help on keys: all of them in a window that scrolls, in as many columns as it is wide for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.shortcuts import all_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QResizeEvent

    from gui.shortcuts import Keys

TITLE = "Keyboard shortcuts"
SIZE = (1080, 660)  # device-independent pixels, where the window is larger
COLUMN_PX = 320  # a column's least width
USUAL_LENGTH = 24  # characters of what a key does on a line
KEYS_SHARE, DOES_SHARE = 45, 55  # of a column


class ShortcutsDialog(QDialog):
    """Every key and what it does; no larger than its window.

    Args:
        window: Whose commands are listed.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("shortcutsDialog")
        self.setWindowTitle(TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        groups = all_keys(window)
        self._groups = [_group(title, keys) for title, keys in groups.items()]
        self._heights = [_lines(keys) for keys in groups.values()]
        self._columns: list[QVBoxLayout] = []
        self._n_columns = 0
        page = QWidget()
        self._row = QHBoxLayout(page)
        self._row.setContentsMargins(*(theme.BETWEEN,) * 4)
        self._row.setSpacing(theme.EDGE)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("shortcutsScroll")
        self._scroll.setAccessibleName("All keys; arrow keys scroll")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(page)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setObjectName("shortcutsClose")
        close.setAccessibleName("Close the list of keys")
        column = QVBoxLayout(self)
        column.addWidget(self._scroll, 1)
        column.addWidget(buttons)
        wide, high = (theme.px(length) for length in SIZE)
        self.resize(
            min(wide, window.width() - 2 * theme.EDGE), min(high, window.height() - 2 * theme.EDGE)
        )
        self._scroll.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many columns as have room for their words."""
        super().resizeEvent(event)
        n = min(max(self.width() // theme.px(COLUMN_PX), 1), 3)
        if n != self._n_columns:
            self._n_columns = n
            self._arrange(n)

    def _arrange(self, n: int) -> None:
        """Fill the columns one after the other, about equally high."""
        for column in self._columns:
            while column.count():
                column.takeAt(0)
            self._row.removeItem(column)
        self._columns = [QVBoxLayout() for _ in range(n)]
        for column in self._columns:
            column.setSpacing(theme.BETWEEN)
            self._row.addLayout(column, 1)
        done, total = 0, sum(self._heights)
        for group, height in zip(self._groups, self._heights, strict=True):
            self._columns[min((done + height // 2) * n // total, n - 1)].addWidget(group)
            done += height
        for column in self._columns:
            column.addStretch(1)


def _lines(rows: Iterable[Keys]) -> int:
    """About how high a group is, with its title and the gap below it."""
    return 3 + sum(1 + len(does) // USUAL_LENGTH for _, does in rows)


def _group(title: str, rows: Iterable[Keys]) -> QWidget:
    """The keys of one place."""
    group = QWidget()
    grid = QGridLayout(group)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(theme.BETWEEN)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, KEYS_SHARE)
    grid.setColumnStretch(1, DOES_SHARE)
    grid.addWidget(_words(title, bold=True, size_px=theme.HEADING), 0, 0, 1, 2)
    top = Qt.AlignmentFlag.AlignTop
    for line, (keys, does) in enumerate(rows, start=1):
        grid.addWidget(_words(keys, bold=True), line, 0, top)
        grid.addWidget(_words(does), line, 1, top)
    return group


def _words(text: str, *, bold: bool = False, size_px: int = theme.BODY) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    theme.set_font(label, size_px, bold=bold)
    return label
