"""Two sentences side by side, their tokens, and the word of each that is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from gui import theme
from gui.text.journey_words import SENSES
from gui.widgets.boxes import push_button
from gui.widgets.examples_button import Example, ExamplesButton
from gui.widgets.pair_hues import Kind, draw_mark
from gui.widgets.token_chips import height_px
from gui.widgets.token_strip import TokenStrip

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from core.trace import Trace
    from gui.text.journey_study import Journey

FIRST_HINT = "Type the first sentence into the prompt above."
SECOND_HINT = "Press “Second text” above and type a second sentence, or choose a double meaning."
MENU = "Pairs of sentences in which one word means two things"


class JourneySentences(QWidget):
    """The first is the prompt, the second the one that it is compared with; typed above the pages.

    Signals:
        first_clicked: (int | None) a token of the first sentence.
        first_hovered: (int | None) likewise, under the mouse.
        second_clicked: (int | None) a token of the second sentence.
        sense_chosen: (Sense) a pair of the menu.
        swapped: the two are to change places.

    Attributes:
        first: Tokens of the first sentence.
        second: Of the second.
        menu: Words of two meanings.
        swap: Lets the two change places.
    """

    first_clicked = Signal(object)
    first_hovered = Signal(object)
    second_clicked = Signal(object)
    sense_chosen = Signal(object)
    swapped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("journeySentences")
        self.first, self.second = TokenStrip(), TokenStrip()
        for strip, name, purpose in (
            (self.first, "journeyFirst", "Tokens of the first sentence"),
            (self.second, "journeySecond", "Tokens of the second sentence"),
        ):
            strip.setObjectName(name)
            strip.setAccessibleName(purpose)
        self.menu = ExamplesButton()
        self.menu.setObjectName("doubleMeanings")
        self.menu.setText("Double meanings")
        self.menu.setAccessibleName(MENU)
        self.menu.setToolTip(MENU)
        self.menu.setStyleSheet("QToolButton { padding: 4px 8px; }")
        self.menu.set_examples(
            Example(each.name, f"{each.first} / {each.second}") for each in SENSES
        )
        self.swap = push_button(
            "\N{LEFTWARDS ARROW OVER RIGHTWARDS ARROW}",
            "swapSentences",
            "Let the two sentences change places",
            self.swapped,
        )
        self._lay_out()
        self.menu.chosen.connect(self._on_chosen)
        self.first.token_clicked.connect(self.first_clicked)
        self.first.token_hovered.connect(self.first_hovered)
        self.second.token_clicked.connect(self.second_clicked)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.INSIDE)
        grid.setVerticalSpacing(4)
        kinds: tuple[Kind, ...] = ("first", "second")
        for row, (kind, strip) in enumerate(zip(kinds, (self.first, self.second), strict=True)):
            grid.addWidget(_Mark(kind), row, 0)
            grid.addWidget(strip, row, 1)
        grid.setColumnStretch(1, 1)
        theme.sizes.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """One line of tokens each; more of them scroll."""
        for strip in (self.first, self.second):
            strip.setFixedHeight(height_px(1))

    def set_traces(self, first: Trace | None, second: Trace | None) -> None:
        """Show the tokens of both sentences."""
        self.swap.setEnabled(second is not None)
        for strip, trace, hint in (
            (self.first, first, FIRST_HINT),
            (self.second, second, SECOND_HINT),
        ):
            if trace is None:
                strip.clear(hint)
            else:
                strip.set_data(trace.tokens, trace.before)

    def set_followed(self, journey: Journey | None, hovered: int | None) -> None:
        """Outline the followed tokens, and the one of the first sentence under the mouse."""
        at = (None, None) if journey is None else journey.at
        self.first.set_selection(at[0], hovered)
        self.second.set_selection(at[1], None)

    def _on_chosen(self, name: str) -> None:
        by_name = {each.name: each for each in SENSES}
        if name in by_name:
            self.sense_chosen.emit(by_name[name])


class _Mark(QWidget):
    """The mark and the number of a text."""

    def __init__(self, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: Kind = kind
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(28), theme.px(20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        draw_mark(painter, self._kind, QPointF(7, middle), 5.5)
        painter.setFont(theme.font(bold=True))
        painter.setPen(self.palette().text().color())
        number = "1" if self._kind == "first" else "2"
        painter.drawText(self.rect().adjusted(18, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, number)
