"""A figure that may be higher and wider than its frame: two bars, only what is seen painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QScrollBar, QWidget

from gui.widgets.scrolled import ScrolledCanvas

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent


class ScrolledBothCanvas(ScrolledCanvas):
    """Like its base, and to the right as well; it tells `set_area` instead of `set_content`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._across = QScrollBar(Qt.Orientation.Horizontal, self)
        self._across.valueChanged.connect(self.update)
        self._across.hide()

    @property
    def left(self) -> int:
        """How far it is scrolled to the right, in device-independent pixels."""
        return self._across.value()

    def set_area(self, size: tuple[float, float], view: QRect, step: tuple[float, float]) -> None:
        """Say how large all of it is.

        Args:
            size: Width and height in device-independent pixels.
            view: The part of the widget that scrolls; bars lie right of it and below.
            step: Of one turn of the wheel's notch, across and down, about.
        """
        overflow = max(round(size[1]) - view.height(), 0)
        wide = self._bar.sizeHint().width()
        self._bar.setGeometry(view.right() + 2, view.y(), wide, max(view.height(), 0))
        self._set_bar(self._bar, overflow, view.height(), step[1])
        overflow = max(round(size[0]) - view.width(), 0)
        high = self._across.sizeHint().height()
        self._across.setGeometry(view.x(), view.bottom() + 2, max(view.width(), 0), high)
        self._set_bar(self._across, overflow, view.width(), step[0])

    def _set_bar(self, bar: QScrollBar, overflow: int, page: int, step: float) -> None:
        bar.setRange(0, overflow)
        bar.setSingleStep(max(round(step), 1))
        bar.setPageStep(max(page, 1))
        bar.setVisible(overflow > 0)

    def scroll_across(self, start: float, end: float) -> None:
        """Bring a stretch of the width into sight."""
        least, most = round(end) - self._across.pageStep(), round(start)
        self._across.setValue(min(max(self._across.value(), least), most))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the way that is meant; across, if that is the only way there is."""
        turned = event.angleDelta()
        across = abs(turned.x()) > abs(turned.y()) or self._bar.isHidden()
        across |= bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        bar = self._across if across else self._bar
        if bar.isHidden():
            event.ignore()
            return
        by = turned.x() or turned.y() if across else turned.y()
        bar.setValue(bar.value() - round(by / 120 * bar.singleStep()))
        event.accept()
