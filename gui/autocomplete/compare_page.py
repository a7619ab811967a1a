"""Two texts, two models, two settings, or one word and another: what comes next, side by side."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.compare import Difference, Matching, Side, difference
from gui import theme
from gui.autocomplete import compare_explanations
from gui.autocomplete.compare_modes import Mode, ModelsMode, SettingsMode, TextsMode
from gui.autocomplete.swap_mode import SwapMode
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.plain_numbers import times
from gui.shared_words import BROKEN
from gui.tabs.tab import Tab
from gui.widgets.before_after import ROWS, BeforeAfter
from gui.widgets.boxes import column as stacked
from gui.widgets.boxes import push_button
from gui.widgets.card import Card
from gui.widgets.prediction_rows import percent
from gui.widgets.swap_list import ORIGIN, SwapList
from gui.widgets.switch import Switch
from gui.widgets.token_strip import LINES

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from core.compare import Order
    from core.tokenizer import Tokenizer
    from gui.autocomplete.pair import Pair
    from gui.jobs import Job
    from gui.session import Session

KIND = "difference"
TITLE = "Compare"
MODES = {
    "Swap a word": "What if a word were another: what it would do to the next one",
    "Texts": "What comes next after the prompt, and after another text",
    "Models": "What two models say of the same prompt",
    "Settings": "The same scores, shaped by two settings of the dice",
}
ABOUT = (
    "Choose a token by a click, or with the arrow keys and Enter. A click on a replacement below "
    "puts it into the text.",
    "The prompt above is the first text. The model reads both as it is, without your changes.",
    "Both models read the prompt, without your changes. Tokens are the same if they stand for the "
    "same letters; what only one of them knows has a dash with the other.",
    "The first settings are those of the page Write.",
)
DIFFERENCE = "Next token"
DIFFERENCE_CAPTION = (
    "How likely each token is to come next, by the first and by the second. The change is in "
    "percentage points."
)
BARS = " Bars: the first pale, the second filled."
SWAPS = "Instead of {}"
SWAPS_CAPTION = (
    "What could stand there: the model's own guesses, and words with a like embedding. Moved: how "
    "much of the next token's probability then lies on other tokens; bits: how surprising that is, "
    "1 if what comes seemed half as likely as it is. "
    "Click a word to put it there."
)
ORDERS: tuple[Order, ...] = ("first", "second", "change")
ORDER_NAMES = {
    "First": "The likeliest of the first, best first",
    "Second": "The likeliest of the second, best first",
    "Change": "Those that change most",
}
SPOKEN = {"First": "the first", "Second": "the second"}
HARDLY = 1.05  # times as likely: less is the same, as one speaks
LOW = 560  # device-independent pixels: a lower page has no room for long captions,
NARROW = 660  # a narrower one none for two figures side by side


class ComparePage(Tab):
    """What is compared on top, the difference below; beside it the replacements of a word.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        figure: The rows.
        swaps: The replacements, shown only while a word is swapped.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("comparePage")
        self._session = session
        self._pair: Pair | None = None
        self._found: Difference | None = None
        self._matching: tuple[Tokenizer, Tokenizer, Matching] | None = None
        self.swap = SwapMode(session)
        self.texts, self.models = TextsMode(session), ModelsMode(session)
        self.settings = SettingsMode(session)
        self._modes: tuple[Mode, ...] = (self.swap, self.texts, self.models, self.settings)
        self.figure = BeforeAfter("differenceBars", "The next token in both, and the difference")
        self.swaps = SwapList()
        self._lay_out()
        for mode in self._modes:
            mode.changed.connect(lambda mode=mode: self._on_changed(mode))
        self.switch.chosen.connect(self._on_mode)
        self.order.chosen.connect(lambda _index: self._compare())
        self.figure.number_asked.connect(self._explain_row)
        self.swaps.swap_pointed.connect(self.swap.show_row)
        self.swaps.swap_chosen.connect(self.swap.adopt)
        self.swaps.number_asked.connect(self._explain_swap)
        self._on_mode(0)

    def _lay_out(self) -> None:
        self.switch = Switch("compareModes", MODES)
        self._stack = QStackedWidget()
        for mode in self._modes:
            self._stack.addWidget(mode)
        self._stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.what_card = Card(TITLE, ABOUT[0], self._stack)
        self.what_card.add_to_header(self.switch)
        self.card = Card(DIFFERENCE, DIFFERENCE_CAPTION, self._with_distances())
        self.figure.bars_changed.connect(self._say_bars)
        self._say_bars()
        self.order = Switch("differenceOrders", ORDER_NAMES)
        self.card.add_to_header(self.order)
        offer(self._session, self.card, "saveDifferenceButton", self._figure).attach(self.figure)
        self.swaps_card = Card(SWAPS.format("a word"), SWAPS_CAPTION, self.swaps)
        save = offer(self._session, self.swaps_card, "saveSwapsButton", self._swaps_figure)
        save.attach(self.swaps)
        self._both = both = QHBoxLayout()
        both.setSpacing(theme.INSIDE)
        both.addWidget(self.swaps_card, 1)
        both.addWidget(self.card, 1)
        page = QVBoxLayout(self)
        page.setContentsMargins(*(theme.INSIDE,) * 4)
        page.setSpacing(theme.INSIDE)
        page.addWidget(self.what_card)
        page.addLayout(both, 1)

    def _with_distances(self) -> QWidget:
        """The rows, and below them how far apart both are."""
        self.moved = push_button("", "movedButton", "How this is computed", self._explain_moved)
        self.bits = push_button("", "bitsButton", "How this is computed", self._explain_bits)
        self._words = QLabel()
        self._words.setProperty("role", "caption")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        numbers = QWidget()
        row = QHBoxLayout(numbers)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        for button in (self.moved, self.bits):
            row.addWidget(button)
        row.addStretch(1)
        self._numbers = numbers
        return stacked(self.figure, numbers, self._words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the captions and the tokens give up lines."""
        super().resizeEvent(event)
        is_low = self.height() < theme.px(LOW)
        for card in (self.what_card, self.card, self.swaps_card):
            card.set_cramped(is_low)
        self.swap.strip.set_lines(1 if is_low else LINES)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._both.setDirection(across if self.width() >= theme.px(NARROW) else down)

    # --- what is compared

    @property
    def mode(self) -> Mode:
        """What is compared now."""
        return self._modes[self.switch.index]

    def _on_mode(self, index: int) -> None:
        for at, mode in enumerate(self._modes):
            height = QSizePolicy.Policy.Preferred if at == index else QSizePolicy.Policy.Ignored
            mode.setSizePolicy(QSizePolicy.Policy.Preferred, height)
        self._stack.setCurrentIndex(index)
        self.what_card.set_caption(ABOUT[index])
        self.swaps_card.setVisible(self.mode is self.swap)
        self._on_changed(self.mode)

    def _on_changed(self, mode: Mode) -> None:
        if mode is self.mode:
            if mode is self.swap:
                self._show_swaps()
            self._compare()

    def _compare(self) -> None:
        """Lay the two side by side in the background; the newest wins."""
        pair = self.mode.pair()
        if pair is None:
            self._session.studies.cancel(KIND)
            self._clear(self.mode.hint())
            return
        order, known = ORDERS[self.order.index], self._matching
        self._session.studies.submit(
            KIND,
            lambda job: _compared(pair, order, known, job),
            lambda made: self._on_compared(pair, made),
            self._on_error,
        )

    def _on_compared(
        self, pair: Pair, made: tuple[Difference, tuple[Tokenizer, Tokenizer, Matching]]
    ) -> None:
        self._pair = pair
        self._found, self._matching = made
        self.figure.set_names(pair.names)
        self.figure.set_data(self._found.shifts)
        self._say(self._found, pair)

    def _on_error(self, error: BaseException) -> None:
        self._clear(BROKEN)
        self._session.report_error(error)

    def _clear(self, hint: str) -> None:
        self._pair = self._found = None
        if self.mode is not self.models:
            self._matching = None  # it would keep a closed model's vocabulary
        self.figure.clear(hint)
        self._numbers.hide()
        self._words.clear()

    def _say_bars(self) -> None:
        """Bars are spoken of where there are any."""
        self.card.set_caption(DIFFERENCE_CAPTION + BARS * self.figure.has_bars)

    def _say(self, found: Difference, pair: Pair) -> None:
        """How far apart they are, in numbers and in words."""
        bits = found.kl_back_bits
        infinite = math.isinf(bits)
        moved = percent(found.total_variation)
        self.moved.setText(f"Moved: {moved}")
        self.bits.setText("Surprise: without bound" if infinite else f"Surprise: {bits:.2f} bits")
        self._numbers.show()
        first, second = (SPOKEN.get(name, name) for name in pair.names[:2])
        if infinite:
            said = f"Some tokens that {second} allows are impossible by {first}."
        else:
            factor = 2.0 ** min(bits, 100)
            how = f"{times(factor)} times" if factor >= HARDLY else "hardly more"
            than = "as likely as" if factor >= HARDLY else "likely than"
            said = (
                f"If one expects {first} but gets {second}, what comes is on average {how} {than} "
                "one had thought."
            )
        self._words.setText(f"{moved} of the probability lies on other tokens. {said}")

    # --- a word and another

    def _show_swaps(self) -> None:
        rows, study = self.swap.rows(), self.swap.study
        if study.trace is None:
            self.swaps_card.set_title(SWAPS.format("a word"))
        else:
            label = study.trace.tokens[study.position].label
            self.swaps_card.set_title(SWAPS.format(label))
        if not rows:
            self.swaps.clear(self.swap.hint())
            return
        self.swaps.set_data(rows)
        self.swaps.set_marked(self.swap.shown)

    # --- numbers that were asked for, and files

    def _explain_row(self, row: int, at: QPoint) -> None:
        if self._pair is not None and self._found is not None:
            explain(self.figure, compare_explanations.change(self._pair, self._found, row), at)

    def _explain_moved(self) -> None:
        if self._pair is not None and self._found is not None:
            made = compare_explanations.moved(self._pair, self._found)
            explain(self.moved, made, QPoint(self.moved.width() // 2, 0))

    def _explain_bits(self) -> None:
        if self._pair is not None and self._found is not None:
            made = compare_explanations.surprise(self._pair, self._found)
            explain(self.bits, made, QPoint(self.bits.width() // 2, 0))

    def _explain_swap(self, cell: tuple[int, int], at: QPoint) -> None:
        """Why a word is offered; or what it moves, once that is compared."""
        (row, column), study = cell, self.swap.study
        if study.model is None or study.trace is None or row >= len(study.offered):
            return
        if column == ORIGIN:
            one = study.offered[row]
            made = compare_explanations.offered(study.model, study.trace, study.position, one)
        else:
            self.swap.show_row(row)
            pair = self.swap.pair()
            if pair is None:
                return
            found, self._matching = _compared(pair, ORDERS[self.order.index], self._matching, None)
            of = compare_explanations.moved if column == 1 else compare_explanations.surprise
            made = of(pair, found)
        explain(self.swaps, made, at)

    def _figure(self) -> Figure:
        found, names = self._found, ("first", "second", "change")
        return Figure(
            "difference",
            self.figure,
            lambda: compare_explanations.difference_table(found, names),
        )

    def _swaps_figure(self) -> Figure:
        study = self.swap.study
        offered, swaps = study.offered, study.swaps
        return Figure(
            "replacements",
            self.swaps,
            lambda: compare_explanations.swaps_table(offered, swaps),
        )


def _compared(
    pair: Pair,
    order: Order,
    known: tuple[Tokenizer, Tokenizer, Matching] | None,
    _job: Job | None,
) -> tuple[Difference, tuple[Tokenizer, Tokenizer, Matching]]:
    """On the lane: both distributions, and how they differ."""
    first = Side(pair.first.probabilities(), pair.first.tokenizer)
    second = Side(pair.second.probabilities(), pair.second.tokenizer)
    a, b = first.tokenizer, second.tokenizer
    if known is None or known[0] is not a or known[1] is not b:
        known = a, b, Matching.same(a.vocab_size) if a is b else Matching.of(a, b)
    return difference(first, second, known[2], order, ROWS - 1), known
