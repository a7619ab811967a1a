"""The page of the vectors: several figures, one at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from gui import theme
from gui.tabs.tab import Tab
from gui.text.analogy_page import AnalogyPage
from gui.text.plane_page import PlanePage
from gui.text.positions_page import PositionsPage
from gui.text.sentences_page import SentencesPage
from gui.widgets.page_stack import PageStack
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from gui.session import Session

FIGURES: dict[str, type[PlanePage | AnalogyPage | SentencesPage | PositionsPage]] = {
    "embeddings": PlanePage,
    "analogies": AnalogyPage,
    "sentences": SentencesPage,
    "positions": PositionsPage,
}


class EmbeddingsPage(Tab):
    """What there is to see of the vectors; only the figure that is shown is painted.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        switch: Chooses a figure.
        figures: One of each of `FIGURES`, made when it is first shown.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("embeddingsPage")
        figures = FIGURES.values()
        self.figures = PageStack([partial(figure, session) for figure in figures])
        self.switch = Switch("embeddingPages", {each.TITLE: each.PURPOSE for each in figures})
        self.switch.chosen.connect(self.figures.show_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.INSIDE,) * 4)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.switch)
        column.addWidget(self.figures, 1)

    @property
    def view(self) -> str:
        """Which figure is shown: a key of `FIGURES`."""
        return list(FIGURES)[self.switch.index]

    def show_view(self, name: str) -> None:
        """Show another figure, a key of `FIGURES`."""
        self.switch.choose(list(FIGURES).index(name))
