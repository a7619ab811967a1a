"""The prompt inside the model: its tokens, where they lie, and where each head looks."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.heads import habit
from core.labels import is_cut
from gui import figure_tables, theme
from gui.export import Figure
from gui.figures import FigureButton, offer, told_button
from gui.shared_words import BROKEN, OPENING
from gui.tabs.tab import Tab
from gui.text import overview_figures
from gui.text.effect import ShiftView
from gui.text.guess_line import GuessLine
from gui.text.overview_numbers import explain_numbers
from gui.text.second_views import Pair
from gui.widgets.attention_grid import AttentionGrid
from gui.widgets.attention_map import AttentionMap
from gui.widgets.boxes import beside, column
from gui.widgets.card import Card
from gui.widgets.embedding_plane import EmbeddingPlaneView
from gui.widgets.order_picture import OrderPicture
from gui.widgets.switch import Switch
from gui.widgets.token_strip import LINES, TokenStrip

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from core.trace import Trace
    from gui.session import Session

TOKENS = "A token is a word, part of a word or sign with its own number, below it; ␣ is a space."
BYTES = (
    "\N{MATHEMATICAL LEFT ANGLE BRACKET}F0\N{MATHEMATICAL RIGHT ANGLE BRACKET} and the like are "
    "bytes: a sign without a token of its own, such as an emoji, is cut into several."
)
PLANE = (
    "Every token the model knows is a dot. Near means: used in like sentences. Yours have names."
)
ORDER = "A word means more in its place: to a token's numbers, those of its position are added."
NEXT = "How likely each token is to come next after the one text, and after the other"
GRID = "Each square is one attention head, in small. Click one to open it."
BESIDE_PX = 200  # of a figure that stands beside another one: less is too small to be read
MAP = "Rows look at columns; the stronger, the more. Each row adds up to 1."
ZOOM_STEP = 1.6
LARGE = 125  # percent: larger text makes the titles give way
SHARES = (27, 35, 38)  # of the width: plane, heads, map; so the heads of a 6 x 6 model fill theirs
# Device-independent pixels: with the story open; in a small window; with large text in one.
NARROW, LOW, LOWEST = 880, 560, 470


class Overview(Tab):
    """Tokens on top, the plane at the left, attention at the right; one selection for all.

    Args:
        session: Where the facts come from and the intents go.
        parent: Qt's.
    """

    VIEWS = ("map", "order")  # of the embeddings; "next" too, while two texts are compared

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("textOverview")
        self._session = session
        self._opened = (0, 0)
        self._opening = self._narrow = self._low = False
        self.strip = TokenStrip()
        self.plane = EmbeddingPlaneView()
        self.order = OrderPicture()
        self.grid = AttentionGrid()
        self.map = AttentionMap()
        self.second_strip = TokenStrip()  # of the second prompt, as the next
        self.second_strip.setObjectName("secondTokenStrip")
        self.second_strip.setAccessibleName("Tokens of the second prompt")
        self.second_grid = AttentionGrid()
        self.second_grid.setObjectName("secondAttentionGrid")
        self.second_grid.setAccessibleName("Attention heads of all layers in the second prompt")
        self.second_map = AttentionMap()
        self.second_map.setObjectName("secondAttentionMap")
        self.second_map.setAccessibleName("Attention in the second prompt")
        self.next = ShiftView(session, "overviewNext", "texts")
        self.guess = GuessLine(session)
        self._is_comparing, self._wants_next = False, True
        self._lay_out()
        for view in (self.strip, self.plane, self.order, self.map):
            view.token_hovered.connect(session.hover_token)
            view.token_clicked.connect(session.select_token)
        self._switch.chosen.connect(self._on_view)
        self.next.figure.bars_changed.connect(self._show_words)
        for grid in (self.grid, self.second_grid):
            grid.head_opened.connect(session.select_head)
        for second in (self.second_strip, self.second_map):
            second.token_hovered.connect(self._hover_second)
        explain_numbers(session, self)
        session.loading_changed.connect(self._note_opening)
        self.follow(session.loading_changed, self._on_opening)
        self.follow(session.plane_changed, self._on_plane)
        self.follow(session.trace_changed, self._on_trace)
        self.follow(session.selection_changed, self._on_selection)
        self.follow(session.second_changed, self._on_second)

    def _lay_out(self) -> None:
        room = partial(_square, BESIDE_PX)
        self._maps = Pair(self._session, self.map, self.second_map, "shownMap", room)
        self._map_card = Card("Attention", MAP, self._maps)
        self._grids = Pair(self._session, self.grid, self.second_grid, "shownGrid", room)
        for one, other in ((self._maps, self._grids), (self._grids, self._maps)):
            one.turned.connect(other.turn_to)  # both are of one text
        self._maps.in_turn_changed.connect(self._pair_maps)
        self.second_strip.hide()
        strips = QWidget()
        rows = QVBoxLayout(strips)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)  # there is room enough round the chips
        self._strips = column(self.strip, self.second_strip)
        rows.addWidget(self._strips, 1)
        rows.addWidget(self.guess)
        self._tokens_card = Card("Tokens", TOKENS, strips, flat=True)
        self._grid_card = grid_card = Card("Attention heads", GRID, self._grids)
        self._views = QStackedWidget()
        self._views.addWidget(self.plane)
        self._views.addWidget(self.order)
        self._views.addWidget(self.next)
        self.next.setSizePolicy(*(QSizePolicy.Policy.Ignored,) * 2)  # while it is not shown
        self._switch = Switch("embeddingViews", {"Map": PLANE, "Order": ORDER, "Next": NEXT})
        self._switch.offer(len(self.VIEWS), False)
        self._save_plane = told_button(self._session, "savePlaneButton", self._plane_figure)
        choices = beside(self._switch, self._save_plane)
        self._plane_card = plane_card = Card("Embeddings", PLANE, column(self._views, choices))
        self._figures = (plane_card, grid_card, self._map_card)
        self._zooming = zooming = (
            _button("\N{MINUS SIGN}", "zoomOutButton", "Zoom out", "-", self._zoom_out),
            _button("+", "zoomInButton", "Zoom in", "+", self._zoom_in),
            _button("Fit", "fitButton", "Show every token", "0", self.plane.fit),
        )
        for button in zooming:
            plane_card.add_to_header(button)
        saving = self._offer_figures()
        self._fit_buttons()
        theme.sizes.changed.connect(self._fit_buttons)
        figures = QSplitter(Qt.Orientation.Horizontal)
        figures.setChildrenCollapsible(False)
        figures.setHandleWidth(theme.INSIDE)
        for card, share in zip(self._figures, SHARES, strict=True):
            figures.addWidget(card)
            figures.setStretchFactor(figures.count() - 1, share)
        figures.setSizes([10 * share for share in SHARES])
        cards = QVBoxLayout(self)
        cards.setContentsMargins(*(theme.INSIDE,) * 4)
        cards.setSpacing(theme.INSIDE)
        cards.addWidget(self._tokens_card)
        cards.addWidget(figures, 1)
        places = (
            *(saving[0], self.strip, self.second_strip, self.guess.more, *zooming),
            *(self.plane, self.order),
            *(self.next.figure, self._switch, saving[1]),
            *(saving[2], self.grid, self.second_grid, saving[3], self.map, self.second_map),
        )
        for first, then in pairwise(places):
            QWidget.setTabOrder(first, then)

    def _offer_figures(self) -> tuple[FigureButton, ...]:
        """Each card's figure can be copied and saved; returns the buttons for it."""
        session, plane = self._session, self._save_plane
        pieces = partial(overview_figures.tokens, session, self._strips, self.strip)
        tokens = offer(session, self._tokens_card, "saveTokensButton", pieces)
        heads = offer(session, self._grid_card, "saveHeadsButton", self._heads_figure)
        head = offer(session, self._map_card, "saveHeadButton", self._head_figure)
        for button, figure in (
            *((tokens, self.strip), (plane, self.plane), (plane, self.order)),
            *((plane, self.next.figure), (heads, self.grid), (head, self.map)),
            *((tokens, self.second_strip), (heads, self.second_grid), (head, self.second_map)),
        ):
            button.attach(figure)
        return tokens, plane, heads, head

    def _plane_figure(self) -> Figure:
        plane, trace = self._session.plane, self._session.trace
        if self._views.currentWidget() is self.next:
            return self.next.saved()
        if self._views.currentWidget() is self.order:
            return Figure("order", self.order, lambda: figure_tables.order_table(trace))
        return Figure("embeddings", self.plane, lambda: figure_tables.plane_table(plane))

    def _heads_figure(self) -> Figure:
        return overview_figures.heads(self._session, self._grids, self.grid)

    def _head_figure(self) -> Figure:
        return overview_figures.head(self._session, self._maps, self.map, self._opened)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the figures all the room in a small window; keys and wheel still zoom there."""
        super().resizeEvent(event)
        narrow, low = self.width() < theme.px(NARROW), self.height() < theme.px(LOW)
        for card in self._figures:
            card.set_cramped(narrow or low)
        self._tokens_card.set_narrow(narrow or low)
        self._narrow, self._low = narrow, low
        self._fit_strips()
        self._fit_titles()
        self._show_zooming()

    def minimumSizeHint(self) -> QSize:
        """As with the cards in their smallest shape, which they take as the page gets small."""
        return QSize(theme.px(560), theme.px(436, 0.6))

    def _fit_buttons(self) -> None:
        for button in self._zooming:
            button.setFixedWidth(theme.px(28 if len(button.text()) == 1 else 40))

    @property
    def opened(self) -> tuple[int, int]:
        """Layer and number of the head that is shown large."""
        return self._opened

    @property
    def view(self) -> str:
        """Which of its views is open."""
        return (*self.VIEWS, "next")[self._switch.index]

    def show_view(self, name: str) -> None:
        """Open the "map" of the embeddings, or the "order" that is added to them."""
        self._switch.choose(self.VIEWS.index(name))

    def _on_view(self, index: int) -> None:
        self._views.setCurrentIndex(index)
        is_next = self._views.currentWidget() is self.next
        if self._is_comparing:
            self._wants_next = is_next
        takes = QSizePolicy.Policy.Preferred if is_next else QSizePolicy.Policy.Ignored
        self.next.setSizePolicy(takes, takes)
        self._show_words()
        self._show_zooming()
        self._show_order()

    def _show_words(self) -> None:
        """Title and caption of the card with the views."""
        captions = (PLANE, ORDER, self.next.caption)
        is_next = self._views.currentWidget() is self.next
        self._plane_card.set_title(self.next.words.title if is_next else "Embeddings")
        self._plane_card.set_caption(captions[self._switch.index])

    def _show_zooming(self) -> None:
        for button in self._zooming:
            needed = button is self._zooming[2] or not self._narrow
            button.setVisible(needed and self._views.currentWidget() is self.plane)

    def _zoom_in(self) -> None:
        self.plane.zoom_by(ZOOM_STEP)

    def _zoom_out(self) -> None:
        self.plane.zoom_by(1 / ZOOM_STEP)

    # --- facts

    def _note_opening(self, name: str) -> None:
        self._opening = bool(name)

    def _on_opening(self) -> None:
        if self._session.trace is None:
            self._on_trace()

    def _on_plane(self) -> None:
        plane = self._session.plane
        if plane is None:
            self.plane.clear()
            return
        try:
            self.plane.set_data(plane)
        except ValueError:
            self.plane.clear(BROKEN)

    def _on_trace(self) -> None:
        trace = self._session.trace
        if trace is None:
            asked = self._session.model is not None and self._session.prompt
            hint = (OPENING,) if self._opening else ("",) if asked else ()
            for view in (self.strip, self.grid, self.map, self.order):
                view.clear(*hint)
            self.plane.set_tokens(())
            self._tokens_card.set_caption(TOKENS)
            return
        self.strip.set_data(trace.tokens, trace.before)
        self.plane.set_tokens(trace.tokens)
        n_older = len(trace.before)
        reach = f"The last {len(trace.tokens)} tokens; {n_older:,} older ones are out of reach."
        has_bytes = any(is_cut(token.raw) for token in trace.tokens)
        self._tokens_card.set_caption(reach if n_older else BYTES if has_bytes else TOKENS)
        try:
            self.grid.set_data(trace.pattern, self._session.habit)
        except ValueError:
            self.grid.clear(BROKEN)
        self._open_head()
        self._show_order()

    def _on_second(self) -> None:
        """Show the second prompt beside the first, and what comes next in both."""
        second = self._session.second
        if (second is not None) != self._is_comparing:
            self._is_comparing = second is not None
            self._offer_next()
        self._fit_strips()
        self._fit_titles()
        self.second_strip.setVisible(self._is_comparing)
        self._tokens_card.set_cramped(self._is_comparing)
        self._tokens_card.set_narrow(self._narrow or self._low)
        if second is not None:
            self.second_strip.set_data(second.tokens, second.before)
            self._show_second_grid(second)
        self._pair_maps()
        self._open_head()

    def _offer_next(self) -> None:
        """Open what comes next in both, unless another view was chosen the last time."""
        index = len(self.VIEWS)
        if self._is_comparing and self._wants_next:
            self._switch.choose(index)
        elif not self._is_comparing and self._switch.index == index:
            self._switch.choose(0)
        self._switch.offer(index, self._is_comparing)

    def _pair_maps(self) -> None:
        """Maps side by side have numbers both, or neither."""
        is_pair = self._is_comparing and not self._maps.is_in_turn
        self.map.stand_beside(self.second_map if is_pair else None)
        self.second_map.stand_beside(self.map if is_pair else None)

    def _fit_strips(self) -> None:
        """Two of one line are as high as one of two; in a low window the figures get the room."""
        lines = 1 if self._is_comparing or self._low else LINES
        for strip in (self.strip, self.second_strip):
            strip.set_lines(lines)
        # Of two texts it is said below what would come next.
        self.guess.setVisible(not self._is_comparing and self.height() >= theme.px(LOWEST))

    def _fit_titles(self) -> None:
        """With large text, the table of two texts needs the room more than a title does."""
        for card in self._figures:
            card.let_title_shorten(self._is_comparing and theme.text_size() > LARGE)

    def _hover_second(self, token: int | None) -> None:
        """A token of the second prompt is none of the first."""
        self.second_strip.set_selection(None, token)
        self.second_map.set_selection(None, token)

    def _open_second(self) -> None:
        """Show the same head in the second prompt."""
        second = self._session.second
        if second is None:
            return
        try:
            labels = [token.label for token in second.tokens]
            self.second_map.set_data(second.pattern[self._opened], labels)
        except ValueError:
            self.second_map.clear(BROKEN)

    def _show_second_grid(self, second: Trace) -> None:
        try:
            self.second_grid.set_data(second.pattern, partial(_habit, second))
        except ValueError:
            self.second_grid.clear(BROKEN)

    def _show_order(self) -> None:
        trace = self._session.trace
        if trace is None or self._views.currentWidget() is not self.order:
            return
        labels = [token.label for token in trace.tokens]
        parts = trace.token_embed, trace.pos_embed, trace.resid_pre[0]
        try:
            self.order.set_data(*parts, labels)
        except ValueError:
            self.order.clear(BROKEN)

    def _on_selection(self) -> None:
        selection = self._session.selection
        for view in (self.strip, self.plane, self.order, self.grid, self.map):
            view.set_selection(selection.token, selection.hovered)
        if self._opened != (selection.layer, selection.head):
            self._open_head()

    def _open_head(self) -> None:
        """Show one head's pattern large, also of a second prompt beside an empty one."""
        selection, trace = self._session.selection, self._session.trace
        self._opened = (selection.layer, selection.head)
        for grid in (self.grid, self.second_grid):
            grid.set_opened(*self._opened)
        self._map_card.set_title(f"Layer {selection.layer + 1}, head {selection.head + 1}")
        if trace is not None:
            labels = [token.label for token in trace.tokens]
            try:
                self.map.set_data(trace.pattern[self._opened], labels)
            except ValueError:
                self.map.clear(BROKEN)
        self._open_second()


def _square(side_px: int, _wide: int) -> QSize:
    return QSize(theme.px(side_px), theme.px(side_px))


def _habit(trace: Trace, layer: int, head: int) -> str:
    return habit(trace.pattern[layer, head], trace.ids)


def _button(text: str, name: str, purpose: str, key: str, does: Callable[[], None]) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setObjectName(name)
    button.setAccessibleName(purpose)
    button.setToolTip(f"{purpose} (or press {key} on the picture)")
    button.setStyleSheet("padding: 0;")  # no taller than the title beside it
    button.clicked.connect(lambda: does())
    return button
