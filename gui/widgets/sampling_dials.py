"""The five settings of the dice as sliders and fields, for whoever lays them out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QSlider, QSpinBox

from gui.widgets.painting import draw_focus_ring

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    Values = tuple[float, int, float, float, float]

STEPS = 100  # of a slider in one whole
MOST_K = 1_000_000
NEUTRAL = (1.0, 0, 1.0, 0.0, 1.0)  # in the order of NAMES
NAMES = ("temperature", "top_k", "top_p", "min_p", "penalty")
EXTRAS = NAMES[3:]
TITLES = {
    "temperature": "Temperature",
    "top_k": "Top-k",
    "top_p": "Top-p",
    "min_p": "Min-p",
    "penalty": "Repetition penalty",
}
TIPS = {
    "temperature": (
        "Scores are divided by the temperature before they become probabilities.\n"
        "Below 1 the likely tokens gain, above 1 the unlikely ones do, "
        "and 0 always takes the likeliest."
    ),
    "top_k": "Only this many of the likeliest tokens stay in the draw. 0 keeps all of them.",
    "top_p": (
        "Only the fewest likeliest tokens whose probabilities reach this share stay in the draw.\n"
        "100% keeps all of them."
    ),
    "min_p": (
        "Only tokens at least this many times as likely as the likeliest stay in the draw: with "
        "10%, a tenth.\n0% keeps all of them. Comes after top-p."
    ),
    "penalty": (
        "Tokens that your text holds already get a lower score: one above 0 is divided by this, "
        "one below 0 multiplied.\n1 changes nothing. Comes first, before the temperature."
    ),
}


class RingedSlider(QSlider):
    """A slider that shows where the keyboard is, and comes to where the mouse is pressed."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press as with the middle button, at which Qt brings the handle to the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            middle = Qt.MouseButton.MiddleButton
            at, on_screen = event.position(), event.globalPosition()
            event = QMouseEvent(event.type(), at, on_screen, middle, middle, event.modifiers())
        super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the focus ring over it."""
        super().paintEvent(event)
        if self.hasFocus():
            draw_focus_ring(QPainter(self), QRectF(self.rect()))


class SamplingDials(QObject):
    """One control for each of `NAMES`, and the values they stand for.

    Signals:
        edited: the user wants other `values`.
        drag_ended: a slider was let go.

    Args:
        owner: The widget that lays them out.
        prefix: Of their object names.

    Attributes:
        controls: By their names.
        values: In the order of NAMES; beyond a slider's end only the values tell.
    """

    edited = Signal()
    drag_ended = Signal()

    def __init__(self, owner: QWidget, prefix: str = "") -> None:
        super().__init__(owner)
        top_k = QSpinBox(owner)
        top_k.setRange(0, MOST_K)
        top_k.setSpecialValueText("off")
        self._sliders = {
            "temperature": _slider(owner, 0, 2 * STEPS),
            "top_p": _slider(owner, 0, STEPS),
            "min_p": _slider(owner, 0, STEPS),
            "penalty": _slider(owner, STEPS, 2 * STEPS),
        }
        self.controls: dict[str, QSlider | QSpinBox] = {
            name: self._sliders.get(name, top_k) for name in NAMES
        }
        for name, control in self.controls.items():
            kind = "Spin" if control is top_k else "Slider"
            first, *others = name.split("_")
            words = first + "".join(word.capitalize() for word in others)
            if prefix:
                words = prefix + words[0].upper() + words[1:]
            control.setObjectName(f"{words}{kind}")
            control.setAccessibleName(TITLES[name])
            control.setToolTip(TIPS[name])
        self.values: Values = NEUTRAL
        self.set_values(NEUTRAL)
        top_k.valueChanged.connect(lambda value: self._edit("top_k", value))
        for name, slider in self._sliders.items():
            slider.valueChanged.connect(lambda steps, name=name: self._edit(name, steps / STEPS))
            slider.sliderReleased.connect(self.drag_ended)

    def set_values(self, values: Values) -> None:
        """Show these.

        Args:
            values: In the order of NAMES.

        Raises:
            ValueError: One of them is out of its range.
        """
        temperature, top_k, top_p, min_p, penalty = values
        is_warm = 0 <= temperature < math.inf and 0 < penalty < math.inf
        if not (is_warm and top_k >= 0 and 0 <= top_p <= 1 and 0 <= min_p <= 1):
            raise ValueError(f"no settings: {values}")
        self.values = values
        for name, value in zip(NAMES, values, strict=True):
            control = self.controls[name]
            shown = round(value) if name == "top_k" else round(value * STEPS)
            with QSignalBlocker(control):
                control.setValue(min(shown, control.maximum()))

    def is_dragging(self) -> bool:
        """Whether a slider is held with the mouse."""
        return any(slider.isSliderDown() for slider in self._sliders.values())

    def has_extras(self) -> bool:
        """Whether min-p or the repetition penalty does anything."""
        return self.values[3:] != NEUTRAL[3:]

    def _edit(self, name: str, value: float) -> None:
        values = [*self.values]
        values[NAMES.index(name)] = value
        self.set_values(tuple(values))  # type: ignore[arg-type]
        self.edited.emit()


def _slider(owner: QWidget, least: int, most: int) -> RingedSlider:
    slider = RingedSlider(Qt.Orientation.Horizontal, owner)
    slider.setRange(least, most)
    slider.setPageStep(10)
    slider.setMinimumSize(30, 22)  # room for the ring
    return slider
