"""What each head does, in a table: on the text at hand and on a standard set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from core.heads import habit
from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.text import attention_explanations, explanations
from gui.text.attention_compared import BOTH, DIFFERENCE, FIRST, SECOND
from gui.text.attention_tables import scores_table
from gui.text.attention_words import in_brief, kinds, of_head, specialists
from gui.text.head_study import HeadStudy
from gui.widgets.boxes import push_button, sentence
from gui.widgets.card import Card
from gui.widgets.head_model import HERE, USUAL, Side
from gui.widgets.head_table import HeadTable
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QModelIndex
    from PySide6.QtGui import QResizeEvent

    from core.head_scores import Scores
    from gui.session import Session
    from gui.text.attention_compared import Comparison

CAPTION = (
    "How much of its weight each head gives to six kinds of places, on average: here, on your "
    "text, and usually, on a standard set. Point at a column to read what it means, click it to "
    "sort; a click on a row opens its head."
)
_COMPARED = (
    "How much of its weight each head gives to six kinds of places, on average, {}. "
    "Point at a column to read what it means, click it to sort; a click on a row opens its head."
)
BOTH_TEXTS = _COMPARED.format("in the two texts")
APART = _COMPARED.format(
    "in the second text less that in the first, and, as the usual, on a standard set"
)
MEASURING = "Measuring on the standard set: {:.0%}"
STOPPED = "The standard set is not measured: press Measure."
OF_TEXTS = (Side("1st", "on the first text"), Side("2nd", "on the second text"))
MORE = Side("diff", "in the second text more than in the first", is_signed=True)
SIDES = {  # what the two columns of a kind are about, by what is compared
    FIRST: (OF_TEXTS[0], USUAL),
    SECOND: (OF_TEXTS[1], USUAL),
    BOTH: OF_TEXTS,
    DIFFERENCE: (MORE, USUAL),
}
COLUMNS = {
    HERE: ("This text", "Scores on the text at hand"),
    USUAL: ("Standard set", "Scores on held-out text, and for induction on random tokens"),
    OF_TEXTS[0]: ("First text", "Scores on the prompt"),
    OF_TEXTS[1]: ("Second text", "Scores on the second text"),
    MORE: ("Difference", "Scores on the second text minus those on the first"),
}


class HabitsPanel(Card):
    """A table of all heads, sorted by any score.

    Signals:
        head_opened: (int, int) layer and head of the row that was clicked.

    Args:
        session: Where the numbers come from.
        comparison: Whose scores are to be seen.

    Attributes:
        study: Measures them.
        table: Shows them.
    """

    head_opened = Signal(int, int)

    def __init__(self, session: Session, comparison: Comparison) -> None:
        self._session, self._comparison = session, comparison
        self._place, self._is_cramped = (0, 0), False
        self.table = HeadTable(kinds())
        self._columns = Switch("headColumns", dict(COLUMNS[side] for side in (HERE, USUAL)))
        self._said = sentence("headWords", "What the opened head does", caption=True)
        self._verdict = sentence(
            "headVerdict", "What the heads of this model do in general", caption=True
        )
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

    def look(self) -> None:
        """Measure the texts at hand, and the standard set once a model."""
        self.study.look_at(*self._comparison.texts)
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

    def _mode(self) -> int:
        """What is compared, once both texts are measured."""
        return self._comparison.mode if len(self.study.here) > 1 else FIRST

    def _sides(self) -> tuple[Side, Side]:
        """What both columns of a kind are about."""
        return SIDES[self._mode()] if self._session.second is not None else (HERE, USUAL)

    def _show(self) -> None:
        study, mode, sides = self.study, self._mode(), self._sides()
        usual = study.usual(self._session.language_model)
        self.set_caption(BOTH_TEXTS if sides is OF_TEXTS else APART if MORE in sides else CAPTION)
        for index, side in enumerate(sides):
            self._columns.rename(index, *COLUMNS[side])
        if not study.here:
            self.table.heads.clear()
        else:
            scores, there = _columns_of(study.here, mode, usual)
            fits = there is None or there["self"].shape == scores["self"].shape
            n_places = {SECOND: study.n_places[-1], DIFFERENCE: {}}.get(mode, study.n_places[0])
            others = study.n_places[-1] if mode == BOTH else {}
            self.table.set_scores(scores, there if fits else None, (n_places, others), sides)
            self.table.set_opened(*self._place)
        self._fit_columns()
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
        usual, texts = self.study.usual(self._session.language_model), self.study.of
        shapes = [text.pattern.shape for text in texts]
        if usual is not None:
            shapes.append(usual["self"].shape)
        is_there = all(layer < shape[0] and head < shape[1] for shape in shapes)
        if not self.study.here or not is_there:
            self._said.clear()
            return
        shown = {FIRST: [0], SECOND: [1]}.get(self._mode(), [0, 1])
        is_two = self._session.second is not None
        words = {
            OF_TEXTS[side].where if is_two else HERE.where: habit(
                texts[side].pattern[layer, head], texts[side].ids
            )
            for side in shown
            if side < len(texts)
        }
        self._said.setText(f"{layer + 1}.{head + 1}: {of_head(words, usual, layer, head)}")

    # --- numbers and figures

    def _explain(self, index: QModelIndex, at: QPoint) -> None:
        model, texts, heads = self._session.language_model, self.study.of, self.table.heads
        which, about = heads.head_at(index.row()), heads.kind_of(index.column())
        if model is None or not texts or which is None or about is None:
            return
        kind, side = about[0].name, heads.sides[about[1]]
        usual = self.study.usual(model) if side is USUAL else None
        if side is USUAL and usual is None:
            return
        shown = {OF_TEXTS[1]: [-1], MORE: [0, -1]}.get(side, [0])
        if side is MORE:  # of a text without such places, that is all there is to say
            shown = [at for at in shown if not self.study.n_places[at][kind]][:1] or shown
        made = [attention_explanations.score(model, texts[at], which, kind, usual) for at in shown]
        said = made[0] if len(made) == 1 else explanations.difference(*made)
        explain(self.table.viewport(), said, at)

    def _figure(self) -> Figure:
        return Figure("what heads do", self.table, lambda: scores_table(self.table.heads))


def _columns_of(
    here: Sequence[Scores], mode: int, usual: Scores | None
) -> tuple[Scores, Scores | None]:
    """What stands in the first and in the second column of each kind."""
    if mode == BOTH:
        return here[0], here[1]
    if mode == DIFFERENCE:
        return {kind: here[1][kind] - here[0][kind] for kind in here[0]}, usual
    return here[mode], usual
