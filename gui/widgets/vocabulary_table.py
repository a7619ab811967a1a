"""All tokens of a model in a table with a search; a click writes one into the prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.widgets.caption import Caption
from gui.widgets.vocabulary_model import COUNT, ID, TITLES, TOKEN, UP, Entries, VocabularyModel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QKeyEvent

    from gui.widgets.vocabulary_model import Rows

SAMPLES = {ID: "50257", COUNT: "99,999"}  # what the columns have room for
LONGEST_QUERY = 200
SENTENCE_LINES = 3  # in sight; a narrow table needs more, at a click
# The colours are asked for anew when the theme changes.
LOOK = """
    QTableView { border: 1px solid palette(mid); border-radius: 6px; }
    QHeaderView { background: palette(base); border: none; }
    QHeaderView::section { background: palette(base); color: palette(placeholder-text);
        border: none; border-bottom: 1px solid palette(mid); padding: 3px 4px; }
    QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0px; height: 0px; }
    QTableView::item { padding: 0px 4px; }
"""
NOT_YET = "The tokens appear when the model is open."


class _Table(QTableView):
    """Enter chooses the row, whatever the desktop thinks that activation is."""

    entered_row = Signal(QModelIndex)
    asked = Signal(QModelIndex)
    left_upward = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.entered_row.emit(self.currentIndex())
        elif event.text() == "?" and self.currentIndex().isValid():
            self.asked.emit(self.currentIndex())
        elif key == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left_upward.emit()
        else:
            super().keyPressEvent(event)


class VocabularyTable(QWidget):
    """A search field over the table, and a sentence below it.

    Signals:
        token_chosen: (int) the id of the token that was clicked, or entered.
        number_asked: (int, int, QPoint) a number that was clicked, or on which ? was pressed: the
            id of its token, its column in `vocabulary_model`, and where it is.

    Args:
        spell: Cuts a text that is no token into labels of tokens.
        parent: Qt's.
    """

    token_chosen = Signal(object)
    number_asked = Signal(object, int, QPoint)

    def __init__(
        self, spell: Callable[[str], Sequence[str]] = list, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("vocabularyTable")
        self._spell = spell
        self._note = ""
        self.model = VocabularyModel(self)
        self.search = QLineEdit()
        self.search.setObjectName("vocabularySearch")
        self.search.setAccessibleName("Search the vocabulary by text or number")
        self.search.setPlaceholderText("Search by text or number")
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(LONGEST_QUERY)
        self.search.textChanged.connect(self._on_query)
        self.search.returnPressed.connect(lambda: self._choose(self.model.index(0, 0)))
        self.table = _Table()
        self._dress()
        self._sentence = Caption("", "Vocabulary")
        self._sentence.setObjectName("vocabularySentence")
        self._sentence.set_most_lines(SENTENCE_LINES)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        column.addWidget(self._sentence)
        self._fit()
        theme.sizes.changed.connect(self._fit)
        self._tell()

    def _dress(self) -> None:
        table = self.table
        table.setObjectName("vocabularyRows")
        table.setStyleSheet(LOOK)
        table.setAccessibleName("The vocabulary; Enter appends the token to the prompt")
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setCornerButtonEnabled(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setObjectName("vocabularyHeader")
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(ID, Qt.SortOrder.AscendingOrder)
        header.sortIndicatorChanged.connect(self.model.sort)
        header.sortIndicatorChanged.connect(self._fit)  # the arrow takes its room
        header.setMinimumSectionSize(10)
        table.clicked.connect(self._on_clicked)
        table.entered_row.connect(self._choose)
        table.asked.connect(self._on_asked)
        table.setMouseTracking(True)
        table.entered.connect(self._on_entered)
        table.left_upward.connect(self.search.setFocus)

    def _fit(self) -> None:
        """Columns as wide as their numbers, and the token has the rest."""
        table, header = self.table, self.table.horizontalHeader()
        metrics = QFontMetrics(theme.mono())
        table.verticalHeader().setDefaultSectionSize(theme.px(24))
        for column in range(self.model.columnCount()):
            if column == TOKEN:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
                continue
            title = f"{TITLES[column]}{UP if column == header.sortIndicatorSection() else ''}"
            named = QFontMetrics(theme.font()).horizontalAdvance(title) + theme.px(12)
            wide = metrics.horizontalAdvance(SAMPLES.get(column, "99")) + theme.px(12)
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, max(named, wide))

    # --- data

    def set_data(self, entries: Entries) -> None:
        """Show another vocabulary; what is looked for stays."""
        self.model.set_entries(entries)
        self._note = ""
        self._fit()
        self._tell()

    def set_counts(self, counts: Rows | None, about: str = "") -> None:
        """Add the column of counts, or take it away."""
        self.model.set_counts(counts, about)
        self._note = ""
        self._fit()
        self._tell()

    def set_note(self, note: str) -> None:
        """Say what is still being computed."""
        self._note = note
        self._tell()

    def show_token(self, token_id: int) -> None:
        """Mark a token, if it is among those found."""
        row = self.model.row_of(token_id)
        if row is not None:
            self.table.selectRow(row)

    # --- what the user does

    def _on_query(self, text: str) -> None:
        self.model.look_for(text)
        self.table.scrollToTop()
        self._tell()

    def _on_clicked(self, index: QModelIndex) -> None:
        """A click on a number asks about it, a click on a word chooses it."""
        if index.column() == TOKEN:
            self._choose(index)
        else:
            self._on_asked(index)

    def _on_asked(self, index: QModelIndex) -> None:
        """About the number of a cell; the keyboard, which goes by rows, asks about the id."""
        token_id = self.model.token_at(index.row())
        column = ID if index.column() == TOKEN else index.column()
        if index.isValid() and token_id is not None:
            cell = self.table.visualRect(self.model.index(index.row(), column))
            at = self.table.viewport().mapTo(self, cell.center())
            self.number_asked.emit(token_id, column, at)

    def _on_entered(self, index: QModelIndex) -> None:
        """Show that there is something to click, and whether it is a number."""
        shape = Qt.CursorShape
        is_word = index.column() == TOKEN
        cursor = shape.ArrowCursor if is_word else shape.PointingHandCursor
        self.table.viewport().setCursor(cursor)

    def _choose(self, index: QModelIndex) -> None:
        token_id = self.model.token_at(index.row())
        if index.isValid() and token_id is not None:
            self.token_chosen.emit(token_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down goes from the search into the table, Escape empties the search."""
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus() and self.model.rowCount():
            self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.table.selectRow(0)
        elif event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        else:
            super().keyPressEvent(event)

    def _tell(self) -> None:
        """How many were found; or what the model makes of what is no token."""
        n_found, query = self.model.rowCount(), self.search.text()
        if n_found:
            what = "token" if n_found == 1 else "tokens"
            found = " found" if query else ""
            said = f"{n_found:,} {what}{found}. Click one to append it, a number to see why."
        elif query:
            said = f"No token is called “{query}”."
            parts = [f"“{label}”" for label in self._spell(query)]
            if 1 < len(parts) <= 12:
                said += f" The model spells it with {len(parts)}: {' '.join(parts)}."
        else:
            said = NOT_YET
        self._sentence.setText(f"{said} {self._note}".strip())
