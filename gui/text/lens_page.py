"""What the model would say if it stopped at each layer: the guess grows with the depth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from gui import theme
from gui.export import Figure
from gui.figures import offer
from gui.text.comparing import ONE, ComparingTab, by_text, positions
from gui.text.lens_view import LensView
from gui.text.second_views import Pair
from gui.widgets.boxes import push_button
from gui.widgets.card import Card
from gui.widgets.layer_lens import LayerLens

if TYPE_CHECKING:
    from PySide6.QtCore import QSize
    from PySide6.QtGui import QResizeEvent

    from core.trace import Trace
    from gui.session import Session

TITLE = "If it stopped here"
CAPTION = (
    "Below each token, from the embedding down to the last layer: the next token that the model "
    "would name if that were all. The stronger a colour, the surer; bold is already the final "
    "answer. At the right, how the answer's place among all tokens rises. In the first row no "
    "layer has worked yet: a token's own numbers are the most like themselves, so it mostly names "
    "itself."
)
CHANGED = " A corner marks another guess than without your changes."
LOW = 420  # device-independent pixels: a lower page has no room for the caption


class LensPage(ComparingTab):
    """The table of guesses, of one text or of two.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        lens: The figure.
        second: The figure of the second text; hidden while there is none.
    """

    TITLE = "Lens"
    PURPOSE = "What the model would say if it stopped at each layer"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("lensPage")
        self.lens = LayerLens()
        self.second = LayerLens(
            "layerLensSecond", "The guess at each layer, after every token of the second prompt"
        )
        self._view = LensView(session, self.lens, "lens", self)
        self._view_second = LensView(session, self.second, "lens second", self)
        self._lay_out()
        self.lens.token_clicked.connect(session.select_token)
        self.lens.token_hovered.connect(self._on_hovered)
        self.second.token_hovered.connect(self._on_hovered_second)
        self._view.cell_chosen.connect(self._on_cell)
        for view in (self._view, self._view_second):
            view.follows_changed.connect(self._on_follows)
            view.shown.connect(self.pair.arrange_again)
        self.follow(session.model_changed, self._follow_answer)
        self.follow(session.trace_changed, self._on_trace)
        self.follow(session.second_changed, self._on_second)
        self.follow(session.selection_changed, self._on_selection)

    def _lay_out(self) -> None:
        self.pair = Pair(self._session, self.lens, self.second, "shownLens", self._room)
        self.card = Card(TITLE, CAPTION, self.pair)
        self._back = push_button(
            "Follow the answer",
            "followAnswerButton",
            "Show the way of the final answer again, not of the guess that was clicked",
            self._follow_answer,
        )
        self._back.hide()
        self.card.add_to_header(self._back)
        saving = offer(self._session, self.card, "saveLensButton", self._figure)
        for figure in (self.lens, self.second):
            saving.attach(figure)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)

    def _room(self, wide: int) -> QSize:
        """For all that one of the figures has to show."""
        return self.lens.room_for_all(wide).expandedTo(self.second.room_for_all(wide))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the caption gives up lines."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        low = LOW + (200 if self.pair.is_comparing else 0)
        self.card.set_cramped(self.height() < theme.px(low))

    def _figure(self) -> Figure:
        """What is in sight: one text's guesses, or those of both."""
        views, seen = (self._view, self._view_second), self.pair.seen()
        shown = [(self.lens, self.second)[n] for n in seen]
        name = "lens of the second prompt" if seen == [1] else "lens"
        return Figure(
            name,
            self.pair if len(shown) > 1 else shown[0],
            lambda: by_text([views[n].table() for n in seen]),
        )

    # --- facts

    def _on_trace(self) -> None:
        session = self._session
        plain = None if session.plain is session.trace else session.plain  # no change acts here
        self.card.set_caption(CAPTION + (CHANGED if plain is not None else ""))
        self._view_second.set_focus(self._second_focus())
        self._view.look_at(session.trace, plain)

    @property
    def shown(self) -> Trace | None:
        """See `ComparingTab`."""
        return self._view.shown_trace

    def show_compared(self) -> None:
        """The first text alone, or both; guesses cannot be subtracted."""
        self.pair.set_wanted(self.compared != ONE)
        self._fit()

    def _on_second(self) -> None:
        self.show_compared()
        self._view_second.set_focus(self._second_focus())
        self._view_second.look_at(self._session.second)
        self.pair.arrange_again()

    def _on_selection(self) -> None:
        selection = self._session.selection
        self.lens.set_selection(selection.token, selection.hovered)
        self._view.set_focus(selection.focus)
        self._view_second.set_focus(self._second_focus())

    def _second_focus(self) -> int | None:
        """Where the second text has the token that one looks at in the first."""
        first, focus = self._session.trace, self._session.selection.focus
        if first is None or focus is None:
            return focus
        return positions(first, self._session.second, focus)[1]

    def _on_hovered(self, position: int | None) -> None:
        if position is None or self._exists(position):
            self._session.hover_token(position)

    def _on_hovered_second(self, position: int | None) -> None:
        """A position of the second text alone; the first one may be shorter."""
        self._view_second.set_focus(self._second_focus() if position is None else position)

    def _exists(self, position: int) -> bool:
        """The figure may lag behind the text for a moment."""
        trace = self._session.trace
        return trace is not None and position < len(trace.tokens)

    def _on_cell(self, position: int) -> None:
        if self._exists(position) and self._session.selection.token != position:
            self._session.select_token(position)

    # --- whose way is shown

    def _on_follows(self) -> None:
        views = (self._view, self._view_second)
        self._back.setVisible(any(view.followed is not None for view in views))

    def _follow_answer(self) -> None:
        for view in (self._view, self._view_second):
            view.follow(None)
