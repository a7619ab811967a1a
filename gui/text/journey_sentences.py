"""Two sentences side by side, their tokens, and the word of each that is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from gui import theme
from gui.text.journey_words import SENSES
from gui.widgets.boxes import push_button
from gui.widgets.examples_button import Example, ExamplesButton
from gui.widgets.painting import LINE_END
from gui.widgets.pair_hues import Kind, draw_mark
from gui.widgets.token_chips import height_px
from gui.widgets.token_strip import TokenStrip

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from core.trace import Trace
    from gui.text.journey_study import Journey

MOST = 20_000  # UTF-16 units, as many as the prompt may have
FIRST_HINT = "Type the first sentence into the prompt above."
SECOND_HINT = "Type a second sentence, or choose a double meaning."
MENU = "Pairs of sentences in which one word means two things"


class JourneySentences(QWidget):
    """The first is the prompt; the second has its own field.

    Signals:
        second_edited: (str) the user changed the second sentence.
        first_clicked: (int | None) a token of the first sentence.
        first_hovered: (int | None) likewise, under the mouse.
        second_clicked: (int | None) a token of the second sentence.
        sense_chosen: (Sense) a pair of the menu.
        swapped: the two are to change places.

    Attributes:
        first: Tokens of the first sentence.
        second: Of the second.
        field: Where the second is typed.
        menu: Words of two meanings.
    """

    second_edited = Signal(str)
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
        self.field = QLineEdit()
        self.field.setObjectName("secondSentence")
        self.field.setAccessibleName("Second sentence")
        self.field.setPlaceholderText("A second sentence with the same word")
        self.field.setMaxLength(MOST)
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
        self.field.textChanged.connect(self._on_typed)
        self.menu.chosen.connect(self._on_chosen)
        self.first.token_clicked.connect(self.first_clicked)
        self.first.token_hovered.connect(self.first_hovered)
        self.second.token_clicked.connect(self.second_clicked)

    def _lay_out(self) -> None:
        self._above = QLabel("is the prompt above")
        self._above.setProperty("role", "caption")
        self._typed = QWidget()
        row = QHBoxLayout(self._typed)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        row.addWidget(self.field, 1)
        row.addWidget(self.swap)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.INSIDE)
        self._grid.setVerticalSpacing(4)
        kinds: tuple[Kind, ...] = ("first", "second")
        for at, (kind, strip) in enumerate(zip(kinds, (self.first, self.second), strict=True)):
            self._grid.addWidget(_Mark(kind), at, 0)
            self._grid.addWidget(strip, at, 1)
        self._grid.addWidget(self._above, 0, 2)
        self._grid.setColumnStretch(1, 6)
        theme.sizes.changed.connect(self._fit)
        self._fit()
        self.set_narrow(narrow=False)

    def set_narrow(self, *, narrow: bool) -> None:
        """Where it is narrow, the tokens have the whole width, and the field is below them."""
        self._above.setVisible(not narrow)
        self._grid.removeWidget(self._typed)
        self._grid.addWidget(self._typed, *((2, 1) if narrow else (1, 2)))
        self._grid.setColumnStretch(2, 0 if narrow else 4)

    def _fit(self) -> None:
        """One line of tokens each; more of them scroll."""
        for strip in (self.first, self.second):
            strip.setFixedHeight(height_px(1))

    def set_second(self, text: str) -> None:
        """Show the second sentence; nothing is emitted."""
        line = text.replace("\n", LINE_END)
        if line != self.field.text():
            with QSignalBlocker(self.field):
                self.field.setText(line)

    def set_traces(self, first: Trace | None, second: Trace | None) -> None:
        """Show the tokens of both sentences."""
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

    def _on_typed(self, line: str) -> None:
        self.second_edited.emit(line.replace(LINE_END, "\n"))

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
