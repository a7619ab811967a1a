"""How the panels of the shaping are drawn: heads, bars, cuts and names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from gui import theme
from gui.widgets.painting import draw_token, elided
from gui.widgets.prediction_rows import percent
from gui.widgets.shaping_scene import (
    KEPT_PX,
    TITLE_PX,
    columns,
    head_px,
    label_px,
    row_px,
    ticks,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gui.widgets.shaping_scene import ShapingScene

IN_THE_DRAW = "In the draw"
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, eq=False)
class PanelView:
    """A scene in a figure of a certain size, at a moment of its glide.

    Attributes:
        scene: What is shown.
        shown: (rows, steps) lengths of the bars now, as shares of the longest possible one.
        scale: What that one stands for, where the scale is linear.
        is_logarithmic: It is not.
        n_rows: Room is kept for so many, so that no row changes its height.
        has_axis: The heads say what the bars' lengths stand for.
        width: Of the figure, in device-independent pixels.
        height: Likewise.
    """

    scene: ShapingScene
    shown: NDArray[np.float64]
    scale: float
    is_logarithmic: bool
    n_rows: int
    has_axis: bool
    width: float
    height: float

    def row_rect(self, row: int) -> QRectF:
        """The place of a row, across all panels."""
        top, high = self._rows
        return QRectF(0, top + row * high, self.width, high)

    @cached_property
    def _rows(self) -> tuple[float, float]:
        """Where they begin, and how high each is."""
        top = head_px(has_axis=self.has_axis)
        return top, row_px(self.n_rows, self.height, top)

    @cached_property
    def columns(self) -> tuple[tuple[float, float], ...]:
        """Left edge and width of each panel."""
        return columns(self.width, self.scene.n_steps)

    def cell_rect(self, cell: tuple[int, int]) -> QRectF:
        """The place of a row's bar and number in a panel."""
        left, width = self.columns[cell[1]]
        row = self.row_rect(cell[0])
        return QRectF(left, row.y(), width, row.height())

    def label_rect(self, row: int) -> QRectF:
        """The place of a row's name."""
        rect = self.row_rect(row)
        rect.setWidth(label_px(self.width))
        return rect


def bar_px(width: float) -> float:
    """How long the longest possible bar is in a panel of this width."""
    number = QFontMetricsF(theme.mono()).horizontalAdvance(">99.9%")
    return max(width - number - 6, 1.0)


def draw_head(painter: QPainter, view: PanelView, step: int) -> None:
    """What a step does, how much it keeps, and the hairlines of its bars."""
    head, look = view.scene.heads[step], theme.active()
    left, width = view.columns[step]
    painter.setPen(QColor(look.muted if head.is_off else look.text))
    bold = theme.font(theme.SMALL, bold=True)
    painter.setFont(bold)
    title = QRectF(left, 0, width, theme.px(TITLE_PX))
    named = head.short.partition(" ")[2]
    painter.drawText(title, LEFT, _fitting((head.title, head.short, named), bold, width))
    font = theme.font(theme.SMALL)
    painter.setFont(font)
    kept = QRectF(left, theme.px(TITLE_PX), width, theme.px(KEPT_PX))
    painter.drawText(kept, LEFT, _fitting((head.kept, head.kept_short), font, width))
    painter.setPen(QColor(look.muted))
    painter.setFont(theme.mono())
    bar = bar_px(width)
    bottom = view.row_rect(len(view.scene.rows) - 1).bottom()
    for share, text in ticks(view.scale, logarithmic=view.is_logarithmic):
        x = round(left + share * bar) + 0.5
        painter.setPen(QPen(QColor(look.border), 1))
        painter.drawLine(QPointF(x, view.row_rect(0).top() - 2), QPointF(x, bottom))
        if not view.has_axis:
            continue
        painter.setPen(QColor(look.muted))
        wide = theme.px(60)
        at = x if share == 0 else x - wide if share == 1 else x - wide / 2
        flag = LEFT if share == 0 else RIGHT if share == 1 else CENTRE
        if bar > theme.px(76) or share in (0, 1):
            painter.drawText(
                QRectF(at, theme.px(TITLE_PX + KEPT_PX), wide, theme.px(15)), flag, text
            )


