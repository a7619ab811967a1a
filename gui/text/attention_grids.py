"""All heads in small: of one text, of both, or what differs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.change_words import quoted
from core.heads import LEAST_TOKENS, far_looks, habit, most_telling
from gui import theme
from gui.export import Figure
from gui.figure_tables import heads_table
from gui.figures import offer
from gui.shared_words import BROKEN
from gui.text.attention_compared import BOTH, DIFFERENCE, WHOSE
from gui.text.attention_tables import heads_difference
from gui.text.comparing import by_text
from gui.widgets.attention_grid import AttentionGrid
from gui.widgets.attention_picture import ATTENTION, Scale
from gui.widgets.boxes import column, push_button
from gui.widgets.card import Card

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtGui import QResizeEvent

    from core.trace import Trace
    from gui.selection import Selection
    from gui.session import Session
    from gui.text.attention_compared import Comparison

TITLE, SHORT = "Attention heads", "Heads"
GRID = "Each square is one attention head, in small: a row a layer. Click one to open it."
MINUS_FIRST = (
    "Each square is one head: orange where it has more in the second text, blue where less; the "
    "full colour is {:.2f}."
)
OPEN_IT = "Open the head in which the last token looks most sharply at another one"
TELLING = "Open {layer}.{head}: {} looks most at {}"
LEAST_LOOK, LESS = 0.3, 0.5  # of the last token at an earlier one; of that, the opened head's
CHANGED_BY = "differs by up to {:.2f}, in how {} looks at {}"


class GridsCard(Card):
    """The grid of the text that is looked at, and while both are, the second one's too.

    Signals:
        head_opened: (int, int) layer and head of the square that was clicked.

    Args:
        session: Where the facts come from.
        comparison: Whose attention is to be seen.

    Attributes:
        grid: Of one text, of the first of both, or of the difference.
        second: Of the second, while both are seen.
    """

    head_opened = Signal(int, int)

    def __init__(self, session: Session, comparison: Comparison) -> None:
        self._session, self._comparison = session, comparison
        self.grid, self.second = AttentionGrid(), AttentionGrid()
        self.grid.setObjectName("attentionPageGrid")
        self.second.setObjectName("secondAttentionGrid")
        self.second.setAccessibleName("Attention heads of all layers in the second text")
        self._body = _Halves(self.grid, self.second)
        self._place = (0, 0)
        self._telling = (0, 0)  # the head that shows most
        self._button = push_button("", "tellingHeadButton", OPEN_IT, self._on_telling)
        self._button.setMinimumWidth(1)  # long tokens make no card wider
        self._button.hide()
        super().__init__(TITLE, GRID, column(self._body, self._button))
        saving = offer(session, self, "saveGridButton", self._figure)
        for grid in (self.grid, self.second):
            saving.attach(grid)
            grid.head_opened.connect(self.head_opened)

    def clear(self, *hint: str) -> None:
        """Show nothing but a sentence that says what to do."""
        for grid in (self.grid, self.second):
            grid.clear(*hint)

    def set_opened(self, layer: int, head: int) -> None:
        """Outline the head that is shown large."""
        self._place = layer, head
        for grid in (self.grid, self.second):
            grid.set_opened(layer, head)
        self._offer_telling()

    def set_selection(self, selection: Selection) -> None:
        """Tick a token's rows; the second text has other tokens."""
        is_first = self._comparison.sides[0] == 0
        picked = (selection.token, selection.hovered) if is_first else (None, None)
        self.grid.set_selection(*picked)

    def show_texts(self) -> None:
        """Show what is to be compared."""
        asked = self._comparison
        is_pair = asked.of_tokens == BOTH
        self._body.show_both(is_pair)
        self.set_title(f"{SHORT}{asked.whose}" if asked.whose else TITLE)
        self.set_caption(GRID)
        self._offer_telling()
        if not asked.texts:
            return
        if asked.of_tokens == DIFFERENCE:
            self._show_difference(*asked.texts)
            return
        for grid, side in zip((self.grid, self.second), asked.sides, strict=False):
            text = asked.texts[side]
            _fill(grid, text.pattern, ATTENTION, _habits_of(text))

    def _offer_telling(self) -> None:
        """A head in which the last token looks far more sharply at another one is a click away."""
        asked = self._comparison
        is_alone = bool(asked.texts) and asked.of_tokens != DIFFERENCE
        text = asked.texts[asked.sides[0]] if is_alone else None
        self._button.hide()
        if text is None or len(text.tokens) < LEAST_TOKENS:
            return
        if any(at >= n for at, n in zip(self._place, text.pattern.shape, strict=False)):
            return  # of another model, which is about to be shown
        looks = far_looks(text.pattern)  # (L, H, S)
        self._telling = most_telling(text.pattern)
        most, own = looks[self._telling], looks[self._place].max()
        if most.max() >= LEAST_LOOK and own < LESS * most.max():
            layer, head = (n + 1 for n in self._telling)
            names = text.tokens[-1].label, text.tokens[1 + int(most.argmax())].label
            words = TELLING.format(*map(quoted, names), layer=layer, head=head)
            self._button.setText(words.replace("&", "&&"))  # one would be a shortcut's mark
            self._button.show()

    def _on_telling(self) -> None:
        self.head_opened.emit(*self._telling)

    def _show_difference(self, first: Trace, second: Trace) -> None:
        values = second.pattern - first.pattern  # (L, H, T, T)
        top = float(np.abs(values).max()) or 1.0
        self.set_caption(MINUS_FIRST.format(top))

        def most(layer: int, head: int) -> str:
            far = np.abs(values[layer, head])
            row, column = divmod(int(far.argmax()), far.shape[1])
            names = (first.tokens[at].label for at in (row, column))
            return CHANGED_BY.format(far[row, column], *names)

        _fill(self.grid, values, Scale(top, is_signed=True), most)

    def _figure(self) -> Figure:
        asked, texts = self._comparison, self._comparison.texts
        name = f"attention heads {WHOSE[asked.of_tokens] if len(texts) > 1 else ''}".strip()
        if asked.of_tokens == DIFFERENCE:
            return Figure(name, self.grid, partial(heads_difference, *texts))
        seen = [texts[side] for side in asked.sides] if texts else [None]
        shown = self._body if len(seen) > 1 else self.grid
        return Figure(name, shown, lambda: by_text([heads_table(text) for text in seen]))


