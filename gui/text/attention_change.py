"""What if this head looked elsewhere, or were not there? A weight set by hand, a head off."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from core.interventions import Look, Off, place_of
from gui import theme
from gui.shared_words import STANDARD
from gui.widgets.boxes import push_button, sentence
from gui.widgets.card import Card
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from core.interventions import Change, Instead
    from core.trace import Trace
    from gui.session import Session

    Cell = tuple[int, int]

CAPTION = (
    "Drag along a row of the map to move attention, or set the pinned square's weight here. The "
    "rest of its row shares what is left, and all that follows is computed anew."
)
NO_TEXT = "Type a sentence above, then click a square of the map."
NO_CELL = "No square is pinned: click one of the map."
OF_SECOND = (
    "Changes act on the first text; the second is always read as it is. Choose the first text "
    "above, or both, and click a square of its map."
)
AHEAD = "{there} comes after {looking}: no weight can be set there, the mask forbids to look ahead."
NO_NUMBER = "“{}” is no number: type one from 0 to 1, such as 0.5."
BEYOND = "{} is not from 0 to 1: a weight is a share of a row that adds up to 1."
STATES = {
    "On": "The head works",
    "Gives 0": "It gives nothing at all",
    "Gives its average": f"At every token it gives what it gives on average over {STANDARD}",
}
INSTEADS: tuple[Instead | None, ...] = (None, "zero", "mean")  # of the states
LONGEST = 24  # characters of what was typed that are said again
STEPS = 1000  # of the slider


class ChangePanel(Card):
    """The pinned square's weight as a number, and the opened head's state.

    Args:
        session: Where the facts come from and the intents go.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._trace: Trace | None = None
        self._place = (0, 0)
        self._cell: Cell | None = None
        self._no_cell = NO_CELL
        self._typed = ""  # what stood in the field when it was filled in
        self._about = sentence("changeCell", "The pinned square")
        self._said = sentence("changeSaid", "What was not done, and why")
        self._field = QLineEdit()
        self._field.setObjectName("weightEdit")
        self._field.setAccessibleName("Weight of the pinned square, from 0 to 1")
        self._field.setToolTip("A number from 0 to 1; Enter sets it")
        self._field.setMaxLength(60)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("weightSlider")
        self._slider.setAccessibleName("Weight of the pinned square")
        self._slider.setToolTip("Drag to set the weight; everything follows at once")
        self._slider.setRange(0, STEPS)
        self._slider.setPageStep(STEPS // 10)
        self._slider.setSingleStep(STEPS // 100)
        self._set = push_button("Set", "setWeightButton", "Set this weight", self._on_typed)
        self._undo = push_button(
            "As it was", "giveRowBackButton", "Give this row back its own weights", self._give_back
        )
        self._switch = Switch("headState", STATES)
        self._head = sentence("changeHead", "The opened head")
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._about)
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        for control in (self._slider, self._field, self._set, self._undo):
            row.addWidget(control, 1 if control is self._slider else 0)
        column.addLayout(row)
        column.addWidget(self._said)
        column.addWidget(self._head)
        column.addWidget(self._switch)
        super().__init__("Change it", CAPTION, body)
        self.setObjectName("attentionChange")
        self._said.hide()
        self._field.returnPressed.connect(self._on_typed)
        self._slider.valueChanged.connect(self._on_slid)
        self._slider.sliderReleased.connect(self._show_cell)  # the row may not have allowed it
        self._switch.chosen.connect(self._on_state)
        self._fit()
        theme.sizes.changed.connect(self._fit)

    def _fit(self) -> None:
        self._field.setFixedWidth(theme.px(74))

    # --- what is seen

    def set_state(
        self,
        trace: Trace | None,
        place: tuple[int, int],
        cell: Cell | None,
        hint: str = NO_CELL,
    ) -> None:
        """Speak of another head, square or text.

        Args:
            trace: The pass.
            place: Layer and head.
            cell: Row and column of the pinned square, if any.
            hint: What to do where there is none.
        """
        if (place, cell) != (self._place, self._cell):
            self._said.hide()
        self._trace, self._place, self._cell, self._no_cell = trace, place, cell, hint
        self._head.setText(f"Layer {place[0] + 1}, head {place[1] + 1} altogether:")
        with QSignalBlocker(self._switch):
            self._switch.choose(self._state())
        self._switch.setEnabled(self._session.model is not None)
        self._show_cell()

    def _state(self) -> int:
        """Which of `STATES` the opened head is in."""
        off = Off(self._place[0], "head", self._place[1])
        for each in self._session.changes:
            if isinstance(each, Off) and place_of(each) == place_of(off):
                return INSTEADS.index(each.instead)
        return 0

    def _show_cell(self) -> None:
        trace, cell = self._trace, self._cell
        can_set = trace is not None and cell is not None and cell[1] <= cell[0]
        for control in (self._slider, self._field, self._set):
            control.setEnabled(can_set)
        self._undo.setEnabled(bool(self._looks()))
        if trace is None or cell is None:
            self._about.setText(NO_TEXT if trace is None else self._no_cell)
            self._fill_in("")
            self._slide_to(0.0)
            return
        looking, there = (trace.tokens[at].label for at in cell)
        if not can_set:
            self._about.setText(AHEAD.format(looking=looking, there=there))
            self._fill_in("")
            self._slide_to(0.0)
            return
        weight = float(trace.pattern[(*self._place, *cell)])
        plain = self._session.plain
        before = ""
        if plain is not None and plain.pattern.shape == trace.pattern.shape:
            own = float(plain.pattern[(*self._place, *cell)])
            before = f" (unchanged it would be {own:.3f})" if abs(own - weight) >= 5e-4 else ""
        self._about.setText(f"{looking} looks at {there} with {weight:.3f}{before}.")
        self._fill_in(f"{weight:.3f}")
        self._slide_to(weight)

    def _slide_to(self, weight: float) -> None:
        """Let the slider say the same, unless somebody holds it."""
        if not self._slider.isSliderDown():
            with QSignalBlocker(self._slider):
                self._slider.setValue(round(weight * STEPS))

    def _fill_in(self, text: str) -> None:
        """Write the weight into the field, unless somebody is typing there."""
        is_typing = self._field.hasFocus() and self._field.text() != self._typed
        if not is_typing or not text:
            self._field.setText(text)
            self._said.hide()  # it was about what stood there
        self._typed = text

    def _refuse(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.show()

    # --- weights

    def _looks(self) -> list[Look]:
        """What is set in the pinned square's row."""
        if self._cell is None:
            return []
        at = (*self._place, self._cell[0])
        return [
            each
            for each in self._session.changes
            if isinstance(each, Look) and (each.layer, each.head, each.row) == at
        ]

    def _on_typed(self) -> None:
        """Set what was typed, or say why not; it stays to be corrected."""
        text = self._field.text().strip()
        try:
            weight = float(text.replace(",", "."))
        except ValueError:
            shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
            self._refuse(NO_NUMBER.format(shown))
            return
        if not 0 <= weight <= 1:  # nor NaN
            shown = NO_NUMBER if math.isnan(weight) else BEYOND
            self._refuse(shown.format(text))
            return
        self._typed = self._field.text()
        self._look(weight)

    def _on_slid(self, value: int) -> None:
        self._look(value / STEPS)

    def _look(self, weight: float) -> None:
        if self._cell is not None and self._trace is not None:
            self._said.hide()
            self._session.look(*self._place, *self._cell, weight)

    def _give_back(self) -> None:
        """The pinned square's row as the model has it."""
        looks = {place_of(each) for each in self._looks()}
        kept = (each for each in self._session.changes if place_of(each) not in looks)
        self._said.hide()
        self._session.what_if.replace(tuple(kept))

    # --- the head

    def _on_state(self, index: int) -> None:
        layer, head = self._place
        instead = INSTEADS[index]
        self._said.hide()
        if instead is None:
            self._session.what_if.remove(Off(layer, "head", head))
        else:
            self._session.add_change(Off(layer, "head", head, instead))


def moved(
    changes: tuple[Change, ...],
    trace: Trace,
    place: tuple[int, int],
    row: int,
    start: int,
    end: int,
) -> tuple[Change, ...]:
    """The changes after a weight was dragged along a row.

    Args:
        changes: Those before.
        trace: With them.
        place: Layer and head.
        row: Position of the token that looks.
        start: Of the token from which its weight is taken.
        end: Of the token to which it goes.
    """
    layer, head = place
    weights = trace.pattern[layer, head, row].astype(float)
    ids = trace.ids.tolist()
    new = [
        Look(layer, head, row, column, weight, ids[row], ids[column])
        for column, weight in ((start, 0.0), (end, min(float(weights[start] + weights[end]), 1.0)))
    ]
    places = {place_of(each) for each in new}
    return (*(each for each in changes if place_of(each) not in places), *new)
