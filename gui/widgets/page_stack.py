"""Pages of which one is shown; none is made before it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class PageStack(QStackedWidget):
    """Shows one page, and makes it if it was never shown.

    Args:
        makers: Make the pages, each called once at most; the first one at once.
        parent: Qt's.
    """

    def __init__(
        self, makers: Sequence[Callable[[], QWidget]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._makers = list(makers)
        self._made: dict[int, QWidget] = {}
        self._empty = [QWidget() for _ in makers]
        for empty in self._empty:
            self.addWidget(empty)
        self.show_page(0)

    def show_page(self, index: int) -> None:
        """Bring a page to the front."""
        self.setCurrentWidget(self.page(index))

    def page(self, index: int) -> QWidget:
        """A page, made now if need be."""
        if index not in self._made:
            made = self._made[index] = self._makers[index]()
            self.insertWidget(index, made)
            self.removeWidget(self._empty[index])
            self._empty[index].deleteLater()
        return self._made[index]
