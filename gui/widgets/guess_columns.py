"""What several predictors hold for the next token: a column of bars each, all on one scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QToolTip

from gui import theme
from gui.widgets.painting import draw_hint, draw_token, elided, tooltip
from gui.widgets.prediction_rows import END, percent
from gui.widgets.predictor_look import draw_sample
from gui.widgets.row_canvas import RowCanvas, fill_row, ring_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

ROWS = 8
ROW_PX = (15, 26)  # lowest and highest row
LINE_PX = 17  # of the heading; it has three
GAP = theme.INSIDE
APART = theme.BETWEEN
SAMPLE_PX = 22
SCALES = (0.1, 0.2, 0.4, 0.6, 0.8)  # what the longest possible bar stands for; else 1
HINT = "Type a text, and what each of them holds for the next token stands here."
CLICK = "Click to append it, or on its percentage to see how that is computed."
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
Key = Qt.Key


@dataclass(frozen=True)
class Guess:
    """One row.

    Attributes:
        id: Of the token; None for all the others together.
        label: For the eye.
        probability: What the predictor gives it.
        ends: Whether it is the mark that the text is over.
    """

    id: int | None
    label: str
    probability: float
    ends: bool = False


@dataclass(frozen=True)
class Column:
    """One predictor.

    Attributes:
        title: Its name.
        looks_at: What it looks at, in a few words.
        note: More in one line: that it backs off, how surprised it was.
        tip: The same in full, for whoever rests on the heading.
        guesses: The likeliest, best first, at most `ROWS`, and the others if there are any.
        is_warning: Whether the note says that something is missing.
    """

    title: str
    looks_at: str
    note: str
    tip: str
    guesses: tuple[Guess, ...]
    is_warning: bool = False


class GuessColumns(RowCanvas):
    """Columns side by side; the same token is stressed in all of them.

    Signals:
        candidate_chosen: (int) the id of the token that was chosen.
        number_asked: ((int, int), QPoint) column and row of a percentage, and where it is.
    """

    candidate_chosen = Signal(object)
    number_asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("guessColumns")
        self.setAccessibleName("The next token as counters and the transformer foretell it")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._columns: tuple[Column, ...] = ()
        self._hint = HINT
        self._current = (0, 0)  # column and row that the keyboard is on
        self.prepare()

    def set_data(self, columns: Sequence[Column]) -> None:
        """Show these.

        Args:
            columns: Each with at most `ROWS` guesses, and perhaps the others.

        Raises:
            ValueError: A column is no distribution: its numbers do not add up to one.
        """
        for column in columns:
            shares = np.array([guess.probability for guess in column.guesses])
            in_range = ((shares >= 0) & (shares <= 1 + 1e-6)).all()
            if not in_range or abs(shares.sum() - 1) > 1e-3:
                raise ValueError(f"{column.title} is no distribution: {shares}")
        self._columns = tuple(columns)
        at, row = self._current
        at = min(at, max(len(columns) - 1, 0))
        self._current = (at, min(row, self._n_candidates(at) - 1 if columns else 0))
        self._describe()
        self.refresh()
        self.look_again()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self._columns, self._hint = (), hint
        self._describe()
        self.refresh()
        self.hover(None)

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is shown."""
        return self._columns

    def _n_candidates(self, column: int) -> int:
        """Rows that stand for a token."""
        return sum(guess.id is not None for guess in self._columns[column].guesses)

    def _describe(self) -> None:
        said = self._hint
        if self._columns:
            at, row = self._current
            column = self._columns[at]
            guess = column.guesses[row]
            said = f"{column.title}, {row + 1}: {_name(guess)}, {percent(guess.probability)}"
        self.setAccessibleDescription(said)

    # --- where things are

    def sizeHint(self) -> QSize:
        """All rows; a card whose caption wraps takes this for the least height."""
        return QSize(theme.px(720), self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Rows that can still be read."""
        high = 3 * theme.px(LINE_PX) + GAP + (ROWS + 1) * theme.px(ROW_PX[0])
        return QSize(theme.px(560, 0.2), high)

    def prepare(self) -> None:
        """Divide the room: columns of one width, rows of one height, one scale."""
        n = max(len(self._columns), 1)
        self._head = 3 * theme.px(LINE_PX) + GAP
        room = (self.height() - self._head) / (ROWS + 1)
        self._row_height = float(np.clip(room, theme.px(ROW_PX[0]), theme.px(ROW_PX[1])))
        self._wide = max((self.width() - (n - 1) * APART) / n, 1.0)
        digits = QFontMetricsF(theme.mono()).horizontalAdvance(">99.9%")
        self._number = min(digits + 4, self._wide)
        self._label = max(min(0.5 * (self._wide - self._number), theme.px(120)), 1.0)
        if self._wide - self._number - self._label < theme.px(24):
            self._label = max(self._wide - self._number - GAP, 1.0)
        shares = (g.probability for c in self._columns for g in c.guesses if g.id is not None)
        highest = max(shares, default=1.0)
        self._scale = next((scale for scale in SCALES if scale >= highest), 1.0)

    def _x(self, column: int) -> float:
        return column * (self._wide + APART)

    def _row_rect(self, column: int, row: int) -> QRectF:
        y = self._head + row * self._row_height
        return QRectF(self._x(column), y, self._wide, self._row_height)

    def _number_rect(self, column: int, row: int) -> QRectF:
        rect = self._row_rect(column, row)
        return QRectF(rect.right() - self._number, rect.y(), self._number, rect.height())

    def _cell_at(self, at: QPointF) -> tuple[int, int] | None:
        """Column and row under a point, that of the others too."""
        column = math.floor(at.x() / (self._wide + APART))
        row = math.floor((at.y() - self._head) / self._row_height)
        if not 0 <= column < len(self._columns) or row < 0:
            return None
        is_there = row < len(self._columns[column].guesses)
        return (column, row) if is_there and self._row_rect(column, row).contains(at) else None

    def row_at(self, at: QPointF) -> int | None:
        """The candidate under a point: its column times 1000 plus its row."""
        cell = self._cell_at(at)
        if cell is None or self._columns[cell[0]].guesses[cell[1]].id is None:
            return None
        return cell[0] * 1000 + cell[1]

    def exact(self, row: int) -> str:
        """Every number of a candidate."""
        column = self._columns[row // 1000]
        guess = column.guesses[row % 1000]
        bits = -math.log2(guess.probability) if guess.probability > 0 else math.inf
        return "\n".join(
            (
                f"{_name(guess)} after the {column.title.lower()}",
                f"Number {guess.id} in the vocabulary",
                f"Probability: {guess.probability:.4%}",
                f"If it came, a surprise of {bits:.2f} bits",
                "With it the text would be over." if guess.ends else CLICK,
            )
        )

    def event(self, event: QEvent) -> bool:
        """Answer a mouse that rests on a heading with what there is to say about the predictor."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            column = int(help_event.pos().x() // (self._wide + APART))
            if help_event.pos().y() < self._head and column < len(self._columns):
                QToolTip.showText(help_event.globalPos(), tooltip(self._columns[column].tip), self)
                return True
        return super().event(event)

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the columns."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._columns:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            if self.shows_focus:
                ring_row(painter, QRectF(self.rect()))
            return
        self._paint_same(painter)
        size_px = theme.BODY if self._row_height >= theme.px(18) else theme.SMALL
        fonts = theme.font(size_px), theme.mono()
        for column in range(len(self._columns)):
            self._paint_heading(painter, column)
            for row in range(len(self._columns[column].guesses)):
                self._paint_row(painter, column, row, fonts)
        if self.shows_focus:
            ring_row(painter, self._row_rect(*self._current))

    def _paint_same(self, painter: QPainter) -> None:
        """The token under the mouse, in every column that has it."""
        if self._hovered is None:
            return
        wanted = self._columns[self._hovered // 1000].guesses[self._hovered % 1000].id
        for at, column in enumerate(self._columns):
            for row, guess in enumerate(column.guesses):
                if guess.id == wanted:
                    fill_row(painter, self._row_rect(at, row))
                    if at != self._hovered // 1000:
                        ring_row(painter, self._row_rect(at, row))

    def _paint_heading(self, painter: QPainter, at: int) -> None:
        look, column, line = theme.active(), self._columns[at], theme.px(LINE_PX)
        x, sample = self._x(at), theme.px(SAMPLE_PX)
        draw_sample(painter, QRectF(x + 2, 0, sample, line), at, len(self._columns))
        painter.setFont(theme.font(bold=True))
        painter.setPen(QColor(look.text))
        title = QRectF(x + sample + GAP, 0, self._wide - sample - GAP, line)
        painter.drawText(title, LEFT, elided(column.title, painter.font(), title.width()))
        painter.setFont(theme.font(theme.SMALL))
        for number, text in enumerate((column.looks_at, column.note), start=1):
            is_stressed = number == 2 and column.is_warning
            painter.setPen(QColor(look.text if is_stressed else look.muted))
            place = QRectF(x + 2, number * line, self._wide - 2, line)
            painter.drawText(place, LEFT, elided(text, painter.font(), place.width()))

    def _paint_row(self, painter: QPainter, at: int, row: int, fonts: tuple[QFont, QFont]) -> None:
        """Name, bar and number, in the font of words and in that of numbers."""
        look, guess = theme.active(), self._columns[at].guesses[row]
        rect = self._row_rect(at, row)
        text, muted = QColor(look.text), QColor(look.muted)
        painter.setFont(fonts[0])
        wide = self._label if guess.id is not None else rect.width() - self._number - GAP
        place = QRectF(rect.x() + 2, rect.y(), wide - 2, rect.height())
        is_word = guess.id is not None and not guess.ends
        draw_token(painter, place, _name(guess), text if is_word else muted)
        left = rect.x() + self._label + GAP / 2
        room = rect.right() - self._number - left
        if room >= theme.px(12) and guess.id is not None:  # no scale fits all others together
            fill = look.probability_color(0.6)
            long, high = room * guess.probability / self._scale, rect.height() * 0.5
            painter.fillRect(QRectF(left, rect.center().y() - high / 2, long, high), fill)
        painter.setFont(fonts[1])
        painter.setPen(text if guess.id is not None else muted)
        number = self._number_rect(at, row).adjusted(0, 0, -2, 0)
        painter.drawText(number, RIGHT, percent(guess.probability))

    # --- mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a word, or ask for a percentage."""
        super().mousePressEvent(event)
        cell = self._cell_at(event.position())
        if cell is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if self._number_rect(*cell).contains(event.position()):
            self.number_asked.emit(cell, event.position().toPoint())
        else:
            self._choose(cell)

    def _choose(self, cell: tuple[int, int]) -> None:
        guess = self._columns[cell[0]].guesses[cell[1]]
        if guess.id is not None:
            self.candidate_chosen.emit(guess.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk over rows and columns, Enter chooses, ? asks for the percentage."""
        key = Key(event.key())
        column, row = self._current
        steps = {
            Key.Key_Up: (column, row - 1),
            Key.Key_Down: (column, row + 1),
            Key.Key_Left: (column - 1, row),
            Key.Key_Right: (column + 1, row),
            Key.Key_Home: (column, 0),
            Key.Key_End: (column, ROWS),
        }
        if self._columns and key in steps:
            column = min(max(steps[key][0], 0), len(self._columns) - 1)
            row = min(max(steps[key][1], 0), self._n_candidates(column) - 1)
            self._current = (column, row)
            self._describe()
            self.update()
        elif self._columns and key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space):
            self._choose(self._current)
        elif self._columns and event.text() == "?":
            where = self._number_rect(*self._current).center().toPoint()
            self.number_asked.emit(self._current, where)
        else:
            super().keyPressEvent(event)


def _name(guess: Guess) -> str:
    return END if guess.ends else guess.label
