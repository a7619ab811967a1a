"""All heads in a table with their scores; a click opens the head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPolygonF
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui import theme
from gui.widgets.head_model import HEAD, HERE, USUAL, HeadModel, Side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QResizeEvent

    from gui.widgets.head_model import Kind, Scores

ROW_PX, LINE_PX, PADDING, WIDER_PX = 22, 17, 4, 24
# The colours are asked for anew when the theme changes.
LOOK = """
    QTableView { border: 1px solid palette(mid); border-radius: 6px; }
    QTableView::item { padding: 0px; }
"""


class _Header(QHeaderView):
    """Two lines: the name of a kind above both of its columns, and below it which is which."""

    def __init__(self, model: HeadModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._kinds = model
        self.setObjectName("headTableHeader")
        self.setAccessibleName("Columns of the table of heads; a click sorts by one")
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setMinimumSectionSize(10)

    def sizeHint(self) -> QSize:
        """Two lines high."""
        return QSize(super().sizeHint().width(), 2 * theme.px(LINE_PX) + 7)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Paint a column's part of both lines."""
        look, line = theme.active(), theme.px(LINE_PX)
        painter.save()
        painter.fillRect(rect, QColor(look.surface))
        is_sorted = section == self._kinds.sorted_by[0]
        painter.setFont(theme.font(theme.SMALL, bold=is_sorted))
        painter.setPen(QColor(look.text if is_sorted else look.muted))
        below = QRect(rect.x(), rect.bottom() - line - 4, rect.width(), line)
        text = str(self._kinds.headerData(section, Qt.Orientation.Horizontal))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)
        if is_sorted:
            self._paint_arrow(painter, rect)
        about = self._kinds.kind_of(section)
        if about is not None:
            self._paint_kind(painter, QRect(rect.x(), rect.y() + 1, rect.width(), line), section)
        painter.setPen(QColor(look.border))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()

    def _paint_arrow(self, painter: QPainter, rect: QRect) -> None:
        """Below the name that the rows are sorted by: downwards if the largest come first."""
        middle, low = rect.center().x() + 0.5, rect.bottom() - 0.5
        side = -4.0 if self._kinds.sorted_by[1] else 4.0
        base = low - 4.0 if side < 0 else low
        corners = [(middle - 4, base), (middle + 4, base), (middle, base - side)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.active().accent))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))

    def _paint_kind(self, painter: QPainter, line: QRect, section: int) -> None:
        """This column's part of a name that stands above two, or above the one that is seen."""
        kind, is_usual = self._kinds.kind_of(section) or (None, False)
        assert kind is not None
        other = section - 1 if is_usual else section + 1
        whole = QRect(line)
        if not self.isSectionHidden(other):
            whole.setLeft(line.left() - (self.sectionSize(other) if is_usual else 0))
            whole.setWidth(self.sectionSize(section) + self.sectionSize(other))
        painter.save()
        painter.setClipRect(line)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(theme.active().text))
        painter.drawText(whole, Qt.AlignmentFlag.AlignCenter, kind.title or kind.name)
        painter.restore()


