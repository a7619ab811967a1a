"""One sentence above everything: what happened, what to do, details for those who ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPainter, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout

from gui import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

_BAR_PX = 4


class Banner(QFrame):
    """Hidden until there is something to say; the same sentence again is counted, not repeated.

    Signals:
        acted: the offered action was chosen.
    """

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAccessibleName("Message")
        self._is_error = False
        self._count = 0
        self._sentence = _plain("bannerSentence", "Message")
        self._details = _plain("bannerDetails", "Details of the message")
        self._details.setProperty("role", "caption")
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._times = _plain("bannerTimes", "How often")
        self._times.setWordWrap(False)
        self._times.setProperty("role", "caption")
        self._action = QPushButton()
        self._action.setObjectName("bannerAction")
        self._action.setAccessibleName("What to do")
        self._action.clicked.connect(self.acted)
        self._more = QPushButton("Details")
        self._more.setObjectName("bannerMore")
        self._more.setAccessibleName("Show the details of the message")
        self._more.setCheckable(True)
        self._more.toggled.connect(self._details.setVisible)
        close = QToolButton()
        close.setText("✕")
        close.setObjectName("bannerClose")
        close.setAccessibleName("Dismiss the message")
        close.setToolTip("Dismiss (Esc)")
        close.clicked.connect(self.dismiss)

        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._sentence, 1)
        for part in (self._times, self._action, self._more, close):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.BETWEEN + _BAR_PX, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        column.addLayout(row)
        column.addWidget(self._details)
        self.hide()

    @property
    def sentence(self) -> str:
        """What it says now."""
        return self._sentence.text()

    def say(
        self, sentence: str, *, details: str = "", action: str = "", error: bool = False
    ) -> None:
        """Show a message; it replaces the one before.

        Args:
            sentence: What happened and what to do.
            details: Shown on demand; "" for none.
            action: Text of a button that emits `acted`; "" for none.
            error: Whether something went wrong.
        """
        again = not self.isHidden() and sentence == self.sentence
        self._count = self._count + 1 if again else 1
        self._times.setText(f"{self._count:,} times")
        self._times.setVisible(self._count > 1)
        if again and details == self._details.text():
            return
        self._is_error = error
        self._sentence.setText(sentence)
        self._details.setText(details)
        self._more.setChecked(False)
        self._more.setVisible(bool(details))
        self._details.hide()
        self._action.setText(action)
        self._action.setAccessibleName(action)
        self._action.setVisible(bool(action))
        self.show()
        self.update()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def dismiss(self) -> None:
        """Hide it."""
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc dismisses."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A hairline border, and a bar at the left whose colour says error or not."""
        super().paintEvent(event)
        look = theme.active()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(look.error if self._is_error else look.border), 1))
        painter.setBrush(QColor(look.surface))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, theme.RADIUS, theme.RADIUS)
        bar = QRectF(theme.INSIDE, theme.INSIDE, _BAR_PX, self.height() - 2 * theme.INSIDE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.error if self._is_error else look.muted))
        painter.drawRoundedRect(bar, _BAR_PX / 2, _BAR_PX / 2)


def _plain(name: str, accessible: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setAccessibleName(accessible)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
