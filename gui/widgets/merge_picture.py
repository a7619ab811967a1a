"""The way from bytes to tokens: of a word every step below the one before, of a text the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from gui import theme
from gui.widgets.painting import Glide, draw_focus_ring, draw_hint, tooltip
from gui.widgets.piece_facts import describe_piece
from gui.widgets.scrolled import ScrolledCanvas
from gui.widgets.text_grid import HUES, TextGrid, draw_piece, measured, tinted, wrapped

if TYPE_CHECKING:
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from core.splits import Merge, Places, TextMerges
    from gui.widgets.text_grid import Lengths

HINT = "Type a sentence above to watch its bytes become tokens."
ROW_PX, APART_PX, BYTE_PX = 30, 6, 22  # in the type of a text's body
ASK = "Click to see why this pair"
BYTES = (
    "A byte is a number from 0 to 255, as a computer stores text: an English letter takes one, é "
    "takes two, an emoji four. Every text begins like this."
)
SIZES = (theme.TITLE, theme.HEADING, theme.BODY)  # the largest one in which all is in sight
LONG = 400  # bytes of a text that is shown in the smallest
WIDEST_STRETCH = 1.8  # how much a short word is drawn out
ROUND_PX = 4
Key = Qt.Key
_STEPS = {Key.Key_Left: -1, Key.Key_Right: 1, Key.Key_Up: -1, Key.Key_Down: 1}


class MergePicture(ScrolledCanvas):
    """A row of pieces for each step of a word, or the pieces of a longer text on its lines.

    Signals:
        step_wanted: (int) the step to go to.
        play_wanted: Space was pressed.
        number_asked: (int, QPoint) the step whose merge was clicked, or on which ? was pressed,
            and where it is.
    """

    step_wanted = Signal(int)
    play_wanted = Signal()
    number_asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mergePicture")
        self.setAccessibleName("The merges, step by step")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._merges: TextMerges | None = None
        self._step = 0
        self._hint = HINT
        self._grid: TextGrid | None = None
        self._is_ladder = False
        self._size = theme.BODY
        self._gutter = 0.0
        self._rows: list[Places] = []  # the cuts of each step so far, in a ladder
        self._fresh = 1.0  # how long ago the last merge was, on the way from 0 to 1
        self._glide = Glide(self._on_glide, self)

    # --- data

    def set_data(self, merges: TextMerges, step: int) -> None:
        """Show a text at a step of its merging, 0 to M."""
        self._merges, self._step, self._fresh = merges, step, 1.0
        self._rows = []
        self._glide.stop()
        self.refresh()
        self._bar.setValue(0)
        self._follow()

    def set_step(self, step: int) -> None:
        """Go to another step; the piece that a step forward makes is stressed for a moment."""
        if self._merges is None or step == self._step:
            return
        is_next, self._step = step == self._step + 1, step
        self._glide.stop()
        self._fresh = 0.0 if is_next else 1.0
        if is_next:
            self._glide.start()
        self._fit_content()
        self._follow()
        self.update()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence."""
        self._merges, self._grid, self._hint, self._step = None, None, hint, 0
        self._glide.stop()
        self.refresh()

    def _on_glide(self, share: float) -> None:
        self._fresh = share
        self.update()

    # --- size

    def sizeHint(self) -> QSize:
        """Room for a word of some steps."""
        return QSize(320, 6 * (theme.px(ROW_PX) + APART_PX))

    def minimumSizeHint(self) -> QSize:
        """Room for two."""
        return QSize(theme.px(160), 2 * (theme.px(ROW_PX) + APART_PX))

    def _pitch(self) -> int:
        return self._row_px() + APART_PX

    def _row_px(self) -> int:
        return theme.px(ROW_PX * self._size / theme.BODY)

    def prepare(self) -> None:
        """Choose how to show it at this size, and lay it out."""
        merges = self._merges
        self._grid, self._is_ladder = None, False
        if merges is not None and merges.raw:
            self._lay_out(merges)
        self._fit_content()

    def _lay_out(self, merges: TextMerges) -> None:
        sizes = SIZES if len(merges.raw) <= LONG else SIZES[-1:]
        room = self.width() - 4 - self.bar_px()
        if len(merges.word_cuts) == 2:
            names = QFontMetricsF(theme.mono(bold=True))
            self._gutter = names.horizontalAdvance(f"merge {merges.ranks.max(initial=0) + 1:,}") + 8
            for self._size in sizes:
                edges = self._cells(merges)
                is_last = self._size == sizes[-1]
                is_low = (merges.n_steps + 1) * self._pitch() <= self.height()
                if edges[-1] <= room - self._gutter and (is_low or is_last):
                    stretch = min((room - self._gutter) / edges[-1], WIDEST_STRETCH)
                    self._grid, self._is_ladder = wrapped(edges * stretch, merges, room), True
                    return
        self._gutter = 0.0
        for self._size in sizes[1:] or sizes:
            edges, width = self._cells(merges), self.width() - 4
            if edges[-1] * self._pitch() > width * self.height():
                continue  # it cannot fit
            self._grid = wrapped(edges, merges, width)
            if self._grid.n_lines * self._pitch() <= self.height():
                return
        self._grid = wrapped(edges, merges, room)

    def _cells(self, merges: TextMerges) -> Lengths:
        font = theme.font(self._size)
        return measured(merges, font, theme.px(BYTE_PX * self._size / theme.BODY))

    def _fit_content(self) -> None:
        grid = self._grid
        n_rows = 0 if grid is None else self._step + 1 if self._is_ladder else grid.n_lines
        self.set_content(n_rows * self._pitch(), self._view(), self._pitch())

    def _view(self) -> QRect:
        return QRect(0, 0, self.width(), self.height())

    def _follow(self) -> None:
        """Keep in sight what happens."""
        if self._grid is None or self._merges is None:
            return
        if self._is_ladder:
            row = self._step
        elif 0 < self._step < self._merges.n_steps:
            row = self._grid.line_of(self._merges.merge(self._step).start)
        else:
            return
        self.scroll_to(row * self._pitch(), (row + 1) * self._pitch())

    def cuts_of(self, step: int) -> Places:
        """Where the text is cut after a step."""
        assert self._merges is not None
        if not self._is_ladder:
            return self._merges.cuts(step)
        while len(self._rows) <= step:
            self._rows.append(self._merges.cuts(len(self._rows)))
        return self._rows[step]

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        merges, grid = self._merges, self._grid
        if merges is None or grid is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
        else:
            painter.translate(0, -self.top)
            n_rows = self._step + 1 if self._is_ladder else grid.n_lines
            last = min((self.top + self.height()) // self._pitch(), n_rows - 1)
            for row in range(self.top // self._pitch(), last + 1):
                if self._is_ladder:
                    self._draw_step(painter, merges, grid, row)
                else:
                    self._draw_pieces(painter, merges, grid, self._step, row, row)
            painter.translate(0, self.top)
        if self.shows_focus:
            draw_focus_ring(painter, QRectF(self.rect()))

    def _draw_step(self, painter: QPainter, merges: TextMerges, grid: TextGrid, step: int) -> None:
        look, is_now = theme.active(), step == self._step
        painter.setFont(theme.mono(bold=is_now))
        painter.setPen(QColor(look.text if is_now else look.muted))
        name = f"merge {merges.ranks[step - 1] + 1:,}" if step else "bytes"
        place = QRectF(2, step * self._pitch(), self._gutter, self._row_px())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        self._draw_pieces(painter, merges, grid, step, 0, step)

    def _draw_pieces(
        self, painter: QPainter, merges: TextMerges, grid: TextGrid, step: int, line: int, row: int
    ) -> None:
        """The pieces of a step that are on a line of the text, drawn in a row of the figure."""
        made = merges.merge(step) if step else None
        is_now = step == self._step
        coming = merges.merge(step + 1) if is_now and step < merges.n_steps else None
        dark = 0.12 if theme.active().name == "dark" else 0.0
        painter.setFont(theme.font(self._size))
        for start, end in grid.pieces(line, self.cuts_of(step)):
            is_made = made is not None and made.start == start
            is_next = coming is not None and coming.start <= start < coming.end
            strength = (0.5 if is_made else 0.13) + dark
            if is_made and is_now:
                strength += 0.35 * (1 - self._fresh)
            hue = HUES["tokens" if end - start > 1 else "bytes"]
            box = self._box(grid, line, row, start, end)
            painter.setBrush(tinted(hue, min(strength, 1.0)))
            painter.setPen(QPen(tinted(hue, 0.65), 1))
            painter.drawRoundedRect(box, ROUND_PX, ROUND_PX)
            color = QColor(theme.active().text)
            room = box.adjusted(1, 0, -1, 0)
            draw_piece(painter, room, merges.raw[start:end], color)
            if is_next:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(theme.active().accent), 2))
                painter.drawRoundedRect(box, ROUND_PX, ROUND_PX)
        if coming is not None:
            self._draw_bond(painter, grid, line, row, coming)

    def _draw_bond(
        self, painter: QPainter, grid: TextGrid, line: int, row: int, coming: Merge
    ) -> None:
        """A bar under the two pieces that come together next."""
        x, width = grid.span(line, coming.start, coming.end)
        if width > 0:
            y = row * self._pitch() + self._row_px() + 2
            painter.setPen(QPen(QColor(theme.active().accent), 2))
            left = self._gutter + x + 4
            painter.drawLine(QPointF(left, y), QPointF(left + width - 5, y))

    def _box(self, grid: TextGrid, line: int, row: int, start: int, end: int) -> QRectF:
        x, width = grid.span(line, start, end)
        at = QPointF(self._gutter + x + 2.5, row * self._pitch() + 1.5)
        return QRectF(at.x(), at.y(), max(width - 3, 1), self._row_px() - 3)

    # --- mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the step of a row; its number, clicked, is asked about."""
        if event.button() != Qt.MouseButton.LeftButton or not self._is_ladder:
            return
        step = (int(event.position().y()) + self.top) // self._pitch()
        if 0 <= step <= self._step:
            if step and event.position().x() < self._gutter:
                self.number_asked.emit(step, event.position().toPoint())
            else:
                self.step_wanted.emit(step)

    def event(self, event: QEvent) -> bool:
        """Say what the row under the mouse is."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            text = self._tip(QPointF(help_event.pos()))
            QToolTip.showText(help_event.globalPos(), tooltip(text) if text else "", self)
            return True
        return super().event(event)

    def _tip(self, point: QPointF) -> str:
        """The bytes of the piece at a point."""
        merges, grid = self._merges, self._grid
        if merges is None or grid is None:
            return ""
        row = (int(point.y()) + self.top) // self._pitch()
        line, step = (0, row) if self._is_ladder else (row, self._step)
        if row < 0 or step > self._step or line >= grid.n_lines:
            return ""
        if point.x() < self._gutter:
            return ASK if step else BYTES
        byte = grid.byte_at(line, point.x() - self._gutter - 2)
        if byte is None:
            return ""
        cuts = self.cuts_of(step)
        at = int(cuts.searchsorted(byte, side="right"))
        return describe_piece(merges.raw[cuts[at - 1] : cuts[at]])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows step, Home and End jump, Space plays, ? asks about the last merge."""
        key = event.key()
        if self._merges is None:
            super().keyPressEvent(event)
        elif key == Key.Key_Space:
            self.play_wanted.emit()
        elif event.text() == "?":
            row = self._step if self._is_ladder else 0
            at = QPoint(round(self._gutter), (row + 1) * self._pitch() - self.top)
            if self._step:
                self.number_asked.emit(self._step, at)
        elif key in _STEPS:
            self.step_wanted.emit(self._step + _STEPS[Key(key)])
        elif key in (Key.Key_Home, Key.Key_End):
            self.step_wanted.emit(0 if key == Key.Key_Home else self._merges.n_steps)
        else:
            super().keyPressEvent(event)
