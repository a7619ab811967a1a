"""What can be chosen of the map: how the dots lie, what their colours say, a token to find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.widgets.boxes import push_button
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.switch import Switch
from gui.widgets.word_field import WordField

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

COMPONENTS, NEIGHBOURS, OWN = range(3)
LAYOUTS = {
    "Shadow": "The two directions in which the tokens differ most, as a shadow shows a thing from "
    "one side (PCA, principal component analysis)",
    "Groups": "Neighbours stay neighbours, what is far apart may lie anywhere; it is computed "
    "for some seconds (t-SNE)",
    "Axes": "Two words of your choice make an axis: from small to big, say",
}
ENDS = (
    "The word at the left end of the axis across",
    "The word at the right end of the axis across",
    "The word at the lower end of the axis up; may be empty",
    "The word at the upper end of the axis up; may be empty",
)
FIND = "Find a token"
CANCEL, AGAIN, START = "Cancel", "Again", "Start"
NOT_YET = "Dots pull their neighbours nearer and push all others away, step by step."
DONE = "Done; it is kept while the model is open."
FIELD_PX, FINDER_PX = 86, 66


class MapTools(QWidget):
    """One line of choices, one more for what a layout needs, and room for a sentence.

    Signals:
        layout_chosen: (int) `COMPONENTS`, `NEIGHBOURS` or `OWN`.
        colour_chosen: (str) a key of what `set_colours` was given.
        find_wanted: (str) a token to go to.
        axes_wanted: the words of the axes were changed.
        spreading_wanted: (bool) t-SNE is to begin, or to stop.
    """

    layout_chosen = Signal(int)
    colour_chosen = Signal(str)
    find_wanted = Signal(str)
    axes_wanted = Signal()
    spreading_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mapTools")
        self._running = self._typed = False
        self.switch = Switch("mapLayouts", LAYOUTS)
        self.switch.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.colours = ChoiceBox("mapColours", "What the colours say")
        self.colours.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToContents)
        self.colours.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.finder = WordField("mapFind", FIND)
        self.finder.setPlaceholderText("Find\N{HORIZONTAL ELLIPSIS}")
        self.ends = [WordField(f"mapAxis{n + 1}", purpose) for n, purpose in enumerate(ENDS)]
        self.bar = QProgressBar()
        self.bar.setObjectName("mapProgress")
        self.bar.setAccessibleName("How far the neighbours are sorted")
        self.bar.setRange(0, 100)
        self.bar.setTextVisible(False)
        self._share = QLabel()
        self._share.setObjectName("mapShare")
        self._share.setProperty("role", "caption")
        self.stop = push_button(
            CANCEL, "mapSpreading", "Stop or begin to sort neighbours (t-SNE)", self._on_spreading
        )
        self._said = QLabel()
        self._said.setObjectName("mapSentence")
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        self._lay_out()
        self._connect()
        self.say("")
        self._show_rows(COMPONENTS)
        self._fit()
        theme.sizes.changed.connect(self._fit)

    def _lay_out(self) -> None:
        line = _row(self.switch, self.colours)
        line.addWidget(self.finder, 1)
        self._axes = QWidget()
        axes = QHBoxLayout(self._axes)
        for number, (field, words) in enumerate(
            zip(self.ends, ("across", "to", "   up", "to"), strict=True)
        ):
            label = QLabel(words)
            label.setProperty("role", "caption")
            label.setBuddy(field)
            axes.addWidget(label)
            axes.addWidget(field, 1)
            QWidget.setTabOrder(self.ends[max(number - 1, 0)], field)
        self._spreading = QWidget()
        spreading = QHBoxLayout(self._spreading)
        spreading.addWidget(self.bar, 1)
        spreading.addWidget(self._share)
        spreading.addStretch(0)
        spreading.addWidget(self.stop)
        for row in (axes, spreading):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(theme.INSIDE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(line)
        for widget in (self._axes, self._spreading, self._said):
            column.addWidget(widget)

    def _connect(self) -> None:
        self.switch.chosen.connect(self._show_rows)
        self.switch.chosen.connect(self.layout_chosen)
        self.colours.activated.connect(
            lambda at: self.colour_chosen.emit(self.colours.itemData(at))
        )
        self.finder.settled.connect(lambda: self.find_wanted.emit(self.finder.text()))
        for field in self.ends:
            field.settled.connect(self.axes_wanted)
            field.editingFinished.connect(self._on_left)
            field.typed.connect(self._on_typed)

    def _fit(self) -> None:
        self.bar.setFixedHeight(theme.px(10))
        self._share.setMinimumWidth(QFontMetrics(theme.font(theme.SMALL)).horizontalAdvance("100%"))
        self.finder.setMinimumWidth(theme.px(FINDER_PX))
        self.finder.setMaximumWidth(theme.px(2 * FIELD_PX))
        for field in self.ends:
            field.setMinimumWidth(theme.px(50))
            field.setMaximumWidth(theme.px(2 * FIELD_PX))

    def _show_rows(self, layout: int) -> None:
        self._axes.setVisible(layout == OWN)
        self._spreading.setVisible(layout == NEIGHBOURS)

    # --- what it shows

    def say(self, sentence: str) -> None:
        """Tell the user something in one sentence, or nothing more."""
        self._said.setText(sentence)
        self._said.setVisible(bool(sentence))

    @property
    def said(self) -> str:
        """The sentence that is shown."""
        return self._said.text()

    def set_completion(self, complete: Callable[[str, int], Sequence[str]]) -> None:
        """Tell which words begin as typed."""
        for field in (self.finder, *self.ends):
            field.set_completion(complete)

    def set_colours(self, choices: Mapping[str, str], chosen: str) -> None:
        """Offer these: key -> what stands in the list."""
        with QSignalBlocker(self.colours):
            self.colours.clear()
            for key, text in choices.items():
                self.colours.addItem(text, key)
            self.colours.setCurrentIndex(list(choices).index(chosen))

    @property
    def words(self) -> tuple[str, ...]:
        """The four words of the axes, as typed."""
        return tuple(field.text().strip() for field in self.ends)

    def set_words(self, words: Sequence[str]) -> None:
        """Show the four words of the axes."""
        for field, word in zip(self.ends, words, strict=True):
            field.set_word(word)

    def set_spreading(self, done: float | None) -> None:
        """Show how far t-SNE is: a share; None if it is not running."""
        running = done is not None and done < 1
        self.bar.setVisible(running)
        self.bar.setValue(0 if done is None else round(100 * done))
        said = NOT_YET if done is None else f"{done:.0%}" if running else DONE
        self._share.setText(said)
        self.stop.setText(CANCEL if running else START if done is None else AGAIN)
        self.stop.setAccessibleName("Stop sorting neighbours" if running else "Sort neighbours")
        self.stop.setToolTip(self.stop.accessibleName())
        self._running = running

    # --- what is done to it

    def _on_spreading(self) -> None:
        self.spreading_wanted.emit(not self._running)

    def _on_typed(self) -> None:
        self._typed = True

    def _on_left(self) -> None:
        """A field that was changed and left counts as settled."""
        if self._typed:
            self._typed = False
            self.axes_wanted.emit()


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.INSIDE)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
