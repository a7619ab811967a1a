"""The window's foot: the model, whether it is altered, its context, the last answer, training.

The numbers among these facts can be asked about: by a click, or by Enter or ? on one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QStatusBar, QWidget

from gui import theme
from gui.widgets.keyboard_focus import BY_KEYBOARD
from gui.widgets.painting import draw_focus_ring, tooltip

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

MODEL, TOKENS, ANSWER = "model", "tokens", "answer"  # facts that can be asked about
ASK = "Click to see how it comes about"


class StatusLine(QStatusBar):
    """Five facts, each in its place.

    Signals:
        altered_clicked: the user wants to know what is changed in the model.
        fact_asked: (str, QPoint) `MODEL`, `TOKENS` or `ANSWER` was clicked, and where.
    """

    altered_clicked = Signal()
    fact_asked = Signal(str, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusBar")
        self.setAccessibleName("Status")
        self.setSizeGripEnabled(False)
        self.setContentsMargins(theme.BETWEEN, 0, theme.BETWEEN, 0)
        self._model = self._fact("statusModel", "Model", 3, MODEL)
        self.altered = self._altered_place()
        self._tokens = self._fact("statusTokens", "Tokens used of the context", 3, TOKENS)
        self._answer = self._fact("statusAnswer", "Time of the last answer", 2, ANSWER)
        self.set_altered("")
        self._training = self._place(QLabel(), "statusTraining", "Training", 2)
        self._training.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def set_model(self, text: str) -> None:
        """What is in use, or that it is being loaded."""
        text = " ".join(text.split())
        self._model.setText(text)
        self._model.setToolTip(tooltip(f"{text}\n{ASK}"))

    def set_altered(self, text: str) -> None:
        """That the model is changed; "" if it is as it was trained. Nothing else moves."""
        self.altered.setText(text)
        self.altered.setAccessibleName(text or "The model is as it was trained")
        self.altered.setVisible(bool(text))

    def set_tokens(self, used: int, context: int, dropped: int = 0) -> None:
        """How many tokens the model looks at.

        Args:
            used: Tokens that it looks at now.
            context: The most that it can look at; 0 while there is no model.
            dropped: Older tokens that no longer fit.
        """
        if not context:
            self._tokens.clear()
            return
        unseen = f", {dropped:,} unseen" if dropped else ""
        self._tokens.setText(f"{used:,} of {context:,} tokens{unseen}")
        full = (
            f"The model looks at {context:,} tokens at most: it no longer sees the {dropped:,} "
            "that came before these.\n"
        )
        self._tokens.setToolTip(tooltip(f"{full if dropped else ''}{ASK}"))

    def set_answer(self, milliseconds: float | None) -> None:
        """How long the last answer took; None if there was none yet."""
        if milliseconds is None:
            self._answer.clear()
        else:
            self._answer.setText(
                f"{milliseconds:.1f} ms" if milliseconds < 10 else f"{milliseconds:,.0f} ms"
            )

    def set_training(self, text: str) -> None:
        """Whether a model is being trained."""
        self._training.setText(text)

    def _altered_place(self) -> QPushButton:
        """A button in room that is always kept for it."""
        button = QPushButton()
        button.setObjectName("statusAltered")
        button.setToolTip("Show what is changed in the model")
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        policy.setRetainSizeWhenHidden(True)  # so that nothing above it moves as it comes
        button.setSizePolicy(policy)
        button.setMinimumWidth(1)
        button.setProperty("role", "altered")
        button.clicked.connect(self.altered_clicked)
        room = QWidget()
        row = QHBoxLayout(room)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(button)
        row.addStretch(1)
        room.setMinimumWidth(1)
        self.addWidget(room, 4)
        return button

    def _fact(self, name: str, accessible: str, stretch: int, key: str) -> QLabel:
        """One that can be asked about."""
        fact = _Fact()
        fact.setToolTip(ASK)
        fact.asked.connect(
            lambda at: self.fact_asked.emit(key, fact.mapTo(self, at)) if fact.text() else None
        )
        return self._place(fact, name, accessible, stretch)

    def _place(self, label: QLabel, name: str, accessible: str, stretch: int) -> QLabel:
        label.setObjectName(name)
        label.setAccessibleName(accessible)
        label.setProperty("role", "caption")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setMinimumWidth(1)  # shortened rather than making the window wider
        self.addWidget(label, stretch)
        return label


class _Fact(QLabel):
    """Text that a click asks about, where it is text, and the keyboard too.

    Signals:
        asked: (QPoint) where.
    """

    asked = Signal(QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self._by_keyboard = False

    def _is_text(self, at: QPoint) -> bool:
        return bool(self.text()) and at.x() <= self.fontMetrics().horizontalAdvance(self.text())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that there is something to click."""
        is_text = self._is_text(event.position().toPoint())
        shape = Qt.CursorShape
        self.setCursor(shape.PointingHandCursor if is_text else shape.ArrowCursor)
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask."""
        at = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and self._is_text(at):
            self.asked.emit(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask, as by a click."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in keys or event.text() == "?":
            self.asked.emit(self.rect().center())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A ring shows where the keyboard is."""
        super().focusInEvent(event)
        self._by_keyboard = event.reason() in BY_KEYBOARD
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text, and the ring."""
        super().paintEvent(event)
        if self._by_keyboard and self.hasFocus():
            draw_focus_ring(QPainter(self), QRectF(self.rect()))


def short_count(n: int) -> str:
    """A large number for the eye: 3.1 M, 124 M."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if n >= size:
            return f"{n / size:.{1 if n < 10 * size else 0}f} {unit}"
    return str(n)
