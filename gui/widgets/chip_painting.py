"""How the chips of a token strip look: frames, labels with their spaces, numbers below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui import theme
from gui.widgets.painting import draw_token
from gui.widgets.token_chips import CHIP_HEIGHT, PADDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.widgets.token_chips import Chip


@dataclass(frozen=True)
class Stress:
    """What is stressed.

    Attributes:
        selected: Position of the token that was clicked.
        hovered: Position of the one under the mouse, wherever that is.
        asking: The chip whose number is under the mouse.
    """

    selected: int | None = None
    hovered: int | None = None
    asking: Chip | None = None


def draw_chips(painter: QPainter, chips: Sequence[Chip], stress: Stress) -> None:
    """One kind of ink after the other: changing the font takes longer than drawing.

    Args:
        painter: Its origin is that of the chips; font, pen and brush change.
        chips: Those in sight.
        stress: What is stressed.
    """
    for chip in chips:
        _draw_frame(painter, chip, stress)
    painter.setFont(theme.font())
    for chip in chips:
        _draw_label(painter, chip)
    look, plain, underlined = theme.active(), theme.mono(), theme.mono()
    underlined.setUnderline(True)
    middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
    for chip in chips:
        is_asking = chip == stress.asking
        painter.setFont(underlined if is_asking else plain)
        painter.setPen(QColor(look.text if is_asking else look.muted))
        painter.drawText(chip.rect.adjusted(0, 0, 0, -4), middle, chip.below)


def _draw_frame(painter: QPainter, chip: Chip, stress: Stress) -> None:
    look = theme.active()
    fill, pen = QColor(look.raised), QPen(QColor(look.border), 1)
    if chip.position is None:
        fill = QColor(Qt.GlobalColor.transparent)
        pen.setStyle(Qt.PenStyle.DashLine)
    elif chip.position == stress.selected:
        fill = QColor(look.accent)
        fill.setAlphaF(0.14)
        pen = QPen(QColor(look.accent), 2)
    elif chip.position == stress.hovered:
        pen = QPen(QColor(look.accent), 1.5)
    painter.setBrush(fill)
    painter.setPen(pen)
    painter.drawRoundedRect(chip.rect, theme.RADIUS, theme.RADIUS)


def _draw_label(painter: QPainter, chip: Chip) -> None:
    look = theme.active()
    color = QColor(look.muted if chip.position is None else look.text)
    room = chip.rect.adjusted(PADDING - 1, 3, 1 - PADDING, -theme.px(CHIP_HEIGHT) / 2 + 2)
    draw_token(painter, room, chip.label, color, Qt.AlignmentFlag.AlignHCenter)
