"""Words that wrap, and follow every key without moving what is around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class Sentence(QLabel):
    """A label that has its page laid out anew only if the words take another height.

    A plain one does so at every change, which costs milliseconds on a page of many parts.

    Args:
        text: The words.
        high: What becomes of its height where there is more room than it needs.
    """

    def __init__(
        self, text: str = "", high: QSizePolicy.Policy = QSizePolicy.Policy.Minimum
    ) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, high)
        self._is_untold = False  # the layouts still know what the words before took at other widths

    def setText(self, text: str) -> None:
        """Say something else."""
        if text == self.text():
            return
        if not self.isVisible():
            super().setText(text)
            return
        before = self.heightForWidth(self.width())
        # Qt tells the layout at once, whatever the height; not so of what is hidden.
        self.setAttribute(Qt.WidgetAttribute.WA_WState_Hidden, True)
        super().setText(text)
        self.setAttribute(Qt.WidgetAttribute.WA_WState_Hidden, False)
        self._is_untold = self.heightForWidth(self.width()) == before
        if not self._is_untold:
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """At another width the words may take more lines than those before them did."""
        super().resizeEvent(event)
        if self._is_untold and event.size().width() != event.oldSize().width():
            self._is_untold = False
            self.updateGeometry()