class HeadTable(QTableView):
    """Sorted by a click on a column; the opened head's row is marked.

    Signals:
        head_opened: (int, int) layer and head whose row was clicked, or entered.
        score_asked: (QModelIndex, QPoint) the number that was double-clicked, or on which ? was
            pressed, and where it is in the viewport.

    Args:
        kinds: Of looks, in the order of their columns.
    """

    head_opened = Signal(int, int)
    score_asked = Signal(QModelIndex, QPoint)

    def __init__(self, kinds: Sequence[Kind]) -> None:
        super().__init__()
        self.setObjectName("headTable")
        self.setAccessibleName("What each head does; Enter opens one")
        self.heads = HeadModel(kinds, self)
        self.setModel(self.heads)
        self._columns = _Header(self.heads, self)
        self.setHorizontalHeader(self._columns)
        self._columns.setSortIndicatorShown(False)
        self._columns.sectionClicked.connect(self._on_column)
        self.verticalHeader().hide()
        self.setStyleSheet(LOOK)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(self._open)
        self.doubleClicked.connect(self._ask)
        self._fit()
        theme.sizes.changed.connect(self._fit)

    def set_scores(
        self,
        here: Scores,
        usual: Scores | None,
        n_places: tuple[Mapping[str, int], Mapping[str, int]] = ({}, {}),
        sides: tuple[Side, Side] = (HERE, USUAL),
    ) -> None:
        """As `HeadModel.set_scores`."""
        before = self.heads.sides
        self.heads.set_scores(here, usual, n_places, sides)
        if sides != before:
            self._fit()
            self._columns.viewport().update()

    def sort_by(self, column: int, *, falling: bool) -> None:
        """Sort by a column."""
        order = Qt.SortOrder.DescendingOrder if falling else Qt.SortOrder.AscendingOrder
        self.heads.sort(column, order)
        self._columns.viewport().update()

    def show_columns(self, *, here: bool, usual: bool) -> None:
        """Which of the two columns of each kind are seen."""
        for column in range(1, self.heads.columnCount()):
            about = self.heads.kind_of(column)
            is_usual = about is not None and about[1]
            self.setColumnHidden(column, not (usual if is_usual else here))
        self._fit()

    def set_opened(self, layer: int, head: int) -> None:
        """Mark a head's row."""
        row = self.heads.row_of(layer, head)
        if row is None:
            self.clearSelection()
        elif self.currentIndex().row() != row or not self.selectionModel().isRowSelected(row):
            self.selectRow(row)

    def both_px(self) -> int:
        """The width in which all columns fit."""
        bar = self.verticalScrollBar().sizeHint().width()
        return sum(self._least(column, both=True) for column in range(len(self._all))) + bar + 4

    @property
    def _all(self) -> range:
        return range(self.heads.columnCount())

    def _least(self, column: int, *, both: bool) -> int:
        """The width of a column's words, or half of those that stand above two."""
        bold = QFontMetrics(theme.font(theme.SMALL, bold=True))
        about = self.heads.kind_of(column)
        if about is None:
            return bold.horizontalAdvance("head") + 2 * PADDING
        title = about[0].title or about[0].name
        name = QFontMetrics(theme.font(theme.SMALL)).horizontalAdvance(title) + PADDING
        own = bold.horizontalAdvance(self.heads.sides[about[1]].name)
        number = QFontMetrics(theme.mono()).horizontalAdvance("1.00")
        return max(-(-name // 2) if both else name, own, number) + PADDING

    def _fit(self) -> None:
        """Columns as wide as their words; what is left is shared among them."""
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW_PX))
        shown = [column for column in self._all if not self.isColumnHidden(column)]
        both = len(shown) == len(self._all)
        least = {column: self._least(column, both=both) for column in shown}
        extra = max((self.viewport().width() - sum(least.values())) // len(shown), 0)
        self._columns.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for column in shown:
            self._columns.resizeSection(column, least[column] + min(extra, theme.px(WIDER_PX)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """A few rows; the columns scroll."""
        return QSize(theme.px(200, 0.5), theme.px(120, 0.5))

    def _on_column(self, column: int) -> None:
        """Sort by it: the largest first, then the smallest."""
        before, was_falling = self.heads.sorted_by
        self.sort_by(column, falling=not was_falling if column == before else column != HEAD)

    def _open(self, index: QModelIndex) -> None:
        which = self.heads.head_at(index.row())
        if index.isValid() and which is not None:
            self.head_opened.emit(*which)

    def _ask(self, index: QModelIndex) -> None:
        if index.isValid() and index.column() != HEAD:
            self.score_asked.emit(index, self.visualRect(index).center())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the head, ? asks how a number is made, S sorts by the cursor's column."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open(self.currentIndex())
        elif event.text() == "?":
            self._ask(self.currentIndex())
        elif event.text().lower() == "s" and self.currentIndex().isValid():
            self._on_column(self.currentIndex().column())
        else:
            super().keyPressEvent(event)
