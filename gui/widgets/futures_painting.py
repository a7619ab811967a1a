"""How the tree of futures is drawn: links, chips, and the probabilities of whole paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from gui import theme
from gui.widgets.futures_scene import LINK_PX
from gui.widgets.painting import draw_token
from gui.widgets.prediction_rows import percent

if TYPE_CHECKING:
    from collections.abc import Container

    from gui.widgets.futures_scene import FuturesLayout, FuturesScene

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
THICKEST = 7.0  # a link of certainty, device-independent pixels
MARK_PX = 11
NARROW_PX = 140  # a narrower column has room for the name or for a digit after the point


def path_px() -> float:
    """How wide the probabilities of whole paths at the right are."""
    return QFontMetricsF(theme.mono()).horizontalAdvance("<0.01%") + 2 * theme.INSIDE


def number_px() -> float:
    """How wide the number on a chip is."""
    return QFontMetricsF(theme.mono()).horizontalAdvance("<0.01%") + 6


def draw_links(
    painter: QPainter, places: FuturesLayout, scene: FuturesScene, stressed: Container[int]
) -> None:
    """From each token to those that may follow, the thicker the likelier the whole path."""
    look, gap = theme.active(), theme.px(LINK_PX)
    for place, node in enumerate(scene.nodes):
        chip = places.chip(node, places.rows[place])
        end = QPointF(chip.x(), chip.center().y())
        if node.parent is None:
            start = QPointF(chip.x() - gap + 4, end.y())
        else:
            before = scene.nodes[node.parent]
            from_chip = places.chip(before, places.rows[node.parent])
            start = QPointF(from_chip.right(), from_chip.center().y())
        is_stressed = place in stressed
        ink = QColor(look.accent if is_stressed else look.muted)
        ink.setAlphaF(1.0 if is_stressed else 0.55)
        painter.setPen(QPen(ink, max(1.0, THICKEST * node.path)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if start.y() == end.y():
            painter.drawLine(start, end)
            continue
        turn = QPainterPath(start)
        middle = end.x() - gap * 0.5
        turn.cubicTo(QPointF(middle, start.y()), QPointF(end.x() - gap, end.y()), end)
        painter.drawPath(turn)


def draw_chips(
    painter: QPainter,
    places: FuturesLayout,
    scene: FuturesScene,
    stressed: Container[int],
    seen: QRectF,
) -> None:
    """Every token in sight: shaded by the probability of its path."""
    look, digits = theme.active(), QFontMetricsF(theme.mono())
    for place, node in enumerate(scene.nodes):
        chip = places.chip(node, places.rows[place])
        if not chip.intersects(seen):
            continue
        fill = look.probability_color(0.06 + 0.6 * node.path)
        marks = scene.marks(place)
        painter.setBrush(QColor(look.raised) if node.ends else fill)
        painter.setPen(_frame(marks, is_stressed=place in stressed))
        painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        ink = QColor(look.muted) if node.ends else look.readable_on(fill)
        left = chip.x() + 4
        for mark in marks:
            draw_mark(painter, QRectF(left, chip.y(), theme.px(MARK_PX), chip.height()), mark, ink)
            left += theme.px(MARK_PX) + 1
        number = short(node.probability, is_narrow=places.column < theme.px(NARROW_PX))
        wide = digits.horizontalAdvance(number) + 8
        name = QRectF(left, chip.y(), chip.right() - wide - left, chip.height())
        painter.setFont(theme.font(theme.SMALL))
        draw_token(painter, name, node.label, ink)
        painter.setFont(theme.mono())
        painter.setPen(ink)
        painter.drawText(chip.adjusted(0, 0, -4, 0), RIGHT, number)


def short(probability: float, *, is_narrow: bool = False) -> str:
    """A probability in at most five characters, or four."""
    if is_narrow and probability < 0.005:
        return "<1%"
    if is_narrow and probability < 0.9995:
        return f"{probability:.0%}" if probability < 0.995 else ">99%"
    return percent(probability) if probability < 0.9995 else "100%"


def _frame(marks: str, *, is_stressed: bool) -> QPen:
    look = theme.active()
    if is_stressed:
        return QPen(QColor(look.accent), 2)
    if "G" in marks or "B" in marks:
        return QPen(QColor(look.text), 1.5)
    return QPen(QColor(look.border), 1)


def draw_mark(painter: QPainter, rect: QRectF, mark: str, ink: QColor) -> None:
    """A disc is greedy, a diamond beam search's best, a hollow diamond another it keeps."""
    centre, half = rect.center(), rect.width() / 2 - 1.5
    painter.setPen(QPen(ink, 1.2))
    painter.setBrush(ink if mark in "GB" else Qt.BrushStyle.NoBrush)
    if mark == "G":
        painter.drawEllipse(centre, half, half)
        return
    corners = ((0, -1), (1, 0), (0, 1), (-1, 0))
    painter.drawPolygon(QPolygonF([centre + QPointF(x, y) * (half + 1) for x, y in corners]))


def draw_paths(
    painter: QPainter,
    places: FuturesLayout,
    scene: FuturesScene,
    room: QRectF,
    top: float,
    current: int | None,
) -> None:
    """At the right of every row the probability of the whole path."""
    look = theme.active()
    painter.setFont(theme.mono())
    for row, leaf in enumerate(places.leaves):
        y = room.y() + row * places.row - top
        if y + places.row < room.y() or y > room.bottom():
            continue
        rect = QRectF(room.x(), y, room.width() - theme.INSIDE, places.row)
        is_here = leaf == current
        painter.setPen(QColor(look.accent if is_here else look.text))
        painter.drawText(rect, RIGHT, percent(scene.nodes[leaf].path))
