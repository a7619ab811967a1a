"""Where a token stands, in numbers: learned by the model, by formula, and added to the token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.positions import cosines, sinusoidal
from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.shared_words import BROKEN
from gui.tabs.tab import Tab
from gui.text import explanations, position_explanations
from gui.text.position_explanations import FORMULA, LEARNED
from gui.text.position_tables import sum_table, tables
from gui.widgets.card import Card
from gui.widgets.number_matrix import NumberMatrix
from gui.widgets.number_shades import shades
from gui.widgets.sum_strips import SumStrips
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from core.language_model import LanguageModel
    from core.trace import Array
    from gui.jobs import Job
    from gui.session import Session
    from gui.widgets.number_matrix import Cell

KIND = "positions"
NUMBERS = (
    "Each place in a text has its own row of numbers, the same whatever stands there. "
    "They are how the model knows the order."
)
SIMILARITY = (
    "Rows and columns are places. 1: their numbers point the same way, 0: they have nothing in "
    "common, \N{MINUS SIGN}1: they are opposites. The diagonal is each place with itself."
)
SUM = "What enters the first layer: each number of the token plus the same number of its place."
NO_MODEL = "Open a model to see how it numbers places."
WAIT = "Comparing all places\N{HORIZONTAL ELLIPSIS}"
FULL = 0.98  # this share of the learned numbers is within the colours' range
LOW = 560  # device-independent pixels: a lower page has no room for long captions
LEFT = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
RIGHT = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
SIDES = (LEARNED, FORMULA)


@dataclass(frozen=True, eq=False)
class _Picture:
    values: Array  # (P, N)
    colours: NDArray[np.uint8]  # of `shades`
    limit: float


@dataclass(frozen=True, eq=False)
class _Study:
    """Both encodings, and how alike their places are.

    Attributes:
        numbers: (P, C) for each of `SIDES`.
        alike: (P, P) likewise.
    """

    numbers: dict[str, _Picture]
    alike: dict[str, _Picture]


class PositionsPage(Tab):
    """Two pictures side by side, and below them the sum for one token.

    Args:
        session: Where the facts come from and the intents go.
    """

    TITLE = "Positions"
    PURPOSE = "How the model knows where in the text a token stands"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("positionsPage")
        self._session = session
        self._model: LanguageModel | None = None  # that was studied, or is being
        self._study: _Study | None = None
        self._token = 0
        self.pictures = {
            LEARNED: NumberMatrix("learnedPositions", "Positions as the model learned them"),
            FORMULA: NumberMatrix("formulaPositions", "Positions by the formula of 2017"),
        }
        self._about = {side: _caption() for side in SIDES}
        self.strips = SumStrips()
        self._lay_out()
        for side, picture in self.pictures.items():
            other = self.pictures[FORMULA if side == LEARNED else LEARNED]
            picture.cell_hovered.connect(other.set_cell)
            picture.number_asked.connect(
                lambda cell, at, side=side: self._explain_number(side, cell, at)
            )
        self.strips.number_asked.connect(self._explain_sum)
        self.switch.chosen.connect(self._show_pictures)
        self.follow(session.model_changed, self._on_model)
        self.follow(session.trace_changed, self._on_token)
        self.follow(session.selection_changed, self._on_token)

    def _lay_out(self) -> None:
        self._both = QWidget()
        grid = QGridLayout(self._both)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.BETWEEN)
        grid.setVerticalSpacing(0)
        titles = {LEARNED: "Learned by this model", FORMULA: "By the formula of 2017"}
        for column, side in enumerate(SIDES):
            heading = QLabel(titles[side])
            theme.set_font(heading, bold=True)
            grid.addWidget(heading, 0, column)
            grid.addWidget(self._about[side], 1, column)
            grid.addWidget(self.pictures[side], 2, column)
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(2, 1)
        views = {"Numbers": "The vector of each place", "Similarity": "How alike places are"}
        self.switch = Switch("positionViews", views)
        self._card = Card("Positions", NUMBERS, self._both)
        self._card.add_to_header(self.switch)
        saving = offer(self._session, self._card, "savePositionsButton", self._figure)
        self._sum_card = Card("Token + position = input", SUM, self.strips)
        self._steps = (
            _step("tokenBeforeButton", LEFT, "The token before", self._back),
            _step("tokenAfterButton", RIGHT, "The next token", self._on),
        )
        for button in self._steps:
            self._sum_card.add_to_header(button)
        saving_sum = offer(self._session, self._sum_card, "saveSumButton", self._sum_figure)
        saving_sum.attach(self.strips)
        for picture in self.pictures.values():
            saving.attach(picture)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(theme.INSIDE)
        page.addWidget(self._card, 1)
        page.addWidget(self._sum_card)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the captions give up lines."""
        super().resizeEvent(event)
        for card in (self._card, self._sum_card):
            card.set_cramped(self.height() < theme.px(LOW))

    # --- the two pictures

    def _on_model(self) -> None:
        """Study another model in the background; the page's own until it is done."""
        model = self._session.language_model
        if model is self._model and model is not None:
            return
        self._model, self._study = model, None
        self._session.studies.cancel(KIND)
        self._show_pictures()
        if model is not None:
            wpe = model.weights.wpe
            self._session.studies.submit(
                KIND, lambda job: _studied(wpe, job), self._on_studied, self._session.report_error
            )

    def _on_studied(self, study: _Study | None) -> None:
        self._study = study
        self._show_pictures(hint=BROKEN)

    def _show_pictures(self, _index: int = 0, *, hint: str = WAIT) -> None:
        is_alike = self.switch.index == 1
        self._card.set_caption(SIMILARITY if is_alike else NUMBERS)
        study, model = self._study, self._model
        if study is None or model is None:
            for side, picture in self.pictures.items():
                self._about[side].clear()
                picture.clear(NO_MODEL if model is None else hint)
            return
        shown = study.alike if is_alike else study.numbers
        axes = ("place", "place") if is_alike else ("place", "number")
        say = _alike if is_alike else _one_number
        n_positions, width = study.numbers[LEARNED].values.shape
        self._about[LEARNED].setText(f"{n_positions:,} places, {width:,} numbers each")
        self._about[FORMULA].setText("Waves: quick at the left, then slower")
        for side, picture in self.pictures.items():
            one = shown[side]
            picture.set_data(one.values, one.colours, one.limit, axes, say, square=is_alike)

    def _explain_number(self, side: str, cell: Cell, at: QPoint) -> None:
        study, model = self._study, self._model
        if study is None or model is None:
            return
        table = study.numbers[side].values
        if self.switch.index == 1:
            cosine = float(study.alike[side].values[cell])
            made = position_explanations.similarity(model, side, table, cosine, *cell)
        elif side == LEARNED:
            made = position_explanations.learned_number(model, *cell)
        else:
            made = position_explanations.formula_number(table, *cell)
        explain(self.pictures[side], made, at)

    def _figure(self) -> Figure:
        study, is_alike = self._study, self.switch.index == 1
        shown = {} if study is None else study.alike if is_alike else study.numbers
        values = {side: picture.values for side, picture in shown.items()}
        name = "similarity of positions" if is_alike else "positions"
        columns = "position" if is_alike else "number"
        return Figure(name, self._both, lambda: tables(values, columns))

    # --- the sum

    def _on_token(self) -> None:
        """Show the sum for the selected token, else for the last one."""
        trace, focus = self._session.trace, self._session.selection.focus
        n_tokens = 0 if trace is None else len(trace.tokens)
        for picture in self.pictures.values():
            picture.set_marked(None)
        if trace is None:
            self.strips.clear()
            self._enable_steps(n_tokens)
            return
        self._token = at = n_tokens - 1 if focus is None else min(focus, n_tokens - 1)
        self._enable_steps(n_tokens)
        parts = np.stack([trace.token_embed[at], trace.pos_embed[at], trace.resid_pre[0, at]])
        names = trace.tokens[at].label, f"+ place {at + 1:,}", "= input"
        try:
            self.strips.set_data(parts, names)
        except ValueError:
            self.strips.clear(BROKEN)
        for picture in self.pictures.values():
            picture.set_marked(at)

    def _enable_steps(self, n_tokens: int) -> None:
        back, on = self._steps
        back.setEnabled(n_tokens > 0 and self._token > 0)
        on.setEnabled(self._token < n_tokens - 1)

    def _back(self) -> None:
        self._session.select_token(self._token - 1)

    def _on(self) -> None:
        self._session.select_token(self._token + 1)

    def _explain_sum(self, number: tuple[int, int], at: QPoint) -> None:
        model, trace = self._session.language_model, self._session.trace
        if model is not None and trace is not None:
            part, dimension = number
            made = explanations.addition(model, trace, part, self._token, dimension)
            explain(self.strips, made, at)

    def _sum_figure(self) -> Figure:
        trace, token = self._session.trace, self._token
        return Figure("token and position", self.strips, lambda: sum_table(trace, token))


