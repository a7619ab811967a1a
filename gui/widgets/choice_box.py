"""A list that drops down, in the look of the buttons beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QComboBox

from gui import theme
from gui.widgets.painting import elided

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

# Beside the text, at any size of it, as Qt's own hint for the size leaves so much.
ARROW_PX, SIDE_PX = 18, 7


class ChoiceBox(QComboBox):
    """Qt's own, painted here: its style shades it in greys of its own, which stand out in the dark.

    A border of the style sheet would cost it its arrow.

    Args:
        name: Its `objectName`; its list's is this and "List".
        purpose: What is chosen, for its tooltip and for screen readers.
        parent: Qt's.
    """

    def __init__(self, name: str, purpose: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for widget, called in ((self, name), (self.view(), f"{name}List")):
            widget.setObjectName(called)
            widget.setAccessibleName(purpose)
        self.setToolTip(purpose)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a frame, what is chosen, and the sign that there is more."""
        painter, look = QPainter(self), theme.active()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        border = look.border
        if self.isEnabled() and (self.hasFocus() or self.underMouse()):
            border = look.accent if self.hasFocus() else look.muted
        painter.setPen(QPen(QColor(border), 1))
        painter.setBrush(QColor(look.raised))
        painter.drawRoundedRect(frame, theme.RADIUS, theme.RADIUS)
        painter.setPen(QColor(look.text if self.isEnabled() else look.muted))
        room = frame.adjusted(SIDE_PX, 0, -ARROW_PX, 0)
        text = elided(self.currentText(), self.font(), room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        middle, half = (
            QPointF(frame.right() - ARROW_PX / 2, frame.center().y()),
            min(theme.px(3.5), ARROW_PX / 3),
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.text if self.isEnabled() else look.muted))
        points = ((-half, -half / 2), (half, -half / 2), (0, half / 2 + 0.5))
        painter.drawPolygon(QPolygonF([middle + QPointF(*point) for point in points]))
