"""A button with a menu of prompts: those worth trying, with what to look at, and one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QMenu, QWidget, QWidgetAction

from gui import theme
from gui.widgets.menu_button import MenuButton
from gui.widgets.painting import LINE_END, elided

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QPaintEvent

WIDEST = 440  # a longer sentence is shortened
PADDING = theme.INSIDE
MOST_BEFORE = 6


@dataclass(frozen=True)
class Example:
    """A prompt worth trying.

    Attributes:
        text: The prompt.
        look_at: What to watch, in a few words; nothing for one's own.
    """

    text: str
    look_at: str


class ExamplesButton(MenuButton):
    """Offers sentences.

    Signals:
        chosen: (str) the text of an example.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("examplesButton")
        self.setAccessibleName("Examples")
        self.setText("Examples")
        self.setToolTip("Sentences worth trying, what to look at in each, and your own of before")
        self._examples: tuple[Example, ...] = ()
        self._before: tuple[str, ...] = ()
        self.menu().aboutToShow.connect(self._fill)

    def set_examples(self, examples: Iterable[Example]) -> None:
        """Offer these."""
        self._examples = tuple(examples)

    def set_before(self, texts: Iterable[str]) -> None:
        """Offer what was written before as well, the latest first."""
        self._before = tuple(texts)[:MOST_BEFORE]

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        known = {example.text for example in self._examples}
        own = [Example(text, "") for text in self._before if text not in known]
        for example in self._examples:
            self._add(example)
        if own:
            menu.addSection("Yours")
        for example in own:
            self._add(example)

    def _add(self, example: Example) -> None:
        action = _Entry(example, self.menu())
        action.triggered.connect(lambda _=False: self.chosen.emit(example.text))
        self.menu().addAction(action)


class _Entry(QWidgetAction):
    """One example in the menu; its text is what a screen reader says."""

    def __init__(self, example: Example, menu: QMenu) -> None:
        super().__init__(menu)
        line = example.text.replace("\n", LINE_END)
        spoken = f"{line}: {example.look_at}" if example.look_at else line
        self.setText(spoken.replace("&", "&&"))
        self.setDefaultWidget(_Row(line, example.look_at, menu))


class _Row(QWidget):
    """A sentence and what to look at; mouse and keys are the menu's, as for any of its entries.

    It refers to neither entry nor menu: in a circle of references, the search for garbage could
    take an entry away while the menu deletes it.
    """

    def __init__(self, line: str, look_at: str, menu: QMenu) -> None:
        super().__init__(menu)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._line, self._look_at = line, look_at

    def _is_active(self) -> bool:
        menu = self.parentWidget()
        entry = menu.activeAction() if isinstance(menu, QMenu) else None
        return isinstance(entry, QWidgetAction) and entry.defaultWidget() is self

    def sizeHint(self) -> QSize:
        """Both lines, the sentence as far as it may go."""
        sentence, hint = QFontMetrics(theme.font()), QFontMetrics(theme.font(theme.SMALL))
        widths = sentence.horizontalAdvance(self._line), hint.horizontalAdvance(self._look_at)
        height = sentence.height() + (hint.height() if self._look_at else 0)
        return QSize(
            min(max(widths) + 1, theme.px(WIDEST)) + 2 * theme.BETWEEN, height + 2 * PADDING
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Two lines, on the raised colour while the mouse or the keyboard is on them."""
        look = theme.active()
        painter = QPainter(self)
        if self._is_active():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.border))
            painter.drawRoundedRect(self.rect().adjusted(4, 1, -4, -1), 4, 4)
        room = self.rect().adjusted(theme.BETWEEN, PADDING, -theme.BETWEEN, -PADDING)
        for font, color, text, where in (
            (theme.font(), look.text, self._line, Qt.AlignmentFlag.AlignTop),
            (theme.font(theme.SMALL), look.muted, self._look_at, Qt.AlignmentFlag.AlignBottom),
        ):
            painter.setFont(font)
            painter.setPen(QColor(color))
            painter.drawText(room, where, elided(text, font, room.width()))
