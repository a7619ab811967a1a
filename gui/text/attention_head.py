"""The opened head, large: as a map, as lines, by what it carries; and all heads summed up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QStackedWidget

from core.attention_views import carried_by, mean_over_heads, rollout
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.text import attention_explanations, explanations
from gui.text.attention_tables import matrix_table
from gui.text.attention_words import (
    ARCS,
    CAPTIONS,
    CARRIES,
    MAP,
    MEAN,
    ROLLOUT,
    VIEWS,
    scale_of,
    title_of,
)
from gui.widgets.attention_arcs import AttentionArcs
from gui.widgets.boxes import column
from gui.widgets.card import Card
from gui.widgets.head_map import HeadMap
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from core.trace import Trace
    from gui.selection import Selection
    from gui.session import Session

    Cell = tuple[int, int]

ROLLING = "attention rollout"  # kind of work
WAIT = "Adding up the layers\N{HORIZONTAL ELLIPSIS}"
BROKEN = "This model has numbers that are not finite: there is nothing sensible to show here."


class OpenedHead(Card):
    """One head in three views, and its layer in two.

    Signals:
        cell_pinned: ((int, int) | None) row and column of the pinned cell.
        weight_moved: (int, int, int) row, and columns from which and to which weight was dragged.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        map: For all views but one.
        arcs: For that one.
        switch: Chooses the view.
    """

    cell_pinned = Signal(object)
    weight_moved = Signal(int, int, int)

    def __init__(self, session: Session) -> None:
        self._session = session
        self._trace: Trace | None = None
        self._place = (0, 0)
        self._values: NDArray[np.floating] | None = None  # (T, T) what is shown
        self._rolled: tuple[Trace, int] | None = None  # of which the rollout is shown
        self.map = HeadMap("attentionPageMap", "Attention of the opened head")
        self.arcs = AttentionArcs()
        self._figures = QStackedWidget()
        self._figures.addWidget(self.map)
        self._figures.addWidget(self.arcs)
        self.switch = Switch("headViews", VIEWS)
        super().__init__(title_of(MAP, 0, 0), CAPTIONS[MAP], column(self._figures))
        self._column.insertWidget(1, self.switch)
        saving = offer(session, self, "saveOpenedHeadButton", self._figure)
        for figure in (self.map, self.arcs):
            saving.attach(figure)
            figure.token_hovered.connect(session.hover_token)
            figure.token_clicked.connect(session.select_token)
            figure.number_asked.connect(self._explain)
        self.map.cell_pinned.connect(self.cell_pinned)
        self.map.weight_moved.connect(self.weight_moved)
        self.switch.chosen.connect(lambda _index: self._show())

    @property
    def view(self) -> int:
        """An index of `attention_words.VIEWS`."""
        return self.switch.index

    @property
    def _seen(self) -> HeadMap | AttentionArcs:
        return self.arcs if self.view == ARCS else self.map

    def clear(self, *hint: str) -> None:
        """Show nothing but a sentence that says what to do."""
        self._trace = self._values = self._rolled = None
        self._session.studies.cancel(ROLLING)
        self.map.clear(*hint)
        self.arcs.clear(*hint)

    def set_head(self, trace: Trace, layer: int, head: int) -> None:
        """Show a head of a text."""
        self._trace, self._place = trace, (layer, head)
        self._show()

    def set_selection(self, selection: Selection) -> None:
        """Stress a token."""
        for figure in (self.map, self.arcs):
            figure.set_selection(selection.token, selection.hovered)

    def _show(self) -> None:
        """Compute what the view shows, and show it."""
        view, trace, (layer, head) = self.view, self._trace, self._place
        self.set_title(title_of(view, layer, head))
        self.set_caption(CAPTIONS[view])
        self._figures.setCurrentIndex(1 if view == ARCS else 0)
        self.map.set_movable(view == MAP)
        if trace is None:
            return
        if view != ROLLOUT:
            self._rolled = None
            self._session.studies.cancel(ROLLING)
            self._paint(trace, self._computed(trace, view, layer, head))
        elif self._rolled != (trace, layer):
            self._roll(trace, layer)

    def _computed(self, trace: Trace, view: int, layer: int, head: int) -> NDArray[np.floating]:
        model = self._session.language_model
        if view == CARRIES and model is not None:
            return carried_by(trace, model.weights, layer, head)
        shown: NDArray[np.floating] = trace.pattern[layer, head]
        if view == MEAN:
            shown = mean_over_heads(trace.pattern[layer : layer + 1])[0]
        return shown

    def _roll(self, trace: Trace, layer: int) -> None:
        """Add up the layers in the background: with many heads and tokens it takes a while."""
        if self._rolled is None:
            self._values = None
            self.map.clear(WAIT)

        def done(values: NDArray[np.floating]) -> None:
            self._rolled = trace, layer
            self._paint(trace, values)

        self._session.studies.submit(
            ROLLING,
            lambda _job: rollout(trace.pattern[: layer + 1])[layer],
            done,
            self._session.report_error,
        )

    def _paint(self, trace: Trace, values: NDArray[np.floating]) -> None:
        labels = [token.label for token in trace.tokens]
        figure = self._seen
        try:
            figure.set_data(values, labels, scale_of(self.view, float(values.max())))
        except ValueError:
            self._values = None
            figure.clear(BROKEN)
        else:
            self._values = values

    # --- numbers and figures

    def _explain(self, cell: Cell, at: QPoint) -> None:
        model, trace, (layer, head) = self._session.language_model, self._trace, self._place
        if model is None or trace is None:
            return
        if cell[1] > cell[0] or self.view in (MAP, ARCS):
            made = explanations.attention(model, trace, layer, head, *cell)
        elif self.view == CARRIES:
            made = attention_explanations.carried(model, trace, (layer, head), *cell)
        elif self.view == MEAN:
            made = attention_explanations.averaged(model, trace, layer, *cell)
        else:
            made = attention_explanations.rolled(model, trace, layer, *cell)
        explain(self._seen, made, at)

    def _figure(self) -> Figure:
        name = f"attention {list(VIEWS)[self.view].lower()} {title_of(self.view, *self._place)}"
        labels = [] if self._trace is None else [token.label for token in self._trace.tokens]
        number = ("weight", "weight", "length", "mean weight", "rollout")[self.view]
        values = self._values
        return Figure(
            name.lower().replace(",", ""),
            self._seen,
            lambda: matrix_table(labels, values, number),
        )

    def order(self) -> tuple[QWidget, ...]:
        """What the Tab key visits."""
        return self.switch, self.map, self.arcs
