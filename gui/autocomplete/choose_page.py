"""How the next token is chosen: the distribution shaped step by step, then the dice."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.config import SamplingConfig
from core.errors import UserError
from core.shaping import STEPS
from gui import theme
from gui.autocomplete import choose_words as words
from gui.autocomplete.chosen import USUAL, Chosen, choose, scene_of, table_of
from gui.autocomplete.dice import Dice
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.tabs.tab import Tab
from gui.text.naming import naming
from gui.widgets.card import Card
from gui.widgets.shaping_controls import ShapingControls
from gui.widgets.shaping_panels import ShapingPanels
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from core.trace import Trace
    from gui.session import Session

KIND = "choose"
LOW = 700  # device-independent pixels: a lower page has no room for wide margins,
LOWEST = 590  # and a still lower one not even for all rows
SMALLEST = 500


class ChoosePage(Tab):
    """The steps above, the dice and what they gave below.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        panels: The steps.
        controls: The settings above them.
        dice: The dice, and what they gave.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("choosePage")
        self._session = session
        self._chosen: Chosen | None = None
        self.panels, self.controls = ShapingPanels(), ShapingControls()
        self.dice = Dice(session)
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
            words.SCALES,
        )
        self._extras = self.controls.extras
        self.card.add_to_header(self._scale)
        button = offer(self._session, self.card, "saveShapingButton", self._shaping_figure)
        button.attach(self.panels)
        self.card.keep_room((words.CAPTION,))
        self._page = page = QVBoxLayout(self)
        page.setContentsMargins(*(theme.INSIDE,) * 4)
        page.setSpacing(theme.INSIDE)
        page.addWidget(self.card, 3)
        page.addWidget(self.dice, 2)

    def _wire(self) -> None:
        session = self._session
        self.controls.sampling_edited.connect(
            lambda *values: session.set_sampling(SamplingConfig(*values))
        )
        self._extras.toggled.connect(lambda _on: self._show_steps())
        self.controls.reset_clicked.connect(lambda: session.set_sampling(SamplingConfig()))
        self._scale.chosen.connect(lambda index: self.panels.set_logarithmic(index == 1))
        self.panels.candidate_chosen.connect(session.append_token)
        self.panels.number_asked.connect(self._explain_share)
        self.follow(session.model_changed, self._on_text)
        self.follow(session.trace_changed, self._on_text)
        self.follow(session.sampling_changed, self._on_sampling)
        self.follow(session.seed_changed, self.dice.show_seed)
        self.follow(session.generating_changed, self.dice.enable)

    def minimumSizeHint(self) -> QSize:
        """As with few rows, which it takes as the window gets low."""
        return QSize(super().minimumSizeHint().width(), theme.px(SMALLEST))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the cards have narrow margins."""
        super().resizeEvent(event)
        cramped = self.height() < theme.px(LOW)
        n_rows = self.panels.n_rows
        is_low = self.height() < theme.px(LOWEST)
        self.panels.set_low(is_low)
        self._page.setStretch(1, 0 if is_low else 2)
        if self.panels.n_rows != n_rows:
            self._on_text()
        self.card.set_cramped(cramped)
        self.dice.set_cramped(cramped)

    @property
    def shown(self) -> Trace | None:
        """The text that is shown; None while there is none."""
        return None if self._chosen is None else self._chosen.trace

    # --- facts

    def _on_sampling(self) -> None:
        sampling = self._session.sampling
        self.controls.set_data(*astuple(sampling))
        self._on_text()

    def _on_text(self) -> None:
        """Shape what comes next, in the background."""
        session = self._session
        model, trace, sampling = session.language_model, session.trace, session.sampling
        n_rows = self.panels.n_rows
        if model is None or trace is None:
            session.studies.cancel(KIND)
            self._clear(words.NO_MODEL if model is None else words.EMPTY)
            return
        session.studies.submit(
            KIND,
            lambda _job: choose(model, trace, sampling, n_rows),
            self._on_chosen,
            self._on_error,
        )

    def _on_chosen(self, chosen: Chosen) -> None:
        is_new = not chosen.has_dice_of(self._chosen)
        self._chosen = chosen
        self._show_steps()
        if is_new:
            self.dice.set_data(chosen)

    @property
    def steps(self) -> tuple[str, ...]:
        """Which of the steps have a panel."""
        return STEPS if self._extras.isChecked() else USUAL

    def _show_steps(self) -> None:
        """With the extras or without."""
        if self._chosen is not None:
            self.panels.set_data(scene_of(self._chosen, self.steps, naming(self._chosen.model)))

    def _on_error(self, error: BaseException) -> None:
        """Scores that are no numbers the session has told of already."""
        self._clear(words.BROKEN)
        if not isinstance(error, UserError):
            self._session.report_error(error)

    def _clear(self, hint: str) -> None:
        self._chosen = None
        self.panels.clear(hint)
        self.dice.clear(hint)

    # --- numbers that were asked for

    def _explain_share(self, cell: tuple[int, int], at: QPoint) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        row, step = chosen.shaping.rows[cell[0]], (self.steps[cell[1]], self.steps)
        label = words.group(row, chosen.shaping.order.size)
        if row.token is not None:
            label = naming(chosen.model)(row.token)
        made = words.share(
            chosen.model, chosen.trace, chosen.sampling, chosen.shaping, row, step, label
        )
        explain(self.panels, made, at)

    # --- figures as files

    def _shaping_figure(self) -> Figure:
        return Figure("shaping", self.panels, lambda: table_of(self._chosen))
