"""The window's foot: the model, whether it is altered, its context, the last answer, training.

The numbers among these facts can be asked about: by a click, or by Enter or ? on one.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QStatusBar, QWidget

from gui import theme
from gui.widgets.asked_label import ASK, AskedLabel
from gui.widgets.painting import tooltip

MODEL, TOKENS, ANSWER = "model", "tokens", "answer"  # facts that can be asked about


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
            f"The model looks at {context:,} tokens at most. Each time they are full it lets go of "
            f"the older half, to have room to go on: the first {dropped:,} are no longer seen.\n"
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
        fact = AskedLabel(name)
        fact.asked.connect(lambda at: self.fact_asked.emit(key, fact.mapTo(self, at)))
        return self._place(fact, name, accessible, stretch)

    def _place(self, label: QLabel, name: str, accessible: str, stretch: int) -> QLabel:
        label.setObjectName(name)
        label.setAccessibleName(accessible)
        label.setProperty("role", "caption")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setMinimumWidth(1)  # shortened rather than making the window wider
        self.addWidget(label, stretch)
        return label


def short_count(n: int) -> str:
    """A large number for the eye: 3.1 M, 124 M."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if n >= size:
            return f"{n / size:.{1 if n < 10 * size else 0}f} {unit}"
    return str(n)
