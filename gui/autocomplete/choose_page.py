"""How the next token is chosen: the distribution shaped step by step, then the dice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from core.config import SamplingConfig
from core.dice import line, roll, spread
from core.errors import UserError
from core.sampling import best
from core.shaping import STEPS, shaping
from gui import theme
from gui.autocomplete import choose_words as words
from gui.explanation import explain
from gui.export import Figure, Table
from gui.figures import offer
from gui.tabs.tab import Tab
from gui.text.naming import naming
from gui.widgets.boxes import push_button
from gui.widgets.card import Card
from gui.widgets.dice_line import DiceLine
from gui.widgets.dice_scene import DiceScene
from gui.widgets.prediction_rows import END, percent
from gui.widgets.roll_counts import MOST_ROWS, CountRow, RollCounts
from gui.widgets.sampling_controls import MOST_SEED, TIPS
from gui.widgets.shaping_controls import ShapingControls
from gui.widgets.shaping_panels import ShapingPanels
from gui.widgets.shaping_scene import PanelRow, ShapingScene
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from core.language_model import LanguageModel
    from core.shaping import Shaping
    from core.trace import Trace
    from gui.session import Session

KIND = "choose"
N_ALONE = 10  # tokens with a row of their own
MANY = 100  # rolls of one press
LOW = 700  # device-independent pixels: a lower page has no room for wide margins


@dataclass(frozen=True, eq=False)
class _Chosen:
    """What the page shows, and of what it is."""

    model: LanguageModel
    trace: Trace
    sampling: SamplingConfig
    shaping: Shaping
    ends: NDArray[np.float64]  # (V,) of each token's stretch of the line


class ChoosePage(Tab):
    """The steps above, the dice and what they gave below.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        panels: The steps.
        controls: The settings above them.
        line: The dice.
        counts: What they gave.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("choosePage")
        self._session = session
        self._chosen: _Chosen | None = None
        self._base = 0  # numbers of the seed that were thrown before the first roll
        self._fallen: NDArray[np.float64] = np.zeros(0)
        self._ids: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self.panels, self.controls = ShapingPanels(), ShapingControls()
        self.line, self.counts = DiceLine(), RollCounts()
        self._lay_out()
        self._wire()

    # --- making it

    def _lay_out(self) -> None:
        steps = QWidget()
        column = QVBoxLayout(steps)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.controls)
        column.addWidget(self.panels, 1)
        self.card = Card(words.TITLE, words.CAPTION, steps, flat=True)
        self._scale = Switch(
            "chooseScale",
            {
                "Linear": "Twice as long is twice as likely",
                "Logarithmic": "A step to the left is ten times less likely: shows the unlikely",
            },
        )
        self.card.add_to_header(self._scale)
        self._offer(self.card, "saveShapingButton", self._shaping_figure, self.panels)
        self._dice_card = Card(words.DICE_TITLE, words.DICE, self._dice(), flat=True)
        self._offer(self._dice_card, "saveDiceButton", self._dice_figure, self.line)
        self._counts_card = Card(words.COUNTS_TITLE, words.COUNTS, self.counts, flat=True)
        self._offer(self._counts_card, "saveCountsButton", self._counts_figure, self.counts)
        self.card.keep_room((words.CAPTION,))
        self._dice_card.keep_room((words.DICE, words.NO_DICE))
        self._counts_card.keep_room((words.COUNTS,))
        below = QHBoxLayout()
        below.setSpacing(theme.INSIDE)
        below.addWidget(self._dice_card, 3)
        below.addWidget(self._counts_card, 2)
        page = QVBoxLayout(self)
        page.setContentsMargins(*(theme.INSIDE,) * 4)
        page.setSpacing(theme.INSIDE)
        page.addWidget(self.card, 3)
        page.addLayout(below, 2)

    def _dice(self) -> QWidget:
        self._roll = push_button(
            "Roll",
            "rollButton",
            "Throw the dice once, over the same probabilities",
            lambda: self._on_roll(1),
        )
        self._roll_many = push_button(
            f"Roll {MANY} times",
            "rollManyButton",
            f"Throw the dice {MANY} times, and count",
            lambda: self._on_roll(MANY),
        )
        self._append = push_button(
            "Append it",
            "appendRolledButton",
            "Append the token that the last roll hit",
            self._on_append,
        )
        self._seed = QSpinBox()
        self._seed.setObjectName("chooseSeedSpin")
        self._seed.setAccessibleName("Seed")
        self._seed.setRange(0, MOST_SEED)
        self._seed.setToolTip(TIPS["seed"])
        label = QLabel("Seed")
        label.setBuddy(self._seed)
        self._said = QLabel()
        self._said.setObjectName("rolledLabel")
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        self._said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.INSIDE)
        for widget in (self._roll, self._roll_many, self._append):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        buttons.addWidget(label)
        buttons.addWidget(self._seed)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.line, 1)
        column.addWidget(self._said)
        column.addLayout(buttons)
        return holder

    def _offer(self, card: Card, name: str, figure: Callable[[], Figure], widget: QWidget) -> None:
        offer(self._session, card, name, figure).attach(widget)

    def _wire(self) -> None:
        session = self._session
        self.controls.sampling_edited.connect(
            lambda *values: session.set_sampling(SamplingConfig(*values))
        )
        self.controls.reset_clicked.connect(lambda: session.set_sampling(SamplingConfig()))
        self._seed.valueChanged.connect(session.set_seed)
        self._scale.chosen.connect(lambda index: self.panels.set_logarithmic(index == 1))
        self.panels.candidate_chosen.connect(session.append_token)
        self.panels.number_asked.connect(self._explain_share)
        self.line.stretch_asked.connect(self._explain_stretch)
        self.line.number_asked.connect(self._explain_number)
        self.counts.number_asked.connect(self._explain_count)
        self.follow(session.model_changed, self._on_text)
        self.follow(session.trace_changed, self._on_text)
        self.follow(session.sampling_changed, self._on_sampling)
        self.follow(session.seed_changed, self._on_seed)
        self.follow(session.generating_changed, self._enable)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the cards have narrow margins."""
        super().resizeEvent(event)
        for card in (self.card, self._dice_card, self._counts_card):
            card.set_cramped(self.height() < theme.px(LOW))

    # --- facts

    def _on_sampling(self) -> None:
        sampling = self._session.sampling
        self.controls.set_data(sampling.temperature, sampling.top_k, sampling.top_p)
        self._on_text()

    def _on_text(self) -> None:
        """Shape what comes next, in the background."""
        session = self._session
        model, trace, sampling = session.language_model, session.trace, session.sampling
        if model is None or trace is None:
            session.studies.cancel(KIND)
            self._clear(words.NO_MODEL if model is None else words.EMPTY)
            return
        session.studies.submit(
            KIND,
            lambda _job: _choose(model, trace, sampling),
            self._on_chosen,
            self._on_error,
        )

    def _on_chosen(self, chosen: _Chosen) -> None:
        self._chosen = chosen
        label = naming(chosen.model)
        self.panels.set_data(_scene(chosen, label))
        self.line.set_data(DiceScene(chosen.ends, label))
        self._dice_card.set_caption(words.DICE if chosen.sampling.temperature else words.NO_DICE)
        self._start_again()

    def _on_error(self, error: BaseException) -> None:
        """Scores that are no numbers the session has told of already."""
        self._clear(words.BROKEN)
        if not isinstance(error, UserError):
            self._session.report_error(error)

    def _clear(self, hint: str) -> None:
        self._chosen = None
        self.panels.clear(hint)
        self.line.clear(hint)
        self._start_again()

    def _on_seed(self) -> None:
        with QSignalBlocker(self._seed):
            self._seed.setValue(self._session.seed)
        self._start_again()

    # --- rolling

    def _start_again(self) -> None:
        """Other probabilities or other dice: nothing was rolled yet."""
        self._fallen, self._ids = np.zeros(0), np.zeros(0, dtype=np.intp)
        if self._chosen is not None:
            self.line.set_fallen(self._fallen, None)
        self.counts.clear()
        self._said.setText("")
        self._enable()

    def _enable(self) -> None:
        can_roll = self._chosen is not None and not self._session.is_generating()
        self._roll.setEnabled(can_roll)
        self._roll_many.setEnabled(can_roll)
        last = self._last()
        ends = self._chosen is not None and (last == self._chosen.model.tokenizer.end_of_text)
        self._append.setEnabled(can_roll and last is not None and not ends)

    def _last(self) -> int | None:
        """The token that the last roll hit."""
        return int(self._ids[-1]) if self._ids.size else None

    def _on_roll(self, n: int) -> None:
        """Throw the dice of the seed; they go on where the last throw ended."""
        chosen = self._chosen
        if chosen is None:
            return
        if not self._ids.size:
            self._base = self._session.n_thrown
        probabilities = chosen.shaping.stages.shaped
        rolled = roll(probabilities, self._session.seed, n, self._base + self._ids.size)
        self._fallen = np.concatenate([self._fallen, rolled.numbers])
        self._ids = np.concatenate([self._ids, rolled.ids])
        last = int(rolled.ids[-1])
        self.line.set_fallen(self._fallen, last)
        self.counts.set_data(self._count_rows(chosen))
        name = naming(chosen.model)(last)
        number = f"Number {self._base + self._ids.size:,} of seed {self._session.seed:,}"
        ends = f" {words.ENDS}" if name == END else ""
        self._said.setText(
            f"{number}, {rolled.numbers[-1]:.6f}, fell on {name} "
            f"({percent(float(probabilities[last]))}).{ends}"
        )
        self._enable()

    def _on_append(self) -> None:
        """The first roll is the session's own next throw, so that the dice go on from there."""
        last = self._last()
        if last is None:
            return
        if self._ids.size == 1:
            self._session.draw_one()
        else:
            self._session.append_token(last)

    def _count_rows(self, chosen: _Chosen) -> list[CountRow]:
        """The likeliest tokens, and all others together."""
        probabilities, label = chosen.shaping.stages.shaped, naming(chosen.model)
        n, alone = self._ids.size, self._alone(chosen)
        counts = np.bincount(self._ids, minlength=probabilities.size)
        rows = [
            CountRow(label(token), token, int(counts[token]), *spread(probabilities[token], n))
            for token in alone
        ]
        n_others = chosen.shaping.n_kept[-1] - len(alone)
        if n_others:
            rest = max(0.0, 1.0 - float(probabilities[list(alone)].sum()))
            count = n - sum(row.count for row in rows)
            rows.append(CountRow(f"{n_others:,} others", None, count, *spread(rest, n)))
        return rows

    def _alone(self, chosen: _Chosen) -> tuple[int, ...]:
        """Tokens that have a row of their own among the counts."""
        n_kept = chosen.shaping.n_kept[-1]
        n_alone = n_kept if n_kept <= MOST_ROWS else MOST_ROWS - 1
        return tuple(best(chosen.shaping.stages.shaped, n_alone).tolist())

    # --- numbers that were asked for

    def _explain_share(self, cell: tuple[int, int], at: QPoint) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        row, step = chosen.shaping.rows[cell[0]], cell[1]
        label = naming(chosen.model)(row.token) if row.token is not None else words.group(row)
        made = words.share(
            chosen.model, chosen.trace, chosen.sampling, chosen.shaping, row, step, label
        )
        explain(self.panels, made, at)

    def _explain_stretch(self, token: int, at: QPoint) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        ends = DiceScene(chosen.ends, str).stretch(token)
        label = naming(chosen.model)(token)
        made = words.stretch(
            chosen.model, chosen.trace, chosen.sampling, token, ends, self.line.needle, label
        )
        explain(self.line, made, at)

    def _explain_number(self, at: QPoint) -> None:
        if self._ids.size:
            n_before = self._base + self._ids.size - 1
            made = words.throw(self._session.seed, n_before, float(self._fallen[-1]))
            explain(self.line, made, at)

    def _explain_count(self, index: int, at: QPoint) -> None:
        chosen = self._chosen
        if chosen is None or index >= len(self.counts.rows):
            return
        row, alone = self.counts.rows[index], self._alone(chosen)
        probability = row.expected / self._ids.size
        rolls = self._session.seed, self._base, self._ids.size
        made = words.counted(
            *(chosen.model, chosen.trace, chosen.sampling, rolls),
            *((row.label, row.token, alone), probability, row.count),
        )
        explain(self.counts, made, at)

    # --- figures as files

    def _shaping_figure(self) -> Figure:
        return Figure("shaping", self.panels, lambda: _shaping_table(self._chosen))

    def _dice_figure(self) -> Figure:
        fallen, ids, base = self._fallen, self._ids, self._base
        seed, chosen = self._session.seed, self._chosen
        header = ("seed", "number", "random number", "id", "token")

        def table() -> Table:
            label = naming(chosen.model) if chosen is not None else str
            pairs = zip(fallen.tolist(), ids.tolist(), strict=True)
            return Table(
                header,
                [
                    (seed, base + at, number, token, label(token))
                    for at, (number, token) in enumerate(pairs, start=1)
                ],
            )

        return Figure("dice", self.line, table)

    def _counts_figure(self) -> Figure:
        rows = self.counts.rows
        header = ("id", "token", "rolled", "expected", "give or take")
        table = Table(
            header,
            [("" if row.token is None else row.token, *_plain(row)) for row in rows],
        )
        return Figure("rolls", self.counts, lambda: table)


