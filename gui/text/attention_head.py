"""The opened head, large: as a map, as lines, by what it carries; and all heads summed up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal

from core.attention_views import carried_by, mean_over_heads, rollout
from core.interventions import Look, Off
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
    MINUS_FIRST,
    ROLLOUT,
    UNEQUAL,
    VIEWS,
    scale_of,
    title_of,
)
from gui.text.comparing import BOTH, COMPARISONS, DIFFERENCE, ONE
from gui.text.head_figures import HeadFigures, difference, same_scale, shown_of
from gui.widgets.card import Card
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from core.trace import Trace
    from gui.explanation import Explanation
    from gui.selection import Selection
    from gui.session import Session
    from gui.text.head_figures import Shown
    from gui.widgets.head_map import HeadMap

    Cell = tuple[int, int]
    Matrix = NDArray[np.floating]

HERE = "On this text it {}."
ROLLING = "attention rollout"  # kind of work
WAIT = "Adding up the layers\N{HORIZONTAL ELLIPSIS}"
BROKEN = "This model has numbers that are not finite: there is nothing sensible to show here."


class OpenedHead(Card):
    """One head in three views, and its layer in two; of two texts, where there are two.

    Signals:
        cell_pinned: ((int, int) | None) row and column of the pinned cell.
        weight_moved: (int, int, int) row, and columns from which and to which weight was dragged.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        figures: What is seen.
        switch: Chooses the view.
        comparison: Chooses the first text, both or their difference.
    """

    cell_pinned = Signal(object)
    weight_moved = Signal(int, int, int)

    def __init__(self, session: Session) -> None:
        self._session = session
        self._trace: Trace | None = None
        self._place = (0, 0)
        self._shown: tuple[Shown, ...] = ()
        self._rolled: tuple[object, ...] = ()  # of what the rollout is shown
        self.figures = HeadFigures()
        self.switch = Switch("headViews", VIEWS)
        self.comparison = Switch("headComparison", COMPARISONS)
        self.comparison.choose(BOTH)  # that is what one compares for
        self.comparison.hide()
        super().__init__(title_of(MAP, 0, 0), CAPTIONS[MAP], self.figures)
        self._column.insertWidget(1, self.switch)
        self._column.insertWidget(2, self.comparison)
        saving = offer(session, self, "saveOpenedHeadButton", self._figure)
        figures = self.figures
        for figure in (figures.map, figures.arcs, figures.second_map, figures.second_arcs):
            saving.attach(figure)
        for figure in (figures.map, figures.arcs):
            figure.token_hovered.connect(session.hover_token)
            figure.token_clicked.connect(session.select_token)
        figures.number_asked.connect(self._explain)
        figures.map.cell_pinned.connect(self.cell_pinned)
        figures.map.weight_moved.connect(self.weight_moved)
        self.switch.chosen.connect(lambda _index: self._show())
        self.comparison.chosen.connect(lambda _index: self._show())

    @property
    def view(self) -> int:
        """An index of `attention_words.VIEWS`."""
        return self.switch.index

    @property
    def map(self) -> HeadMap:
        """The map of the prompt, which has the pinned cell."""
        return self.figures.map

    def clear(self, *hint: str) -> None:
        """Show nothing but a sentence that says what to do."""
        self._trace, self._shown, self._rolled = None, (), ()
        self._session.studies.cancel(ROLLING)
        self.figures.clear(*hint)

    def set_head(self, trace: Trace, layer: int, head: int) -> None:
        """Show a head of a text."""
        self._trace, self._place = trace, (layer, head)
        self._show()

    def set_selection(self, selection: Selection) -> None:
        """Stress a token."""
        self.figures.set_selection(selection)

    # --- what is shown

    @property
    def _compared(self) -> int:
        """The first text alone, both, or the difference if they can be subtracted."""
        trace, second = self._trace, self._session.second
        if trace is None or second is None:
            return ONE
        is_same = len(trace.tokens) == len(second.tokens)
        return (
            BOTH if self.comparison.index == DIFFERENCE and not is_same else (self.comparison.index)
        )

    def _show(self) -> None:
        """Compute what the view shows, and show it."""
        view, trace, compared = self.view, self._trace, self._compared
        second = self._session.second
        self.comparison.setVisible(second is not None)
        self.set_title(f"{title_of(view, *self._place)}{self._is_off()}")
        is_refused = second is not None and compared != self.comparison.index
        caption = MINUS_FIRST if compared == DIFFERENCE else CAPTIONS[view]
        habit = self._session.habit(*self._place) if trace is not None and view == MAP else ""
        caption = f"{HERE.format(habit)} {caption}" if habit else caption
        self.set_caption(UNEQUAL if is_refused else caption)
        self.figures.show_as(is_lines=view == ARCS, is_pair=compared == BOTH)
        self.map.set_movable(view == MAP and compared != DIFFERENCE)
        self.map.set_changed(self._set_by_hand() if view == MAP else ())
        if trace is None:
            return
        traces = [trace] if compared == ONE or second is None else [trace, second]
        layer, head = self._place
        if view != ROLLOUT:
            self._rolled = ()
            self._session.studies.cancel(ROLLING)
            values = [self._computed(one, view, layer, head) for one in traces]
            self._paint(traces, values, compared)
        elif self._rolled != (*traces, layer, compared):
            self._roll(traces, layer, compared)

    def _is_off(self) -> str:
        """Whether the opened head is switched off, in words."""
        layer, head = self._place
        off = self._trace is not None and any(
            isinstance(each, Off)
            and each.layer == layer
            and (each.part == "attention" or (each.part, each.head) == ("head", head))
            for each in self._trace.changes
        )
        return ", switched off" if off and self.view in (MAP, ARCS, CARRIES) else ""

    def _set_by_hand(self) -> list[Cell]:
        """Cells of the opened head whose weight the user has set."""
        return [
            (each.row, each.column)
            for each in (self._trace.changes if self._trace is not None else ())
            if isinstance(each, Look) and (each.layer, each.head) == self._place
        ]

    def _computed(self, trace: Trace, view: int, layer: int, head: int) -> Matrix:
        model = self._session.language_model
        if view == CARRIES and model is not None:
            return carried_by(trace, model.weights, layer, head)
        shown: Matrix = trace.pattern[layer, head]
        if view == MEAN:
            shown = mean_over_heads(trace.pattern[layer : layer + 1])[0]
        return shown

    def _roll(self, traces: list[Trace], layer: int, compared: int) -> None:
        """Add up the layers in the background: with many heads and tokens it takes a while."""
        if not self._rolled:
            self._shown = ()
            self.figures.clear(WAIT)
        wanted = (*traces, layer, compared)

        def done(values: list[Matrix]) -> None:
            self._rolled = wanted
            self._paint(traces, values, compared)

        self._session.studies.submit(
            ROLLING,
            lambda _job: [rollout(one.pattern[: layer + 1])[layer] for one in traces],
            done,
            self._session.report_error,
        )

    def _paint(self, traces: list[Trace], values: list[Matrix], compared: int) -> None:
        shown = same_scale(
            [
                shown_of(trace, one, scale_of(self.view, float(one.max())))
                for trace, one in zip(traces, values, strict=True)
            ]
        )
        if compared == DIFFERENCE:
            shown = [difference(*shown)]
        try:
            self.figures.set_data(*shown)
        except ValueError:
            self._shown = ()
            self.figures.clear(BROKEN)
        else:
            self._shown = tuple(shown)

    # --- numbers and figures

    def _explain(self, side: int, cell: Cell, at: QPoint) -> None:
        trace, second = self._trace, self._session.second
        if self._session.language_model is None or trace is None:
            return
        if self._compared != DIFFERENCE or second is None:
            made = self._explained(second if side and second is not None else trace, cell)
        else:
            both = self._explained(trace, cell), self._explained(second, cell)
            made = explanations.difference(*both)
        explain(self.figures.seen(side), made, at)

    def _explained(self, trace: Trace, cell: Cell) -> Explanation:
        """A number of the view, of one text."""
        model, (layer, head) = self._session.language_model, self._place
        assert model is not None
        if cell[1] > cell[0] or self.view in (MAP, ARCS):
            return explanations.attention(model, trace, layer, head, *cell)
        if self.view == CARRIES:
            return attention_explanations.carried(model, trace, (layer, head), *cell)
        if self.view == MEAN:
            return attention_explanations.averaged(model, trace, layer, *cell)
        return attention_explanations.rolled(model, trace, layer, *cell)

    def _figure(self) -> Figure:
        name = f"attention {list(VIEWS)[self.view]} {title_of(self.view, *self._place)}"
        number = ("weight", "weight", "length", "mean weight", "rollout")[self.view]
        shown = self._shown
        widget = self.figures if len(shown) > 1 else self.figures.seen()
        return Figure(name.lower().replace(",", ""), widget, lambda: matrix_table(shown, number))

    def order(self) -> tuple[QWidget, ...]:
        """What the Tab key visits."""
        return self.switch, self.comparison, self.figures.map, self.figures.arcs
