"""What each head does, in a table: on the text at hand and on a standard set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.text import attention_explanations
from gui.text.attention_tables import scores_table
from gui.text.attention_words import in_brief, kinds, of_head, specialists
from gui.text.head_study import HeadStudy
from gui.widgets.boxes import push_button
from gui.widgets.card import Card
from gui.widgets.head_table import HeadTable
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex
    from PySide6.QtGui import QResizeEvent

    from core.trace import Trace
    from gui.session import Session

CAPTION = (
    "How much of its weight each head gives to six kinds of places, on average: here, on your "
    "text, and usually, on a standard set. Click a column to sort, a row to open the head."
)
MEASURING = "Measuring on the standard set: {:.0%}"
STOPPED = "The standard set is not measured: press Measure."
COLUMNS = {
    "This text": "Scores on the text at hand",
    "Standard set": "Scores on held-out text, and for induction on repeated random tokens",
}


class HabitsPanel(Card):
    """A table of all heads, sorted by any score.

    Signals:
        head_opened: (int, int) layer and head of the row that was clicked.

    Args:
        session: Where the numbers come from.

    Attributes:
        study: Measures them.
        table: Shows them.
    """

    head_opened = Signal(int, int)

    def __init__(self, session: Session) -> None:
        self._session = session
        self._place, self._is_cramped = (0, 0), False
        self.table = HeadTable(kinds())
        self._columns = Switch("headColumns", COLUMNS)
        self._said = _sentence("headWords", "What the opened head does")
        self._verdict = _sentence("headVerdict", "What the heads of this model do in general")
        self._progress = QProgressBar()
        self._progress.setObjectName("headProgress")
        self._progress.setAccessibleName("How much of the standard set is measured")
        self._progress.setRange(0, 100)
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(6)
        self._button = push_button(
            "Stop", "headMeasureButton", "Stop measuring the standard set", self._on_button
        )
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._columns)
        column.addWidget(self.table, 1)
        column.addWidget(self._said)
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._progress, 1)
        row.addWidget(self._button)
        column.addWidget(self._verdict)
        column.addLayout(row)
        super().__init__("What they do", CAPTION, body)
        self.setObjectName("habitsPanel")
        self.study = HeadStudy(session, self)
        self.study.here_changed.connect(self._show)
        self.study.usual_changed.connect(self._show)
        self.table.head_opened.connect(self.head_opened)
        self.table.score_asked.connect(self._explain)
        self._columns.chosen.connect(lambda _index: self._fit_columns())
        offer(session, self, "saveHabitsButton", self._figure).attach(self.table)
        self._show()

    def look_at(self, trace: Trace | None) -> None:
        """Measure the text at hand, and the standard set once a model."""
        self.study.look_at(trace)
        model = self._session.language_model
        if model is not None and not self.study.was_stopped(model):
            self.study.measure(model)
        self._show()

    def set_opened(self, layer: int, head: int) -> None:
        """Speak of another head."""
        self._place = layer, head
        self.table.set_opened(layer, head)
        self._say()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Both numbers of each kind side by side where there is room, else one of them."""
        super().resizeEvent(event)
        self._fit_columns()

    def set_cramped(self, cramped: bool) -> None:
        """In a small window the table comes first."""
        super().set_cramped(cramped)
        if cramped != self._is_cramped:
            self._is_cramped = cramped
            self._show()

    def _fit_columns(self) -> None:
        margins = self.contentsMargins()
        inner = self.width() - margins.left() - margins.right() - 2 * theme.BETWEEN
        is_wide = inner >= self.table.both_px()
        self._columns.setVisible(not is_wide)
        self.table.show_columns(
            here=is_wide or self._columns.index == 0, usual=is_wide or self._columns.index == 1
        )

    def _on_button(self) -> None:
        model = self._session.language_model
        if self.study.share is not None:
            self.study.stop()
        elif model is not None:
            self.study.measure(model)

    def _show(self) -> None:
        study, here = self.study, self.study.here
        usual = study.usual(self._session.language_model)
        if here is None:
            self.table.heads.clear()
        else:
            fits = usual is None or usual["self"].shape == here["self"].shape
            self.table.set_scores(here, usual if fits else None, study.n_places)
            self.table.set_opened(*self._place)
        is_measuring = study.share is not None
        has_model = self._session.language_model is not None
        self._progress.setVisible(is_measuring)
        self._progress.setValue(round(100 * (study.share or 0.0)))
        self._button.setVisible(has_model and usual is None)
        self._button.setText("Stop" if is_measuring else "Measure")
        purpose = "Stop measuring" if is_measuring else "Measure all heads on"
        self._button.setAccessibleName(f"{purpose} the standard set")
        self._button.setToolTip(f"{purpose} the standard set")
        if usual is not None:
            self._verdict.setText(in_brief(usual) if self._is_cramped else specialists(usual))
            self._verdict.setToolTip(specialists(usual) if self._is_cramped else "")
        elif is_measuring:
            self._verdict.setText(MEASURING.format(study.share))
        else:
            self._verdict.setText(STOPPED if has_model else "")
        self._say()

    def _say(self) -> None:
        layer, head = self._place
        usual, here = self.study.usual(self._session.language_model), self.study.here
        shapes = [scores["self"].shape for scores in (here, usual) if scores is not None]
        is_there = all(layer < shape[0] and head < shape[1] for shape in shapes)
        words = self._session.habit(layer, head) if here is not None and is_there else ""
        said = of_head(words, usual, layer, head) if here is not None and is_there else ""
        self._said.setText(f"{layer + 1}.{head + 1}: {said}" if said else "")

    # --- numbers and figures

    def _explain(self, index: QModelIndex, at: QPoint) -> None:
        model, trace = self._session.language_model, self._session.trace
        which, about = (
            self.table.heads.head_at(index.row()),
            self.table.heads.kind_of(index.column()),
        )
        if model is None or trace is None or which is None or about is None:
            return
        kind, is_usual = about
        usual = self.study.usual(model) if is_usual else None
        if is_usual and usual is None:
            return
        made = attention_explanations.score(model, trace, which, kind.name, usual)
        explain(self.table.viewport(), made, at)

    def _figure(self) -> Figure:
        return Figure("what heads do", self.table, lambda: scores_table(self.table.heads))


def _sentence(name: str, spoken: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setAccessibleName(spoken)
    label.setProperty("role", "caption")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
