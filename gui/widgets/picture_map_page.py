"""The map of all pictures with what belongs to it: an enlarged picture, counts, two colourings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.answer_counts import AnswerCounts, Count
from gui.widgets.answer_hues import RIGHT_HUE, WRONG_HUE, grey, hues_of, strengths_of
from gui.widgets.painting import checked
from gui.widgets.picture_closeup import PictureCloseup
from gui.widgets.picture_map import PictureMap
from gui.widgets.pixel_painting import N_PIXELS
from gui.widgets.prediction_rows import percent
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QResizeEvent

ANSWERS = "Coloured by the net's answer; the greyer, the less sure"
VERDICTS = "Coloured by whether the answer is the one that training asks for"
BELOW_PX = 180  # most height of what stands below the map, side by side
TALL_PX = 320  # from here on, it stands one below the other
NO_RULE, RIGHT, WRONG = 0, 1, 2  # as `MapAnswers.verdicts` says it
REMARKS = {
    NO_RULE: "Never taught.",
    RIGHT: "Right: it is {wanted}.",
    WRONG: "Wrong: it is {wanted}.",
}
NOTHING = "nothing"
TAUGHT = "Right is what training asks for."
NONSENSE = "Far from all symbols, training asks for the answer “nothing”."
GREYS = "Yours has greys: it is not on the map."


@dataclass(frozen=True, eq=False)
class MapAnswers:
    """What the net says about all pictures; M places, K symbols.

    Attributes:
        names: (K) as on a label.
        spoken: (K) as in a sentence.
        symbols: (K, 9) what they look like.
        probabilities: (M, K).
        answers: (M,) the surest symbol, -1 where nothing is sure.
        verdicts: (M,) 0 where training asks for nothing, 1 right, 2 wrong.
        fits: (M, K + 1) the answers that training calls right, the last one nothing.
        n_answers: (K + 1,) how many pictures have each, the last one nothing.
        n_verdicts: (3,) likewise.
        has_nonsense: Whether it is also taught what is no symbol.
    """

    names: Sequence[str]
    spoken: Sequence[str]
    symbols: NDArray[Any]
    probabilities: NDArray[Any]
    answers: NDArray[Any]
    verdicts: NDArray[Any]
    fits: NDArray[Any]
    n_answers: NDArray[Any]
    n_verdicts: NDArray[Any]
    has_nonsense: bool = False

    def __post_init__(self) -> None:
        """Check the shapes.

        Raises:
            ValueError: They do not fit together.
        """
        n_places, n = len(self.answers), len(self.names)
        checked(self.symbols, "symbols", n, N_PIXELS)
        checked(self.probabilities, "probabilities", n_places, n)
        checked(self.fits, "fits", n_places, n + 1)
        checked(self.verdicts, "verdicts", n_places)
        checked(self.n_answers, "n_answers", n + 1)
        checked(self.n_verdicts, "n_verdicts", 3)

    def wanted(self, place: int) -> str:
        """What training asks for, in words."""
        fits = np.flatnonzero(self.fits[place]).tolist()
        return " or ".join((*self.spoken, NOTHING)[answer] for answer in fits)


class PictureMapPage(QWidget):
    """The map above; below it the picture in focus, and the counts that are its legend.

    Signals:
        picture_chosen: (int) the place of a picture that is to be drawn.

    Args:
        pictures: (512, 9) by place.
        parent: Qt's.
    """

    picture_chosen = Signal(int)

    def __init__(self, pictures: NDArray[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pictureMapPage")
        self._pictures = pictures
        self._answers: MapAnswers | None = None
        self._map, self._closeup, self._counts = PictureMap(), PictureCloseup(), AnswerCounts()
        self._switch = Switch("mapColours", {"Answers": ANSWERS, "Right or wrong": VERDICTS})
        left = QVBoxLayout()
        left.setSpacing(theme.INSIDE // 2)
        left.addWidget(self._closeup, 1)
        left.addWidget(self._switch)
        self._below = QWidget()
        self._parts = QHBoxLayout(self._below)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(theme.BETWEEN)
        self._parts.addLayout(left, 55)
        self._parts.addWidget(self._counts, 45)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self._map, 1000)  # up to its full height, which `resizeEvent` knows
        column.addWidget(self._below, 1)
        column.addStretch(0)
        self._map.set_pictures(pictures)
        self._map.looked_at.connect(self._show_focus)
        self._map.picture_chosen.connect(self.picture_chosen)
        self._counts.looked_at.connect(self._on_row)
        self._switch.chosen.connect(self._on_switch)

    # --- what is shown

    def set_data(self, answers: MapAnswers) -> None:
        """Show what the net says now.

        Raises:
            ValueError: Not one answer a place.
        """
        if len(answers.answers) != len(self._pictures):
            raise ValueError(f"{len(answers.answers)} answers, but {len(self._pictures)} pictures")
        self._answers = answers
        self._colour()

    def set_current(self, place: int | None, around: Sequence[int]) -> None:
        """Outline the drawn picture and its neighbours; None if it is not black and white."""
        self._map.set_current(place, around)
        self._show_focus()

    def changeEvent(self, event: QEvent) -> None:
        """The grey is another one in another theme."""
        super().changeEvent(event)
        if event.type() == event.Type.PaletteChange and self._answers is not None:
            self._colour()

    def _colour(self) -> None:
        answers = self._answers
        if answers is None:
            return
        note = ""
        if self._switch.index == 0:
            hues = hues_of(len(answers.names))
            groups = answers.answers % len(hues)  # nothing is the last one
            sure = strengths_of(answers.probabilities.max(axis=1))
            self._map.set_data(groups, np.where(answers.answers < 0, 0.0, sure), hues)
            parts = (answers.names, hues, answers.n_answers, answers.symbols)
            rows = [Count(*row) for row in zip(*parts, strict=False)]
            rows.append(Count(NOTHING, hues[-1], int(answers.n_answers[-1])))
        else:
            hues = (grey(), RIGHT_HUE, WRONG_HUE)
            asked = (answers.verdicts != NO_RULE).astype(np.float64)
            self._map.set_data(answers.verdicts, asked, hues, WRONG)
            names = ("no right answer", "right", "wrong")
            n = answers.n_verdicts.tolist()
            rows = [Count(names[i], hues[i], n[i], is_crossed=i == WRONG) for i in (1, 2, 0)]
            note = NONSENSE if answers.has_nonsense else TAUGHT
        self._counts.set_data(rows, note)
        self._show_focus()

    def _show_focus(self, _place: int | None = None) -> None:
        """Enlarge the picture that the eye is on."""
        place, answers = self._map.focus, self._answers
        if place is None or answers is None:
            self._closeup.clear(GREYS if answers is not None else "")
            return
        answer = int(answers.answers[place])
        said = "It says: nothing" if answer < 0 else f"It says: {answers.spoken[answer]}"
        shares = answers.probabilities[place].tolist()
        numbers = [
            f"{name} {percent(share)}" for name, share in zip(answers.names, shares, strict=True)
        ]
        remark = REMARKS[int(answers.verdicts[place])].format(wanted=answers.wanted(place))
        self._closeup.set_data(self._pictures[place], said, numbers, remark)
        self._map.say(self._closeup.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The map takes no more height than it can fill; the rest is for what stands below."""
        super().resizeEvent(event)
        map_px = self._map.height_for(self.width())
        self._map.setMaximumHeight(map_px)
        rest = self.height() - map_px - theme.INSIDE
        is_tall = rest >= theme.px(TALL_PX)
        ways = QBoxLayout.Direction
        self._parts.setDirection(ways.TopToBottom if is_tall else ways.LeftToRight)
        self._below.setMaximumHeight(rest if is_tall else theme.px(BELOW_PX))

    # --- what is done

    def _on_row(self, row: int | None) -> None:
        if row is not None and self._switch.index == 1:
            row = (RIGHT, WRONG, NO_RULE)[row]
        self._map.stress(row)

    def _on_switch(self, _index: int) -> None:
        self._map.stress(None)
        self._colour()
