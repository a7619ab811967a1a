"""A figure that is higher than its frame: a scroll bar beside it, and only what is seen painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QScrollBar, QWidget

from gui.widgets.keyboard_focus import KeyboardCanvas

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent


class ScrolledCanvas(KeyboardCanvas):
    """A canvas over a part of what it has to show.

    It asks `bar_px` how much the bar takes, lays itself out beside it, and tells `set_content`.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.valueChanged.connect(self.update)
        self._bar.hide()

    @property
    def top(self) -> int:
        """How far it is scrolled, in device-independent pixels."""
        return self._bar.value()

    def bar_px(self) -> int:
        """What a scroll bar takes at the right."""
        return self._bar.sizeHint().width() + 2

    def set_content(self, height: float, view: QRect, step: int) -> None:
        """Say how high all of it is.

        Args:
            height: In device-independent pixels.
            view: The part of the widget that scrolls.
            step: Of one turn of the wheel's notch, about.
        """
        overflow = max(round(height) - view.height(), 0)
        wide = self._bar.sizeHint().width()
        self._bar.setGeometry(self.width() - wide, view.y(), wide, max(view.height(), 0))
        self._bar.setRange(0, overflow)
        self._bar.setSingleStep(step)
        self._bar.setPageStep(max(view.height(), 1))
        self._bar.setVisible(overflow > 0)

    def scroll_to(self, start: float, end: float) -> None:
        """Bring a stretch of the content into sight."""
        least, most = round(end) - self._bar.pageStep(), round(start)
        self._bar.setValue(min(max(self._bar.value(), least), most))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, if there is anything to scroll."""
        if self._bar.isHidden():
            event.ignore()
        else:
            self._bar.event(event)
