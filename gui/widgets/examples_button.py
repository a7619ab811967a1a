"""A button with a menu of prompts worth trying: each sentence, and in small what to look at."""

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


@dataclass(frozen=True)
class Example:
    """A prompt worth trying.

    Attributes:
        text: The prompt.
        look_at: What to watch, in a few words.
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
        self.setToolTip("Sentences worth trying, and what to look at in each")

    def set_examples(self, examples: Iterable[Example]) -> None:
        """Fill the menu."""
        menu = self.menu()
        menu.clear()
        for example in examples:
            action = _Entry(example, menu)
            action.triggered.connect(lambda _=False, text=example.text: self.chosen.emit(text))
            menu.addAction(action)


class _Entry(QWidgetAction):
    """One example in the menu; its text is what a screen reader says."""

    def __init__(self, example: Example, menu: QMenu) -> None:
        super().__init__(menu)
        line = example.text.replace("\n", LINE_END)
        self.setText(f"{line}: {example.look_at}".replace("&", "&&"))
        self.setDefaultWidget(_Row(line, example.look_at, self, menu))


class _Row(QWidget):
    """A sentence and what to look at; mouse and keys are the menu's, as for any of its entries."""

    def __init__(self, line: str, look_at: str, entry: _Entry, menu: QMenu) -> None:
        super().__init__(menu)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._line, self._look_at, self._entry, self._menu = line, look_at, entry, menu

    def sizeHint(self) -> QSize:
        """Both lines, the sentence as far as it may go."""
        sentence, hint = QFontMetrics(theme.font()), QFontMetrics(theme.font(theme.SMALL))
        widths = sentence.horizontalAdvance(self._line), hint.horizontalAdvance(self._look_at)
        return QSize(
            min(max(widths) + 1, theme.px(WIDEST)) + 2 * theme.BETWEEN,
            sentence.height() + hint.height() + 2 * PADDING,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Two lines, on the raised colour while the mouse or the keyboard is on them."""
        look = theme.active()
        painter = QPainter(self)
        if self._menu.activeAction() is self._entry:
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
