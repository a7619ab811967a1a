"""What the left button draws with: from white, which erases, over all greys to black."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QSlider, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.pixel_painting import BLACK, WHITE, grey, in_words, number

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

STEPS = 10  # from grey 0 to black, and to white: 0.1 each
WIDTH_PX = 30


class InkSlider(QWidget):
    """White at the top, black at the foot, greys between: also the legend of the picture.

    Signals:
        ink_changed: (float) what is drawn with from now on, from -1 (black) to 1 (white).
    """

    ink_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inkSlider")
        self._eraser = _Swatch(WHITE, "eraserButton", "Eraser: draw white, 1")
        self._pen = _Swatch(BLACK, "penButton", f"Pen: draw black, {number(BLACK)}")
        self._slider = QSlider(Qt.Orientation.Vertical)
        self._slider.setObjectName("ink")
        self._slider.setRange(-STEPS, STEPS)
        self._slider.setPageStep(STEPS // 2)
        self._slider.valueChanged.connect(self._on_slid)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE // 2)
        column.addWidget(self._eraser)
        column.addWidget(self._slider, 1, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._pen)
        for swatch in (self._eraser, self._pen):
            swatch.clicked.connect(self._on_swatch)
        self._fit()
        theme.sizes.changed.connect(self._fit)
        self.set_ink(BLACK)

    @property
    def ink(self) -> float:
        """From -1 (black) to 1 (white)."""
        return self._slider.value() / STEPS

    def set_ink(self, ink: float) -> None:
        """Show another ink, silently."""
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(ink * STEPS))
        self._describe()

    def _fit(self) -> None:
        self.setFixedWidth(theme.px(WIDTH_PX))

    def _on_slid(self, _value: int) -> None:
        self._describe()
        self.ink_changed.emit(self.ink)

    def _on_swatch(self) -> None:
        swatch = self.sender()
        if isinstance(swatch, _Swatch):
            self._slider.setValue(round(swatch.ink * STEPS))
            self._describe()  # also if it was this ink before

    def _describe(self) -> None:
        said = f"{in_words(self.ink)}, {number(self.ink)}"
        self._slider.setAccessibleName(f"Ink: {said}")
        self._slider.setToolTip(f"The left button draws {said}. Slide for greys.")
        for swatch in (self._eraser, self._pen):
            swatch.setChecked(swatch.ink == self.ink)


class _Swatch(QAbstractButton):
    """A square of one ink with its number in it; framed while it is the one in use."""

    def __init__(self, ink: float, name: str, purpose: str) -> None:
        super().__init__()
        self.ink = ink
        self.setObjectName(name)
        self.setAccessibleName(purpose)
        self.setToolTip(purpose)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as the column."""
        return QSize(theme.px(WIDTH_PX), theme.px(WIDTH_PX - 6))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ink itself, and its number."""
        look, fill = theme.active(), grey(self.ink)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_marked = self.isChecked() or self.hasFocus()
        painter.setPen(
            QPen(QColor(look.accent if is_marked else look.muted), 2 if is_marked else 1)
        )
        painter.setBrush(fill)
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 3, 3)
        painter.setPen(look.readable_on(fill))
        painter.setFont(theme.mono(theme.SMALL, bold=self.hasFocus()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, number(self.ink))
