"""Your symbols: draw and name what the net is to tell apart, and let it learn them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core import pixel_symbols
from core.errors import UserError
from core.pixel_symbols import FEWEST, LONGEST_NAME, MOST
from core.pixelnet import N_PIXELS, SYMBOLS, WHITE
from gui import theme
from gui.widgets.boxes import push_button
from gui.widgets.symbol_editor import SymbolEditor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QPushButton

    from core.pixelnet import Array, Symbol
    from gui.pixel_session import PixelSession

WHAT = (
    "The net tells these apart. Draw two to six of your own: click or drag, black is \N{MINUS SIGN}"
    "1, white is 1. Then it starts afresh and learns them, with all pictures one pixel away."
)
PURPOSE = "Draw and name the symbols that the net tells apart"
FINE = "All of them differ in at least two pixels: good."
LETTERS = "ABCDEF"  # names for new ones, as many as there can be
LINES = 3  # of what is said below the symbols


class SymbolsDialog(QDialog):
    """Works on a copy; the net follows when it is told to.

    Signals:
        wanted: (tuple of Symbol) the net is to learn these; they have been checked.

    Args:
        symbols: To begin with.
        parent: The window.
    """

    wanted = Signal(object)

    def __init__(self, symbols: Sequence[Symbol], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("symbolsDialog")
        self.setWindowTitle("Your symbols")
        self._editors: list[SymbolEditor] = []
        what = _label("symbolsWhat")
        what.setText(WHAT)
        self._row = QHBoxLayout()
        self._row.setSpacing(theme.BETWEEN)
        self._row.addStretch(1)
        self._said = _label("symbolsSaid")
        self._said.setAccessibleName("What is to be said of these symbols")
        self._add = push_button(
            "Add a symbol", "symbolAdd", f"One more, up to {MOST}", lambda: self._on_add()
        )
        self._four = push_button(
            "The four of the start", "symbolsReset", "Go back to x, o, + and T", self._on_four
        )
        self._cancel = push_button(
            "Cancel", "symbolsCancel", "Leave the net as it is", lambda: self.reject()
        )
        self._use = push_button(
            "Learn these",
            "symbolsUse",
            "If they are others, start the net afresh with them",
            self._on_use,
        )
        self._use.setProperty("role", "primary")
        self._use.setStyleSheet("QPushButton { padding: 4px 12px; }")
        self._use.setDefault(True)
        for button in (self._add, self._four, self._cancel):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.INSIDE)
        for button in (self._add, self._four):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self._cancel, self._use):
            buttons.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(*(theme.EDGE,) * 4)
        box.setSpacing(theme.BETWEEN)
        box.addWidget(what)
        box.addLayout(self._row, 1)
        box.addWidget(self._said)
        box.addLayout(buttons)
        self._said.setFixedHeight(LINES * self._said.fontMetrics().lineSpacing() + 4)
        self._show([(symbol.name, symbol.picture) for symbol in symbols])

    # --- the symbols

    def _show(self, drafts: Sequence[tuple[str, Array]]) -> None:
        """Put an editor there for each name and picture, (9,), and for nothing else."""
        for editor in tuple(self._editors):
            self._drop(editor)
        for name, picture in drafts:
            self._append(name, picture)
        self._settle()

    def _append(self, name: str, picture: Array) -> SymbolEditor:
        editor = SymbolEditor(LONGEST_NAME)
        editor.set_data(name, picture)
        editor.edited.connect(self._judge)
        editor.remove_clicked.connect(lambda: self._on_remove(editor))
        self._row.insertWidget(len(self._editors), editor)
        self._editors.append(editor)
        return editor

    def _drop(self, editor: SymbolEditor) -> None:
        self._editors.remove(editor)
        editor.hide()
        editor.setParent(None)
        editor.deleteLater()

    def _settle(self) -> None:
        """After one has come or gone."""
        n = len(self._editors)
        for number, editor in enumerate(self._editors, start=1):
            editor.set_number(number)
            editor.set_removable(n > FEWEST)
        self._add.setEnabled(n < MOST)
        self._keep_tab_order()
        self._judge()

    def _keep_tab_order(self) -> None:
        """From symbol to symbol, then the buttons."""
        parts = [part for editor in self._editors for part in editor.parts]
        for one, other in pairwise((*parts, self._add, self._four, self._cancel, self._use)):
            QWidget.setTabOrder(one, other)

    def _drafts(self) -> list[tuple[str, Array]]:
        return [(editor.name, editor.picture) for editor in self._editors]

    def _symbols(self) -> tuple[Symbol, ...]:
        """What is drawn.

        Raises:
            UserError: It is nothing that a net could learn.
        """
        symbols = tuple(pixel_symbols.symbol(name, picture) for name, picture in self._drafts())
        pixel_symbols.check(symbols)
        return symbols

    def _judge(self) -> None:
        """Say what is wrong with them, or what will be hard for the net."""
        problem, told = "", FINE
        try:
            told = "\n".join(pixel_symbols.warnings(self._symbols())) or FINE
        except UserError as error:
            problem = str(error)
        self._use.setEnabled(not problem)
        self._use.setAccessibleDescription(problem or told)
        if self._said.text() != (problem or told):
            self._said.setText(problem or told)
            told_now = QAccessibleEvent(self._said, QAccessible.Event.Alert)
            QAccessible.updateAccessibility(told_now)  # a screen reader says it
        self._said.setToolTip(problem or told)
        color = theme.active().error if problem else theme.active().text
        strong = told != FINE or problem
        self._said.setStyleSheet(f"color: {color if strong else theme.active().muted};")

    # --- what is done

    def _on_add(self) -> None:
        """An empty one, ready to be drawn."""
        used = {editor.name for editor in self._editors}
        name = next(letter for letter in LETTERS if letter not in used)
        editor = self._append(name, np.full(N_PIXELS, WHITE))
        self._settle()
        editor.take_focus()

    def _on_remove(self, editor: SymbolEditor) -> None:
        place = self._editors.index(editor)
        self._drop(editor)
        self._settle()
        self._editors[min(place, len(self._editors) - 1)].take_focus()

    def _on_four(self) -> None:
        self._show([(symbol.name, symbol.picture) for symbol in SYMBOLS])

    def _on_use(self) -> None:
        self.wanted.emit(self._symbols())
        self.accept()


def symbols_button(pixels: PixelSession) -> QPushButton:
    """What opens the dialog; the net then learns what was drawn, in view."""

    def ask() -> None:
        dialog = SymbolsDialog(pixels.symbols, button.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wanted.connect(pixels.learn_symbols)
        dialog.open()

    button = push_button("Edit…", "symbolsButton", PURPOSE, ask)
    button.setStyleSheet("QPushButton { padding: 0 6px; min-height: 18px; }")
    return button


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    return label
