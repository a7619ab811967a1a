"""How the parts of the lens figure look."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui import theme
from gui.widgets.lens_layout import (
    BESIDE,
    EDGE,
    GAP,
    NUMBER_LINE,
    RANK_PX,
    SHARE_PX,
    TOKEN_LINE,
    TWO_LINES,
)
from gui.widgets.lens_scene import UNKNOWN, shortly
from gui.widgets.painting import draw_token, elided, picture
from gui.widgets.prediction_rows import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.widgets.lens_layout import LensLayout
    from gui.widgets.lens_scene import LensScene, Track

NUMBER_PX = 32  # of a cell's percentage
PAD = 5
MARK = 7  # side of the corner that marks another guess than without changes
DOT = 3.5
LEGEND_PX, WITH_LEGEND = 90, 420  # the scale of probabilities, where there is room for it
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def number_room(cell: QRectF) -> QRectF:
    """Where a cell's percentage stands: below the word or beside it, if there is room for it."""
    if cell.height() >= theme.px(TWO_LINES):
        half = cell.height() / 2
        return QRectF(cell.x() + PAD, cell.y() + half, theme.px(NUMBER_PX), half - 4)
    if cell.width() < theme.px(BESIDE):
        return QRectF()
    wide = theme.px(NUMBER_PX)
    return QRectF(cell.right() - PAD - wide, cell.y(), wide, cell.height())


def word_room(cell: QRectF) -> QRectF:
    """Where its word stands."""
    number = number_room(cell)
    if cell.height() >= theme.px(TWO_LINES):
        return cell.adjusted(PAD, 2, -PAD, -cell.height() / 2)
    return cell.adjusted(PAD, 0, -2 * PAD - number.width() if number.width() else -PAD, 0)


def draw_depths(painter: QPainter, places: LensLayout, names: Sequence[str], top: float) -> None:
    """The names of the rows."""
    look, view = theme.active(), places.view
    painter.save()
    painter.setClipRect(QRectF(0, view.y(), view.x(), view.height()))
    for depth in places.in_sight(0, top)[0]:
        cell = places.cell((depth, 0), 0, top)
        room = QRectF(EDGE, cell.y(), view.x() - EDGE - GAP + 2, cell.height())
        is_last = depth == places.n_depths - 1
        painter.setFont(theme.font(theme.SMALL, bold=is_last))
        painter.setPen(QColor(look.text if is_last else look.muted))
        painter.drawText(room, RIGHT, elided(names[depth], painter.font(), room.width()))
    painter.restore()


def draw_tokens(
    painter: QPainter, places: LensLayout, scene: LensScene, left: float, stressed: int | None
) -> None:
    """The text above the columns, and which of its tokens each is."""
    look, view = theme.active(), places.view
    painter.save()
    painter.setClipRect(QRectF(view.x(), 0, view.width(), view.y()))
    numbers, words = theme.mono(), theme.font(bold=True)
    for position in places.in_sight(left, 0)[1]:
        cell = places.cell((0, position), left, 0)
        color = QColor(look.accent if position == stressed else look.text)
        painter.setFont(numbers)
        painter.setPen(QColor(look.muted))
        above = QRectF(cell.x() + PAD, EDGE, cell.width() - 2 * PAD, theme.px(NUMBER_LINE))
        painter.drawText(above, LEFT, f"{position + 1:,}")
        painter.setFont(words)
        room = QRectF(above.x(), above.bottom(), above.width(), theme.px(TOKEN_LINE) - 2)
        draw_token(painter, room, scene.tokens[position], color)
    painter.restore()


def draw_cells(
    painter: QPainter, places: LensLayout, scene: LensScene, scrolled: tuple[float, float]
) -> None:
    """The guesses in sight."""
    look = theme.active()
    depths, positions = places.in_sight(*scrolled)
    seen = slice(depths.start, depths.stop), slice(positions.start, positions.stop)
    ids = scene.ids[seen]
    pixels = look.probability_pixels(scene.probabilities[seen])  # (depths, positions, 4)
    fonts = [theme.font(theme.SMALL, bold=bold) for bold in (False, True)]
    small = theme.mono(11)
    for row, depth in enumerate(depths):
        for column, position in enumerate(positions):
            cell, token = places.cell((depth, position), *scrolled), int(ids[row, column])
            if token == UNKNOWN:
                painter.fillRect(cell, QColor(look.raised))
                continue
            blue, green, red, _ = pixels[row, column].tolist()
            fill = QColor(red, green, blue)
            painter.fillRect(cell, fill)
            ink = look.readable_on(fill)
            painter.setFont(fonts[token == int(scene.answers[position])])
            draw_token(painter, word_room(cell), scene.label(token), ink)
            number = number_room(cell)
            if not number.isEmpty():
                faint = QColor(ink)
                faint.setAlphaF(0.8)
                painter.setFont(small)
                painter.setPen(faint)
                share = shortly(float(scene.probabilities[depth, position]))
                painter.drawText(number, LEFT if number.y() > cell.y() else RIGHT, share)
            if scene.others[depth, position]:
                _draw_mark(painter, cell, ink)
    _draw_lines(painter, places, scrolled)


def _draw_mark(painter: QPainter, cell: QRectF, ink: QColor) -> None:
    corner = cell.topLeft()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    across, down = QPointF(MARK, 0), QPointF(0, MARK)
    painter.drawPolygon(QPolygonF([corner, corner + across, corner + down]))


