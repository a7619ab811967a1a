"""The settings of the dice, each above the panel in which it acts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QPushButton, QSpinBox, QWidget

from gui import theme
from gui.widgets.sampling_controls import MOST_K, NEUTRAL, STEPS, TIPS, RingedSlider
from gui.widgets.shaping_scene import columns

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

ROW_PX = 26


class ShapingControls(QWidget):
    """Temperature, top-k and top-p in a row that follows the columns of `ShapingPanels`.

    Signals:
        sampling_edited: (float, int, float) temperature, top-k and top-p as the user wants them.
        reset_clicked: the user wants to draw exactly as the model says.
    """

    sampling_edited = Signal(float, int, float)
    reset_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shapingControls")
        self._temperature = self._slider("chooseTemperatureSlider", "Temperature", 2 * STEPS)
        self._top_p = self._slider("chooseTopPSlider", "Top-p", STEPS)
        self._temperature_number, self._top_p_number = self._number(), self._number()
        self._top_k = QSpinBox(self)
        self._top_k.setObjectName("chooseTopKSpin")
        self._top_k.setAccessibleName("Top-k")
        self._top_k.setRange(0, MOST_K)
        self._top_k.setSpecialValueText("off")
        self._reset = QPushButton("Reset dice", self)
        self._reset.setObjectName("chooseResetButton")
        self._reset.setAccessibleName("Reset dice")
        self._reset.setToolTip("Draw exactly as the model says: temperature 1, nothing cut.")
        self._reset.clicked.connect(lambda _checked: self.reset_clicked.emit())
        self._values = NEUTRAL
        for name, control in (
            ("temperature", self._temperature),
            ("top_k", self._top_k),
            ("top_p", self._top_p),
        ):
            control.setToolTip(TIPS[name])
        QWidget.setTabOrder(self._temperature, self._top_k)
        QWidget.setTabOrder(self._top_k, self._top_p)
        QWidget.setTabOrder(self._top_p, self._reset)
        self._temperature.valueChanged.connect(
            lambda steps: self._edit(steps / STEPS, *self._values[1:])
        )
        self._top_k.valueChanged.connect(
            lambda top_k: self._edit(self._values[0], top_k, self._values[2])
        )
        self._top_p.valueChanged.connect(lambda steps: self._edit(*self._values[:2], steps / STEPS))
        self.set_data(*NEUTRAL)
        self._fit()
        theme.sizes.changed.connect(self._fit)

    def set_data(self, temperature: float, top_k: int, top_p: float) -> None:
        """Show these settings.

        Args:
            temperature: 0 or more; beyond 2 only the number shows it.
            top_k: 0 is off.
            top_p: From 0 to 1; 1 is off.

        Raises:
            ValueError: One of them is out of its range.
        """
        if not (0 <= temperature < math.inf and top_k >= 0 and 0 <= top_p <= 1):
            raise ValueError(f"no settings: {temperature}, {top_k}, {top_p}")
        self._values = (temperature, top_k, top_p)
        for control, value in (
            (self._temperature, round(temperature * STEPS)),
            (self._top_k, top_k),
            (self._top_p, round(top_p * STEPS)),
        ):
            with QSignalBlocker(control):
                control.setValue(min(value, control.maximum()))
        self._temperature_number.setText(f"{temperature:.2f}")
        self._top_p_number.setText(f"{top_p:.0%}")
        self._reset.setEnabled(self._values != NEUTRAL)

    def _edit(self, temperature: float, top_k: int, top_p: float) -> None:
        self.set_data(temperature, top_k, top_p)
        self.sampling_edited.emit(temperature, top_k, top_p)

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
        for number in (self._temperature_number, self._top_p_number):
            number.setFont(theme.mono(theme.SMALL))
        self._reset.setStyleSheet("QPushButton { padding: 0 6px; min-height: 0; }")
        self.setFixedHeight(theme.px(ROW_PX))
        self._place()

    def _place(self) -> None:
        high = self.height()
        _, temperature, top_k, top_p, last = (
            QRect(round(left), 0, round(width), high) for left, width in columns(self.width())
        )
        wide = QFontMetrics(theme.mono(theme.SMALL)).horizontalAdvance("100.00")
        for slider, number, room in (
            (self._temperature, self._temperature_number, temperature),
            (self._top_p, self._top_p_number, top_p),
        ):
            slider.setGeometry(room.adjusted(0, 0, -wide - 4, 0))
            number.setGeometry(room.right() - wide, 0, wide, high)
        self._top_k.setGeometry(top_k.adjusted(0, 0, -min(top_k.width() // 4, 30), 0))
        self._reset.setGeometry(last)

    def _slider(self, name: str, title: str, most: int) -> RingedSlider:
        slider = RingedSlider(Qt.Orientation.Horizontal, self)
        slider.setObjectName(name)
        slider.setAccessibleName(title)
        slider.setRange(0, most)
        slider.setPageStep(10)
        return slider

    def _number(self) -> QLabel:
        label = QLabel(self)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return label
