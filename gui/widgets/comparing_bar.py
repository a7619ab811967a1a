"""The prompt bar with a second text below the first, to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton

from gui.widgets.prompt_bar import PromptBar
from gui.widgets.prompt_field import PromptField

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

COMPARE = "Compare with a second text, which is shown beside the first"


class ComparingBar(PromptBar):
    """A prompt bar whose second field comes and goes with a button.

    Attributes:
        second: The second field.

    Signals:
        second_edited: (str) the text to compare with is another one; "" when there is none.
        comparing_changed: (bool) the second field is shown, or hidden.
    """

    second_edited = Signal(str)
    comparing_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.second = PromptField("secondPromptEdit", "Second prompt", "clearSecondPromptButton")
        self.second.setPlaceholderText("Type another sentence to compare with")
        self.second.too_long.connect(self.too_long)
        self.second.edited.connect(self.second_edited)
        self._compare = QPushButton("Second text")
        self._compare.setObjectName("compareButton")
        self._compare.setAccessibleName(COMPARE)
        self._compare.setToolTip(COMPARE)
        self._compare.setCheckable(True)
        self._compare.toggled.connect(self._on_comparing)
        self._label = QLabel("&Second")
        self._label.setBuddy(self.second)
        self.grid.addWidget(self._compare, 0, 3)
        self.grid.addWidget(self._label, 1, 0)
        self.grid.addWidget(self.second, 1, 1, 1, 3)
        self._show_second(False)

    @property
    def is_comparing(self) -> bool:
        """Whether the second field is shown."""
        return self._compare.isChecked()

    def second_text(self) -> str:
        """What is in the second field, shown or not."""
        return self.second.prompt()

    def set_second(self, text: str) -> None:
        """Fill the second field; tells nothing."""
        self.second.set_prompt(text)

    def set_comparing(self, comparing: bool) -> None:
        """Show or hide the second field; tells nothing."""
        with QSignalBlocker(self._compare):
            self._compare.setChecked(comparing)
        self._show_second(comparing)

    def _on_comparing(self, comparing: bool) -> None:
        self._show_second(comparing)
        self.comparing_changed.emit(comparing)
        self.second_edited.emit(self.second.prompt() if comparing else "")
        (self.second if comparing else self.editor).setFocus(Qt.FocusReason.OtherFocusReason)
        self.second.selectAll()  # what one types takes the place of what stood there

    def _show_second(self, shown: bool) -> None:
        self._label.setVisible(shown)
        self.second.setVisible(shown)
        self.updateGeometry()
