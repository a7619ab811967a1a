"""What becomes of the prompt inside the model: an overview, and a page for each theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from gui import theme
from gui.tabs.tab import Tab
from gui.text.changes_view import n_changes, open_changes
from gui.text.overview import Overview
from gui.widgets.boxes import push_button, scrolling
from gui.widgets.page_stack import PageStack
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton, QWidget

    from gui.session import Session
    from gui.text.embeddings import EmbeddingsPage
    from gui.text.journey_page import JourneyPage

LIST = "List what is changed in the model, and what that does"
PAGES = {
    "overview": ("Overview", "Tokens, embeddings and attention side by side"),
    "tokens": ("Tokens", "How the text is cut into tokens, merge by merge"),
    "embeddings": (
        "Embeddings",
        "How tokens become vectors, long lists of numbers, and which are near",
    ),
    "attention": ("Attention", "Which token looks at which, in every head, and why"),
    "journey": ("Journey", "How a word becomes what it means, layer by layer"),
    "layers": ("Layers", "How the guess grows, layer by layer, and which part adds what"),
    "change": ("What if?", "Switch parts of the model off, and see what it says then"),
}
# What is said on pages that do not compare, while there is a second text.
FIRST_ALONE = "Of the two texts, this page shows the first."
ALONE = {
    "tokens": FIRST_ALONE,
    "embeddings": FIRST_ALONE,
    "change": "What is changed acts on the first text; the second is read by the model as it is.",
}
OF_EMBEDDINGS = ("analogies", "sentences", "positions")  # besides the map, which is shown first


class TextTab(Tab):
    """Pages over one prompt and one selection; only the one that is shown is painted.

    Args:
        session: Where the facts come from and the intents go.
        parent: Qt's.

    Attributes:
        overview: The first page.
        pages: All of them; the others are made when they are first shown.

    Signals:
        guesses_wanted: all that the model would say next is to be shown.
    """

    guesses_wanted = Signal()

    # The overview's own, the other pages, and what there is besides on that of the embeddings.
    VIEWS = (*Overview.VIEWS, *list(PAGES)[1:], *OF_EMBEDDINGS)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("textTab")
        self._session = session
        self.overview = Overview(session)
        self.overview.guess.more_wanted.connect(self.guesses_wanted)
        self._embeddings: EmbeddingsPage | None = None
        self._journey: JourneyPage | None = None
        self.pages = PageStack(
            (
                lambda: scrolling(self.overview),
                lambda: scrolling(_tokens(session)),
                lambda: scrolling(self._make_embeddings(session)),
                lambda: scrolling(_attention(session)),
                lambda: scrolling(self._make_journey(session)),
                lambda: scrolling(_layers(session)),
                lambda: scrolling(_change(session)),
            )
        )
        self._switch = Switch("textPages", dict(PAGES.values()), elastic=True)
        self._switch.chosen.connect(self._show_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.INSIDE, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(theme.INSIDE, 0, theme.INSIDE, 0)
        row.addWidget(self._switch, 1)
        row.addWidget(self._changes_button(session))
        column.addLayout(row)
        self._alone = QLabel()
        self._alone.setObjectName("firstTextAlone")
        self._alone.setProperty("role", "caption")
        self._alone.setContentsMargins(theme.INSIDE, 2, theme.INSIDE, 0)
        column.addWidget(self._alone)
        column.addWidget(self.pages, 1)
        self._show_alone()
        session.second_prompt_changed.connect(self._show_alone)

    def _show_page(self, index: int) -> None:
        if self._journey is not None:
            self._journey.give_back()
        self.pages.show_page(index)
        self._show_alone()

    def _show_alone(self) -> None:
        """That a page shows one text, where another one is to be compared with it."""
        said = ALONE.get(list(PAGES)[self._switch.index], "")
        self._alone.setText(said)
        self._alone.setVisible(bool(said and self._session.second_prompt))

    def _changes_button(self, session: Session) -> QPushButton:
        """How much is changed in the model; the spare room is left of it, so nothing moves."""
        button = push_button("", "changesButton", LIST, lambda: open_changes(session, button))
        button.setStyleSheet("QPushButton { padding: 0 8px; min-height: 0; }")
        button.setMinimumWidth(1)  # large text in a small window: the status bar says it too

        def show() -> None:
            button.setText(n_changes(session))
            button.setVisible(bool(session.changes))

        show()
        session.changes_changed.connect(show)
        return button

    @property
    def view(self) -> str:
        """Which page is open, and which of its views where it has some."""
        page = list(PAGES)[self._switch.index]
        views = {"overview": self.overview, "embeddings": self._embeddings}.get(page)
        return page if views is None else views.view

    def show_view(self, name: str) -> None:
        """Open one of `VIEWS`."""
        if name in Overview.VIEWS:
            self._switch.choose(0)
            self.overview.show_view(name)
            return
        is_of_embeddings = name in ("embeddings", *OF_EMBEDDINGS)
        self._switch.choose(list(PAGES).index("embeddings" if is_of_embeddings else name))
        if is_of_embeddings and self._embeddings is not None:
            self._embeddings.show_view(name)

    def leave_view(self, name: str) -> None:
        """Let the overview show its map again if it still shows this view; a page stays open."""
        if name in Overview.VIEWS and self.view == name:
            self.show_view(self.VIEWS[0])

    def _make_embeddings(self, session: Session) -> EmbeddingsPage:
        """Imported only now: the window is painted sooner."""
        from gui.text.embeddings import EmbeddingsPage

        self._embeddings = EmbeddingsPage(session)
        return self._embeddings

    def _make_journey(self, session: Session) -> JourneyPage:
        """Likewise."""
        from gui.text.journey_page import JourneyPage

        self._journey = JourneyPage(session)
        return self._journey


def _tokens(session: Session) -> QWidget:
    """Likewise."""
    from gui.text.tokens_page import TokensPage

    return TokensPage(session)


def _attention(session: Session) -> QWidget:
    """Likewise."""
    from gui.text.attention_page import AttentionPage

    return AttentionPage(session)


def _layers(session: Session) -> QWidget:
    """Likewise."""
    from gui.text.layers_page import LayersPage

    return LayersPage(session)


def _change(session: Session) -> QWidget:
    """Likewise."""
    from gui.text.change_page import ChangePage

    return ChangePage(session)
