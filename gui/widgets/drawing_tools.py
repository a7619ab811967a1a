"""What changes the whole picture at once: the symbols themselves, clear, invert, noise."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui import theme
from gui.widgets.boxes import push_button, row
from gui.widgets.painting import checked
from gui.widgets.pixel_painting import N_PIXELS, icon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ICON_PX = 23  # three whole pixels of 7, and a frame


class DrawingTools(QWidget):
    """A row of symbols to begin with, and a row of changes.

    Signals:
        symbol_chosen: (int) draw this one.
        clear_clicked: make every pixel white.
        invert_clicked: swap black and white.
        noise_clicked: flip one pixel, by chance.
    """

    symbol_chosen = Signal(int)
    clear_clicked = Signal()
    invert_clicked = Signal()
    noise_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawingTools")
        self._symbols = row()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(theme.INSIDE)
        self._box.addWidget(self._symbols)
        self._box.addWidget(
            row(
                push_button("Clear", "clearButton", "Make all white", self.clear_clicked),
                push_button("Invert", "invertButton", "Swap black and white", self.invert_clicked),
                push_button(
                    "Noise", "noiseButton", "Flip one pixel, by chance", self.noise_clicked
                ),
            )
        )

    def set_data(self, spoken: Sequence[str], pictures: NDArray[Any]) -> None:
        """Offer these symbols.

        Args:
            spoken: Their names as in a sentence: "a plus".
            pictures: (K, 9).

        Raises:
            ValueError: Not a picture for each name.
        """
        shown = checked(pictures, "pictures", len(spoken), N_PIXELS)
        buttons = []
        for index, (name, picture) in enumerate(zip(spoken, shown, strict=True)):
            choose = partial(self.symbol_chosen.emit, index)
            button = push_button("", f"symbolButton{index}", f"Draw {name}", choose)
            button.setIcon(icon(picture, ICON_PX))
            button.setIconSize(QSize(ICON_PX, ICON_PX))
            button.setStyleSheet(f"QPushButton {{ padding: 4px 6px; min-height: {ICON_PX}px; }}")
            buttons.append(button)
        before, self._symbols = self._symbols, row(*buttons)
        self._box.replaceWidget(before, self._symbols)
        before.deleteLater()
