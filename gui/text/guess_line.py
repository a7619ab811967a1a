"""What the model would say next, in one line that leads to where all of it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy

from gui import theme
from gui.tabs.tab import Tab
from gui.widgets.boxes import push_button
from gui.widgets.prediction_rows import label_of, percent

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from gui.session import Session

MOST = 5  # guesses
MORE = "Show all guesses as bars, on Autocomplete"


class GuessLine(Tab):
    """The likeliest next tokens, and a button that wants more of them.

    Args:
        session: Where the facts come from.

    Attributes:
        more: The button.

    Signals:
        more_wanted: all guesses are to be shown.
    """

    more_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._guesses: list[str] = []
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setObjectName("overviewGuess")
        self._label.setProperty("role", "caption")
        self._label.setMinimumWidth(1)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.more = push_button("All guesses", "overviewGuessMore", MORE, self.more_wanted)
        self.more.setStyleSheet("QPushButton { padding: 0 8px; min-height: 0; }")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._label, 1)
        row.addWidget(self.more)
        self.follow(session.prediction_changed, self._show)
        self.follow(session.trace_changed, self._show)

    def _show(self) -> None:
        """As the model says it, before any dice are loaded."""
        prediction = self._session.prediction
        self.more.setEnabled(prediction is not None)
        candidates = () if prediction is None else prediction.candidates
        likeliest = sorted(candidates, key=lambda one: -one.raw)[:MOST]
        self._guesses = [f"“{label_of(one)}” {percent(one.raw)}" for one in likeliest]
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is less room, fewer of them."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        n, metrics = len(self._guesses), self._label.fontMetrics()
        room = self.width() - self.more.sizeHint().width() - theme.INSIDE
        while n > 1 and metrics.horizontalAdvance(self._said(n)) > room:
            n -= 1
        self._label.setText(self._said(n))

    def _said(self, n: int) -> str:
        """The likeliest few."""
        when = "first" if self._session.trace is None else "next"
        said = "   ".join((f"What the model would say {when}:", *self._guesses[:n]))
        return said if self._guesses else ""