def _draw_lines(painter: QPainter, places: LensLayout, scrolled: tuple[float, float]) -> None:
    """Hairlines between the cells."""
    view = QRectF(places.view)
    painter.setPen(QPen(QColor(theme.active().border), 1))
    depths, positions = places.in_sight(*scrolled)
    for position in positions:
        x = places.cell((0, position), *scrolled).x()
        painter.drawLine(QPointF(x, view.top()), QPointF(x, view.bottom()))
    for depth in depths:
        y = places.cell((depth, 0), *scrolled).y()
        painter.drawLine(QPointF(view.left(), y), QPointF(view.right(), y))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(view.adjusted(0.5, 0.5, -0.5, -0.5))


# --- the track


def share_room(places: LensLayout, depth: int, top: float) -> QRectF:
    """Where a depth's probability stands in the track."""
    cell = places.cell((depth, 0), 0, top)
    return QRectF(
        places.track.x() + theme.px(RANK_PX), cell.y(), theme.px(SHARE_PX) + GAP, cell.height()
    )


def draw_track(
    painter: QPainter, places: LensLayout, track: Track, top: float, pointed: int | None
) -> None:
    """A token's places and probabilities by depth, and the places as a curve."""
    if places.track.isEmpty():
        return
    look, area = theme.active(), places.track
    _draw_title(painter, places, track)
    painter.save()
    painter.setClipRect(QRectF(area.x(), places.view.y(), area.width(), places.view.height()))
    depths = places.in_sight(0, top)[0]
    for depth in depths:
        share = share_room(places, depth, top)
        place = QRectF(area.x(), share.y(), theme.px(RANK_PX), share.height())
        painter.setFont(theme.mono(bold=depth == pointed))
        painter.setPen(QColor(look.text))
        painter.drawText(place, RIGHT, f"{int(track.ranks[depth]):,}")
        painter.setPen(QColor(look.muted))
        painter.drawText(share, RIGHT, percent(float(track.probabilities[depth])))
    if not places.plot.isEmpty():
        _draw_curve(painter, places, track, top)
    painter.restore()


def _draw_title(painter: QPainter, places: LensLayout, track: Track) -> None:
    look, area, plot = theme.active(), places.track, places.plot
    painter.setFont(theme.font(theme.SMALL))
    painter.setPen(QColor(look.muted))
    above = QRectF(area.x(), EDGE, area.width(), theme.px(NUMBER_LINE))
    painter.drawText(above, LEFT, elided("place and probability of", painter.font(), above.width()))
    room = QRectF(area.x(), above.bottom(), area.width(), theme.px(TOKEN_LINE) - 2)
    if not plot.isEmpty():
        painter.setFont(theme.mono(11))
        ends = QRectF(plot.x(), room.y(), plot.width(), room.height())
        last, wide = f"{track.n_tokens:,}", painter.fontMetrics().horizontalAdvance
        for words in (f"place {last}", last):
            if wide(f"{words}  1") <= ends.width():
                painter.drawText(ends, RIGHT, "1")
                painter.drawText(ends, LEFT, words)
                break
        room.setRight(plot.x() - GAP)
    painter.setFont(theme.font(bold=True))
    draw_token(painter, room, track.label, QColor(look.accent))


def _draw_curve(painter: QPainter, places: LensLayout, track: Track, top: float) -> None:
    """Places from the last at the left to the first at the right, each step ten times better."""
    look, plot = theme.active(), places.plot.adjusted(DOT + 2, 0, -DOT - 2, 0)
    widest = math.log10(max(track.n_tokens, 2))
    painter.setPen(QPen(QColor(look.border), 1, Qt.PenStyle.DotLine))
    for power in range(math.floor(widest) + 1):
        x = plot.right() - power / widest * plot.width()
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
    points = []
    for depth, rank in enumerate(track.ranks.tolist()):
        y = places.cell((depth, 0), 0, top).center().y()
        points.append(QPointF(plot.right() - math.log10(rank) / widest * plot.width(), y))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(look.accent), 2))
    painter.drawPolyline(points)
    painter.setPen(QPen(QColor(look.surface), 1))
    painter.setBrush(QColor(look.accent))
    for point in points:
        painter.drawEllipse(point, DOT, DOT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def draw_words(painter: QPainter, room: QRectF, words: str, *, is_said: bool) -> None:
    """What one points at, below the table."""
    look = theme.active()
    painter.setFont(theme.font(theme.SMALL))
    legend = LEGEND_PX + theme.px(24) + theme.px(40)
    if room.width() > theme.px(WITH_LEGEND):
        room.setWidth(room.width() - legend - GAP)
        ramp = QRectF(room.right() + GAP + theme.px(24), room.y() + 4, LEGEND_PX, 10)
        painter.drawImage(ramp, picture(look.probability_table[None]))
        painter.setPen(QColor(look.border))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(ramp)
        painter.setPen(QColor(look.muted))
        side = QRectF(ramp.x() - theme.px(30), room.y(), theme.px(24), room.height())
        painter.drawText(side, RIGHT, "0")
        side = QRectF(ramp.right() + 6, room.y(), theme.px(36), room.height())
        painter.drawText(side, LEFT, "100%")
    painter.setPen(QColor(look.text if is_said else look.muted))
    painter.drawText(room, LEFT, elided(words, painter.font(), room.width()))
