"""The vocabulary as rows of a table: found and sorted by position, never copied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from core.labels import visible
from gui import theme
from gui.widgets.painting import tooltip
from gui.widgets.token_facts import BASE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtCore import QObject

    Rows = NDArray[np.int64]

ID, TOKEN, CHARACTERS, BYTES, COUNT = range(5)
UP, DOWN = "\N{UPWARDS ARROW}", "\N{DOWNWARDS ARROW}"  # how the rows are sorted
TITLES = ("id", "token", "chars", "bytes", "seen")
ABOUT = (
    "The token's number in the vocabulary",
    "The token, with a space shown as ␣ and everything else invisible by its name",
    "How many characters it is long; a token may hold only a part of one",
    "How many bytes it is long",
)
_LISTED = 24  # bytes that a tooltip writes out
Role = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


@dataclass(frozen=True, eq=False)
class Entries:
    """Every token of a vocabulary, V of them.

    Attributes:
        labels: For the eye.
        raw: Their bytes.
    """

    labels: Sequence[str]
    raw: Sequence[bytes]


class VocabularyModel(QAbstractTableModel):
    """Rows in the order of what is looked for and sorted by."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries = Entries((), ())
        self._keys: list[str] = []  # labels as they are searched
        self._sizes: NDArray[np.int64] = np.zeros((2, 0), dtype=np.int64)
        self._counts: Rows | None = None
        self._about_counts = ""
        self._rows: Rows = np.zeros(0, dtype=np.int64)
        self._places: Rows | None = None  # in alphabetical order, once asked for
        self._query = ""
        self._column, self._is_falling = ID, False

    # --- data

    def set_entries(self, entries: Entries) -> None:
        """Show another vocabulary, all of it."""
        self.beginResetModel()
        self._entries, self._counts, self._places = entries, None, None
        self._keys = [label.casefold() for label in entries.labels]
        n_bytes = [len(raw) for raw in entries.raw]
        n_characters = [
            len(raw) if raw.isascii() else len(raw.decode(errors="replace")) for raw in entries.raw
        ]
        self._sizes = np.array([n_characters, n_bytes], dtype=np.int64)
        self._arrange()
        self.endResetModel()

    def set_counts(self, counts: Rows | None, about: str = "") -> None:
        """Say how often each token was seen, (V,), or that nobody knows.

        Raises:
            ValueError: Of another number of tokens.
        """
        if counts is not None and counts.shape != (len(self._keys),):
            raise ValueError(f"counts have shape {counts.shape}, expected ({len(self._keys)},)")
        self.beginResetModel()
        self._counts, self._about_counts = counts, about
        if counts is None and self._column == COUNT:
            self._column, self._is_falling = ID, False
        self._arrange()
        self.endResetModel()

    @property
    def counts(self) -> Rows | None:
        """(V,) how often each token was seen, if that is known."""
        return self._counts

    def look_for(self, query: str) -> None:
        """Keep what has a text in its label or a number as its id; best matches first."""
        self.beginResetModel()
        self._query = query
        self._arrange()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column."""
        self.beginResetModel()
        self._column, self._is_falling = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()
        self.endResetModel()

    def token_at(self, row: int) -> int | None:
        """The id in a row."""
        return int(self._rows[row]) if 0 <= row < len(self._rows) else None

    def row_of(self, token_id: int) -> int | None:
        """The row of a token, if it is among those found."""
        at = np.flatnonzero(self._rows == token_id)
        return int(at[0]) if len(at) else None

    def _arrange(self) -> None:
        found = self._found()
        if self._column != ID or self._is_falling:
            order = np.argsort(self._key(found), kind="stable")
            found = found[order[::-1]] if self._is_falling else found[order]
        self._rows = found

    def _key(self, found: Rows) -> NDArray[Any]:
        if self._column == ID:
            return found
        if self._column == TOKEN:
            return self._alphabetical()[found]
        if self._column == COUNT and self._counts is not None:
            return self._counts[found]
        sizes: Rows = self._sizes[min(self._column - CHARACTERS, 1)]
        return sizes[found]

    def _alphabetical(self) -> Rows:
        """(V,) the place of each token in a dictionary; sorted once."""
        if self._places is None:
            keys = [key.lstrip("␣") for key in self._keys]
            order = sorted(range(len(keys)), key=keys.__getitem__)
            self._places = np.empty(len(keys), dtype=np.int64)
            self._places[order] = np.arange(len(keys))
        return self._places

    def _found(self) -> Rows:
        """Ids that match: the number itself, the very word, its beginnings, and the rest."""
        query = visible(self._query.encode(errors="replace")).lstrip("◌").casefold()
        if not query:
            return np.arange(len(self._keys))
        exact: list[int] = []
        starts: list[int] = []
        others: list[int] = []
        for token_id, key in enumerate(self._keys):
            if query in key:
                word = key if query[0] == "␣" else key.lstrip("␣")
                kind = exact if word == query else starts if word.startswith(query) else others
                kind.append(token_id)
        found = [*exact, *starts, *others]
        number = int(query) if query.isascii() and query.isdigit() and len(query) < 9 else -1
        if 0 <= number < len(self._keys):
            found = [number, *(token_id for token_id in found if token_id != number)]
        return np.array(found, dtype=np.int64)

    def values(self, row: int) -> tuple[str | int, ...]:
        """What a row says, in numbers where it is numbers."""
        token_id = int(self._rows[row])
        n_characters, n_bytes = self._sizes[:, token_id].tolist()
        seen = () if self._counts is None else (int(self._counts[token_id]),)
        return (token_id, self._entries.labels[token_id], n_characters, n_bytes, *seen)

    # --- Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many tokens were found."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """The last column is there only if its numbers are."""
        return 0 if parent.isValid() else COUNT + (self._counts is not None)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """What a cell shows."""
        token_id = self.token_at(index.row())
        if token_id is None:
            return None
        column = index.column()
        if role == Role.DisplayRole:
            return self._text(token_id, column)
        if role == Role.TextAlignmentRole and column != TOKEN:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Role.FontRole and column != TOKEN:
            return theme.mono()
        if role == Role.ToolTipRole:
            raw = self._entries.raw[token_id]
            more = " …" if len(raw) > _LISTED else ""
            listed = raw[:_LISTED].hex(" ").upper() + more
            does = "Click to append it" if column == TOKEN else "Click to see how it comes about"
            return tooltip(f"{self._entries.labels[token_id]}\nBytes ({BASE}): {listed}\n{does}")
        return None

    def _text(self, token_id: int, column: int) -> str:
        if column == ID:
            return str(token_id)
        if column == TOKEN:
            return self._entries.labels[token_id]
        if column == COUNT:
            return "" if self._counts is None else f"{self._counts[token_id]:,}"
        return str(self._sizes[column - CHARACTERS, token_id])

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """The columns' names, and what they are."""
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Role.DisplayRole:
            sorted_by = DOWN if self._is_falling else UP
            return f"{TITLES[section]}{sorted_by}" if section == self._column else TITLES[section]
        if role == Role.ToolTipRole:
            return tooltip((*ABOUT, self._about_counts)[section])
        if role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if section == TOKEN else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None