def _studied(wpe: NDArray[np.floating], job: Job) -> _Study | None:
    """Both encodings and their likeness; None if there is none, as numbers are broken."""
    learned = np.ascontiguousarray(wpe, dtype=np.float32)
    if not np.isfinite(learned).all():
        return None
    numbers = {LEARNED: learned, FORMULA: sinusoidal(*learned.shape)}
    limits = {LEARNED: float(np.quantile(np.abs(learned), FULL)), FORMULA: 1.0}
    alike = {side: cosines(table, job.cancelled) for side, table in numbers.items()}
    return _Study(
        {side: _picture(numbers[side], limits[side]) for side in SIDES},
        {side: _picture(alike[side], 1.0) for side in SIDES},
    )


def _picture(values: Array, limit: float) -> _Picture:
    return _Picture(values, shades(values, limit), limit)


def _one_number(row: int, column: int, value: float) -> str:
    shown = f"{value:.3f}".replace("-", "\N{MINUS SIGN}")
    return f"Place {row + 1:,}, number {column + 1:,}: {shown}"


def _alike(row: int, column: int, value: float) -> str:
    shown = f"{value:.3f}".replace("-", "\N{MINUS SIGN}")
    return f"Places {row + 1:,} and {column + 1:,} are alike by {shown} (1: the same)"


def _caption() -> QLabel:
    label = QLabel()
    label.setProperty("role", "caption")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def _step(name: str, text: str, purpose: str, does: Callable[[], None]) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setObjectName(name)
    button.setAccessibleName(purpose)
    button.setToolTip(purpose)
    button.setStyleSheet("padding: 0 8px;")
    button.clicked.connect(lambda: does())
    return button
