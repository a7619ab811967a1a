"""A sentence over a figure, beside what it is about, as a tooltip that waits to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QLabel

from gui import theme

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtWidgets import QWidget

WIDEST_PX = 260
GAP = 4


class FigureNote(QLabel):
    """Hidden until there is something to say; the mouse goes through it.

    Args:
        figure: What it lies over.
    """

    def __init__(self, figure: QWidget) -> None:
        super().__init__(figure)
        self.setObjectName("figureNote")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._figure = figure
        self.hide()

    def say(self, sentence: str, about: QRect) -> None:
        """Appear below what it is about, or above where there is no room, and be read out.

        Args:
            sentence: What there is to say.
            about: Its place on the figure.
        """
        look = theme.active()
        self.setStyleSheet(
            f"QLabel {{ color: {look.text}; background: {look.raised}; padding: 4px 8px; "
            f"border: 1px solid {look.border}; border-radius: {theme.RADIUS}px; "
            f"font-size: {theme.px(theme.SMALL)}px; }}"
        )
        self.setText(sentence)
        self.setAccessibleName(sentence)
        width = min(theme.px(WIDEST_PX), self._figure.width())
        self.resize(width, self.heightForWidth(width))
        right, bottom = self._figure.width() - width, self._figure.height() - self.height()
        below, above = about.bottom() + 1 + GAP, about.top() - GAP - self.height()
        y = below if below <= bottom else max(above, 0)
        x = min(max(about.center().x() - width // 2, 0), max(right, 0))
        self.move(QPoint(x, y))
        self.show()
        self.raise_()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
