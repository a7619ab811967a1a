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
        self._banded: set[QWidget] = set()
        self._pages = self._stack()
        self._pages.installEventFilter(self)
        band.setParent(self._pages)
        band.hide()
        self.currentChanged.connect(self._on_page)

    def add_page(self, page: QWidget, title: str, banded: bool) -> None:
        """Add a page at the end.

        Args:
            page: It is shown when its tab is chosen.
            title: On the tab.
            banded: Whether the band is above it.
        """
        if banded:
            self._banded.add(page)
        self.addTab(page, title)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the band as wide as the pages, and its room free."""
        # A frame takes its margins back with every change of style.
        moved = (QEvent.Type.Resize, QEvent.Type.ContentsRectChange)
        if watched is self._pages and event.type() in moved:
            self._make_room()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        """What the neediest page needs with its own band, so that it is the same on every tab."""
        hint = super().minimumSizeHint()
        pages = [self.widget(index) for index in range(self.count())]
        height = max((self._needed_height(page) for page in pages), default=0)
        hint.setHeight(hint.height() - self._pages.minimumSizeHint().height() + height)
        hint.setWidth(max(hint.width(), self._band.minimumSizeHint().width()))
        return hint

    def _needed_height(self, page: QWidget) -> int:
        needed = max(page.minimumSizeHint().height(), page.minimumHeight(), 0)
        return needed + (self._band.sizeHint().height() if page in self._banded else 0)

    def _on_page(self, index: int) -> None:
        self._band.setVisible(self.widget(index) in self._banded)
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
