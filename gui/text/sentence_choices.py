"""How a sentence becomes one vector: of which tokens, after which layer, minus what."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QWidget

from gui import theme
from gui.text import sentence_words
from gui.text.sentence_words import POOLINGS
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.switch import Switch


class SentenceChoices(QWidget):
    """A line of three choices.

    Signals:
        changed: another vector is wanted.

    Attributes:
        pooling: The mean of all tokens, or the last one.
        layer: After which layer.
        rest: Whether what all sentences share is taken away.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        purposes = {name: purpose for name, (_, purpose) in POOLINGS.items()}
        self.pooling = Switch("sentencePooling", purposes)
        self.pooling.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.layer = ChoiceBox("sentenceLayer", "Layer after which the vectors are taken")
        self.layer.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToContents)
        self.layer.setMinimumWidth(90)  # in large text the page stays narrow enough
        self.rest = QCheckBox("minus what all share")
        self.rest.setObjectName("sentenceRest")
        self.rest.setAccessibleName("Take away what all sentences share")
        self.rest.setToolTip(sentence_words.REST)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        for control in (self.pooling, self.layer, self.rest):
            row.addWidget(control)
        row.addStretch(1)
        for signal in (self.pooling.chosen, self.layer.currentIndexChanged, self.rest.toggled):
            signal.connect(lambda _: self.changed.emit())

    def set_layers(self, n_layers: int | None) -> None:
        """Offer another model's layers, the last one chosen; none without a model."""
        with QSignalBlocker(self.layer):
            self.layer.clear()
            if n_layers is not None:
                names = [sentence_words.layer_name(n, n_layers) for n in range(n_layers + 1)]
                self.layer.addItems(names)
                self.layer.setCurrentIndex(n_layers)

    @property
    def n_layers(self) -> int:
        """How many layers are offered."""
        return self.layer.count() - 1

    @property
    def place(self) -> tuple[str, int]:
        """Pooling and layer."""
        return list(POOLINGS.values())[self.pooling.index][0], self.layer.currentIndex()
