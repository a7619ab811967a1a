"""What becomes of the prompt inside the model: an overview, and a page for each theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from gui import theme
from gui.tabs.tab import Tab
from gui.text.overview import Overview
from gui.widgets.boxes import scrolling
from gui.widgets.page_stack import PageStack
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gui.session import Session

PAGES = {
    "overview": ("Overview", "Tokens, embeddings and attention side by side"),
    "tokens": ("Tokens", "How the text is cut into tokens, merge by merge"),
    "embeddings": ("Embeddings", "How tokens become vectors, and what lies near what"),
    "layers": ("Layers", "How the guess grows, layer by layer, and which part adds what"),
}


class TextTab(Tab):
    """Pages over one prompt and one selection; only the one that is shown is painted.

    Args:
        session: Where the facts come from and the intents go.
        parent: Qt's.

    Attributes:
        overview: The first page.
        pages: All of them; the others are made when they are first shown.
    """

    VIEWS = (*Overview.VIEWS, *list(PAGES)[1:])  # the overview's own, and the other pages

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("textTab")
        self.overview = Overview(session)
        self.pages = PageStack(
            (
                lambda: self.overview,
                lambda: scrolling(_tokens(session)),
                lambda: scrolling(_embeddings(session)),
                lambda: scrolling(_layers(session)),
            )
        )
        self._switch = Switch("textPages", dict(PAGES.values()))
        self._switch.chosen.connect(self.pages.show_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.INSIDE, 0, 0)
        column.setSpacing(0)
        self._switch.setContentsMargins(theme.INSIDE, 0, theme.INSIDE, 0)
        column.addWidget(self._switch)
        column.addWidget(self.pages, 1)

    @property
    def view(self) -> str:
        """Which page is open, and of the overview which of its views."""
        return self.overview.view if self._switch.index == 0 else list(PAGES)[self._switch.index]

    def show_view(self, name: str) -> None:
        """Open one of `VIEWS`."""
        if name in Overview.VIEWS:
            self._switch.choose(0)
            self.overview.show_view(name)
        else:
            self._switch.choose(list(PAGES).index(name))


def _tokens(session: Session) -> QWidget:
    """Imported only now: the window is painted sooner."""
    from gui.text.tokens_page import TokensPage

    return TokensPage(session)


def _embeddings(session: Session) -> QWidget:
    """Likewise."""
    from gui.text.embeddings import EmbeddingsPage

    return EmbeddingsPage(session)


def _layers(session: Session) -> QWidget:
    """Likewise."""
    from gui.text.layers_page import LayersPage

    return LayersPage(session)
