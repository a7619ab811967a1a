"""A matrix of attention as a map or as lines; of two texts, both, or what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from core.labels import in_line
from gui import theme
from gui.widgets.attention_arcs import AttentionArcs
from gui.widgets.attention_picture import Scale
from gui.widgets.head_map import HeadMap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QResizeEvent

    from core.trace import Trace
    from gui.selection import Selection
    from gui.widgets.attention_map import AttentionMap

    Cell = tuple[int, int]

FIRST, SECOND = "First text", "Second text"
LEAST_PX = 210  # of a figure that stands beside another one; less is too small to be read
DIFFERS = "in the second, {row} looks this much more at {column}"


@dataclass(frozen=True, eq=False)
class Shown:
    """Numbers of one text, or the difference of two.

    Attributes:
        labels: Of the T tokens.
        values: (T, T).
        scale: What they mean.
    """

    labels: tuple[str, ...]
    values: NDArray[np.floating]
    scale: Scale


class HeadFigures(QWidget):
    """The figures of the opened head, of one text or of two.

    Signals:
        number_asked: (int, (int, int), QPoint) of the first or of the second text (0 or 1) the
            cell that was asked for, and where it is in the figure.

    Attributes:
        map: Of the first text, or of the difference.
        arcs: The same as lines.
        second_map: Of the second text.
        second_arcs: The same as lines.
    """

    number_asked = Signal(int, object, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("headFigures")
        self.map = HeadMap("attentionPageMap", "Attention of the opened head")
        self.arcs = AttentionArcs()
        spoken = "Attention of the opened head in the second text"
        self.second_map = HeadMap("secondAttentionMap", spoken)
        self.second_arcs = AttentionArcs()
        self.second_arcs.setObjectName("secondAttentionArcs")
        self.second_arcs.setAccessibleName("The second text's attention, as lines between words")
        self._first, self._second = (
            _Side(self.map, self.arcs),
            _Side(self.second_map, self.second_arcs),
        )
        self._first.name.setText(FIRST)
        self._second.name.setText(SECOND)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(theme.INSIDE)
        self._split.addWidget(self._first)
        self._split.addWidget(self._second)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._split)
        for side, figures in enumerate(
            ((self.map, self.arcs), (self.second_map, self.second_arcs))
        ):
            for figure in figures:
                figure.number_asked.connect(
                    lambda cell, at, side=side: self.number_asked.emit(side, cell, at)
                )
        self.show_as((0,), is_lines=False)

    def seen(self, side: int = 0) -> AttentionMap | AttentionArcs:
        """The figure of a text that is in sight."""
        figures = (self.second_map, self.second_arcs) if side else (self.map, self.arcs)
        return figures[self._first.stack.currentIndex()]

    def show_as(self, sides: tuple[int, ...], *, is_lines: bool) -> None:
        """Choose the figures.

        Args:
            sides: Of which texts, 0 or 1.
            is_lines: Lines between words instead of maps.
        """
        self._sides = sides
        one, other = self.map, self.second_map
        is_pair = len(sides) > 1 and not is_lines
        one.stand_beside(other if is_pair else None)
        other.stand_beside(one if is_pair else None)
        for number, side in enumerate((self._first, self._second)):
            side.stack.setCurrentIndex(1 if is_lines else 0)
            side.name.setVisible(len(sides) > 1)
            side.setVisible(number in sides)

    def set_data(self, *shown: Shown) -> None:
        """Show the texts that were chosen.

        Raises:
            ValueError: Numbers that are not finite.
        """
        for side, one in zip(self._sides, shown, strict=True):
            self.seen(side).set_data(one.values, one.labels, one.scale)

    @property
    def pinned(self) -> tuple[int, Cell] | None:
        """The text whose map has the pinned cell, and that cell."""
        for side, figure in enumerate((self.map, self.second_map)):
            if figure.pinned is not None:
                return side, figure.pinned
        return None

    def pin(self, side: int, cell: Cell | None) -> None:
        """Pin a cell of a text, and none of the other one; nothing is told."""
        for number, figure in enumerate((self.map, self.second_map)):
            figure.pin(cell if number == side else None)

    def clear(self, *hint: str) -> None:
        """Show nothing but a sentence that says what to do."""
        for figure in (self.map, self.arcs, self.second_map, self.second_arcs):
            figure.clear(*hint)

    def set_selection(self, selection: Selection) -> None:
        """Stress a token; those of the second text are others."""
        for figure in (self.map, self.arcs):
            figure.set_selection(selection.token, selection.hovered)

    def minimumSizeHint(self) -> QSize:
        """As of one small figure."""
        return QSize(theme.px(200, 0.5), theme.px(180, 0.5))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side in a wide room, one below the other in a high one."""
        super().resizeEvent(event)
        is_wide = self.width() >= 2 * theme.px(LEAST_PX) + theme.INSIDE
        way = Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        if way != self._split.orientation():
            self._split.setOrientation(way)


class _Side(QWidget):
    """The figures of one text, and its name above them."""

    def __init__(self, as_map: QWidget, as_lines: QWidget) -> None:
        super().__init__()
        self.name = QLabel()
        self.name.setProperty("role", "caption")
        self.stack = QStackedWidget()
        self.stack.addWidget(as_map)
        self.stack.addWidget(as_lines)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.name)
        column.addWidget(self.stack, 1)


def shown_of(trace: Trace, values: NDArray[np.floating], scale: Scale) -> Shown:
    """The numbers of a text."""
    return Shown(tuple(token.label for token in trace.tokens), values, scale)


def difference(first: Shown, second: Shown) -> Shown:
    """The second minus the first, of equally many tokens; where these differ, both are named."""
    labels = tuple(
        here if here == there else f"{in_line(here)}|{in_line(there)}"
        for here, there in zip(first.labels, second.labels, strict=True)
    )
    values = second.values.astype(np.float64) - first.values
    top = float(np.abs(values).max()) or 1.0
    return Shown(labels, values, Scale(top, is_signed=True, does=DIFFERS, most=""))


def same_scale(shown: Sequence[Shown]) -> list[Shown]:
    """Two texts in one scale, so that equal numbers have equal colours."""
    if len(shown) < 2:
        return list(shown)
    widest = max((one.scale for one in shown), key=lambda scale: scale.top)
    return [Shown(one.labels, one.values, widest) for one in shown]
