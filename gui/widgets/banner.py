"""One sentence over the window's foot: what happened, what to do, details for those who ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPainter, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout

from gui import theme

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QKeyEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

_BAR_PX = 4
_WIDEST = 760  # unless a wider one is lower
_FOOT_PX = 4
NOTICE_MS = 8000  # what is no error has been read by then


class Banner(QFrame):
    """Hidden until there is something to say; the same sentence again is counted, not repeated.

    It lies over the foot of its parent, so that nothing moves as it comes and goes. What is no
    error and asks for nothing goes by itself.

    Signals:
        acted: the offered action was chosen; it has vanished.

    Args:
        parent: What it speaks over; None for a window of its own.
    """

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAccessibleName("Message")
        self._is_error = False
        self._count = 0
        self._end = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self._end.timeout.connect(self.dismiss)
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
        self._action.clicked.connect(self.dismiss)
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
        close.setToolTip("Dismiss")
        close.clicked.connect(self.dismiss)

        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._sentence, 1)
        for part in (self._times, self._action, self._more, close):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.BETWEEN + _BAR_PX, _FOOT_PX, theme.INSIDE, _FOOT_PX)
        column.addLayout(row)
        column.addWidget(self._details)
        self.hide()
        if parent is not None:
            parent.installEventFilter(self)

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
        if error or action:
            self._end.stop()
        else:
            self._end.start()
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
        self.raise_()
        self._place()
        self.update()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def dismiss(self) -> None:
        """Hide it."""
        self._end.stop()
        self.hide()

    def retract(self, sentence: str) -> None:
        """Hide it if this is what it says: it is true no longer."""
        if sentence == self.sentence:
            self.dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot of the parent."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Be as high as what it says."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._place()
        return super().event(event)

    def _place(self) -> None:
        room, layout = self.parentWidget(), self.layout()
        if room is None or layout is None:
            return
        layout.invalidate()  # what it kept may be from before other words were set
        most = room.width() - 2 * theme.INSIDE
        width = min(most, theme.px(_WIDEST))
        if self.heightForWidth(most) < self.heightForWidth(width):
            width = most
        height = min(self.heightForWidth(width), room.height() - 2 * theme.EDGE)
        left, top = (room.width() - width) // 2, room.height() - _FOOT_PX - height
        self.setGeometry(left, top, max(width, 1), max(height, 1))

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
        painter.setPen(QPen(QColor(look.error if self._is_error else look.muted), 1))
        painter.setBrush(QColor(look.raised))
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
