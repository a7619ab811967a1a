"""The opened head, large: as a map, as lines, by what it carries; and all heads summed up."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal

from core.attention_views import carried_by, mean_over_heads, rollout
from core.heads import habit
from core.interventions import Look, Off
from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.shared_words import BROKEN
from gui.text import attention_explanations, explanations
from gui.text.attention_compared import BOTH, DIFFERENCE
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
    UNEQUAL_ALONE,
    VIEWS,
    scale_of,
    title_of,
)
from gui.text.head_figures import LEAST_PX, HeadFigures, difference, same_scale, shown_of
from gui.widgets.card import Card
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from core.trace import Trace
    from gui.explanation import Explanation
    from gui.selection import Selection
    from gui.session import Session
    from gui.text.attention_compared import Comparison
    from gui.text.head_figures import Shown
    from gui.widgets.head_map import HeadMap

    Cell = tuple[int, int]
    Matrix = NDArray[np.floating]

OFF = {"zero": "switched off", "mean": "gives its average"}
HERE = "On this text it {}."
OTHERS_PX = 130  # of the card, without its figures
ROLLING = "attention rollout"  # kind of work
WAIT = "Adding up the layers\N{HORIZONTAL ELLIPSIS}"


class OpenedHead(Card):
    """One head in three views, and its layer in two; of two texts, where there are two.

    Signals:
        cell_pinned: (int, (int, int) | None) in which text, 0 or 1, a cell is pinned now, or none.
        weight_moved: (int, int, int) row, and columns from which and to which weight was dragged.

    Args:
        session: Where the facts come from and the intents go.
        comparison: Whose attention is to be seen.

    Attributes:
        figures: What is seen.
        switch: Chooses the view.
    """

    cell_pinned = Signal(int, object)
    weight_moved = Signal(int, int, int)

    def __init__(self, session: Session, comparison: Comparison) -> None:
        self._session, self._comparison = session, comparison
        self._trace: Trace | None = None
        self._place = (0, 0)
        self._shown: tuple[Shown, ...] = ()
        self._rolled: tuple[object, ...] = ()  # of what the rollout is shown
        self.figures = HeadFigures()
        self.switch = Switch("headViews", VIEWS)
        super().__init__(title_of(MAP, 0, 0), CAPTIONS[MAP], self.figures)
        self._column.insertWidget(1, self.switch)
        saving = offer(session, self, "saveOpenedHeadButton", self._figure)
        figures = self.figures
        for figure in (figures.map, figures.arcs, figures.second_map, figures.second_arcs):
            saving.attach(figure)
        for figure in (figures.map, figures.arcs):
            figure.token_hovered.connect(session.hover_token)
            figure.token_clicked.connect(session.select_token)
        figures.number_asked.connect(self._explain)
        for side, shown in enumerate((figures.map, figures.second_map)):
            shown.cell_pinned.connect(lambda cell, side=side: self.cell_pinned.emit(side, cell))
        figures.map.weight_moved.connect(self.weight_moved)
        self.switch.chosen.connect(lambda _index: self._show())

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Both texts are offered where their figures have room beside or above each other."""
        super().resizeEvent(event)
        least, gaps = theme.px(LEAST_PX), 2 * theme.BETWEEN + theme.INSIDE
        across = self.width() - gaps >= 2 * least
        down = self.height() - gaps - theme.px(OTHERS_PX) >= (1 if across else 2) * least
        self._comparison.set_room(down)

    # --- what is shown

    def _show(self) -> None:
        """Compute what the view shows, and show it."""
        view, trace, asked = self.view, self._trace, self._comparison
        is_first = asked.sides[0] == 0 and asked.of_tokens != DIFFERENCE
        off = self._off() if asked.sides[0] == 0 else ""
        self.set_title(f"{title_of(view, *self._place)}{off}{asked.whose}")
        self.set_caption(self._said())
        self.figures.show_as(asked.sides, is_lines=view == ARCS)
        self.map.set_movable(view == MAP and is_first)
        self.map.set_changed(self._set_by_hand() if view == MAP else ())
        if trace is None:
            return
        texts = asked.texts if asked.of_tokens == DIFFERENCE else self._seen()
        layer, head = self._place
        if view != ROLLOUT:
            self._rolled = ()
            self._session.studies.cancel(ROLLING)
            self._paint(texts, [self._computed(one, view, layer, head) for one in texts])
        elif self._rolled != (*texts, layer, asked.of_tokens):
            self._roll(texts, layer)

    def _seen(self) -> tuple[Trace, ...]:
        """The texts whose numbers are in sight."""
        return tuple(self._comparison.texts[side] for side in self._comparison.sides)

    def _said(self) -> str:
        """What one is seeing."""
        asked, caption = self._comparison, CAPTIONS[self.view]
        if asked.is_refused:
            return UNEQUAL if asked.of_tokens == BOTH else UNEQUAL_ALONE
        if asked.of_tokens == DIFFERENCE:
            return MINUS_FIRST
        if self._trace is None or self.view != MAP or asked.of_tokens == BOTH:
            return caption
        (text,) = self._seen()
        words = habit(text.pattern[self._place], text.ids)
        return f"{HERE.format(words)} {caption}" if words else caption

    def _off(self) -> str:
        """That the opened head is switched off, and what it gives instead."""
        if self._trace is None or self.view not in (MAP, ARCS, CARRIES):
            return ""
        layer, head = self._place
        offs = [each for each in self._trace.changes if isinstance(each, Off)]
        gives = {
            each.part: OFF[each.instead]
            for each in offs
            if each.layer == layer
            and (each.part == "attention" or (each.part, each.head) == ("head", head))
        }
        said = gives.get("attention") or gives.get("head")
        return f", {said}" if said else ""

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

    def _roll(self, traces: tuple[Trace, ...], layer: int) -> None:
        """Add up the layers in the background: with many heads and tokens it takes a while."""
        if not self._rolled:
            self._shown = ()
            self.figures.clear(WAIT)
        wanted = (*traces, layer, self._comparison.of_tokens)

        def done(values: list[Matrix]) -> None:
            self._rolled = wanted
            self._paint(traces, values)

        self._session.studies.submit(
            ROLLING,
            lambda _job: [rollout(one.pattern[: layer + 1])[layer] for one in traces],
            done,
            self._session.report_error,
        )

    def _paint(self, traces: tuple[Trace, ...], values: list[Matrix]) -> None:
        shown = same_scale(
            [
                shown_of(trace, one, scale_of(self.view, float(one.max())))
                for trace, one in zip(traces, values, strict=True)
            ]
        )
        if self._comparison.of_tokens == DIFFERENCE:
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
        texts = self._comparison.texts
        if self._session.language_model is None or side >= len(texts):
            return
        if self._comparison.of_tokens == DIFFERENCE:
            made = explanations.difference(*(self._explained(text, cell) for text in texts))
        else:
            made = self._explained(texts[side], cell)
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
        shown, asked = self._shown, self._comparison
        is_difference = asked.of_tokens == DIFFERENCE
        texts = ["2 - 1"] if is_difference else [str(side + 1) for side in asked.sides]
        widget = self.figures if len(shown) > 1 else self.figures.seen(asked.sides[0])
        table = partial(matrix_table, shown, texts, number)
        return Figure(name.lower().replace(",", ""), widget, table)

    def order(self) -> tuple[QWidget, ...]:
        """What the Tab key visits."""
        figures = self.figures
        return self.switch, figures.map, figures.arcs, figures.second_map, figures.second_arcs
