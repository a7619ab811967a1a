"""Tabs with a band between the tab bar and the page, for what several pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMargins
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
        self.tabBar().setDrawBase(False)
        self._band = band
        self._pages = self._stack()
        self._pages.installEventFilter(self)
        band.setParent(self._pages)
        band.hide()

    def show_band(self, shown: bool) -> None:
        """Show or hide the band."""
        self._band.setVisible(shown)
        self._make_room()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the band as wide as the pages, and its room free."""
        if watched is self._pages:
            if event.type() == QEvent.Type.Resize:
                self._band.resize(self._pages.width(), self._band.sizeHint().height())
            elif event.type() == QEvent.Type.ContentsRectChange:
                self._make_room()  # a frame takes its margins back with every change of style
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        """Room for the band too."""
        hint = super().minimumSizeHint()
        hint.setWidth(max(hint.width(), self._band.minimumSizeHint().width()))
        return hint

    def _make_room(self) -> None:
        height = 0 if self._band.isHidden() else self._band.sizeHint().height()
        margins = QMargins(0, height, 0, 0)
        if margins != self._pages.contentsMargins():
            self._pages.setContentsMargins(margins)
        self._band.resize(self._pages.width(), self._band.sizeHint().height())

    def _stack(self) -> QStackedWidget:
        """Qt's own home of the pages: its margin is room that no page gets."""
        pages = self.findChild(QStackedWidget)
        if pages is None:
            raise RuntimeError("QTabWidget has no stack of pages")
        return pages
