"""Tabs with a band between the tab bar and the page, for what several pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QStackedWidget, QTabWidget, QWidget

if TYPE_CHECKING:
    from PySide6.QtCore import QObject, QSize


class BandedTabs(QTabWidget):
    """A tab widget whose pages can be told to make room for a band above them.

    Args:
        band: Shown above the pages, below the tab bar.
        parent: Qt's.
    """

    def __init__(self, band: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self._band = band
        # The pages' own stack: its margin is room that no page gets.
        self._pages = self.findChild(QStackedWidget)
        self._pages.installEventFilter(self)
        band.setParent(self._pages)
        band.hide()

    def show_band(self, shown: bool) -> None:
        """Show or hide the band."""
        self._band.setVisible(shown)
        self._pages.setContentsMargins(0, self._band.sizeHint().height() if shown else 0, 0, 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the band as wide as the pages."""
        if watched is self._pages and event.type() == QEvent.Type.Resize:
            self._band.resize(self._pages.width(), self._band.sizeHint().height())
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        """Room for the band too."""
        hint = super().minimumSizeHint()
        hint.setWidth(max(hint.width(), self._band.minimumSizeHint().width()))
        return hint