class _Halves(QWidget):
    """Two grids with names, in the way in which they are larger; or the first alone."""

    def __init__(self, first: QWidget, second: QWidget) -> None:
        super().__init__()
        self._names = tuple(QLabel(WHOSE[side].capitalize()) for side in (0, 1))
        self._halves = tuple(QWidget() for _ in self._names)
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(theme.INSIDE)
        for name, half, grid in zip(self._names, self._halves, (first, second), strict=True):
            name.setProperty("role", "caption")
            name.setTextFormat(Qt.TextFormat.PlainText)
            name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            column = QVBoxLayout(half)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            column.addWidget(name)
            column.addWidget(grid, 1)
            self._box.addWidget(half, 1)
        self.show_both(False)

    def show_both(self, both: bool) -> None:
        """Whether the second one is seen."""
        for name in self._names:
            name.setVisible(both)
        self._halves[1].setVisible(both)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side in a wide room, else one above the other."""
        super().resizeEvent(event)
        way = QBoxLayout.Direction
        self._box.setDirection(way.LeftToRight if self.width() > self.height() else way.TopToBottom)


def _habits_of(text: Trace) -> Callable[[int, int], str]:
    return lambda layer, head: habit(text.pattern[layer, head], text.ids)


def _fill(
    grid: AttentionGrid,
    values: NDArray[np.float32],
    scale: Scale,
    words: Callable[[int, int], str],
) -> None:
    try:
        grid.set_data(values, words, scale)
    except ValueError:
        grid.clear(BROKEN)