def _plain(row: CountRow) -> tuple[str, int, float, float]:
    return row.label, row.count, float(row.expected), float(row.spread)


def _choose(model: LanguageModel, trace: Trace, sampling: SamplingConfig) -> _Chosen:
    """On the lane: shape what comes next, and lay it end to end."""
    made = shaping(trace.logits[-1], sampling, N_ALONE)
    return _Chosen(model, trace, sampling, made, line(made.stages.shaped))


def _scene(chosen: _Chosen, label: Callable[[int], str]) -> ShapingScene:
    made = chosen.shaping
    rows = tuple(
        PanelRow(
            label=words.group(row) if row.token is None else label(row.token),
            token=row.token,
            n=row.last - row.first + 1,
            shares=row.shares,
            n_kept=row.n_kept,
        )
        for row in made.rows
    )
    return ShapingScene(words.heads(made, chosen.sampling), rows)


def _shaping_table(chosen: _Chosen | None) -> Table:
    """Every token of the vocabulary, after every step."""
    header = ("rank", "id", "token", *STEPS)
    if chosen is None:
        return Table(header, [])
    made, label = chosen.shaping, chosen.model.tokenizer.label
    shares = np.stack([getattr(made.stages, step)[made.order] for step in STEPS], axis=1)
    pairs = zip(made.order.tolist(), shares.tolist(), strict=True)
    rows = [
        (rank, token, label(token), *numbers)
        for rank, (token, numbers) in enumerate(pairs, start=1)
    ]
    return Table(header, rows)
