"""Tabs with a band between the tab bar and the page, for what several pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMargins
from PySide6.QtWidgets import QStackedWidget, QTabWidget, QWidget

if TYPE_CHECKING:
    from PySide6.QtCore import QObject, QSize


class BandedTabs(QTabWidget):
    """A tab widget some of whose pages have a band above them.

    Args:
        band: Shown above those pages, below the tab bar.
        parent: Qt's.
    """

    def __init__(self, band: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabBar().setDrawBase(False)
        self._band = band
        self._is_banded: dict[QWidget, bool] = {}
        self._pages = self._stack()
        self._pages.installEventFilter(self)
        band.setParent(self._pages)
        band.installEventFilter(self)
        band.hide()
        self.currentChanged.connect(self._on_page)

    def add_page(self, page: QWidget, title: str, banded: bool) -> None:
        """Add a page at the end.

        Args:
            page: It is shown when its tab is chosen.
            title: On the tab.
            banded: Whether the band is above it.
        """
        self._is_banded[page] = banded
        self.addTab(page, title)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the band as wide as the pages, and its room free."""
        # A frame takes its margins back with every change of style.
        moved = (QEvent.Type.Resize, QEvent.Type.ContentsRectChange)
        is_band_higher = watched is self._band and event.type() == QEvent.Type.LayoutRequest
        if is_band_higher or (watched is self._pages and event.type() in moved):
            self._make_room()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        """What the neediest page needs with its own band, so that it is the same on every tab."""
        hint = super().minimumSizeHint()
        heights = [
            max(page.minimumSizeHint().height(), page.minimumHeight())
            + (self._band.sizeHint().height() if banded else 0)
            for page, banded in self._is_banded.items()
        ]
        hint.setHeight(
            hint.height() - self._pages.minimumSizeHint().height() + max(heights, default=0)
        )
        hint.setWidth(max(hint.width(), self._band.minimumSizeHint().width()))
        return hint

    def _on_page(self, index: int) -> None:
        page = self.widget(index)
        self._band.setVisible(page is not None and self._is_banded.get(page, False))
        self._make_room()

    def _make_room(self) -> None:
        height = self._band.sizeHint().height()
        self._band.resize(self._pages.width(), height)
        margins = QMargins(0, 0 if self._band.isHidden() else height, 0, 0)
        if margins != self._pages.contentsMargins():
            self._pages.setContentsMargins(margins)

    def _stack(self) -> QStackedWidget:
        """Qt's own home of the pages: its margin is room that no page gets."""
        pages = self.findChild(QStackedWidget)
        if pages is None:
            raise RuntimeError("QTabWidget has no stack of pages")
        return pages
