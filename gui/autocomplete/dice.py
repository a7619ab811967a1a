"""The dice of the page Choose: rolls on the line of all tokens, and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from core.dice import roll, spread
from core.sampling import best
from gui import theme
from gui.autocomplete import choose_words as words
from gui.explanation import explain
from gui.export import Figure, Table
from gui.figures import offer
from gui.text.naming import naming
from gui.widgets.boxes import push_button
from gui.widgets.card import Card
from gui.widgets.dice_line import DiceLine
from gui.widgets.dice_scene import DiceScene
from gui.widgets.prediction_rows import END, percent
from gui.widgets.roll_counts import MOST_ROWS, CountRow, RollCounts
from gui.widgets.sampling_controls import MOST_SEED, TIPS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QPoint

    from gui.autocomplete.chosen import Chosen
    from gui.session import Session

MANY = 100  # rolls of one press


class Dice(QWidget):
    """Two cards side by side: where the numbers fall, and how often each token was hit.

    Args:
        session: Knows the seed, and appends.

    Attributes:
        line: Where the numbers fall.
        counts: How often each token was hit.
        said: What the last roll hit, in a sentence; "" if there was none.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._chosen: Chosen | None = None
        self._base = 0  # numbers of the seed that were thrown before the first roll
        self._fallen: NDArray[np.float64] = np.zeros(0)
        self._ids: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self.line, self.counts = DiceLine(), RollCounts()
        self.said = ""
        self._dice_card = Card(words.DICE_TITLE, words.DICE, self._dice(), flat=True)
        self._dice_card.keep_room((words.DICE, words.NO_DICE, words.LONG_ROLL))
        offer(session, self._dice_card, "saveDiceButton", self.dice_figure).attach(self.line)
        self._counts_card = Card(words.COUNTS_TITLE, words.COUNTS, self.counts, flat=True)
        self._counts_card.set_lines(2)  # in a low window; the rest is at a click
        self._counts_card.keep_room((words.COUNTS,))
        offer(session, self._counts_card, "saveCountsButton", self.counts_figure).attach(
            self.counts
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._dice_card, 3)
        row.addWidget(self._counts_card, 2)
        self._seed.valueChanged.connect(session.set_seed)
        self.line.stretch_asked.connect(self._explain_stretch)
        self.line.number_asked.connect(self._explain_number)
        self.counts.number_asked.connect(self._explain_count)

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
        column.addLayout(buttons)
        return holder

    def set_cramped(self, cramped: bool) -> None:
        """In a low window the cards have narrow margins."""
        for card in (self._dice_card, self._counts_card):
            card.set_cramped(cramped)

    # --- facts

    def set_data(self, chosen: Chosen) -> None:
        """Other probabilities to roll over."""
        self._chosen = chosen
        self.line.set_data(DiceScene(chosen.ends, naming(chosen.model)))
        self._start_again()

    def clear(self, hint: str) -> None:
        """Nothing to roll over; say why."""
        self._chosen = None
        self.line.clear(hint)
        self._start_again()

    def show_seed(self) -> None:
        """Other dice."""
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
        self._say("")
        self.enable()

    def enable(self) -> None:
        """Say what can be done now."""
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
        self._say(
            f"{number}, {rolled.numbers[-1]:.6f}, fell on {name} "
            f"({percent(float(probabilities[last]))}).{ends}"
        )
        self.enable()

    def _say(self, sentence: str) -> None:
        """What the last roll hit; before it, what one is seeing."""
        self.said = sentence
        is_cold = self._chosen is not None and self._chosen.sampling.temperature == 0
        self._dice_card.set_caption(sentence or (words.NO_DICE if is_cold else words.DICE))

    def _on_append(self) -> None:
        """The first roll is the session's own next throw, so that the dice go on from there."""
        last = self._last()
        if last is None:
            return
        if self._ids.size == 1:
            self._session.draw_one()
        else:
            self._session.append_token(last)

    def _count_rows(self, chosen: Chosen) -> list[CountRow]:
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

    def _alone(self, chosen: Chosen) -> tuple[int, ...]:
        """Tokens that have a row of their own among the counts."""
        n_kept = chosen.shaping.n_kept[-1]
        n_alone = n_kept if n_kept <= MOST_ROWS else MOST_ROWS - 1
        return tuple(best(chosen.shaping.stages.shaped, n_alone).tolist())

    # --- numbers that were asked for

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

    def dice_figure(self) -> Figure:
        """Every number that was thrown, and what it hit."""
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

    def counts_figure(self) -> Figure:
        """What was counted."""
        rows = self.counts.rows
        header = ("id", "token", "rolled", "expected", "give or take")
        table = Table(
            header,
            [("" if row.token is None else row.token, *_plain(row)) for row in rows],
        )
        return Figure("rolls", self.counts, lambda: table)


def _plain(row: CountRow) -> tuple[str, int, float, float]:
    return row.label, row.count, float(row.expected), float(row.spread)
