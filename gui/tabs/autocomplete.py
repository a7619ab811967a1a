"""The one thing that a language model does: say how likely each next token is; and writing by it.

The text is the session's prompt, the same that the prompt bar of other tabs shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui import theme
from gui.autocomplete.write_page import WritePage
from gui.tabs.tab import Tab
from gui.widgets.boxes import scrolling
from gui.widgets.page_stack import PageStack
from gui.widgets.prompt_bar import PromptBar
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gui.session import Session
    from gui.widgets.examples_button import Example

PAGES = {
    "write": ("Write", "The text, how likely each next token is, and the dice that choose one"),
    "choose": ("Choose", "From scores to dice, step by step; and the dice themselves"),
    "futures": ("Futures", "The likeliest ways in which the text may go on, as a tree"),
    "count": ("Count", "What counting words foretells beside the model, and their surprise"),
    "compare": ("Compare", "Two texts, models, settings or words, and how the next token differs"),
}
TOO_LONG = "The prompt is full: what did not fit was left out."


class AutocompleteTab(Tab):
    """Pages over one text; only the one that is shown is painted.

    Args:
        session: Where the facts come from and the intents go.
        parent: Qt's.

    Attributes:
        write: The first page.
        pages: All of them; the others are made when they are first shown.
        prompt_bar: Above the others.
    """

    VIEWS = (*WritePage.VIEWS, *list(PAGES)[1:])  # the first page's own, and the other pages

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("autocompleteTab")
        self.write = WritePage(session)
        self.pages = PageStack(
            (
                lambda: scrolling(self.write),
                lambda: scrolling(_choose(session)),
                lambda: scrolling(_futures(session)),
                lambda: scrolling(_count(session)),
                lambda: scrolling(_compare(session)),
            )
        )
        self._switch = Switch("autocompletePages", dict(PAGES.values()), elastic=True)
        self._switch.chosen.connect(self._on_page)
        self.prompt_bar = PromptBar()
        for name in ("promptEdit", "clearPromptButton", "examplesButton"):
            part = self.prompt_bar.findChild(QWidget, name)
            assert part is not None
            part.setObjectName(f"page{name[0].upper()}{name[1:]}")  # that of the window has these
        self.prompt_bar.hide()
        self.prompt_bar.edited.connect(session.set_prompt)
        session.prompt_changed.connect(self.prompt_bar.set_text)
        self.prompt_bar.too_long.connect(lambda: session.noticed.emit(TOO_LONG))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.INSIDE, 0, 0)
        column.setSpacing(0)
        self._switch.setContentsMargins(theme.INSIDE, 0, theme.INSIDE, 0)
        column.addWidget(self._switch)
        column.addWidget(self.prompt_bar)
        column.addWidget(self.pages, 1)

    def set_examples(self, examples: Iterable[Example]) -> None:
        """Offer these sentences."""
        examples = list(examples)
        self.write.set_examples(examples)
        self.prompt_bar.set_examples(examples)

    def set_before(self, texts: Iterable[str]) -> None:
        """Offer what was written before as well."""
        texts = list(texts)
        self.write.set_before(texts)
        self.prompt_bar.set_before(texts)

    def _on_page(self, index: int) -> None:
        """The first page has an editor of its own; above the others is a bar with the same text."""
        self.pages.show_page(index)
        self.prompt_bar.setVisible(index > 0)

    @property
    def editor(self) -> QWidget:
        """Where the text is typed on the page that is open."""
        return self.write.editor if self._switch.index == 0 else self.prompt_bar.editor

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
        if name in WritePage.VIEWS:
            self.write.leave_view(name)


def _choose(session: Session) -> QWidget:
    """Imported only now: the window is painted sooner."""
    from gui.autocomplete.choose_page import ChoosePage

    return ChoosePage(session)


def _futures(session: Session) -> QWidget:
    """Likewise."""
    from gui.autocomplete.futures_page import FuturesPage

    return FuturesPage(session)


def _count(session: Session) -> QWidget:
    """Likewise."""
    from gui.autocomplete.count_page import CountPage

    return CountPage(session)


def _compare(session: Session) -> QWidget:
    """Likewise."""
    from gui.autocomplete.compare_page import ComparePage

    return ComparePage(session)
