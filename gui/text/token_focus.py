"""The token that the panel beside the map speaks of: its neighbours, and its numbers explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal

from core.nearness import vicinity
from gui.explanation import explain
from gui.text import map_explanations, map_reasons, map_study, vocabulary_explanations
from gui.text.vocabulary_counts import text_ids
from gui.widgets.neighbour_list import ROWS

if TYPE_CHECKING:
    from core.nearness import Neighbour, Vicinity
    from gui.jobs import Job
    from gui.session import Session
    from gui.text.map_colours import MapColours
    from gui.text.map_reasons import Reasons
    from gui.text.map_study import Known
    from gui.text.token_panel import TokenPanel
    from gui.widgets.vocabulary_map import VocabularyMap

AT_ONCE = 2_000_000  # numbers that are compared within a few ms; more of them in the background
KIND, WHY = "map neighbours", "map contexts"
TOLD = 6  # words near the token that are named in the panel; all of them in the explanation


class TokenFocus(QObject):
    """Keeps the panel in step with the map.

    Signals:
        found_changed: (Vicinity | None) the neighbours of the token in focus are known.

    Args:
        session: Its lane for studies searches large vocabularies.
        plane: The map.
        panel: Is filled.
        colours: Knows more of each token.
    """

    found_changed = Signal(object)

    def __init__(
        self, session: Session, plane: VocabularyMap, panel: TokenPanel, colours: MapColours
    ) -> None:
        super().__init__(panel)
        self._session, self._plane, self._panel = session, plane, panel
        self._colours = colours
        self._known: Known | None = None
        self._measure = 0
        self.token: int | None = None
        self._before: int | None = None  # the one that was in focus before
        self.found: Vicinity | None = None
        self._reasons: Reasons | None = None  # once known
        self._compared: Vicinity | None = None  # of which they are, or are looked for
        panel.measure_chosen.connect(self._on_measure)
        panel.near_asked.connect(self._on_near_asked)
        panel.entry_asked.connect(self._on_entry_asked)
        panel.number.asked.connect(self._on_number_asked)
        panel.times.asked.connect(self._on_times_asked)
        panel.company.asked.connect(self._on_company_asked)

    def set_known(self, known: Known | None) -> None:
        """Speak of no token, of another model."""
        self._known = known
        self.show(None)

    def show(self, token_id: int | None) -> None:
        """Speak of a token."""
        if token_id == self.token and token_id is not None:
            return
        self._before = self.token
        known, self.token, self._reasons, self._compared = self._known, token_id, None, None
        self._session.studies.cancel(WHY)
        if known is None or token_id is None or token_id >= len(known.labels):
            self.token, self.found = None, None
            self._session.studies.cancel(KIND)
            self._panel.clear()
            self.found_changed.emit(None)
            return
        vector = known.model.weights.wte[token_id]
        self._panel.set_token(known.labels[token_id], vector)
        self._panel.set_about(token_id, *self._colours.about(token_id))
        if known.model.weights.wte.size <= AT_ONCE:
            self._on_found(vicinity(known.directions, token_id, ROWS))
            return

        def work(_job: Job) -> Vicinity:
            return vicinity(known.directions, token_id, ROWS)

        self._session.studies.submit(KIND, work, self._on_found, self._session.report_error)

    def _on_found(self, found: Vicinity) -> None:
        self.found = found
        self.refresh()
        self.found_changed.emit(found)

    def _on_measure(self, measure: int) -> None:
        self._measure = measure
        self.refresh()
        self.found_changed.emit(self.found)

    @property
    def neighbours(self) -> tuple[Neighbour, ...]:
        """Those that are listed."""
        if self.found is None:
            return ()
        return self.found.by_distance if self._measure else self.found.by_cosine

    def refresh(self) -> None:
        """Measure the distances on the map anew, and say what is known of the token by now."""
        known, found = self._known, self.found
        if known is None or found is None:
            return
        on_map = [self._plane.distance(found.token_id, one.id) for one in self.neighbours]
        why = self._why()
        rows = map_study.near_rows(found, self._measure, known.labels, on_map, why)
        self._panel.set_near(rows, self._measure)
        self._panel.set_about(found.token_id, *self._colours.about(found.token_id))
        self._tell_why()
        if self._reasons is None:
            self._compare()

    # --- why they are near

    def _compare(self) -> None:
        """See where the token and its neighbours were used, in the background."""
        known, found = self._known, self.found
        ids = None if known is None else text_ids(known.model.info)
        if known is None or found is None or ids is None or found is self._compared:
            return
        self._compared = found

        def done(reasons: Reasons) -> None:
            if found is self.found:
                self._reasons = reasons
                self.refresh()

        self._session.studies.submit(
            WHY,
            lambda job: map_reasons.reasons(known, found, ids, job),
            done,
            self._session.report_error,
        )

    def _why(self) -> dict[int, str]:
        """Where the token and each neighbour were used, as far as it is known."""
        known, reasons = self._known, self._reasons
        if known is None or reasons is None:
            return {}
        return {
            other: ("in the gap of " if each.frames else "") + map_reasons.in_words(known, each)
            for other, each in reasons.of.items()
        }

    def _tell_why(self) -> None:
        """Say it of the neighbour of which most is to be said, and what stands near the token."""
        known, trace, reasons = self._known, self._session.trace, self._reasons
        if known is None or reasons is None:
            return
        self._panel.tell_company(map_reasons.company_in_words(known, reasons.company, TOLD))
        typed = set() if trace is None else {token.id for token in trace.tokens}
        near = [one.id for one in self.neighbours]
        other = map_reasons.most_telling(reasons, near, self._before, typed)
        if other is not None:
            why = map_reasons.in_words(known, reasons.of[other], 1)
            self._panel.tell_why(known.labels[other], why)

    # --- explanations

    def _on_near_asked(self, at: tuple[int, int], where: QPoint) -> None:
        known, found, layout = self._known, self.found, self._plane.shown
        if known is None or found is None or layout is None:
            return
        row, column = at
        one = self.neighbours[row]
        if column == 1:
            said = map_explanations.on_map(known, layout, found.token_id, one.id)
        elif self._measure:
            said = map_explanations.distance(
                known, found.token_id, one, self._why().get(one.id, "")
            )
        else:
            said = map_explanations.cosine(known, found.token_id, one, self._why().get(one.id, ""))
        explain(self._panel.list, said, where)

    def _on_number_asked(self, where: QPoint) -> None:
        if self._known is not None and self.token is not None:
            said = vocabulary_explanations.number(self._known.model, self.token)
            explain(self._panel.number, said, where)

    def _on_times_asked(self, where: QPoint) -> None:
        counts = self._colours.counts
        if self._known is not None and self.token is not None and counts is not None:
            n = int(counts[self.token])
            said = vocabulary_explanations.count(self._known.model, self.token, n)
            explain(self._panel.times, said, where)

    def _on_company_asked(self, where: QPoint) -> None:
        if self._known is not None and self.token is not None and self._reasons is not None:
            said = vocabulary_explanations.near(
                self._known.model, self.token, self._reasons.company, self._known.labels
            )
            explain(self._panel.company, said, where)

    def _on_entry_asked(self, place: int, where: QPoint) -> None:
        if self._known is not None and self.token is not None:
            said = map_explanations.entry(self._known, self.token, place)
            explain(self._panel.strip, said, where)
