"""What a figure shows, in grey: as many lines as there is room for, and all of it at a click.

A caption that had to give up lines ends with "… more": a click on it, or Enter, opens the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolButton

from gui import theme
from gui.widgets.caption_popover import CaptionPopover
from gui.widgets.keyboard_focus import BY_KEYBOARD, asks
from gui.widgets.painting import draw_focus_ring, in_lines, tooltip
from gui.widgets.sentence import Sentence

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import (
        QFocusEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
        QResizeEvent,
        QShowEvent,
    )
    from PySide6.QtWidgets import QWidget

MORE = "more"


class Caption(Sentence):
    """Words that wrap; `text` is always all of them.

    Args:
        text: "What am I seeing?"
        about: The figure's title, for the card that shows the whole.
    """

    def __init__(self, text: str, about: str) -> None:
        super().__init__(text, QSizePolicy.Policy.Preferred)
        self.about = about
        self.setObjectName("caption")
        self.setProperty("role", "caption")
        self._most: int | None = None
        self._lines: list[str] = []  # drawn by hand; none while all of it fits
        self._by_keyboard = False

    @property
    def is_cut(self) -> bool:
        """Whether the whole is only seen at a click."""
        return bool(self._lines)

    def set_most_lines(self, most: int | None) -> None:
        """Take no more room than so many lines; None is as many as the words need."""
        if most != self._most:
            self._most = most
            self.updateGeometry()
            self._fit()

    def setText(self, text: str) -> None:
        """Say something else."""
        super().setText(text)
        self._fit()

    def open(self, beside: QWidget | None = None) -> None:
        """Show all of it in a card of its own.

        Args:
            beside: Where; over itself if None.
        """
        card = self.window().findChild(CaptionPopover) or CaptionPopover(self.window())
        card.set_data(self.about, self.text())
        card.open_over(beside or self)

    # --- its size

    def bounded(self, height: int) -> int:
        """A height, or that of the lines that it may take."""
        if self._most is None:
            return height
        return min(height, self._most * self.fontMetrics().lineSpacing())

    def heightForWidth(self, width: int) -> int:
        """Of the lines that it may take."""
        return self.bounded(super().heightForWidth(width))

    def sizeHint(self) -> QSize:
        """Likewise."""
        hint = super().sizeHint()
        return QSize(hint.width(), self.bounded(hint.height()))

    def minimumSizeHint(self) -> QSize:
        """Likewise."""
        hint = super().minimumSizeHint()
        high = super().heightForWidth(self.width()) if self.width() > 0 else hint.height()
        return QSize(hint.width(), self.bounded(high))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In another width more or fewer words fit."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """So in another font."""
        super().changeEvent(event)
        if event.type() == event.Type.FontChange and self.isVisible():
            self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """And what was hidden meanwhile."""
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Break the words by hand where not all of them fit."""
        spacing = self.fontMetrics().lineSpacing()
        self._lines = []
        too_high = super().heightForWidth(self.width()) > self.height() + 1
        if self.text().strip() and self.width() > 0 and too_high:
            most = max(self.height() // spacing, 1)
            self._lines = _in_lines(self.text(), self.font(), self.width(), most)
        is_cut = self.is_cut
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if is_cut else Qt.FocusPolicy.NoFocus)
        shape = Qt.CursorShape
        self.setCursor(shape.PointingHandCursor if is_cut else shape.ArrowCursor)
        self.setToolTip(tooltip(self.text()) if is_cut else "")
        self.setAccessibleDescription("Enter shows all of it" if is_cut else "")
        self.update()

    # --- the user

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show the whole."""
        if self.is_cut and event.button() == Qt.MouseButton.LeftButton:
            self.open()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Likewise."""
        if self.is_cut and asks(event):
            self.open()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A ring shows where the keyboard is."""
        super().focusInEvent(event)
        self._by_keyboard = event.reason() in BY_KEYBOARD
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The words; where they are cut, that there are more."""
        if not self.is_cut:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        font, metrics = self.font(), QFontMetricsF(self.font())
        spacing = self.fontMetrics().lineSpacing()
        top = max((self.height() - len(self._lines) * spacing) / 2, 0.0)
        if self.alignment() & Qt.AlignmentFlag.AlignTop:
            top = 0.0
        painter.setFont(font)
        y = top + metrics.ascent()
        for line in self._lines:
            painter.drawText(QPointF(0, y), line)
            y += spacing
        x = metrics.horizontalAdvance(f"{self._lines[-1]} ")
        font.setUnderline(True)
        painter.setFont(font)
        painter.setPen(QColor(theme.active().text))
        painter.drawText(QPointF(x, y - spacing), MORE)
        if self._by_keyboard and self.hasFocus():
            draw_focus_ring(painter, QRectF(self.rect()))


class AskButton(QToolButton):
    """A question mark that stands for a caption that has no room at all.

    Args:
        caption: It is shown at a click.
    """

    def __init__(self, caption: Caption) -> None:
        super().__init__()
        self._caption = caption
        self.setObjectName("captionButton")
        self.setText("?")
        self.setAccessibleName(f"What this shows: {caption.about}")
        self.setStyleSheet("QToolButton { padding: 0 6px; min-height: 0; }")
        self.clicked.connect(lambda: caption.open(self))

    def event(self, event: QEvent) -> bool:
        """Its tooltip is what the caption says now."""
        if event.type() == event.Type.ToolTip:
            self.setToolTip(tooltip(self._caption.text()))
        return super().event(event)


def _in_lines(text: str, font: QFont, width: float, most: int) -> list[str]:
    """The first lines of a text that has more; room for `MORE` is left after the last one."""
    metrics = QFontMetricsF(font)
    room = metrics.horizontalAdvance(f" {MORE}")
    lines = in_lines(text, font, width, most + 1)[:most]
    *whole, last = lines
    while last and metrics.horizontalAdvance(f"{last}…") + room > width:
        last = last.rpartition(" ")[0]
    return [*whole, f"{last.rstrip(' …,;:.')}…"]
