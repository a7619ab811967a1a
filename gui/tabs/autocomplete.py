"""The one thing that a language model does: say how likely each next token is; and writing by it.

The text is the session's prompt, the same that the prompt bar of other tabs shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout

from gui import theme
from gui.autocomplete.write_page import WritePage
from gui.tabs.tab import Tab
from gui.widgets.page_stack import PageStack
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtWidgets import QWidget

    from gui.session import Session
    from gui.widgets.examples_button import Example

PAGES = {
    "write": ("Write", "The text, how likely each next token is, and the dice that choose one"),
}


class AutocompleteTab(Tab):
    """Pages over one text; only the one that is shown is painted.

    Args:
        session: Where the facts come from and the intents go.
        parent: Qt's.

    Attributes:
        write: The first page.
        pages: All of them; the others are made when they are first shown.
    """

    VIEWS = (*WritePage.VIEWS, *list(PAGES)[1:])  # the first page's own, and the other pages

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("autocompleteTab")
        self.write = WritePage(session)
        self.pages = PageStack((lambda: self.write,))
        self._switch = Switch("autocompletePages", dict(PAGES.values()))
        self._switch.chosen.connect(self.pages.show_page)
        self._switch.setVisible(len(PAGES) > 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.INSIDE, 0, 0)
        column.setSpacing(0)
        self._switch.setContentsMargins(theme.INSIDE, 0, theme.INSIDE, 0)
        column.addWidget(self._switch)
        column.addWidget(self.pages, 1)

    def set_examples(self, examples: Iterable[Example]) -> None:
        """Offer these sentences."""
        self.write.set_examples(examples)

    def set_before(self, texts: Iterable[str]) -> None:
        """Offer what was written before as well."""
        self.write.set_before(texts)

    def minimumSizeHint(self) -> QSize:
        """As the first page: the others scroll."""
        least = self.write.minimumSizeHint()
        switch = self._switch.sizeHint().height() if len(PAGES) > 1 else 0
        return QSize(least.width(), least.height() + theme.INSIDE + switch)

    @property
    def view(self) -> str:
        """Which page is open, and which of its views where it has some."""
        return self.write.view if self._switch.index == 0 else list(PAGES)[self._switch.index]

    def show_view(self, name: str) -> None:
        """Open one of `VIEWS`."""
        if name in WritePage.VIEWS:
            self._switch.choose(0)
            self.write.show_view(name)
        else:
            self._switch.choose(list(PAGES).index(name))

    def leave_view(self, name: str) -> None:
        """Let the first page show its bars again if it still shows this view; a page stays open."""
        if name in WritePage.VIEWS and self.view == name:
            self.show_view(self.VIEWS[0])
