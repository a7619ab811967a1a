"""The card of clue words: how alike the followed word becomes to each, layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.clues import DOCUMENTS
from core.errors import UserError
from core.tracing import Cancelled
from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.text import journey_words
from gui.text.clue_advice import ClueAdvice
from gui.text.held_out import HELD_OUT
from gui.text.journey_explanations import NAMES, ClueAt, depth_name, dot_place, likeness_number
from gui.text.journey_study import (
    OFFERED,
    Found,
    Knowledge,
    clue_inside,
    curves_of,
    find_clues,
)
from gui.text.journey_tables import curves_table
from gui.widgets.card import Card
from gui.widgets.depth_curves import Curve, DepthCurves, Panel, Place
from gui.widgets.pixel_painting import MINUS
from gui.widgets.switch import Switch
from gui.widgets.word_field import WordField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.journey import Doubles
    from gui.explanation import Explanation
    from gui.jobs import Job
    from gui.session import Session
    from gui.text.journey_study import Clue, Journey
    from gui.widgets.pair_hues import Kind

KIND = "journey clues"
TYPING_MS = 250  # without a key before a clue is looked for
REST_S = 0.1  # without another word to follow, before texts are read for its clues
PATIENCE_MS = 300  # before older curves give way to the news that clues are looked for
VIEWS = {
    "In general": "A clue is what the word is on average in other texts",
    "Here": "A clue is the word where it stands in one of the two sentences",
}
NOT_INSIDE = "It stands in neither of the two sentences."
NOWHERE = "None of the {n:,} texts that are read for this has it without “{word}”."
ITSELF = "That is the word itself: type another one that it may come to resemble."


class JourneyClues(Card):
    """Two fields, a choice of what a clue is, and the curves.

    Signals:
        clues_changed: other clue vectors are known.

    Args:
        session: Whose model is asked, in the background.

    Attributes:
        fields: Of the two clue words.
        curves: The likenesses.
        switch: Which vectors stand for a clue.
        advice: Says what is the matter with one.
    """

    clues_changed = Signal()

    def __init__(self, session: Session) -> None:
        self.fields = [
            WordField(f"clueWord{n + 1}", f"Clue word {n + 1}: “{{}}” may come to resemble it")
            for n in range(2)
        ]
        self.curves = DepthCurves()
        self.switch = Switch("clueViews", VIEWS)
        self.advice = ClueAdvice(OFFERED)
        super().__init__("Towards the clues", "", self._body())
        self.setObjectName("journeyClues")
        self._session = session
        self._knowledge: Knowledge | None = None
        self._found: Found | None = None
        self._asked: tuple[object, ...] = ()
        self._journey: Journey | None = None
        self._panels: tuple[Panel, ...] = ()
        self._is_chosen = False  # the words, by the user; else they are found in the text
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._say_looking)
        offer(session, self, "saveCluesButton", self._figure).attach(self.curves)
        for field in self.fields:
            field.setToolTip("A word that the followed one may come to resemble")
            field.setAccessibleName(field.toolTip())
            field.typed.connect(self._on_typed)
            field.settled.connect(self._on_settled)
            field.editingFinished.connect(self._catch_up)
        self.advice.taken.connect(self._on_taken)
        self._typing.timeout.connect(self._ask)
        self.switch.chosen.connect(lambda _index: self._show())
        self.curves.number_asked.connect(self._explain)

    def _body(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        for field in self.fields:
            theme.set_px(field, minimumWidth=64, maximumWidth=140)
            row.addWidget(field, 1)
        row.addStretch(1)
        self.switch.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row.addWidget(self.switch)
        column.addLayout(row)
        column.addWidget(self.advice)
        column.addWidget(self.curves, 1)
        return body

    # --- what it is told

    def set_words(self, words: tuple[str, str]) -> None:
        """Compare with these, as typing them would."""
        self._is_chosen = True
        self._fill(words)
        self._ask()

    def let_go(self) -> None:
        """Find words for each text again, whatever the user has chosen."""
        self._is_chosen = False

    def _fill(self, words: Sequence[str]) -> None:
        for field, word in zip(self.fields, (*words, "", ""), strict=False):
            field.set_word(word)

    def set_journey(self, journey: Journey | None) -> None:
        """Follow another word, or the same one elsewhere."""
        self._journey = journey
        if journey is None:
            self._patience.stop()
            self.curves.clear()
            self._panels = ()
            self.advice.say("")
            self.set_caption("")
            return
        if not self._is_chosen:
            self._fill(journey_words.clues_to(journey))
        self._ask()

    # --- the clue words

    def _on_typed(self) -> None:
        self._is_chosen = True
        self._typing.start()

    def _on_settled(self) -> None:
        self._is_chosen = True
        self._ask()

    def _catch_up(self) -> None:
        if self._typing.isActive():
            self._ask()

    def _ask(self) -> None:
        """Find out what the clues are, unless that is known."""
        self._typing.stop()
        model, journey = self._session.language_model, self._journey
        if model is None or journey is None:
            return
        typed = tuple(field.text().strip() for field in self.fields)
        beside = int(journey.first.ids[journey.at[0]])
        asked = (model, typed, beside)
        if asked == self._asked:
            self._show()
            return
        known = self._knowledge
        if known is not None and known.model is not model:
            known = self._knowledge = None
        self._asked, self._found = asked, None
        self._show()

        def work(job: Job) -> tuple[Knowledge, Found]:
            HELD_OUT.begin(DOCUMENTS)  # they take a moment, and are the same for every clue
            if job.rest(REST_S):
                raise Cancelled
            knowledge = known or Knowledge.of(model)
            job.report(knowledge)
            return knowledge, find_clues(knowledge, typed, beside, job.cancelled)

        def on_found(found: tuple[Knowledge, Found]) -> None:
            self._know(found[0])
            self._found = found[1]
            self._show()
            self.clues_changed.emit()

        self._session.studies.submit(KIND, work, on_found, self._on_error, self._know)

    def _know(self, knowledge: Knowledge) -> None:
        if knowledge is not self._knowledge:
            self._knowledge = knowledge
            for field in self.fields:
                field.set_completion(knowledge.complete)

    def _on_error(self, error: BaseException) -> None:
        self._asked = ()
        self._patience.stop()
        if isinstance(error, UserError):
            self.curves.clear(str(error))
        else:
            self._session.report_error(error)

    def vectors(self) -> dict[str, Doubles]:
        """(D, C) each, what stands for the clues now, by word."""
        return {
            clue.typed: one for clue in self._clues() if (one := self._vectors(clue)) is not None
        }

    def _clues(self) -> tuple[Clue, ...]:
        found, journey = self._found, self._journey
        if found is None or journey is None:
            return ()
        return tuple(clue for clue in found.clues if clue.typed)

    @property
    def _is_inside(self) -> bool:
        return self.switch.index == 1

    def _inside(self, clue: Clue) -> tuple[Doubles, Kind, int] | None:
        if self._journey is None or self._knowledge is None or not self._is_inside:
            return None
        return clue_inside(self._journey, self._knowledge, clue)

    def _vectors(self, clue: Clue) -> Doubles | None:
        if self._is_inside:
            inside = self._inside(clue)
            return None if inside is None else inside[0]
        return clue.vectors

    # --- what is shown

    def _show(self) -> None:
        journey, found = self._journey, self._found
        if journey is None:
            return
        self.set_caption(journey_words.about_curves(journey, is_found=not self._is_chosen))
        if found is None:
            self._patience.start()
            return
        self._patience.stop()
        self.advice.say(*journey_words.clue_remark(found))
        self._panels = tuple(self._panel(journey, found, clue) for clue in self._clues())
        if any(panel.curves for panel in self._panels):
            self.curves.set_data(self._panels, self._read)
        else:
            missing = self._panels[0].missing if self._panels else ""
            self.curves.clear(missing or journey_words.NO_CLUE)

    def _say_looking(self) -> None:
        """The clues take their time: what is still seen is of another word."""
        self._panels = ()
        self.advice.say("")
        self.curves.clear(journey_words.LOOKING)

    def _panel(self, journey: Journey, found: Found, clue: Clue) -> Panel:
        vectors = self._vectors(clue)
        if vectors is None:
            missing = f"“{clue.typed}” is not a word of this model."
            if clue.token is not None and self._is_inside:
                missing = NOT_INSIDE
            elif clue.token is not None:
                followed = journey.label.strip("␣") or journey.label
                is_itself = clue.typed.strip().lower() == followed.lower()
                missing = ITSELF if is_itself else NOWHERE.format(n=DOCUMENTS, word=followed)
            return Panel(f"towards {clue.typed}", (), missing)
        made = curves_of(journey, vectors, found.centre)
        origin = ClueAt(clue, self._inside(clue), found.beside).origin
        order: tuple[Kind, ...] = ("second", "first", "changed")
        curves = tuple(Curve(kind, made[kind]) for kind in order if kind in made)
        return Panel(f"towards {clue.typed}", curves, about=origin)

    def _read(self, place: Place) -> str:
        """All there is to read about a point."""
        curve = self._panels[place.panel].curves[place.curve]
        value = float(curve.values[place.depth])
        said = "points nowhere" if np.isnan(value) else f"{value:.4f}".replace("-", MINUS)
        title = self._panels[place.panel].title
        return f"{NAMES[curve.kind]}, {title}, {depth_name(place.depth)}: {said}"

    def _on_taken(self, place: int, word: str) -> None:
        self.fields[place].set_word(word)
        self._on_settled()

    def _explain(self, place: Place, at: QPoint) -> None:
        model, journey, found = self._session.language_model, self._journey, self._found
        if model is None or journey is None or found is None:
            return
        clue = self._clues()[place.panel]
        kind = self._panels[place.panel].curves[place.curve].kind
        about = ClueAt(clue, self._inside(clue), found.beside)
        made = likeness_number(model, journey, about, found.centre, kind, place.depth)
        explain(self.curves, made, at)

    def explain_dot(
        self, journey: Journey, n: int, depth: int, *, is_parting: bool
    ) -> Explanation | None:
        """Where the dot of a clue lies on the plane; n counts those of `vectors`."""
        model, found = self._session.language_model, self._found
        known = [clue for clue in self._clues() if self._vectors(clue) is not None]
        if model is None or found is None or n >= len(known):
            return None
        clue = ClueAt(known[n], self._inside(known[n]), found.beside)
        return dot_place(model, journey, clue, depth, is_parting=is_parting)

    def _figure(self) -> Figure:
        panels = self._panels
        return Figure("likeness to clues", self.curves, lambda: curves_table(panels))
