"""The card of patches: outputs carried from the second sentence, and what comes next by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.errors import UserError
from core.interventions import Patch
from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.text import journey_words
from gui.text.journey_explanations import NAMES, probability_number
from gui.text.journey_study import patch_of, patches_at, same_place
from gui.text.journey_tables import predictions_table
from gui.widgets.boxes import push_button
from gui.widgets.card import Card
from gui.widgets.patch_grid import PartPlace, PatchGrid
from gui.widgets.prediction_columns import Column, PredictionColumns

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from gui.session import Session
    from gui.text.journey_study import Journey


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
        super().__init__("Patch", "", self._body())
        self.setObjectName("journeyPatches")
        self._session = session
        self._journey: Journey | None = None
        saving = offer(session, self, "savePredictionsButton", self._figure)
        saving.attach(self.predictions)
        saving.attach(self.grid)
        self.grid.place_clicked.connect(self._on_place)
        self.predictions.number_asked.connect(self._explain)

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
        below = QHBoxLayout()
        self._said.setObjectName("patchesSaid")
        self._said.setAccessibleName("What is carried over")
        self._said.setProperty("role", "caption")
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._said.setWordWrap(True)
        below.addWidget(self._said, 1)
        below.addWidget(self._back)
        column.addLayout(below)
        return body

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow, the predictions stand below the parts."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        is_wide = self.width() >= theme.px(WIDE)
        self._both.setDirection(directions.LeftToRight if is_wide else directions.TopToBottom)

    # --- what is shown

    def set_journey(self, journey: Journey | None) -> None:
        """Show another word's parts and what comes next."""
        self._journey = journey
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
        return "\n".join(lines)

    def show_changes(self) -> None:
        """Mark what is carried over now."""
        journey, changes = self._journey, self._session.changes
        here = [] if journey is None else patches_at(changes, journey)
        self._said.setText(journey_words.patches_text(here, len(changes) - len(here)))
        self._said.setVisible(journey is not None and journey.second is not None)
        self._back.setVisible(bool(any(isinstance(each, Patch) for each in changes)))
        if journey is None or journey.second is None:
            self.grid.clear()
            return
        on = [PartPlace(each.layer, each.part, each.head) for each in here]
        n_layers, n_heads = journey.first.z.shape[:2]
        self.grid.set_data(n_layers, n_heads, on, self._about)

    def _about(self, place: PartPlace) -> str:
        """What a cell is and does."""
        name = journey_words.part_name(*place)
        name = name[0].upper() + name[1:]
        journey = self._journey
        if journey is None:
            return name
        old = self._patched(journey, place)
        if old is None:
            return f"{name}\nClick: sentence 1 gets what this part gives in sentence 2."
        if old.value != patch_of(journey, *place).value:  # type: ignore[arg-type]
            return f"{name}\nCarried over from “{old.source}”. Click: from sentence 2 as it is now."
        return f"{name}\nCarried over from sentence 2. Click to take it back."

    def _patched(self, journey: Journey, place: PartPlace) -> Patch | None:
        here = patches_at(self._session.changes, journey)
        places = {PartPlace(each.layer, each.part, each.head): each for each in here}
        return places.get(place)

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
        if old is not None and old.value == made.value:
            self._session.remove_change(old)
        else:
            self._session.add_change(made)

    def _remove(self) -> None:
        kept = tuple(each for each in self._session.changes if not isinstance(each, Patch))
        self._session.replace_changes(kept)

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
