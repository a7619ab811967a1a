"""What if: any part of the model switched off by a click, and what the model says then."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from core.interventions import Off
from core.part_effects import effects, parts
from gui import theme
from gui.explanation import Explanation, exactly, explain, script
from gui.export import Figure, Table
from gui.figures import offer
from gui.shared_words import STANDARD
from gui.tabs.tab import Tab
from gui.text.changes_view import TITLE as CHANGES
from gui.text.changes_view import ChangesView
from gui.text.effect import ShiftCard
from gui.text.explanations import read_again
from gui.what_if import is_mean
from gui.widgets.boxes import beside
from gui.widgets.boxes import column as stacked
from gui.widgets.card import LINES, Card
from gui.widgets.parts_grid import MEAN, ON, ZERO, PartsGrid, name_of
from gui.widgets.prediction_rows import percent
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QHideEvent, QResizeEvent

    from core.interventions import Instead, Means
    from core.language_model import LanguageModel
    from core.trace import Trace
    from gui.jobs import Job
    from gui.session import Session

KIND = "part effects"
PARTS = (
    "Click a part to switch it off, and again to switch it on. The stronger its colour, the more "
    "of the next token's probability would move without it."
)
MEASURING = "Measuring what each part gives on average: {:.0%} of the standard text is read."
LIST = "All that is changed, here or on other pages, in the order in which it was done."
NO_MODEL = "Open a model to switch its parts off."
INSTEADS: dict[str, tuple[Instead, str]] = {
    "Gives 0": ("zero", "A part that is off gives nothing at all"),
    "Gives its average": (
        "mean",
        f"A part that is off gives what it gives on average over {STANDARD}",
    ),
}
DOES = {  # what there is to know of a part, by how far its column is behind the heads'
    -1: "A head looks back at other tokens, and brings along what it finds there.",
    0: "All heads of the layer at once.",
    1: "The layer's net of neurons, which works on each token by itself. Others call it MLP.",
}
STATES = {"zero": ZERO, "mean": MEAN}
REST_S = 0.1  # without another key, before the text is read without each part
PATIENCE_S = 0.4  # before what is known so far is shown
LOW = 520  # device-independent pixels: a lower page has no room for long captions,
LOWEST = 340  # and a still lower one for a line


class ChangePage(Tab):
    """The parts at the left, what comes of it at the right, below them the list.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        grid: The parts.
        insteads: What a part gives that is off.
        effect: Before and after.
        changes: The list.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("changePage")
        self._session = session
        self._studied: Trace | None = None  # whose effects are shown
        self._effects: NDArray[np.float64] | None = None
        self.grid = PartsGrid()
        self.insteads = Switch("partInsteads", {text: why for text, (_, why) in INSTEADS.items()})
        self.effect = ShiftCard(session, "changeEffect")
        self.changes = ChangesView(session)
        label = QLabel("A part that is off")
        label.setProperty("role", "caption")
        choice = beside(label, self.insteads)
        choice.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._card = Card("Switch parts off", PARTS, stacked(self.grid, choice))
        self._card.keep_room((PARTS, MEASURING.format(1)))
        offer(session, self._card, "savePartsButton", self._figure).attach(self.grid)
        self._list_card = Card(CHANGES, LIST, self.changes, flat=True)
        upper = QHBoxLayout()
        upper.setSpacing(theme.INSIDE)
        upper.addWidget(self._card, 1)
        upper.addWidget(self.effect, 1)
        page = QVBoxLayout(self)
        page.setContentsMargins(*(theme.INSIDE,) * 4)
        page.setSpacing(theme.INSIDE)
        page.addLayout(upper, 9)
        page.addWidget(self._list_card, 4)
        self.grid.part_clicked.connect(self._switch)
        self.grid.number_asked.connect(self._explain)
        self.insteads.chosen.connect(self._on_instead)
        self.follow(session.model_changed, self._show)
        self.follow(session.changes_changed, self._on_changes)
        self.follow(session.trace_changed, self._on_trace)
        self.follow(session.measuring_changed, self._on_measuring)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the captions give up lines."""
        super().resizeEvent(event)
        for card in (self._card, self._list_card):
            card.set_cramped(self.height() < theme.px(LOW))
        self._card.set_lines(1 if self.height() < theme.px(LOWEST) else LINES)

    def hideEvent(self, event: QHideEvent) -> None:
        """Let the page that is seen go first; what was not worked out is when this is shown."""
        super().hideEvent(event)
        if self._session.studies.is_busy(KIND):
            self._session.studies.cancel(KIND)
            self._late[self._study] = None

    # --- switching

    @property
    def instead(self) -> Instead:
        """What a part gives that is switched off now."""
        return tuple(INSTEADS.values())[self.insteads.index][0]

    def _switch(self, layer: int, column: int) -> None:
        """Off, or on again."""
        model = self._session.model
        if model is None:
            return
        off = _off(layer, column, model.n_heads, self.instead)
        if self._state(off) == ON:
            self._session.add_change(off)
        else:
            self._session.what_if.remove(off)

    def _on_instead(self, _index: int) -> None:
        """All parts that are off give the same."""
        self._session.what_if.replace(
            tuple(
                replace(each, instead=self.instead) if isinstance(each, Off) else each
                for each in self._session.changes
            )
        )
        self._study()

    def _state(self, off: Off) -> int:
        """Whether a part is on, or what it gives."""
        for each in self._session.changes:
            if isinstance(each, Off) and replace(each, instead=off.instead) == off:
                return STATES[each.instead]
        return ON

    # --- facts

    def _on_changes(self) -> None:
        """The choice follows the parts that are off, as when a step is undone."""
        found = {each.instead for each in self._session.changes if isinstance(each, Off)}
        if len(found) == 1:
            names = [instead for instead, _ in INSTEADS.values()]
            with QSignalBlocker(self.insteads):
                self.insteads.choose(names.index(found.pop()))
        self._show()

    def _on_measuring(self) -> None:
        share = self._session.what_if.measuring
        self._card.set_caption(PARTS if share is None else MEASURING.format(share))
        if share is None:
            self._study()

    def _on_trace(self) -> None:
        self._study()
        self._show()

    def _show(self) -> None:
        model = self._session.model
        if model is None:
            self.grid.clear(NO_MODEL)
            return
        states = np.zeros((model.n_layers, model.n_heads + 2), np.uint8)
        for layer, column, off in parts(model.n_layers, model.n_heads):
            states[layer, column] = self._state(off)
        found = self._effects
        fits = found is not None and found.shape == states.shape
        self.grid.set_data(states, found if fits else None, self._tip)

    def _tip(self, layer: int, column: int) -> str:
        """What there is to say about a part."""
        model = self._session.model
        if model is None:
            return ""
        name = name_of(layer, column, model.n_heads)
        does = DOES[max(column - model.n_heads, -1)]
        state = self._state(_off(layer, column, model.n_heads, self.instead))
        if state != ON:
            gives = (
                "off. It gives nothing" if state == ZERO else f"gives its average over {STANDARD}"
            )
            return f"{name}: {gives}.\n{does}\nClick to have it work again."
        said = self._effect_in_words(layer, column)
        return f"{name}{said}\n{does}\nClick to switch it off, or press ? for how this is computed."

    def _effect_in_words(self, layer: int, column: int) -> str:
        effect = self._effect_of(layer, column)
        if math.isnan(effect):
            return ""
        return f": without it, {percent(effect)} of the next token's probability would move."

    def _effect_of(self, layer: int, column: int) -> float:
        found = self._effects
        known = found is not None and layer < len(found) and column < found.shape[1]
        return float(found[layer, column]) if known and found is not None else math.nan

    # --- what each part does

    def _study(self) -> None:
        """Work out what would happen without each part, unless somebody waits for its average."""
        model, trace = self._session.language_model, self._session.trace
        self._session.studies.cancel(KIND)
        if model is None or trace is None or (self.instead == "mean" and not model.is_measured):
            self._on_effects(None)
            return
        average = model.average if model.is_measured else None
        instead = self.instead
        self._session.studies.submit(
            KIND,
            lambda job: _effects(model, trace, instead, average, job),
            lambda found: self._on_effects(found, trace),
            self._on_no_effects,
            lambda found: self._on_effects(found, trace),
        )

    def _on_effects(self, found: NDArray[np.float64] | None, trace: Trace | None = None) -> None:
        self._effects, self._studied = found, trace
        self._show()

    def _on_no_effects(self, error: BaseException) -> None:
        self._on_effects(None)
        model = self._session.model
        if model is None or not model.non_finite:
            self._session.report_error(error)

    def _explain(self, layer: int, column: int, at: QPoint) -> None:
        """How an effect is computed."""
        model, trace = self._session.language_model, self._studied
        effect = self._effect_of(layer, column)
        if model is None or trace is None or math.isnan(effect):
            return
        needs_average = self.instead == "mean" or any(map(is_mean, trace.changes))
        average = f", {self.instead!r}, model.average" if needs_average else ""
        lines = [
            *read_again(model, trace),
            f"print(effects(model.weights, trace{average})[{layer}, {column}])",
        ]
        imports = ("from core.part_effects import effects",)
        name = name_of(layer, column, model.config.n_heads)
        explain(
            self.grid,
            Explanation(
                f"{name}: how much of the next token's probability moves without it",
                "share = sum of |without \N{MINUS SIGN} with| over all tokens / 2",
                (
                    ("with", "probabilities as they are now"),
                    ("without", "the text read again with this part off too"),
                ),
                f"{exactly(effect)} = {percent(effect)}",
                script(model.info.folder, lines, imports),
            ),
            at,
        )

    def _figure(self) -> Figure:
        """For a file."""
        return Figure("parts", self.grid, self._table)

    def _table(self) -> Table:
        header = ("layer", "part", "state", "effect")
        model = self._session.model
        if model is None:
            return Table(header, [])
        rows = []
        for layer, column, off in sorted(parts(model.n_layers, model.n_heads), key=_place):
            state = {ON: "on", ZERO: "gives 0", MEAN: "gives its average"}[self._state(off)]
            part = name_of(layer, column, model.n_heads).split(", ")[1]
            rows.append((layer + 1, part, state, self._effect_of(layer, column)))
        return Table(header, rows)


def _place(part: tuple[int, int, Off]) -> tuple[int, int]:
    return part[:2]


def _off(layer: int, column: int, n_heads: int, instead: Instead) -> Off:
    """The change that switches a part off."""
    if column < n_heads:
        return Off(layer, "head", column, instead)
    return Off(layer, "attention" if column == n_heads else "mlp", 0, instead)


def _effects(
    model: LanguageModel, trace: Trace, instead: Instead, average: Means | None, job: Job
) -> NDArray[np.float64]:
    """On the lane: tells what is known so far only if it takes long."""
    from core.tracing import Cancelled

    if job.rest(REST_S):
        raise Cancelled
    began = told = time.perf_counter()

    def step(so_far: NDArray[np.float64]) -> None:
        nonlocal told
        if job.cancelled():
            raise Cancelled
        now = time.perf_counter()
        if now - began > PATIENCE_S and now - told > PATIENCE_S / 2:
            told = now
            job.report(so_far.copy())

    return effects(model.weights, trace, instead, average, step)
