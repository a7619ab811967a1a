"""One text cut in four ways, the same characters always below each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from gui import theme
from gui.widgets.painting import draw_focus_ring, draw_hint, elided, tooltip
from gui.widgets.piece_facts import describe_piece
from gui.widgets.scrolled import ScrolledCanvas
from gui.widgets.text_grid import HUES, TextGrid, draw_piece, label_of, measured, tinted, wrapped

if TYPE_CHECKING:
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from core.splits import Places, TextMerges

HINT = "Type a sentence above to see it cut into words, tokens, characters and bytes."
KINDS = tuple(HUES)
ROW_PX, APART_PX, HEAD_PX, BYTE_PX = 22, 12, 38, 18  # at the smallest size of the type
SIZES = (theme.HEADING, theme.BODY, theme.SMALL)  # the largest one in which all is in sight
ASK = "Click to see how it is counted"
MEANINGS = (
    "A word: letters, digits or signs in a row, with the space before them.",
    "A token: a piece that the model has a number for. This is what it reads and writes.",
    "A character: a letter, a sign or an accent, as Unicode counts them.",
    "A byte: a number from 0 to 255, as a computer stores text. An English letter takes one, é "
    "takes two, an emoji four. Written here from 00 to FF: 4D is the number 77, as "
    "4 \N{MULTIPLICATION SIGN} 16 + 13.",
)
LONG = 400  # bytes of a text that is shown in the smallest
ROUND_PX = 3
Key = Qt.Key


class CutRows(ScrolledCanvas):
    """Four rows of boxes, line by line: words, tokens, characters and bytes; counts on top.

    Signals:
        byte_hovered: (int | None) the first byte of the piece under the mouse or the cursor.
        byte_clicked: (int | None) the same when it is clicked; None lets go (Escape).
        number_asked: (int, QPoint) which of the counts was clicked, from 0, and where; the key ?
            asks about the tokens.
    """

    byte_hovered = Signal(object)
    byte_clicked = Signal(object)
    number_asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cutRows")
        self.setAccessibleName("The text cut into words, tokens, characters and bytes")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._merges: TextMerges | None = None
        self._n_steps = 0
        self._cuts: tuple[Places, ...] = ()
        self._grid: TextGrid | None = None
        self._size = theme.SMALL
        self._hint = HINT
        self._selected: tuple[int, int] | None = None
        self._hovered: tuple[int, int] | None = None
        self._under: tuple[int, int, int] | None = None  # row, and the piece under the mouse
        self._cursor = 0

    # --- data

    def set_data(self, merges: TextMerges, n_steps: int) -> None:
        """Show this text; its tokens are what so many of its merges make."""
        is_other = merges is not self._merges
        self._merges, self._n_steps = merges, n_steps
        cuts = merges.word_cuts, merges.cuts(n_steps), merges.character_cuts, merges.byte_cuts
        self._cuts = cuts
        said = ", ".join(f"{n:,} {kind}" for n, kind in zip(self.counts, KINDS, strict=True))
        self.setAccessibleDescription(said)
        if is_other:
            self._under, self._cursor = None, 0
            self.prepare()
        self.update()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence."""
        self._merges, self._grid, self._cuts, self._hint = None, None, (), hint
        self._under = None
        self.setAccessibleDescription("")
        self.refresh()

    @property
    def counts(self) -> tuple[int, ...]:
        """How many words, tokens, characters and bytes there are."""
        return tuple(len(cuts) - 1 for cuts in self._cuts)

    def set_marked(self, selected: tuple[int, int] | None, hovered: tuple[int, int] | None) -> None:
        """Outline the bytes of the selected token and of the one under the mouse, wherever."""
        if (selected, hovered) == (self._selected, self._hovered):
            return
        if selected is not None and selected != self._selected:
            self._show(selected[0])
        self._selected, self._hovered = selected, hovered
        self.update()

    # --- size

    def sizeHint(self) -> QSize:
        """Room for two lines of everything."""
        return QSize(320, theme.px(HEAD_PX) + 2 * (4 * theme.px(ROW_PX) + APART_PX))

    def minimumSizeHint(self) -> QSize:
        """Room for one."""
        return QSize(theme.px(160), theme.px(HEAD_PX) + 4 * theme.px(ROW_PX))

    def _line_px(self) -> int:
        return 4 * self._row_px() + APART_PX

    def _row_px(self) -> int:
        return theme.px(ROW_PX * self._size / theme.SMALL)

    def _view(self) -> QRect:
        head = theme.px(HEAD_PX)
        return QRect(0, head, self.width(), max(self.height() - head, 0))

    def prepare(self) -> None:
        """Break the text into lines of this width."""
        if self._merges is None or not self._merges.raw:
            self._grid = None
            self.set_content(0, self._view(), 1)
            return
        for size in SIZES if len(self._merges.raw) <= LONG else SIZES[-1:]:
            self._size = size
            byte_px = theme.px(BYTE_PX * size / theme.SMALL)
            edges = measured(self._merges, theme.font(size), byte_px)
            width, room = self.width() - 2, self._view().height()
            if edges[-1] * self._line_px() > width * room:
                continue  # it cannot fit
            self._grid = wrapped(edges, self._merges, width)
            height = self._grid.n_lines * self._line_px()
            if height <= room:
                break
        else:
            self._grid = wrapped(edges, self._merges, self.width() - 2 - self.bar_px())
            height = self._grid.n_lines * self._line_px()
        self.set_content(height, self._view(), self._line_px() // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew."""
        super().resizeEvent(event)
        if self._selected is not None:
            self._show(self._selected[0])

    def _show(self, byte: int) -> None:
        if self._grid is not None and byte < self._grid.lines[-1]:
            line = self._grid.line_of(byte) * self._line_px()
            self.scroll_to(line, line + self._line_px())

    # --- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the counts, and the lines in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        grid, merges = self._grid, self._merges
        if grid is None or merges is None:
            draw_hint(painter, QRectF(self.rect()), self._hint)
            if self.shows_focus:
                draw_focus_ring(painter, QRectF(self.rect()))
            return
        self._draw_counts(painter)
        view = self._view()
        painter.setClipRect(view)
        painter.translate(0, view.y() - self.top)
        first = self.top // self._line_px()
        last = min((self.top + view.height()) // self._line_px(), grid.n_lines - 1)
        for line in range(first, last + 1):
            self._draw_line(painter, grid, merges, line)

    def _draw_counts(self, painter: QPainter) -> None:
        look = theme.active()
        share = self.width() / 4
        for n, (kind, count) in enumerate(zip(KINDS, self.counts, strict=True)):
            x, room = n * share + 1, share - 6
            swatch = QRectF(x, theme.px(9) - 4, 8, 8)
            painter.setPen(QPen(QColor(HUES[kind]), 1))
            painter.setBrush(tinted(HUES[kind], _strength()))
            painter.drawRoundedRect(swatch, 2, 2)
            painter.setFont(theme.mono(theme.BODY, bold=True))
            painter.setPen(QColor(look.text))
            number = elided(f"{count:,}", painter.font(), room - 12)
            painter.drawText(QPointF(x + 13, theme.px(14)), number)
            painter.setFont(theme.font(theme.SMALL))
            painter.setPen(QColor(look.muted))
            name = elided(kind if count != 1 else kind[:-1], painter.font(), room)
            painter.drawText(QPointF(x, theme.px(29)), name)

    def _draw_line(self, painter: QPainter, grid: TextGrid, merges: TextMerges, line: int) -> None:
        look, row_px = theme.active(), self._row_px()
        top = line * self._line_px()
        for row, (kind, cuts) in enumerate(zip(KINDS, self._cuts, strict=True)):
            is_byte = kind == "bytes"
            painter.setFont(theme.mono(self._size - 1) if is_byte else theme.font(self._size))
            fill, frame = tinted(HUES[kind], _strength()), tinted(HUES[kind], 0.6)
            for start, end in grid.pieces(line, cuts):
                box = self._box(grid, line, row, start, end)
                painter.setPen(QPen(frame, 1))
                painter.setBrush(fill)
                painter.drawRoundedRect(box, ROUND_PX, ROUND_PX)
                raw = merges.raw[start:end]
                room = box.adjusted(1, 0, -1, 0)
                if is_byte:
                    painter.setPen(QColor(look.muted))
                    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, f"{raw[0]:02X}")
                else:
                    draw_piece(painter, room, raw, QColor(look.text))
        self._draw_marks(painter, grid, line, top, row_px)

    def _draw_marks(
        self, painter: QPainter, grid: TextGrid, line: int, top: int, row_px: int
    ) -> None:
        """Outline what is selected or under the mouse, through all the rows."""
        accent = QColor(theme.active().accent)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for marked, width in ((self._hovered, 1.5), (self._selected, 2.0)):
            if marked is None:
                continue
            x, wide = grid.span(line, *marked)
            if wide > 0:
                painter.setPen(QPen(accent, width))
                around = QRectF(x + 1, top + row_px - 1, wide, 3 * row_px + 1)
                painter.drawRoundedRect(around, ROUND_PX, ROUND_PX)
        if self._under is not None and grid.span(line, *self._under[1:])[1] > 0:
            painter.setPen(QPen(QColor(theme.active().text), 1.5))
            painter.drawRoundedRect(self._box(grid, line, *self._under), ROUND_PX, ROUND_PX)

    def _box(self, grid: TextGrid, line: int, row: int, start: int, end: int) -> QRectF:
        x, width = grid.span(line, start, end)
        row_px = self._row_px()
        y = line * self._line_px() + row * row_px
        return QRectF(x + 1.5, y + 1.5, max(width - 2, 1), row_px - 3)

    # --- mouse

    def _piece_at(self, point: QPointF) -> tuple[int, int, int] | None:
        """Row, first byte and end of the piece at a point."""
        grid, view = self._grid, self._view()
        y = point.y() - view.y() + self.top
        if grid is None or point.y() < view.y():
            return None
        line, below = divmod(int(y), self._line_px())
        row = below // self._row_px()
        if line >= grid.n_lines or row >= len(KINDS):
            return None
        byte = grid.byte_at(line, point.x() - 1)
        if byte is None:
            return None
        cuts = self._cuts[row]
        at = int(cuts.searchsorted(byte, side="right"))
        return row, int(cuts[at - 1]), int(cuts[at])

    def hover_at(self, point: QPointF) -> None:
        """Stress the piece at a point, if there is one."""
        self._hover(self._piece_at(point))

    def _hover(self, piece: tuple[int, int, int] | None) -> None:
        if piece != self._under:
            self._under = piece
            self.update()
            self.byte_hovered.emit(None if piece is None else piece[1])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Stress the piece under the mouse."""
        shape = Qt.CursorShape
        is_number = self._count_at(event.position()) is not None
        self.setCursor(shape.PointingHandCursor if is_number else shape.ArrowCursor)
        self.hover_at(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        super().leaveEvent(event)
        self._hover(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the token of the piece under the mouse, or ask about the count there."""
        if event.button() != Qt.MouseButton.LeftButton or self._grid is None:
            return
        piece, count = self._piece_at(event.position()), self._count_at(event.position())
        if count is not None:
            self.number_asked.emit(count, event.position().toPoint())
        elif piece is not None:
            self.byte_clicked.emit(piece[1])

    def _count_at(self, point: QPointF) -> int | None:
        """Which of the counts is at a point."""
        if self._grid is None or not 0 <= point.y() < theme.px(HEAD_PX):
            return None
        return min(max(int(4 * point.x() / max(self.width(), 1)), 0), len(KINDS) - 1)

    def event(self, event: QEvent) -> bool:
        """Say everything about the piece under the mouse."""
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            piece = self._piece_at(QPointF(help_event.pos()))
            text = "" if piece is None else tooltip(self.exact(*piece))
            count = self._count_at(QPointF(help_event.pos()))
            if count is not None:
                text = tooltip(f"{MEANINGS[count]}\n{ASK}")
            QToolTip.showText(help_event.globalPos(), text, self)
            return True
        return super().event(event)

    def exact(self, row: int, start: int, end: int) -> str:
        """All that there is to say about a piece."""
        if self._merges is None:
            return ""
        raw = self._merges.raw[start:end]
        if KINDS[row] == "bytes":
            return f"Byte {start + 1:,} of the text: {raw[0]:02X}, which is the number {raw[0]}"
        return describe_piece(raw, KINDS[row][:-1])

    # --- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End go from token to token, Enter selects, Escape lets go."""
        key = event.key()
        if key in (Key.Key_Return, Key.Key_Enter, Key.Key_Space) and self._under is not None:
            self.byte_clicked.emit(self._under[1])
        elif key == Key.Key_Escape and self._selected is not None:
            self.byte_clicked.emit(None)
        elif event.text() == "?" and self._grid is not None:
            self.number_asked.emit(1, QPoint(self.width() // 4, theme.px(HEAD_PX) // 2))
        elif key in (Key.Key_Up, Key.Key_Down, Key.Key_PageUp, Key.Key_PageDown):
            pages = key in (Key.Key_PageUp, Key.Key_PageDown)
            step = self._bar.pageStep() if pages else self._line_px()
            sign = -1 if key in (Key.Key_Up, Key.Key_PageUp) else 1
            self._bar.setValue(self._bar.value() + sign * step)
        elif self._grid is not None and key in (
            *(Key.Key_Left, Key.Key_Right, Key.Key_Home, Key.Key_End),
        ):
            self._go(key)
        else:
            super().keyPressEvent(event)

    def _go(self, key: int) -> None:
        """Move the cursor along the row of tokens."""
        last = self.counts[1] - 1
        step = 0 if self._under is None else 1 if key == Key.Key_Right else -1
        at = {Key.Key_Home: 0, Key.Key_End: last}.get(Key(key), self._cursor + step)
        self._cursor = min(max(at, 0), last)
        start, end = self._cuts[1][self._cursor : self._cursor + 2].tolist()
        self._show(start)
        merges = self._merges
        self.setAccessibleDescription("" if merges is None else label_of(merges.raw[start:end]))
        self._hover((1, start, end))


def _strength() -> float:
    """How strongly boxes are coloured."""
    return 0.14 if theme.active().name == "light" else 0.26
