"""The page of the residual stream: several figures, one at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from gui import theme
from gui.tabs.tab import Tab
from gui.text.lens_page import LensPage
from gui.text.neurons_page import NeuronsPage
from gui.text.stream_page import StreamPage
from gui.text.why_page import WhyPage
from gui.widgets.page_stack import PageStack
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from gui.session import Session

FIGURES = (LensPage, WhyPage, StreamPage, NeuronsPage)


class LayersPage(Tab):
    """What grows in the stream layer by layer; only the figure that is shown is painted.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        switch: Chooses a figure.
        figures: One of each of `FIGURES`, made when it is first shown.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("layersPage")
        self._session = session
        self.figures = PageStack([partial(self._make, figure) for figure in FIGURES])
        self.switch = Switch("layerPages", {each.TITLE: each.PURPOSE for each in FIGURES})
        self.switch.chosen.connect(self.figures.show_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.INSIDE,) * 4)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.switch)
        column.addWidget(self.figures, 1)

    def _make(self, figure: Callable[[Session], QWidget]) -> QWidget:
        made = figure(self._session)
        if isinstance(made, WhyPage):
            made.neuron_wanted.connect(self.show_neuron)
        return made

    def show_neuron(self, layer: int, index: int) -> None:
        """Look at a neuron, from all sides."""
        self.switch.choose(FIGURES.index(NeuronsPage))
        page = self.figures.currentWidget()
        assert isinstance(page, NeuronsPage)
        page.choose((layer, index))
