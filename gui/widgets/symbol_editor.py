"""One symbol that is being drawn and named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.boxes import push_button
from gui.widgets.pixel_grid import PixelGrid
from gui.widgets.pixel_painting import BLACK, WHITE

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRID_PX = 124  # no smaller: its numbers would touch


class SymbolEditor(QWidget):
    """A small grid, black and white only, with a name and a way out below it.

    Signals:
        edited: its picture or its name is another one.
        remove_clicked: it is not wanted any more.

    Args:
        longest: Characters that a name can have.
        parent: Qt's.
    """

    edited = Signal()
    remove_clicked = Signal()

    def __init__(self, longest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = np.full(9, WHITE)
        self._grid = _SmallGrid()
        self._name = QLineEdit()
        self._name.setMaxLength(longest)
        self._name.setPlaceholderText("Name")
        self._remove = push_button("Remove", "", "", self.remove_clicked)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.INSIDE)
        for part in (self._grid, self._name, self._remove):
            box.addWidget(part)
        self.set_number(1)
        self._grid.painted.connect(self._on_painted)
        self._name.textChanged.connect(lambda _name: self.edited.emit())

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """What the keyboard can reach, in order."""
        return self._grid, self._name, self._remove

    def take_focus(self) -> None:
        """The keyboard draws here from now on."""
        self._grid.setFocus()

    def set_number(self, number: int) -> None:
        """Its place among the symbols, from 1, is said to a screen reader."""
        for part, name, said in (
            (self._grid, "symbolGrid", "Picture of symbol {}, three by three pixels"),
            (self._name, "symbolName", "Name of symbol {}"),
            (self._remove, "symbolRemove", "Remove symbol {}"),
        ):
            part.setObjectName(f"{name}{number}")
            part.setAccessibleName(said.format(number))
        self._remove.setToolTip("The net need not know this one any more")

    @property
    def name(self) -> str:
        """What it is called."""
        return self._name.text()

    def set_data(self, name: str, picture: NDArray[Any]) -> None:
        """Show a symbol.

        Args:
            name: What it is called.
            picture: (9,) of -1 and 1.

        Raises:
            ValueError: Another shape, or a number that no pixel can have.
        """
        self._grid.set_data(picture)
        self.picture = np.where(picture < 0, BLACK, WHITE)
        self._name.setText(name)

    def set_removable(self, removable: bool) -> None:
        """Whether there would be enough without it."""
        self._remove.setEnabled(removable)

    def _on_painted(self, cell: int, value: float) -> None:
        """There are no greys in a symbol: one step of the wheel or of a key turns a pixel over."""
        before = self.picture[cell]
        after = (BLACK if value < before else WHITE) if value != before else before
        if after != before:
            self.picture[cell] = after
            self._grid.set_data(self.picture)
            self.edited.emit()


class _SmallGrid(PixelGrid):
    """As large as six of them can be side by side."""

    def sizeHint(self) -> QSize:
        """Small, with room for its numbers."""
        return QSize(theme.px(GRID_PX, 0.3), theme.px(GRID_PX, 0.3))

    def minimumSizeHint(self) -> QSize:
        """The same: what is said around it must not squeeze it."""
        return self.sizeHint()
