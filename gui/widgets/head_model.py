"""What each head does, as rows and columns: sorted by any of its scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from gui import theme
from gui.widgets.painting import tooltip
from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Scores = Mapping[str, NDArray[np.float64]]
    Index = QModelIndex | QPersistentModelIndex

HEAD = 0  # the first column; then two for each kind of look
NO_SCORE = "\N{EN DASH}"
Role = Qt.ItemDataRole
_NOWHERE = QModelIndex()


@dataclass(frozen=True)
class Side:
    """What one of the two columns of each kind was measured on.

    Attributes:
        name: Of the column.
        where: The same in a sentence.
        missing: What to say where there is no number; "" for what is said of the kind.
        is_signed: A second text's scores minus a first one's.
    """

    name: str
    where: str
    missing: str = ""
    is_signed: bool = False


HERE = Side("here", "on this text")
USUAL = Side("usual", "on the standard set", "not measured yet")


@dataclass(frozen=True)
class Kind:
    """A kind of place that heads look at.

    Attributes:
        name: What its scores are called.
        title: Of its two columns.
        words: The same after "looks".
        missing: What to say where no token of the text has such a place.
    """

    name: str
    words: str
    missing: str
    title: str = ""


class HeadModel(QAbstractTableModel):
    """A row a head; for each kind two scores: as a rule, on this text and on the standard set.

    Args:
        kinds: In the order of their columns.
        parent: Qt's.
    """

    def __init__(self, kinds: Sequence[Kind], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kinds = tuple(kinds)
        self._n_heads = 1
        self._n_places: tuple[Mapping[str, int], Mapping[str, int]] = {}, {}
        self.sides = (HERE, USUAL)
        self._numbers: NDArray[np.float64] = np.zeros((0, 2 * len(kinds)))
        self._order: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self._column, self._is_falling = HEAD, False

    def set_scores(
        self,
        here: Scores,
        usual: Scores | None,
        n_places: tuple[Mapping[str, int], Mapping[str, int]] = ({}, {}),
        sides: tuple[Side, Side] = (HERE, USUAL),
    ) -> None:
        """Show scores; the order follows.

        Args:
            here: (L, H) for each kind's name, on the text at hand; NaN where there is none.
            usual: The same in the other columns, if it is known.
            n_places: Of how many tokens each score is the average, for both columns.
            sides: What both were measured on.

        Raises:
            ValueError: Shapes that differ.
        """
        first = here[self.kinds[0].name]
        shapes = {
            scores[kind.name].shape for kind in self.kinds for scores in (here, usual or here)
        }
        if shapes != {first.shape} or first.ndim != 2:
            raise ValueError(f"scores have shapes {shapes}, expected one (L, H)")
        nothing = np.full(first.size, np.nan)
        columns = [
            each
            for kind in self.kinds
            for each in (here[kind.name].ravel(), nothing if usual is None else usual[kind.name])
        ]
        numbers = np.stack([np.ravel(each) for each in columns], axis=1)
        self._n_places, self.sides = n_places, sides
        is_same = numbers.shape == self._numbers.shape and first.shape[1] == self._n_heads
        if not is_same:
            self.beginResetModel()
        self._n_heads, self._numbers = first.shape[1], numbers
        self._arrange()
        if is_same:
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        else:
            self.endResetModel()

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self._numbers = np.zeros((0, self._numbers.shape[1]))
        self._order = np.zeros(0, dtype=np.intp)
        self.endResetModel()

    @property
    def sorted_by(self) -> tuple[int, bool]:
        """Column, and whether the largest comes first."""
        return self._column, self._is_falling

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; heads without a number come last."""
        self.layoutAboutToBeChanged.emit()
        self._column, self._is_falling = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        n = len(self._numbers)
        if self._column == HEAD:
            self._order = np.arange(n)[:: -1 if self._is_falling else 1]
            return
        values = self._numbers[:, self._column - 1]
        values = -values if self._is_falling else values
        self._order = np.argsort(values, kind="stable")  # NaN last

    def head_at(self, row: int) -> tuple[int, int] | None:
        """Layer and head of a row."""
        if not 0 <= row < len(self._order):
            return None
        layer, head = divmod(int(self._order[row]), self._n_heads)
        return layer, head

    def row_of(self, layer: int, head: int) -> int | None:
        """The row of a head."""
        at = np.flatnonzero(self._order == layer * self._n_heads + head)
        return int(at[0]) if len(at) and head < self._n_heads else None

    def kind_of(self, column: int) -> tuple[Kind, bool] | None:
        """What a column is about, and whether it is the second of both; None for the first."""
        if column == HEAD:
            return None
        kind, is_second = divmod(column - 1, 2)
        return self.kinds[kind], bool(is_second)

    def number(self, row: int, column: int) -> float:
        """A score; NaN where there is none."""
        return float(self._numbers[self._order[row], column - 1])

    # --- Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many heads."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """The head, and two scores for each kind."""
        return 0 if parent.isValid() else 1 + 2 * len(self.kinds)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """What a cell shows."""
        which = self.head_at(index.row())
        if which is None:
            return None
        if role == Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        if role == Role.FontRole:
            return theme.mono()
        if role == Role.ToolTipRole:
            return tooltip(self._said(index.row(), index.column()))
        if index.column() == HEAD:
            return f"{which[0] + 1}.{which[1] + 1}" if role == Role.DisplayRole else None
        about = self.kind_of(index.column())
        side = self.sides[about is not None and about[1]]
        return self._score(self.number(index.row(), index.column()), side, role)

    def _score(self, value: float, side: Side, role: int) -> Any:
        if role == Role.DisplayRole:
            return NO_SCORE if np.isnan(value) else _short(value, side.is_signed)
        if np.isnan(value):
            return None
        look = theme.active()
        fill = look.signed_color(value) if side.is_signed else look.probability_color(value)
        if role == Role.BackgroundRole:
            return fill
        return QColor(look.readable_on(fill)) if role == Role.ForegroundRole else None

    def _said(self, row: int, column: int) -> str:
        which, about = self.head_at(row), self.kind_of(column)
        assert which is not None
        name = f"Layer {which[0] + 1}, head {which[1] + 1}"
        if about is None:
            return f"{name}\nClick to open it"
        kind, side, n_places = about[0], self.sides[about[1]], self._n_places[about[1]]
        value = self.number(row, column)
        if np.isnan(value):
            return f"{name}: {side.missing or kind.missing}"
        if side.is_signed:
            more = f"{value:+.4f}".replace("-", MINUS)
            return f"{name} looks {kind.words}\n{side.where} by {more} of its weight"
        of = self._of_how_many(n_places.get(kind.name))
        return f"{name} looks {kind.words}\n{side.where} with {value:.4f} of its weight{of}"

    def _of_how_many(self, n: int | None) -> str:
        """A score of a single token is no habit: the table does not hide how many there are."""
        if n is None:
            return ""
        return ", at the only token that has such a place" if n == 1 else f", on average of {n:,}"

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """The columns' names, and what they are."""
        if orientation == Qt.Orientation.Vertical:
            return None
        about = self.kind_of(section)
        if role == Role.DisplayRole:
            return "head" if about is None else self.sides[about[1]].name
        if role == Role.ToolTipRole:
            if about is None:
                return tooltip("Layer and head\nClick to sort")
            where = self.sides[about[1]].where
            return tooltip(f"Looks {about[0].words},\n{where}\nClick to sort")
        return None


def _short(value: float, is_signed: bool) -> str:
    """A score in as little room as there is: without the zero before its point."""
    if not is_signed:
        return f"{value:.2f}".removeprefix("0")
    text = f"{value:+.2f}".replace("0.", ".", 1)
    return ".00" if float(text) == 0 else text.replace("-", MINUS)
