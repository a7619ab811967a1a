"""The card of patches: outputs carried from the second sentence, and what comes next by then."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.change_words import grouped
from core.errors import UserError
from core.interventions import Patch
from core.patch_effects import patch_effects
from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.text import journey_words
from gui.text.journey_explanations import NAMES, effect_number, probability_number
from gui.text.journey_study import patch_of, patches_at, renewed, same_place
from gui.text.journey_tables import predictions_table
from gui.widgets.boxes import push_button
from gui.widgets.card import Card
from gui.widgets.patch_grid import PartPlace, PatchGrid
from gui.widgets.pixel_painting import MINUS
from gui.widgets.prediction_columns import Column, PredictionColumns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from core.interventions import Change
    from core.language_model import LanguageModel
    from core.trace import Trace
    from gui.jobs import Job
    from gui.session import Session
    from gui.text.journey_study import Journey


KIND = "patch effects"
REST_S = 0.1  # without another key, before every part is carried over once
PATIENCE_S = 0.4  # before what is known so far is shown
FLAT, LEAST_WIDE = 380, 420  # where both have no room one above the other, but beside each other
WIDE = 560  # device-independent pixels in which both figures stand side by side


class JourneyPatches(Card):
    """A grid of parts beside the predictions.

    Args:
        session: Whose changes are made.

    Attributes:
        grid: The parts.
        predictions: What comes next.
    """

    def __init__(self, session: Session) -> None:
        self.grid, self.predictions = PatchGrid(), PredictionColumns()
        self._said = QLabel()
        self._back = push_button(
            "Take back", "removePatches", "Carry nothing over any more", self._remove
        )
        self._back.setStyleSheet("QPushButton { padding: 0 6px; min-height: 0; }")
        self._is_cramped = False
        super().__init__("Patch", "", self._body())
        self.add_to_header(self._back)
        self.setObjectName("journeyPatches")
        self._session = session
        self._model: LanguageModel | None = None  # whose passes the journey is through
        self._journey: Journey | None = None
        self._effects: NDArray[np.float64] | None = None
        self._studied: tuple[LanguageModel, Journey] | None = None  # whose they are, or will be
        saving = offer(session, self, "savePredictionsButton", self._figure)
        saving.attach(self.predictions)
        saving.attach(self.grid)
        self.grid.place_clicked.connect(self._on_place)
        self.grid.number_asked.connect(self._explain_effect)
        self.predictions.number_asked.connect(self._explain)
        theme.sizes.changed.connect(self._share_room)

    def _body(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.setSpacing(theme.INSIDE)
        self._both.addWidget(self.grid, 5)
        self._both.addWidget(self.predictions, 6)
        column.addLayout(self._both, 1)
        self._said.setObjectName("patchesSaid")
        self._said.setAccessibleName("What is carried over")
        self._said.setProperty("role", "caption")
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._said.setWordWrap(True)
        column.addWidget(self._said)
        return body

    def set_cramped(self, cramped: bool) -> None:
        """In a small window the figures have all the room: their ticks say what is carried over."""
        super().set_cramped(cramped)
        self._is_cramped = cramped
        self._show_said()
        self._share_room()

    def _show_said(self) -> None:
        journey = self._journey
        has_second = journey is not None and journey.second is not None
        self._said.setVisible(has_second and not self._is_cramped)

    def showEvent(self, event: QShowEvent) -> None:
        """Now it is worth working out what each part does."""
        super().showEvent(event)
        self._study()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow and there is room, the predictions stand below the parts."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        is_wide = self.width() >= theme.px(WIDE)
        is_flat = self.height() < theme.px(FLAT) and self.width() >= theme.px(LEAST_WIDE)
        self._both.setDirection(
            directions.LeftToRight if is_wide or is_flat else directions.TopToBottom
        )
        self._share_room()

    def _share_room(self) -> None:
        """Beside each other, both have what they need; the rest goes to the bars."""
        across = self._both.direction() == QBoxLayout.Direction.LeftToRight
        if not across:
            self._both.setStretch(0, 5)
            self._both.setStretch(1, 6)
            return
        room = self._both_width()
        whole = self.predictions.width_for(3, difference=True)
        least, easy = (self.grid.width_for(ease=ease) for ease in (False, True))
        if room < least + whole:
            whole = self.predictions.width_for(3, difference=False)
        wide = max(whole, min(room * 6 // 11, room - easy))
        wide = min(wide, room - least)
        self._both.setStretch(0, max(room - wide, 1))
        self._both.setStretch(1, max(wide, 1))

    def _both_width(self) -> int:
        """Of both figures, as soon as the card has its size."""
        layout = self.layout()
        assert layout is not None
        margins = layout.contentsMargins()
        inside = self.contentsRect().width() - margins.left() - margins.right()
        return inside - self._both.spacing()

    # --- what is shown

    def set_journey(self, journey: Journey | None) -> None:
        """Show another word's parts and what comes next."""
        self._model, self._journey = self._session.language_model, journey
        self._study()
        self._renew()
        self.show_changes()
        if journey is None:
            self.predictions.clear()
            self.set_caption("")
            return
        word = journey.label.strip("␣") or journey.label
        self.set_caption(journey_words.PATCH.format(word=word))
        columns = [Column(kind, values) for kind, values in journey.probabilities.items()]
        labels = [self._label(token) for token in journey.ids]
        self.predictions.set_data(labels, columns, self._read)

    def _renew(self) -> None:
        """What is carried over follows sentence 2 as that changes."""
        journey = self._journey
        if journey is None or journey.second is None:
            return
        text, known = journey.second.text, journey

        def to(changes: tuple[Change, ...]) -> tuple[Change, ...]:
            new = {
                id(each): renewed(known, each) or each
                for each in patches_at(changes, known)
                if each.source != text
            }
            return tuple(new.get(id(each), each) for each in changes)

        self._session.what_if.renew(to)

    def _label(self, token: int) -> str:
        model = self._session.language_model
        return "" if model is None else model.tokenizer.label(token)

    def _read(self, row: int) -> str:
        """Every number of a row."""
        journey = self._journey
        if journey is None:
            return ""
        lines = [self._label(journey.ids[row])]
        for kind, values in journey.probabilities.items():
            lines.append(f"After {NAMES[kind]}: {float(values[row]):.4%}")
        if {"first", "changed"} <= set(journey.probabilities):
            before, after = (journey.probabilities[kind][row] for kind in ("first", "changed"))
            lines.append(f"Change: {100 * float(after - before):+.4f} points".replace("-", MINUS))
        return "\n".join(lines)

    def show_changes(self) -> None:
        """Mark what is carried over now."""
        journey, changes = self._journey, self._session.changes
        here = [] if journey is None else patches_at(changes, journey)
        acting = [one for one, why_not in self._session.change_states() if not why_not]
        n_elsewhere = len(grouped(acting)) - len(here)
        self._said.setText(journey_words.patches_text(here, n_elsewhere))
        self._show_said()
        self._back.setVisible(bool(any(isinstance(each, Patch) for each in changes)))
        if journey is None or journey.second is None:
            self.grid.clear()
            return
        on = [PartPlace(each.layer, each.part, each.head) for each in here]
        n_layers, n_heads = journey.first.z.shape[:2]
        is_other = n_heads != self.grid.n_heads
        self.grid.set_data(n_layers, n_heads, on, self._about, self._effects)
        if is_other:
            self._share_room()

    def _about(self, place: PartPlace) -> str:
        """What a cell is and does."""
        name = journey_words.part_name(*place)
        name = name[0].upper() + name[1:]
        journey = self._journey
        if journey is None:
            return name
        far = self._effect_of(place)
        if not math.isnan(far):
            name = f"{name}: alone it takes the word {journey_words.way_share(far)} of the way"
        if self._patched(journey, place) is None:
            return f"{name}\nClick: sentence 1 gets what this part gives in sentence 2."
        return f"{name}\nCarried over from sentence 2. Click to take it back."

    def _patched(self, journey: Journey, place: PartPlace) -> Patch | None:
        here = patches_at(self._session.changes, journey)
        places = {PartPlace(each.layer, each.part, each.head): each for each in here}
        return places.get(place)

    # --- what each part does

    def _study(self) -> None:
        """Work out how far each part takes the word alone, when that can be seen."""
        model, journey = self._model, self._journey
        if journey is not None and self._studied is not None:
            model_before, before = self._studied
            if model is model_before and journey.is_like(before):
                return
        self._studied = self._effects = None
        self._session.studies.cancel(KIND)
        if model is None or journey is None or journey.second is None or not self.isVisible():
            return
        self._studied = model, journey
        first, second, (at, other) = journey.first, journey.second, journey.at
        assert other is not None
        self._session.studies.submit(
            KIND,
            lambda job: _effects(model, first, second, at, other, job),
            self._on_effects,
            self._on_error,
            self._on_effects,
        )

    def _on_effects(self, found: NDArray[np.float64]) -> None:
        self._effects = found
        self.show_changes()

    def _on_error(self, error: BaseException) -> None:
        self._studied = None
        if not isinstance(error, UserError):  # numbers that are not finite are said elsewhere
            self._session.report_error(error)

    def _effect_of(self, place: PartPlace) -> float:
        found = self._effects
        if found is None:
            return math.nan
        return float(found[place.layer, self.grid.column_of(place)])

    def _explain_effect(self, place: PartPlace, at: QPoint) -> None:
        model, journey, far = self._session.language_model, self._journey, self._effect_of(place)
        if model is None or journey is None or math.isnan(far):
            return
        column = self.grid.column_of(place)
        explain(self.grid, effect_number(model, journey, place, column, far), at)

    # --- changes

    def _on_place(self, place: PartPlace) -> None:
        journey = self._journey
        if journey is None:
            return
        try:
            made = patch_of(journey, *place)  # type: ignore[arg-type]
        except UserError as error:
            self._session.report_error(error)
            return
        old = same_place(made, patches_at(self._session.changes, journey))
        if old is not None:
            self._session.what_if.remove(old)
        else:
            self._session.add_change(made)

    def _remove(self) -> None:
        kept = tuple(each for each in self._session.changes if not isinstance(each, Patch))
        self._session.what_if.replace(kept)

    # --- numbers and figures

    def _explain(self, cell: tuple[int, int], at: QPoint) -> None:
        model, journey = self._session.language_model, self._journey
        if model is None or journey is None:
            return
        row, column = cell
        kind = list(journey.probabilities)[column]
        made = probability_number(model, journey, kind, journey.ids[row])
        explain(self.predictions, made, at)

    def _figure(self) -> Figure:
        journey = self._journey
        return Figure(
            "predictions compared",
            self.predictions,
            lambda: predictions_table(journey, self._label),
        )


def _effects(
    model: LanguageModel, first: Trace, second: Trace, at: int, other: int, job: Job
) -> NDArray[np.float64]:
    """On the lane: tells what is known so far only if it takes long."""
    from core.tracing import Cancelled

    if job.rest(REST_S):
        raise Cancelled
    began = told = time.perf_counter()

    def step(so_far: NDArray[np.float64]) -> None:
        nonlocal told
        if job.cancelled():
            raise Cancelled
        now = time.perf_counter()
        if now - began > PATIENCE_S and now - told > PATIENCE_S / 2:
            told = now
            job.report(so_far.copy())

    return patch_effects(model.weights, first, second, at, other, step)