def _fitting(texts: tuple[str, ...], font: QFont, width: float) -> str:
    """The first of these that fits; else the last with an ellipsis."""
    metrics = QFontMetricsF(font)
    fitting = (text for text in texts if metrics.horizontalAdvance(text) <= width)
    return next(fitting, elided(texts[-1], font, width))


def draw_panel(painter: QPainter, view: PanelView, step: int) -> None:
    """The bars of a step, what it takes away hatched, and the numbers."""
    look = theme.active()
    fill, text, muted = look.probability_color(0.6), QColor(look.text), QColor(look.muted)
    left, width = view.columns[step]
    bar = bar_px(width)
    taken = QBrush(muted, Qt.BrushStyle.BDiagPattern)
    outline, mark = QPen(muted, 1), QPen(muted, 2)
    painter.setFont(theme.mono())
    for index, row in enumerate(view.scene.rows):
        rect = view.cell_rect((index, step))
        slim = rect.height() * 0.5
        y = rect.center().y() - slim / 2
        now = float(view.shown[index, step]) * bar
        before = float(view.shown[index, step - 1]) * bar if step else now
        painter.fillRect(QRectF(left, y, now, slim), fill)
        if row.n_kept[step] < (row.n_kept[step - 1] if step else row.n):
            painter.setPen(outline)
            painter.setBrush(taken)
            painter.drawRect(QRectF(left + now, y, max(before - now, 0.0), slim))
        elif abs(before - now) > 1:
            painter.setPen(mark)
            x = left + before
            painter.drawLine(QPointF(x, y - slim * 0.35), QPointF(x, y + slim * 1.35))
        is_gone = row.shares[step] == 0
        painter.setPen(muted if is_gone else text)
        painter.drawText(rect.adjusted(0, 0, -2, 0), RIGHT, _words(view, index, step))
    _draw_cut(painter, view, step)


def _words(view: PanelView, index: int, step: int) -> str:
    """What stands behind a bar."""
    row = view.scene.rows[index]
    if view.scene.is_cut(index, step):
        return "cut"
    was_gone = step > 1 and row.shares[step - 1] == 0
    return "\N{MIDDLE DOT}" if was_gone else percent(row.shares[step])


def _draw_cut(painter: QPainter, view: PanelView, step: int) -> None:
    """The line at which the step cuts; through a group that it cuts apart."""
    index = view.scene.boundary(step)
    if index is None:
        return
    row = view.scene.rows[index]
    rect = view.cell_rect((index, step))
    y = rect.y() if row.n_kept[step] == 0 else rect.bottom()
    painter.setPen(QPen(QColor(theme.active().text), 1.5, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(rect.x() - 3, y), QPointF(rect.right() + 3, y))


def draw_labels(painter: QPainter, view: PanelView) -> None:
    """What the rows are."""
    look = theme.active()
    painter.setFont(theme.font(theme.SMALL))
    painter.setPen(QColor(look.muted))
    kept = QRectF(4, theme.px(TITLE_PX), label_px(view.width) - 4, theme.px(KEPT_PX))
    painter.drawText(kept, LEFT, elided(IN_THE_DRAW, painter.font(), kept.width()))
    font = theme.font(theme.BODY if view.row_rect(0).height() >= theme.px(17) else theme.SMALL)
    painter.setFont(font)
    for index, row in enumerate(view.scene.rows):
        rect = view.label_rect(index).adjusted(4, 0, 0, 0)
        is_word = row.token is not None and row.shares[-1] > 0
        if row.token is None:
            painter.setPen(QColor(look.muted))
            painter.drawText(rect, LEFT, elided(row.label, font, rect.width()))
        else:
            draw_token(painter, rect, row.label, QColor(look.text if is_word else look.muted))
