"""The vocabulary on a plane, full size: laid out, coloured and searched as one likes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QToolButton, QVBoxLayout

from core.errors import UserError
from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.shared_words import BROKEN
from gui.tabs.tab import Tab
from gui.text import map_explanations, map_study
from gui.text.map_colours import MapColours
from gui.text.map_spreading import Spreading
from gui.text.map_tools import COMPONENTS, NEIGHBOURS, OWN, MapTools
from gui.text.token_focus import AT_ONCE, TokenFocus
from gui.text.token_panel import TokenPanel
from gui.widgets.boxes import column as stacked
from gui.widgets.card import Card
from gui.widgets.plane_legend import PlaneLegend
from gui.widgets.vocabulary_map import VocabularyMap

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from gui.session import Session
    from gui.text.map_study import Known
    from gui.widgets.vocabulary_map import Layout

CAPTION = (
    "Every token the model knows is a dot. Near means: used in like sentences. Yours have names."
)
OFF_MAP = "{} is not on this map: choose Shadow to see it."
AXES = (("small", "big"), ("boy", "girl"))  # to begin with, where a model knows them
NARROW, LOW = 900, 560
ZOOM_STEP = 1.6


class PlanePage(Tab):
    """The map with all its tools, and beside it the token in focus.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        plane: The map.
        tools: What can be chosen.
        panel: The token in focus.
    """

    TITLE = "Map"
    PURPOSE = "All tokens of the vocabulary on a plane"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("planePage")
        self._session = session
        self._known: Known | None = None
        self._picked: int | None = None
        self.plane, self.legend = VocabularyMap(), PlaneLegend()
        self.tools, self.panel = MapTools(), TokenPanel()
        self._spreading = Spreading(session, self)
        self._colours = MapColours(session, self)
        self._focus = TokenFocus(session, self.plane, self.panel, self._colours)
        self._lay_out()
        self._connect()
        session.plane_changed.connect(self._spreading.cancel)
        self.follow(session.plane_changed, self._on_plane)
        self.follow(session.trace_changed, self._on_trace)
        self.follow(session.selection_changed, self._on_selection)
        self.follow(self._spreading.stepped, self._on_step)

    def _lay_out(self) -> None:
        body = stacked(self.plane, self.legend)
        body.layout().insertWidget(0, self.tools)  # type: ignore[union-attr]
        self._card = Card("Map", CAPTION, body)
        for text, purpose, key, does in (
            ("\N{MINUS SIGN}", "Zoom out", "-", lambda: self.plane.zoom_by(1 / ZOOM_STEP)),
            ("+", "Zoom in", "+", lambda: self.plane.zoom_by(ZOOM_STEP)),
            ("Fit", "Show every token", "0", self.plane.fit),
        ):
            self._card.add_to_header(_button(text, purpose, key, does))
        save = offer(self._session, self._card, "saveMapButton", self._map_figure)
        save.attach(self.plane)
        save = offer(self._session, self.panel, "saveNearButton", self._near_figure)
        save.attach(self.panel.list)
        save.attach(self.panel.strip)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(theme.INSIDE)
        split.addWidget(self._card)
        split.addWidget(self.panel)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)

    def _connect(self) -> None:
        session = self._session
        self.plane.token_hovered.connect(session.hover_token)
        self.plane.token_clicked.connect(session.select_token)
        self.plane.token_picked.connect(self.pick)
        self.plane.token_pointed.connect(self._on_pointed)
        self.plane.note_asked.connect(self._explain_shares)
        self.legend.only_wanted.connect(self.plane.show_only)
        self.panel.token_chosen.connect(self.go_to)
        self.panel.token_pointed.connect(self.plane.point_out)
        self.tools.layout_chosen.connect(self._show_layout)
        self.tools.colour_chosen.connect(self._colours.choose)
        self.tools.find_wanted.connect(self.look_for)
        self.tools.axes_wanted.connect(self._show_own)
        self.tools.spreading_wanted.connect(self._on_spreading)
        self._colours.changed.connect(self._on_colours)
        self._colours.told.connect(self.tools.say)
        self._focus.found_changed.connect(self._on_found)
        self._spreading.failed.connect(session.report_error)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a small window the figures come first."""
        super().resizeEvent(event)
        small = self.width() < theme.px(NARROW) or self.height() < theme.px(LOW)
        for card in (self._card, self.panel):
            card.set_cramped(small)

    # --- the model

    def _on_plane(self) -> None:
        session, model = self._session, self._session.language_model
        self._session.studies.cancel("map words")
        self._open(None)
        self._picked = None
        self.tools.say("")
        self.tools.switch.choose(COMPONENTS)
        if session.plane is None:
            self.plane.clear()
            return
        try:
            self.plane.set_layout(map_study.by_components(session.plane))
        except ValueError:
            self.plane.clear(BROKEN)
            return
        labels = session.plane.labels
        if model is None:
            return
        if len(labels) * model.info.d_model <= AT_ONCE:
            try:
                self._open(map_study.open_known(model, labels))
            except UserError as error:
                session.report_error(error)
        else:
            session.studies.submit(
                "map words",
                lambda _job: map_study.open_known(model, labels),
                self._open,
                session.report_error,
            )

    def _open(self, known: Known | None) -> None:
        """Its words can be found from now on."""
        self._known = known
        self._focus.set_known(known)
        self._colours.set_known(known)
        self.tools.set_colours(self._colours.choices, self._colours.chosen)
        self.tools.set_completion((lambda _typed, _n: ()) if known is None else known.complete)
        self.tools.set_spreading(None)
        if known is not None:
            usual = [pair if None not in map(known.find, pair) else ("", "") for pair in AXES]
            self.tools.set_words([word for pair in usual for word in pair])
            self._on_trace()

    # --- how the dots lie

    def _show_layout(self, chosen: int) -> None:
        self.tools.say("")
        if chosen == COMPONENTS and self._session.plane is not None:
            self._set_layout(map_study.by_components(self._session.plane))
        elif chosen == OWN:
            self._show_own()
        elif chosen == NEIGHBOURS and self._known is not None:
            points = self._spreading.result(self._known.model)
            if points is not None:
                self.tools.set_spreading(1.0)
                self._set_layout(map_study.by_neighbours(points, self._known.labels))
            elif not self._spreading.is_running():
                self._on_spreading(True)
            else:
                self._on_step()

    def _set_layout(self, layout: Layout) -> None:
        known = self._known
        worth = None if known is None else self._colours.worth(known)
        try:
            self.plane.set_layout(layout, worth)
        except ValueError:
            self.plane.clear(BROKEN)
        self.plane.pick(self._picked)
        self._focus.refresh()

    def _on_spreading(self, wanted: bool) -> None:
        known = self._known
        if known is None:
            return
        if wanted:
            self.tools.set_spreading(0.0)
            self._spreading.start(known.model)
            return
        self._spreading.cancel()
        self.tools.set_spreading(None)

    def _on_step(self) -> None:
        step, known = self._spreading.last, self._known
        if step is None or known is None:
            return
        self.tools.set_spreading(step.done)
        if self.tools.switch.index != NEIGHBOURS:
            return
        shown = self.plane.shown
        if shown is None or not shown.is_spread:
            self._set_layout(map_study.by_neighbours(step.points, known.labels))
        else:
            self.plane.set_points(step.points)
            self._focus.refresh()

    def _show_own(self) -> None:
        """Axes between the words that are typed."""
        known = self._known
        if known is None or self.tools.switch.index != OWN:
            return
        try:
            across, up = map_study.wanted_axes(known, self.tools.words)
        except UserError as error:
            self.tools.say(str(error))
            return
        self.tools.say("")
        self._session.studies.submit(
            "map axes",
            lambda _job: map_study.between_words(known, across, up),
            self._on_own,
            lambda error: self.tools.say(str(error)),
        )

    def _on_own(self, layout: Layout) -> None:
        if self.tools.switch.index == OWN:
            self._set_layout(layout)

    # --- the token in focus

    def look_for(self, typed: str) -> None:
        """Go to a typed token, or say that there is none."""
        known = self._known
        if known is None or not typed.strip():
            return
        found = known.find(typed)
        if found is None:
            self.tools.say(known.unknown(typed))
        else:
            self.tools.say("")
            self.go_to(found)

    def go_to(self, token_id: int) -> None:
        """Pick a token and bring it into the middle."""
        self.pick(token_id)
        shown = self.plane.shown
        if self._known is not None and shown is not None and token_id >= len(shown.plane.labels):
            self.tools.say(OFF_MAP.format(self._known.labels[token_id]))
        else:
            self.plane.centre_on(token_id)

    def pick(self, token_id: int | None) -> None:
        """Stress any token of the vocabulary; one of the prompt is selected everywhere."""
        self._picked = token_id
        self.plane.pick(token_id)
        trace, selected = self._session.trace, self._session.selection.token
        tokens = () if trace is None else trace.tokens
        at = next((place for place, one in enumerate(tokens) if one.id == token_id), None)
        is_selected = selected is not None and tokens[selected].id == token_id
        if selected is not None and at is None:
            self._session.select_token(None)
        elif at is not None and not is_selected:
            self._session.select_token(at)
        self._show_focus()

    def _show_focus(self) -> None:
        trace = self._session.trace
        last = None if trace is None else trace.tokens[-1].id
        self._focus.show(last if self._picked is None else self._picked)

    def _on_pointed(self, token_id: int | None) -> None:
        if self._picked is None and token_id is not None:
            self._focus.show(token_id)

    def _on_found(self) -> None:
        self.plane.set_marked(
            [one.id for one in self._focus.neighbours] if self._picked is not None else ()
        )
        if self._colours.follows_focus:
            self._recolour()

    def _on_colours(self) -> None:
        if self._known is not None:
            self.plane.set_worth(self._colours.worth(self._known))
        self._recolour()
        self._focus.refresh()

    def _recolour(self) -> None:
        colouring = self._colours.colouring(self._focus.found)
        self.plane.set_colouring(colouring)
        self.legend.set_data(colouring)

    # --- prompt and selection

    def _on_trace(self) -> None:
        trace = self._session.trace
        self.plane.set_tokens(() if trace is None else trace.tokens)
        self._show_focus()

    def _on_selection(self) -> None:
        selection, trace = self._session.selection, self._session.trace
        self.plane.set_selection(selection.token, selection.hovered)
        if selection.token is not None and trace is not None:
            self._picked = trace.tokens[selection.token].id
        elif trace is not None and self._picked in {token.id for token in trace.tokens}:
            self._picked = None
        self.plane.pick(self._picked)
        self._show_focus()

    def _explain_shares(self, at: QPoint) -> None:
        """What the plane shows of all differences; t-SNE has no such share."""
        known, layout = self._known, self.plane.shown
        if known is not None and layout is not None and not layout.is_spread:
            said = map_explanations.shares(known.model, layout.plane, layout)
            explain(self.plane, said, at)

    # --- files

    def _map_figure(self) -> Figure:
        layout, kinds = self.plane.shown, self._colours.class_names()
        return Figure("map", self.plane, partial(map_explanations.map_table, layout, kinds))

    def _near_figure(self) -> Figure:
        rows, near = self.panel.list.rows, self._focus.neighbours
        values = self.panel.strip.values.tolist()
        table = partial(map_explanations.near_table, near, rows, values)
        return Figure("token", self.panel.body, table)


def _button(text: str, purpose: str, key: str, does: Callable[[], None]) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setObjectName("map" + purpose.title().replace(" ", ""))
    button.setAccessibleName(purpose)
    button.setToolTip(f"{purpose} (or press {key} on the picture)")
    button.setStyleSheet("padding: 0;")  # no taller than the title beside it
    wide = 28 if len(text) == 1 else 40
    theme.set_px(button, minimumWidth=wide, maximumWidth=wide)
    button.clicked.connect(lambda: does())
    return button
