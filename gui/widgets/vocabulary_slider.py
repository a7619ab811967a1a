"""What if training of the tokenizer had stopped earlier: a slider over the number of merges."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.boxes import push_button
from gui.widgets.caption import Caption

TICKS = 400  # the first merges matter most, so they get most of the way


class VocabularySlider(QWidget):
    """From no merges at the left to all of the model's own at the right.

    Signals:
        learnt_changed: (int) so many merges, as if training had stopped there.
    """

    learnt_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("vocabularySlider")
        self._stops = [0]
        self._label = Caption("", "Merges that are learnt")
        self._label.setObjectName("learntMergesSentence")
        self._label.setProperty("role", "")  # read first, not second
        self._label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("learntMerges")
        self._slider.setToolTip("As if the tokenizer had stopped learning after so many merges")
        self._slider.valueChanged.connect(self._on_slid)
        self._all = push_button(
            "All", "allMerges", "Back to the model's own tokens, with all merges", self.show_all
        )
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._slider, 1)
        row.addWidget(self._all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE // 2)
        column.addWidget(self._label)
        column.addLayout(row)
        self.set_merges(0)
        self._fit()
        theme.sizes.changed.connect(self._fit)

    def _fit(self) -> None:
        self._label.setFixedHeight(2 * QFontMetrics(theme.font()).lineSpacing() + 2)

    @property
    def learnt(self) -> int:
        """How many merges are taken as learnt."""
        return self._stops[self._slider.value()]

    @property
    def is_all(self) -> bool:
        """Whether the model's own tokens are shown."""
        return self._slider.value() == self._slider.maximum()

    def set_merges(self, n_merges: int) -> None:
        """Another model has learnt so many; the slider goes to the right end."""
        ways = np.expm1(np.linspace(0.0, np.log1p(n_merges), TICKS + 1))
        self._stops = np.unique(np.rint(ways).astype(int)).tolist()
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, len(self._stops) - 1)
            self._slider.setPageStep(TICKS // 20)
            self._slider.setValue(self._slider.maximum())
        self.setEnabled(n_merges > 0)
        self.set_counts(None, None)

    def show_all(self) -> None:
        """Go to the right end."""
        self._slider.setValue(self._slider.maximum())

    def set_counts(self, n_tokens: int | None, n_own: int | None) -> None:
        """Say into how many tokens the text is cut.

        Args:
            n_tokens: With the merges that the slider allows; None without a text.
            n_own: With all of them.
        """
        n_merges = self._stops[-1]
        if self.is_all:
            said = f"The tokenizer has learnt {n_merges:,} merges"
        elif self.learnt == 0:
            said = "Before the first merge"
        else:
            said = f"Stopped after merge {self.learnt:,} of {n_merges:,}"
        if n_tokens is None or n_own is None:
            pieces = "."
        elif self.is_all:
            pieces = f": {_tokens(n_tokens)}. Slide left to see it with fewer."
        else:
            pieces = f": {_tokens(n_tokens)} instead of the model's {n_own:,}."
        self._label.setText(f"{said}{pieces}")
        self._slider.setAccessibleName(f"{said}{pieces}")
        self._all.setEnabled(not self.is_all and self.isEnabled())

    def _on_slid(self, _value: int) -> None:
        self.learnt_changed.emit(self.learnt)


def _tokens(n: int) -> str:
    return f"{n:,} token" if n == 1 else f"{n:,} tokens"
