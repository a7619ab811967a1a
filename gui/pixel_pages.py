"""The pages of the card in the middle of the Pixels tab, and the switch that chooses one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget

from gui import figure_tables, pixel_map
from gui.export import Figure
from gui.pixel_challenges import Challenges
from gui.pixel_microscope import Microscope
from gui.widgets.picture_map_page import PictureMapPage
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gui.pixel_session import PixelSession
    from gui.pixel_teaching import Teaching

GUESS_SEED = 0


class _Page(NamedTuple):
    """What is said of a page: on its button, in the button's tooltip, above it wide and narrow."""

    name: str
    purpose: str
    caption: str
    short: str


_NET = "Lines multiply; circles add up and squash the sum to between \N{MINUS SIGN}1 and 1. "
_PAGES = (
    _Page(
        "Net",
        "The net, with every neuron and every weight",
        _NET
        + "Point at one to read its numbers, drag it up or down to change them; a click keeps it.",
        _NET + "Point at one to read it, drag it to change it; a click keeps it.",
    ),
    _Page(
        "All 512",
        "What the net says about every black and white picture there is",
        "Every black and white picture there is. A row shares its corners, a column its cross; "
        "side by side, one pixel differs. Click one to draw it.",
        "A row shares its corners, a column its cross. Click one to draw it.",
    ),
    _Page(
        "Training",
        "How training goes, and how the net is built and taught",
        "The loss falls while pictures become right; the dashed line is a net that knows nothing. "
        "Change how it learns, and watch what happens.",
        "Dashed: a net that knows nothing. Change how it learns, and watch.",
    ),
    _Page(
        "Steps",
        "How the net learns from one picture, number by number",
        "One step of learning from this picture, in slow motion, with every number.",
        "One step of learning from this picture, number by number.",
    ),
    _Page(
        "Challenges",
        "Things to bring about with the net",
        "Try them on the other pages. What you solve is noticed by itself, and remembered.",
        "Try them on the other pages; what you solve is noticed.",
    ),
)
NET, MAP, TRAINING, STEPS, CHALLENGES = range(len(_PAGES))


class NetPages(QObject):
    """Gives the page that is shown what it needs; the others get nothing meanwhile.

    Args:
        pixels: The state of the tab.
        net: The first page, which is the tab's own.
        teaching: Has the page of training.
        parent: Qt's.

    Attributes:
        switch: Chooses a page.
        stack: Holds all of them.
        map: All 512 pictures.
        microscope: One step of learning in slow motion.
        challenges: What there is to try.
    """

    def __init__(
        self, pixels: PixelSession, net: QWidget, teaching: Teaching, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._pixels, self._teaching = pixels, teaching
        self.map = PictureMapPage(pixel_map.PICTURES)
        self.microscope = Microscope(pixels, np.random.default_rng(GUESS_SEED), self)
        self.challenges = Challenges(pixels, self)
        self.switch = Switch("netPages", {page.name: page.purpose for page in _PAGES})
        self.stack = QStackedWidget()
        for page in (net, self.map, teaching.page, self.microscope.page, self.challenges.page):
            self.stack.addWidget(page)
        self.map.picture_chosen.connect(
            lambda place: pixels.drawing.draw(pixel_map.PICTURES[place])
        )
        self.switch.chosen.connect(self._on_chosen)

    @property
    def index(self) -> int:
        """Which one is shown."""
        return self.switch.index

    def caption(self, *, narrow: bool) -> str:
        """What one is seeing."""
        page = _PAGES[self.index]
        return page.short if narrow else page.caption

    def show_net(self) -> None:
        """There is another net."""
        if not self._pixels.is_ready:
            return
        if self.index == MAP:
            self.map.set_data(pixel_map.answers_of(self._pixels))
        elif self.index == TRAINING:
            self._teaching.show_page()
        self.show_answer()

    def show_answer(self) -> None:
        """There is another net or another picture."""
        if not self._pixels.is_ready:
            return
        if self.index == MAP:
            self.map.set_current(*pixel_map.whereabouts(self._pixels.picture))
        elif self.index == STEPS:
            self.microscope.refresh()
        elif self.index == CHALLENGES:
            self.challenges.show_page()

    @property
    def knows_answer(self) -> bool:
        """Whether the net's answer is known: step by step, it is so only once it was computed."""
        return self.index != STEPS or self.microscope.knows_answer

    def _on_chosen(self, page: int) -> None:
        self.stack.setCurrentIndex(page)
        self.show_net()

    def figure(self) -> Figure | None:
        """The page as a file with its numbers; None for the net itself."""
        if self.index == MAP:
            answers = pixel_map.answers_of(self._pixels)
            table = figure_tables.map_table(pixel_map.PICTURES, answers)
            return Figure("pictures", self.map, lambda: table)
        if self.index == TRAINING:
            history, curves = self._pixels.history, self._teaching.curves
            return Figure("training", curves, lambda: figure_tables.curves_table(history))
        if self.index == STEPS:
            motion, page = self.microscope.motion, self.microscope.page
            return Figure("steps", page, lambda: figure_tables.motion_table(motion))
        return None
