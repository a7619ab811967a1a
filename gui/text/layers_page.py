"""The page of the residual stream: several figures, one at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from gui import theme
from gui.tabs.tab import Tab
from gui.text.comparing import BOTH, COMPARISONS, DIFFERENCE, IN_TURN, ComparingTab
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
LENS = FIGURES.index(LensPage)


class LayersPage(Tab):
    """What grows in the stream layer by layer; only the figure that is shown is painted.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        switch: Chooses a figure.
        comparison: Chooses one text, both or the difference, while there are two.
        figures: One of each of `FIGURES`, made when it is first shown.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("layersPage")
        self._session = session
        self.figures = PageStack([partial(self._make, figure) for figure in FIGURES])
        self.switch = Switch("layerPages", {each.TITLE: each.PURPOSE for each in FIGURES})
        self.switch.chosen.connect(self._show_figure)
        self.comparison = Switch("layerComparison", COMPARISONS)
        self.comparison.choose(BOTH)
        self._wanted = BOTH  # also while a figure has no difference
        self.comparison.hide()
        self.comparison.chosen.connect(self._on_compared)
        switches = QHBoxLayout()
        switches.setSpacing(theme.BETWEEN)
        switches.addWidget(self.switch)
        switches.addWidget(self.comparison)
        switches.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.INSIDE,) * 4)
        column.setSpacing(theme.INSIDE)
        column.addLayout(switches)
        column.addWidget(self.figures, 1)
        self._compare()
        self.follow(session.second_changed, self._on_second)

    def _show_figure(self, index: int) -> None:
        self.figures.show_page(index)
        self._compare()

    def _on_second(self) -> None:
        self.comparison.setVisible(self._session.second is not None)

    def _on_compared(self, index: int) -> None:
        self._wanted = index
        self._compare()

    def _compare(self) -> None:
        """Have the figure in sight compare as it was wished; guesses cannot be subtracted.

        They are shown of both texts instead, and so is marked what is seen.
        """
        page, has_difference = self.figures.currentWidget(), self.switch.index != LENS
        wanted = BOTH if self._wanted == DIFFERENCE and not has_difference else self._wanted
        with QSignalBlocker(self.comparison):
            self.comparison.choose(wanted)
        self.comparison.offer(DIFFERENCE, has_difference)
        if isinstance(page, ComparingTab):
            page.set_compared(wanted)
        self._name_both()

    def _name_both(self) -> None:
        """What is chosen is what is seen: both at once, or one after the other."""
        page = self.figures.currentWidget()
        in_turn = isinstance(page, ComparingTab) and page.pair.is_in_turn
        self.comparison.rename(BOTH, *(IN_TURN if in_turn else tuple(COMPARISONS.items())[BOTH]))

    def _make(self, figure: Callable[[Session], QWidget]) -> QWidget:
        made = figure(self._session)
        if isinstance(made, ComparingTab):
            made.pair.in_turn_changed.connect(self._name_both)
        if isinstance(made, WhyPage):
            made.neuron_wanted.connect(self.show_neuron)
        return made

    def show_neuron(self, layer: int, index: int) -> None:
        """Look at a neuron, from all sides."""
        self.switch.choose(FIGURES.index(NeuronsPage))
        page = self.figures.currentWidget()
        assert isinstance(page, NeuronsPage)
        page.choose((layer, index))
