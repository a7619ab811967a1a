"""How the parts of a drawn net look: its lines, neurons, and the words around them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from gui import theme
from gui.widgets.network_layout import BESIDE_PX, Layout, Neuron, thumb_px
from gui.widgets.painting import elided
from gui.widgets.pixel_painting import brief, draw_pixels, grey, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

CAPTION_PX, LEGEND_PX = 22, 26
LEVELS = 20  # shades and widths of lines: enough to look continuous
THINNEST, THICKEST = 0.5, 3.0
INSET_PX = 1.5  # between a number and the outline of its neuron
SMALLEST = 11
CLOSEST_PX = 9.0  # height of circles that still have room for a number beside them
WIDEST = -0.88  # of the numbers that neurons hold
CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def fills(layers: Sequence[NDArray[np.float32]]) -> list[list[QColor]]:
    """Colours of all neurons: pixels as they are, hidden ones by sign, answers by probability."""
    look, last = theme.active(), len(layers) - 1
    colors = []
    for layer, values in enumerate(layers):
        if layer == 0:
            colors.append([grey(value) for value in values.tolist()])
            continue
        is_answer = layer == last
        bgra = look.probability_pixels(values) if is_answer else look.signed_pixels(values, 1.0)
        colors.append([QColor(red, green, blue) for blue, green, red, _ in bgra.tolist()])
    return colors


def draw_lines(
    size: QSize, ratio: float, layout: Layout, joins: Sequence[NDArray[np.float32]]
) -> QPixmap:
    """Draw every line once, the strongest on top: 200 of them take a few milliseconds.

    Args:
        size: Of the figure in device-independent pixels.
        ratio: Pixels of the screen in one of those.
        layout: Where the lines lie.
        joins: One (n_before, n) array of weights between each two layers.
    """
    drawn = QPixmap(size * ratio)
    if drawn.isNull():
        return drawn
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_lines(painter, layout, joins)
    painter.end()
    return drawn


def paint_lines(painter: QPainter, layout: Layout, joins: Sequence[NDArray[np.float32]]) -> None:
    """Draw every line, the strongest on top; as `draw_lines`."""
    lines = [line for layer in layout.lines for line in layer]
    strengths = np.concatenate([strength.ravel() for strength in joins])
    levels = np.rint(np.clip(strengths, -1, 1) * LEVELS).astype(int)
    for level in sorted(set(levels.tolist()) - {0}, key=abs):
        painter.setPen(line_pen(level / LEVELS))
        painter.drawLines([lines[i] for i in np.flatnonzero(levels == level)])


def line_pen(weight: float, extra_px: float = 0.0, palest: float = 0.0) -> QPen:
    """Colour for the sign, width for the size."""
    width = THINNEST + (THICKEST - THINNEST) * min(abs(weight), 1.0) + extra_px
    shade = math.copysign(max(abs(weight), palest), weight)
    return QPen(theme.active().signed_color(shade), width)


def roomiest(width: float, values: Sequence[float], *, is_round: bool) -> tuple[QFont, bool] | None:
    """How these numbers are written in neurons of this width, the same in all of them.

    Returns:
        A font, and whether they have to be short: .98 for 0.98. None if they have no room.
    """
    for size, is_short in ((theme.BODY, False), (SMALLEST, False), (SMALLEST, True)):
        font = theme.font(size)
        wide, write = QFontMetricsF(font).horizontalAdvance, brief if is_short else number
        if max(wide(write(value)) for value in values) <= room_in(width, font, is_round=is_round):
            return font, is_short
    return None


def room_in(width: float, font: QFont, *, is_round: bool) -> float:
    """How wide a number can be in a square or circle: in the middle, as high as its digits."""
    high = QFontMetricsF(font).capHeight() if is_round else 0.0
    return math.sqrt(max(width**2 - high**2, 0.0)) - 2 * INSET_PX


def paint_pixels(
    painter: QPainter, layout: Layout, values: NDArray[np.float32], colors: Sequence[QColor]
) -> None:
    """The inputs as squares, as black or white as they are."""
    outline = QPen(QColor(theme.active().muted), 1)
    written = roomiest(layout.cell, values.tolist(), is_round=False)
    for index, (value, fill) in enumerate(zip(values.tolist(), colors, strict=True)):
        box = layout.box(Neuron(0, index))
        painter.setPen(outline)
        painter.setBrush(fill)
        painter.drawRect(box)
        if written is not None:
            font, is_short = written
            painter.setFont(font)
            painter.setPen(theme.active().readable_on(fill))
            painter.drawText(box, CENTRE, brief(value) if is_short else number(value))


def paint_neurons(
    painter: QPainter,
    layout: Layout,
    layer: int,
    values: NDArray[np.float32],
    colors: Sequence[QColor],
) -> None:
    """Circles, with their numbers in them, or beside them where those are too small for that."""
    look = theme.active()
    outline = QPen(QColor(look.muted), 1)
    written = roomiest(2 * layout.radius, (WIDEST,), is_round=True)
    for index, (value, fill) in enumerate(zip(values.tolist(), colors, strict=True)):
        box = layout.box(Neuron(layer, index))
        painter.setPen(outline)
        painter.setBrush(fill)
        painter.drawEllipse(box)
        if written is not None:
            font, is_short = written
            painter.setFont(font)
            painter.setPen(look.readable_on(fill))
            said = brief(value) if is_short else number(value, fixed=True)
            painter.drawText(box, CENTRE | Qt.TextFlag.TextDontClip, said)
        elif box.height() >= theme.px(CLOSEST_PX):
            painter.setFont(theme.font(SMALLEST))
            is_answer = layer == len(layout.centres) - 1
            paint_beside(painter, box, brief(value), at_left=is_answer)


def paint_beside(painter: QPainter, box: QRectF, said: str, *, at_left: bool) -> None:
    """A number that its circle is too small for, on a ground of its own."""
    metrics = QFontMetricsF(painter.font())
    wide, high = metrics.horizontalAdvance(said) + 2, metrics.capHeight() + 4
    x = box.left() - 3 - wide if at_left else box.right() + 3
    ground = QColor(theme.active().surface)
    ground.setAlphaF(0.85)
    place = QRectF(x, box.center().y() - high / 2, wide, high)
    painter.fillRect(place, ground)
    painter.setPen(QColor(theme.active().text))
    painter.drawText(place, CENTRE | Qt.TextFlag.TextDontClip, said)


def paint_outputs(
    painter: QPainter,
    layout: Layout,
    symbols: Sequence[tuple[str, NDArray[np.float32]]],
    winner: Neuron,
    room: QRectF,
) -> None:
    """Beside each output its name and picture, (9,); the winner's is bold."""
    size, (before, behind) = thumb_px(layout.radius), BESIDE_PX
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for index, (name, picture) in enumerate(symbols):
        box = layout.box(Neuron(winner.layer, index))
        thumb = QRectF(round(box.right()) + before, round(box.center().y() - size / 2), size, size)
        draw_pixels(painter, thumb, picture)
        painter.setFont(theme.font(theme.BODY, bold=index == winner.index))
        painter.setPen(QColor(theme.active().text))
        left = thumb.right() + behind
        rest = QRectF(left, box.y(), room.right() - left, box.height())
        painter.drawText(
            rest, LEFT | Qt.TextFlag.TextDontClip, elided(name, painter.font(), rest.width())
        )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def widest(names: Sequence[str]) -> float:
    """Of the names beside the outputs, as the winner's is written, in device-independent pixels."""
    metrics = QFontMetricsF(theme.font(theme.BODY, bold=True))
    return max((metrics.horizontalAdvance(name) for name in names), default=0.0) + 1


def paint_captions(painter: QPainter, layout: Layout, titles: Sequence[str]) -> None:
    """What the columns are."""
    painter.setFont(theme.font(theme.SMALL))
    painter.setPen(QColor(theme.active().muted))
    wide = theme.px(120)
    for title, centres in zip(titles, layout.centres, strict=True):
        x = float(centres[:, 0].mean())
        painter.drawText(QRectF(x - wide / 2, 0, wide, theme.px(CAPTION_PX) - 4), CENTRE, title)
