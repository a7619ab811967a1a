"""The settings of the dice, each above the panel in which it acts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from gui import theme
from gui.widgets.sampling_dials import EXTRAS, NAMES, NEUTRAL, SamplingDials
from gui.widgets.shaping_scene import columns, label_px

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

ROW_PX = 26
EXTRAS_TIP = "Two steps more: the repetition penalty, which comes first, and min-p after top-p"
EXTRAS_ACT = "Shown because one of them acts. Reset dice switches them off."
USUAL = ("", "temperature", "top_k", "top_p", "reset")  # what stands above each panel
ALL = ("", "penalty", "temperature", "top_k", "top_p", "min_p", "reset")


class ShapingControls(QWidget):
    """The settings in a row that follows the columns of `ShapingPanels`, whose heads say them.

    Signals:
        sampling_edited: (float, int, float, float, float) temperature, top-k, top-p, min-p and
            repetition penalty as the user wants them.
        reset_clicked: the user wants to draw exactly as the model says.

    Attributes:
        extras: The button that is down while there are panels of the repetition penalty and of
            min-p; what acts is not hidden.
    """

    sampling_edited = Signal(float, int, float, float, float)
    reset_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shapingControls")
        self._dials = SamplingDials(self, "choose")
        self._reset = QPushButton("Reset dice", self)
        self._reset.setObjectName("chooseResetButton")
        self._reset.setAccessibleName("Reset dice")
        self._reset.setToolTip("Draw exactly as the model says: temperature 1, nothing cut.")
        self._reset.clicked.connect(lambda _checked: self.reset_clicked.emit())
        self.extras = QPushButton("Extras", self)
        self.extras.setObjectName("chooseExtrasButton")
        self.extras.setAccessibleName(EXTRAS_TIP)
        self.extras.setCheckable(True)
        self.extras.toggled.connect(lambda _on: self._show_extras())
        self._dials.edited.connect(self._on_edited)
        order = [self.extras, *(self._dials.controls[name] for name in ALL[1:-1]), self._reset]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        self.set_data(*NEUTRAL)
        self._show_extras()
        self._fit()
        theme.sizes.changed.connect(self._fit)

    def set_data(
        self,
        temperature: float,
        top_k: int,
        top_p: float,
        min_p: float = 0.0,
        penalty: float = 1.0,
    ) -> None:
        """Show these settings.

        Args:
            temperature: 0 or more.
            top_k: 0 is off.
            top_p: From 0 to 1; 1 is off.
            min_p: From 0 to 1; 0 is off.
            penalty: Of repetition, above 0; 1 is off.

        Raises:
            ValueError: One of them is out of its range.
        """
        self._dials.set_values((temperature, top_k, top_p, min_p, penalty))
        self._on_values()

    def _show_extras(self) -> None:
        for name in EXTRAS:
            self._dials.controls[name].setVisible(self.extras.isChecked())
        self._place()

    def _on_values(self) -> None:
        self._reset.setEnabled(self._dials.values != NEUTRAL)
        acts = self._dials.has_extras()
        self.extras.setChecked(acts or self.extras.isChecked())
        self.extras.setEnabled(not acts)
        self.extras.setToolTip(EXTRAS_ACT if acts else EXTRAS_TIP)

    def _on_edited(self) -> None:
        self._on_values()
        self.sampling_edited.emit(*self._dials.values)

    # --- where things are

    def sizeHint(self) -> QSize:
        """One row."""
        return QSize(820, theme.px(ROW_PX))

    def minimumSizeHint(self) -> QSize:
        """One row, as narrow as the panels get."""
        return QSize(theme.px(560, 0.6), theme.px(ROW_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay above the panels."""
        super().resizeEvent(event)
        self._place()

    def _fit(self) -> None:
        """In another size of the text."""
        for button in (self._reset, self.extras):
            button.setStyleSheet("QPushButton { padding: 0 2px; min-height: 0; }")
        self.setFixedHeight(theme.px(ROW_PX))
        self._place()

    def _place(self) -> None:
        shown = ALL if self.extras.isChecked() else USUAL
        wide = min(theme.px(80), round(label_px(self.width())))
        self.extras.setGeometry(0, 0, wide, self.height())
        for name, (left, width) in zip(shown, columns(self.width(), len(shown)), strict=True):
            room = QRect(round(left), 0, round(width), self.height())
            if name in NAMES:
                self._dials.controls[name].setGeometry(room)
            elif name:
                self._reset.setGeometry(room)
