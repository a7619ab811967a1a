"""The journey of a word: one word in two sentences, through all layers, and patched between."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.errors import UserError
from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.full_size import is_filled, rooms
from gui.tabs.tab import Tab
from gui.text import journey_words
from gui.text.journey_clues import JourneyClues
from gui.text.journey_explanations import NAMES, depth_name, dot_place
from gui.text.journey_patches import JourneyPatches
from gui.text.journey_sentences import JourneySentences
from gui.text.journey_study import Journey, follow, places
from gui.text.journey_tables import paths_table
from gui.text.journey_words import BROKEN, EMPTY, NO_MODEL, SENSES
from gui.widgets.card import LINES, Card
from gui.widgets.journey_plane import JourneyPlane, Way
from gui.widgets.pixel_painting import MINUS
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

    from core.trace import Trace
    from gui.session import Session
    from gui.text.journey_words import Sense
    from gui.widgets.pair_hues import Kind

NARROW, LOW, TALL = 860, 560, 740  # device-independent pixels
LOWEST = 400  # where the captions are a line, or a question mark
PLANES = {
    "Parting": "The plane on which the two paths part",
    "Whole way": "The plane that keeps most of all differences",
}
RIGHT = {
    "Clues": "How alike the word becomes to the clue words",
    "Patch": "Carry outputs over from the second sentence",
}


class JourneyPage(Tab):
    """Two sentences on top, the paths at the left, clues and patches at the right.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        sentences: The two sentences.
        plane: The paths.
        clues: The likeness to clue words.
        patches: What is carried over, and the predictions.
    """

    TITLE = "Journey"
    PURPOSE = "How a word becomes what it means, layer by layer"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("journeyPage")
        self._session = session
        self._journey: Journey | None = None
        self._chosen: int | None = None  # token of the second sentence that the user chose
        self._read: tuple[int, ...] = ()  # ids of the second sentence by then
        self._is_open = False  # for the user to see, or about to be
        self._lent: Sense | None = None  # whose second sentence stands beside the prompt
        self._ways: list[Kind] = []  # what each path on the plane is of
        self.sentences = JourneySentences()
        self.plane = JourneyPlane()
        self.clues = JourneyClues(session)
        self.patches = JourneyPatches(session)
        self._lay_out()
        self._connect()

    # --- layout

    def _lay_out(self) -> None:
        self.planes = Switch("journeyPlanes", PLANES)
        self.planes.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._fit = QToolButton()
        self._fit.setText("Fit")
        self._fit.setObjectName("fitJourneyButton")
        self._fit.setAccessibleName("Bring all paths into sight")
        self._fit.setToolTip("Bring all paths into sight (or press 0 on the picture)")
        self._fit.setStyleSheet("padding: 0 6px;")
        self._fit.clicked.connect(self.plane.fit)
        self.card = Card("The journey", "", self.plane)
        self.card.add_to_header(self.planes)
        self.card.add_to_header(self._fit)
        saving = offer(self._session, self.card, "saveJourneyButton", self._figure)
        saving.attach(self.plane)
        self._above = Card("Two sentences", "", self.sentences, flat=True)
        self._above.add_to_header(self.sentences.swap)
        self._above.add_to_header(self.sentences.menu)
        self.right = Switch("journeyRight", RIGHT)
        self._side = QWidget()
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(theme.INSIDE)
        side.addWidget(self.right)
        side.addWidget(self.clues, 1)
        side.addWidget(self.patches, 1)
        figures = QHBoxLayout()
        figures.setSpacing(theme.INSIDE)
        figures.addWidget(self.card, 1)
        figures.addWidget(self._side, 1)
        page = QVBoxLayout(self)
        page.setContentsMargins(*(theme.INSIDE,) * 4)
        page.setSpacing(theme.INSIDE)
        page.addWidget(self._above)
        page.addLayout(figures, 1)
        sentences, clues, patches = self.sentences, self.clues, self.patches
        rooms.given_back.connect(self._show_right)
        places = (
            *(sentences.swap, sentences.menu, sentences.first, sentences.second),
            *(self.planes, self._fit, saving, self.plane, self.right),
            *(*clues.fields, clues.switch, clues.curves, patches.grid, patches.predictions),
        )
        for one, then in pairwise(places):
            QWidget.setTabOrder(one, then)

    def minimumSizeHint(self) -> QSize:
        """As with the cards in their smallest shape, which they take as the page gets small."""
        return QSize(theme.px(620, 0.8), theme.px(400, 0.7))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a small window the figures come first, and the cards at the right take turns."""
        super().resizeEvent(event)
        narrow, low = self.width() < theme.px(NARROW), self.height() < theme.px(LOW)
        for card in (self.card, self.clues, self.patches):
            card.set_cramped(narrow or low)
        self._above.set_cramped(narrow or low)
        self._above.set_lines(LINES)
        is_lowest = self.height() < theme.px(LOWEST)
        for card in (self.card, self.clues):
            card.set_lines(1 if is_lowest else LINES)
        self.patches.set_lines(0 if is_lowest else LINES)
        self._fit.setVisible(not narrow)
        self._show_right()

    def _show_right(self) -> None:
        """Both cards, or the one that is chosen."""
        if is_filled(self):
            return
        takes_turns = self.height() < theme.px(TALL)
        self.right.setVisible(takes_turns)
        self.clues.setVisible(not takes_turns or self.right.index == 0)
        self.patches.setVisible(not takes_turns or self.right.index == 1)

    def _connect(self) -> None:
        session, sentences = self._session, self.sentences
        sentences.first_clicked.connect(session.select_token)
        sentences.first_hovered.connect(session.hover_token)
        sentences.second_clicked.connect(self._choose)
        sentences.sense_chosen.connect(self.show_sense)
        sentences.swapped.connect(self._swap)
        self.planes.chosen.connect(lambda _index: self._show_plane())
        self.right.chosen.connect(lambda _index: self._show_right())
        self.plane.depth_hovered.connect(self.clues.curves.stress)
        self.clues.curves.depth_hovered.connect(self.plane.stress)
        self.plane.number_asked.connect(self._explain)
        self.clues.clues_changed.connect(self._show_plane)
        self.clues.switch.chosen.connect(lambda _index: self._show_plane())
        self.follow(session.model_changed, self._on_facts)
        self.follow(session.trace_changed, self._on_facts)
        self.follow(session.second_changed, self._on_facts)
        self.follow(session.selection_changed, self._on_selection)
        self.follow(session.changes_changed, self.patches.show_changes)

    # --- the two sentences

    def show_sense(self, sense: Sense) -> None:
        """Show a word of two meanings in its two sentences."""
        self._chosen = None
        self.clues.let_go()
        self._session.select_token(None)
        self._session.set_prompt(sense.first)
        self._session.set_second_prompt(sense.second)

    def _greet(self) -> None:
        """Beside a sentence that has a known other one, show that while one is here."""
        session, prompt = self._session, self._session.prompt.strip()
        sense = next((one for one in SENSES if prompt in (one.first, one.second)), None)
        is_same = session.second_text.strip() == prompt
        if self._lent is not None and (sense is not self._lent or is_same):
            self._lend(None)
        is_alone = self._is_open and session.trace is not None and not session.second_text
        if sense is not None and is_alone:
            self.clues.let_go()
            self._lend(sense)

    def _lend(self, sense: Sense | None) -> None:
        self._lent, other = sense, ""
        if sense is not None:
            is_first = self._session.prompt.strip() == sense.first
            other = sense.second if is_first else sense.first
        self._session.lend_second(other)

    def give_back(self) -> None:
        """What was shown beside the prompt is not asked for on other pages."""
        self._is_open = False
        self._lend(None)

    def showEvent(self, event: QShowEvent) -> None:
        """Show again what was given back."""
        self._is_open = True
        super().showEvent(event)
        self._greet()

    def hideEvent(self, event: QHideEvent) -> None:
        """Likewise as another tab is opened."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.give_back()

    def _swap(self) -> None:
        session = self._session
        first, second, is_lent = session.prompt, session.second_text, not session.second_prompt
        self._chosen = None
        session.select_token(None)
        session.set_prompt(second)
        if is_lent:
            session.lend_second(first)
        else:
            session.set_second_prompt(first)

    def _choose(self, position: int | None) -> None:
        self._chosen = None if position == self._chosen else position
        self._on_facts()

    # --- facts

    def _on_facts(self) -> None:
        """Follow the word in what the model reads now."""
        session = self._session
        self._greet()
        second = session.second
        first = session.trace if session.plain is None else session.plain
        changed = None if first is session.trace else session.trace
        self.sentences.set_traces(first, second)
        if first is None:
            is_open = session.model is not None
            self._clear(EMPTY if is_open else NO_MODEL)
            return
        self._forget_choice(second)
        try:
            self._journey = follow(first, second, changed, session.selection.token, self._chosen)
        except UserError:
            self._clear(BROKEN)
            return
        journey = self._journey
        self._above.set_caption(journey_words.start_of(journey))
        self.sentences.set_followed(journey, session.selection.hovered)
        self.clues.set_journey(journey)
        self.patches.set_journey(journey)
        self._show_plane()

    def _forget_choice(self, second: Trace | None) -> None:
        """The chosen token stays while it, and all before it, stand in the second sentence."""
        ids = () if second is None else tuple(second.ids.tolist())
        chosen = self._chosen
        if chosen is not None and ids[: chosen + 1] != self._read[: chosen + 1]:
            self._chosen = None
        self._read = ids

    def _clear(self, hint: str) -> None:
        self._journey = None
        self._above.set_caption("")
        self.card.set_caption("")
        self.sentences.set_followed(None, None)
        self.plane.clear(hint)
        self.clues.set_journey(None)
        self.patches.set_journey(None)

    def _on_selection(self) -> None:
        """Another token of the first sentence is followed, or the mouse is on one."""
        journey, selection = self._journey, self._session.selection
        if journey is None:
            return
        again = places(journey.first, journey.second, selection.token, self._chosen)
        if again != journey.at:
            self._on_facts()
        self.sentences.set_followed(self._journey, selection.hovered)

    # --- the plane

    @property
    def _is_parting(self) -> bool:
        return self.planes.index == 0

    def _show_plane(self) -> None:
        journey, is_parting = self._journey, self._is_parting
        if journey is None:
            return
        plane = journey.parting if is_parting else journey.whole
        word = journey.label.strip("␣") or journey.label
        clues = self.clues.vectors().items()
        ways = [Way(clue, "clue", plane.place(vectors)) for clue, vectors in clues]
        first = word if journey.second is None else f"{word} 1"
        names: dict[Kind, str] = {"first": first, "changed": "changed"}
        if journey.second is not None:
            label = journey.second.tokens[journey.position("second")].label
            names["second"] = f"{label.strip('␣') or label} 2"
        order: tuple[Kind, ...] = ("second", "first", "changed")
        self._ways = [way.kind for way in ways]
        for kind in order:
            if kind in journey.paths:
                ways.append(Way(names[kind], kind, plane.place(journey.paths[kind])))
                self._ways.append(kind)
        self.card.set_caption(journey_words.plane_caption(journey, is_parting=is_parting))
        notes = journey_words.plane_notes(journey, is_parting=is_parting)
        try:
            self.plane.set_data(ways, notes, self._about)
        except ValueError:
            self.plane.clear(BROKEN)

    def _about(self, way: int, depth: int) -> str:
        """All there is to read about a dot."""
        journey = self._journey
        if journey is None:
            return ""
        kind = self._ways[way]
        if kind == "clue":
            word = list(self.clues.vectors())[way]
            return f"The clue “{word}”, {depth_name(depth)}"
        plane = journey.parting if self._is_parting else journey.whole
        across, up = plane.place(journey.paths[kind][depth]).tolist()
        label = journey.traces[kind].tokens[journey.position(kind)].label
        where = f"{across:.3f} across, {up:.3f} up".replace("-", MINUS)
        return f"{label} in {NAMES[kind]}, {depth_name(depth)}: {where}"

    def _explain(self, dot: tuple[int, int], at: QPoint) -> None:
        model, journey = self._session.language_model, self._journey
        way, depth = dot
        if model is None or journey is None:
            return
        kind, is_parting = self._ways[way], self._is_parting
        if kind == "clue":
            made = self.clues.explain_dot(journey, way, depth, is_parting=is_parting)
        else:
            made = dot_place(model, journey, kind, depth, is_parting=is_parting)
        if made is not None:
            explain(self.plane, made, at)

    def _figure(self) -> Figure:
        journey, clues, is_parting = self._journey, self.clues.vectors(), self._is_parting
        return Figure(
            "journey", self.plane, lambda: paths_table(journey, clues, is_parting=is_parting)
        )
