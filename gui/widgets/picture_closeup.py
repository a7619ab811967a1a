"""One picture enlarged, beside what the net says about it in words and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui import theme
from gui.widgets.painting import Canvas, checked, elided
from gui.widgets.pixel_painting import N_PIXELS, draw_pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

HINT = "Point at a picture: here it is large, with its answer."
LARGEST_PX = 160
GAP = 12
LINES = 5  # a heading, up to three of numbers, a remark


class PictureCloseup(Canvas):
    """A picture, a heading, a number for each answer, a remark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pictureCloseup")
        self.setAccessibleName("The picture enlarged")
        self.setAccessibleDescription(HINT)
        self._picture: NDArray[Any] | None = None
        self._heading, self._remark = "", ""
        self._numbers: tuple[str, ...] = ()
        self._lines: list[str] = []
        self._why = HINT

    def set_data(
        self, picture: NDArray[Any], heading: str, numbers: Sequence[str], remark: str
    ) -> None:
        """Show a picture.

        Args:
            picture: (9,).
            heading: What the net says.
            numbers: How sure it is of each answer, such as "x 1.9%".
            remark: What else there is to say.

        Raises:
            ValueError: Another shape.
        """
        self._picture = checked(picture, "picture", N_PIXELS)
        self._heading, self._numbers, self._remark = heading, tuple(numbers), remark
        self.setAccessibleDescription(self.text())
        self.refresh()

    def clear(self, why: str = "") -> None:
        """Show no picture, and say why there is none."""
        self._picture, self._why = None, why or HINT
        self.setAccessibleDescription(self._why)
        self.update()

    def text(self) -> str:
        """What can be read."""
        return f"{self._heading}. {', '.join(self._numbers)}. {self._remark}"

    def sizeHint(self) -> QSize:
        """Five lines, and a square as high."""
        high = LINES * theme.px(16)
        return QSize(high + GAP + theme.px(150), high)

    def minimumSizeHint(self) -> QSize:
        """Likewise, closer together."""
        high = LINES * theme.px(15)
        return QSize(high + GAP + theme.px(110), high)

    def prepare(self) -> None:
        """Break the numbers into lines."""
        metrics = QFontMetricsF(theme.mono(theme.SMALL))
        room = self.width() - self._side() - GAP
        self._lines = [""]
        for number in self._numbers:
            line = f"{self._lines[-1]}  {number}".strip()
            if self._lines[-1] and metrics.horizontalAdvance(line) > room:
                self._lines.append(number)
            else:
                self._lines[-1] = line

    def _side(self) -> float:
        return float(min(self.height(), 0.42 * self.width(), theme.px(LARGEST_PX)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture at the left, the lines at the right."""
        painter, look, side = QPainter(self), theme.active(), int(self._side())
        if self._picture is None:
            painter.setPen(QColor(look.muted))
            painter.setFont(theme.font(theme.BODY))
            painter.drawText(self.rect(), Qt.TextFlag.TextWordWrap, self._why)
            return
        draw_pixels(painter, QRectF(0, 0, side - 1, side - 1), self._picture)
        left, y = side + GAP, 0.0
        room = self.width() - left
        bold, plain, mono = theme.font(bold=True), theme.font(theme.SMALL), theme.mono()
        lines = [(self._heading, bold, look.text)]
        lines += [(line, mono, look.text) for line in self._lines]
        lines += [(self._remark, plain, look.muted)]
        for words, font, color in lines:
            painter.setFont(font)
            painter.setPen(QColor(color))
            high = QFontMetricsF(font).lineSpacing()
            painter.drawText(QRectF(left, y, room, high), 0, elided(words, font, room))
            y += high + 1
