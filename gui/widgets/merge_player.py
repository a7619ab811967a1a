"""Plays the merges of a word or a text: on, back, by hand, and says each in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.boxes import push_button
from gui.widgets.merge_picture import HINT, MergePicture
from gui.widgets.text_grid import label_of

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QResizeEvent

    from core.splits import Merge, TextMerges

SLOWEST_MS, FASTEST_MS, WHOLE_MS = 800, 40, 20_000  # of a step; of all together, about
LONGEST = 24  # characters of a piece that the sentence writes out
NARROW = 360  # where the sentence needs three lines
PLAY, PAUSE = "Play", "Pause"


class MergePlayer(QWidget):
    """The picture, the sentence, and what moves them.

    Attributes:
        picture: The pieces.
        step: After so many merges, 0 to M.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mergePlayer")
        self.picture = MergePicture()
        self.picture.step_wanted.connect(self.go_to)
        self.picture.play_wanted.connect(self.play_or_pause)
        self.step = 0
        self._merges: TextMerges | None = None
        self._n_learnt = 0
        self._stride = 1
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_tick)
        self._sentence = QLabel()
        self._sentence.setObjectName("mergeSentence")
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._lay_out()
        self._fit()
        theme.sizes.changed.connect(self._fit)
        self._tell()

    def _lay_out(self) -> None:
        self._back = push_button(
            "\N{BLACK LEFT-POINTING POINTER}",
            "mergeBack",
            "One merge back",
            lambda: self.go_to(self.step - 1),
        )
        self._play = push_button(
            PLAY, "mergePlay", "Play the merges one after the other", self.play_or_pause
        )
        self._next = push_button(
            "\N{BLACK RIGHT-POINTING POINTER}",
            "mergeNext",
            "One merge on",
            lambda: self.go_to(self.step + 1),
        )
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("mergeSlider")
        self._slider.valueChanged.connect(self.go_to)
        self._place = QLabel()
        self._place.setObjectName("mergePlace")
        theme.set_font(self._place, theme.SMALL, is_mono=True)
        self._place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        controls = QHBoxLayout()
        controls.setSpacing(theme.INSIDE // 2)
        for widget in (self._back, self._play, self._next):
            controls.addWidget(widget)
        controls.addSpacing(theme.INSIDE // 2)
        controls.addWidget(self._slider, 1)
        controls.addWidget(self._place)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.picture, 1)
        column.addWidget(self._sentence)
        column.addLayout(controls)

    def _fit(self) -> None:
        metrics = QFontMetrics(theme.font())
        n_lines = 3 if self.width() < theme.px(NARROW) else 2
        self._sentence.setFixedHeight(n_lines * metrics.lineSpacing() + 2)
        widest = max(metrics.horizontalAdvance(text) for text in (PLAY, PAUSE))
        self._play.setFixedWidth(widest + 2 * theme.INSIDE)
        for button in (self._back, self._next):
            button.setFixedWidth(theme.px(30))
        self._fit_place()

    def _fit_place(self) -> None:
        n_steps = 0 if self._merges is None else self._merges.n_steps
        widest = QFontMetrics(theme.mono()).horizontalAdvance(f"{n_steps:,} of {n_steps:,}")
        self._place.setFixedWidth(widest + 4)

    # --- data

    def set_data(self, merges: TextMerges, n_learnt: int) -> None:
        """Play another text; the same one again changes nothing.

        Args:
            merges: The merges of a word or of a whole text.
            n_learnt: Merges that the model has learnt in all.
        """
        old, was_learnt = self._merges, self._n_learnt
        self._merges, self._n_learnt = merges, n_learnt
        if old is not None and was_learnt == n_learnt and _is_same(old, merges):
            return
        self.pause()
        self.step = merges.n_steps
        self.picture.set_data(merges, self.step)
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, max(merges.n_steps, 1))
        self._fit_place()
        self._tell()

    def clear(self, hint: str = HINT) -> None:
        """Show nothing but a sentence that says what to do."""
        self.pause()
        self._merges, self.step = None, 0
        self.picture.clear(hint)
        self._tell()

    # --- moving

    @property
    def is_playing(self) -> bool:
        """Whether it moves by itself."""
        return self._timer.isActive()

    def go_to(self, step: int) -> None:
        """Show another step, by hand; it then rests there."""
        self.pause()
        self._show(step)

    def play_or_pause(self) -> None:
        """Go on by itself, from the beginning if it is at the end; or rest."""
        if self._merges is None or not self._merges.n_steps:
            return
        if self.is_playing:
            self.pause()
            return
        if self.step >= self._merges.n_steps:
            self._show(0)
        pace = WHOLE_MS / self._merges.n_steps
        self._stride = max(1, round(FASTEST_MS / pace))
        self._timer.start(round(min(max(pace, FASTEST_MS), SLOWEST_MS)))
        self._tell()

    def pause(self) -> None:
        """Rest."""
        if self.is_playing:
            self._timer.stop()
            self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In another width the sentence takes more lines, or fewer."""
        super().resizeEvent(event)
        self._fit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: rest."""
        super().hideEvent(event)
        self.pause()

    def _on_tick(self) -> None:
        self._show(self.step + self._stride)
        if self._merges is None or self.step >= self._merges.n_steps:
            self.pause()

    def _show(self, step: int) -> None:
        if self._merges is None:
            return
        self.step = min(max(step, 0), self._merges.n_steps)
        self.picture.set_step(self.step)
        self._tell()

    # --- saying

    def _tell(self) -> None:
        merges = self._merges
        n_steps = 0 if merges is None else merges.n_steps
        said = "" if merges is None else self._in_words(merges)
        self._sentence.setText(said)
        self.picture.setAccessibleDescription(said)
        with QSignalBlocker(self._slider):
            self._slider.setValue(self.step)
        self._place.setText(f"{self.step:,} of {n_steps:,}")
        self._slider.setAccessibleName(f"Merges done: {self.step:,} of {n_steps:,}")
        self._slider.setToolTip("Slide through the merges")
        for control in (self._play, self._slider):
            control.setEnabled(n_steps > 0)
        self._back.setEnabled(self.step > 0)
        self._next.setEnabled(self.step < n_steps)
        self._play.setText(PAUSE if self.is_playing else PLAY)

    def _in_words(self, merges: TextMerges) -> str:
        n_pieces = len(merges.cuts(self.step)) - 1
        if len(merges.raw) == 1:
            return "Nothing to merge: every byte by itself is a token already."
        if not merges.n_steps:
            return "Nothing to merge: no two neighbours are a pair that was learnt."
        if self.step:
            merge = merges.merge(self.step)
            joined = _quoted(merges.raw[merge.start : merge.end])
            done = (
                f"Merge {merge.rank + 1:,} of {self._n_learnt:,}: {_pair(merges, merge)} = {joined}"
            )
        else:
            done = f"{n_pieces:,} pieces, one for each byte (a number in which text is stored)"
        if self.step == merges.n_steps:
            tokens = "one token" if n_pieces == 1 else f"{n_pieces:,} tokens"
            return f"{done}. No learnt pair is left: {tokens}."
        coming = merges.merge(self.step + 1)
        return f"{done}. Next, merge {coming.rank + 1:,}: {_pair(merges, coming)}."


def _is_same(one: TextMerges, other: TextMerges) -> bool:
    return one.raw == other.raw and np.array_equal(one.ranks, other.ranks)


def _pair(merges: TextMerges, merge: Merge) -> str:
    left = merges.raw[merge.start : merge.middle]
    right = merges.raw[merge.middle : merge.end]
    return f"{_quoted(left)} + {_quoted(right)}"


def _quoted(raw: bytes) -> str:
    label = label_of(raw)
    return f"“{label if len(label) <= LONGEST else label[: LONGEST - 1] + '…'}”"
