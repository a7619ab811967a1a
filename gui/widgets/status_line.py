"""The window's foot: the model, whether it is altered, its context, the last answer, training.

The numbers among these facts can be asked about: by a click, or by Enter or ? on one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QStatusBar, QWidget

from gui import theme
from gui.widgets.asked_label import ASK, AskedLabel
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.painting import tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence

MODEL, TOKENS, ANSWER = "model", "tokens", "answer"  # facts that can be asked about
LEAST_PX = 52  # of each fact, with the gap: so much of it that one knows that it is there
GAP_PX = 8  # between two facts
ALTERED_PX = 130  # kept for that the model is altered, so that nothing moves as it comes
SHOW = "Show what is changed in the model"


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
        self._facts = _Facts()
        self.addWidget(self._facts, 1)
        # The first ones of these keep all their words where there is no room for all.
        self._model = self._fact("statusModel", "Model", 3, MODEL)
        self.altered = self._altered_place()
        self._tokens = self._fact("statusTokens", "Tokens used of the context", 3, TOKENS)
        self._answer = self._fact("statusAnswer", "Time of the last answer", 2, ANSWER)
        self._training = self._place(ElidedLabel(), "statusTraining", "Training", 2)
        self._training.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.set_altered("")

    def set_model(self, text: str) -> None:
        """What is in use, or that it is being loaded."""
        text = " ".join(text.split())
        self._model.setText(text)
        self._model.setToolTip(tooltip(f"{text}\n{ASK}"))

    def set_altered(self, text: str) -> None:
        """That the model is changed; "" if it is as it was trained. Nothing else moves."""
        self.altered.setText(text)
        self.altered.setAccessibleName(text or "The model is as it was trained")
        self.altered.setToolTip(tooltip(f"{text}\n{SHOW}"))
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
        text = f"{used:,} of {context:,} tokens{unseen}"
        self._tokens.setText(text)
        if dropped:
            text = (
                f"The model looks at {context:,} tokens at most. Each time they are full it lets "
                f"go of the older half, to have room to go on: the first {dropped:,} are no longer "
                "seen."
            )
        self._tokens.setToolTip(tooltip(f"{text}\n{ASK}"))

    def set_answer(self, milliseconds: float | None) -> None:
        """How long the last answer took; None if there was none yet."""
        if milliseconds is None:
            self._answer.clear()
        else:
            self._answer.setText(
                f"{milliseconds:.1f} ms" if milliseconds < 10 else f"{milliseconds:,.0f} ms"
            )
        self._answer.setToolTip(tooltip(f"{self._answer.text()}\n{ASK}".strip()))

    def set_training(self, text: str) -> None:
        """Whether a model is being trained."""
        self._training.setText(text)

    def _altered_place(self) -> QPushButton:
        """A button in room that is always kept for it."""
        button = QPushButton()
        button.setObjectName("statusAltered")
        button.setProperty("role", "altered")
        button.clicked.connect(self.altered_clicked)
        self._facts.add(button, 4)
        return button

    def _fact(self, name: str, accessible: str, share: int, key: str) -> QLabel:
        """One that can be asked about."""
        fact = AskedLabel(name)
        fact.asked.connect(lambda at: self.fact_asked.emit(key, fact.mapTo(self, at)))
        return self._place(fact, name, accessible, share)

    def _place(self, label: QLabel, name: str, accessible: str, share: int) -> QLabel:
        label.setObjectName(name)
        label.setAccessibleName(accessible)
        label.setProperty("role", "caption")
        self._facts.add(label, share)
        return label


class _Facts(QWidget):
    """The facts side by side: each in its usual place, while it has room there for all its words.

    Where it has not, those that were added first take from the others, which are shortened.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumWidth(1)  # shortened rather than making the window wider
        self._parts: list[QWidget] = []
        self._shares: list[int] = []

    def add(self, part: QWidget, share: int) -> None:
        """One more, at the right of the others.

        Args:
            part: The fact.
            share: Of the width, where there is enough of it.
        """
        part.setParent(self)
        self._parts.append(part)
        self._shares.append(share)

    def event(self, event: QEvent) -> bool:
        """There is other room, or other words."""
        kinds = QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.LayoutRequest
        if event.type() in kinds:
            self._share_out()
        return super().event(event)

    def _share_out(self) -> None:
        """Put each in its place."""
        self.setFixedHeight(max(part.sizeHint().height() for part in self._parts))
        needs = [self._need(part) for part in self._parts]
        left = 0.0
        for part, wide in zip(self._parts, widths(needs, self._shares, self.width()), strict=True):
            inner = min(wide, self._need(part)) if isinstance(part, QPushButton) else wide
            part.setGeometry(round(left), 0, max(round(inner - GAP_PX), 0), self.height())
            left += wide

    def _need(self, part: QWidget) -> float:
        """What all its words take, with the gap after them."""
        least = theme.px(ALTERED_PX) if isinstance(part, QPushButton) else 0
        return max(part.sizeHint().width(), least) + GAP_PX


def widths(needs: Sequence[float], shares: Sequence[int], total: float) -> list[float]:
    """How wide each fact is.

    Args:
        needs: What each would take, the more important first.
        shares: Of the whole, where all are content with them.
        total: What there is.
    """
    usual = [total * share / sum(shares) for share in shares]
    if all(need <= wide for need, wide in zip(needs, usual, strict=True)):
        return usual
    found = [min(need, theme.px(LEAST_PX)) for need in needs]
    left = max(total - sum(found), 0.0)
    for index, need in enumerate(needs):
        more = min(need - found[index], left)
        found[index] += more
        left -= more
    return [wide + left * share / sum(shares) for wide, share in zip(found, shares, strict=True)]


def short_count(n: int) -> str:
    """A large number for the eye: 3.1 M, 124 M."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if n >= size:
            return f"{n / size:.{1 if n < 10 * size else 0}f} {unit}"
    return str(n)
