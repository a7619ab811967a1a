"""Which token a figure is about, and steps to the one before and the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from core.labels import in_line
from gui import theme
from gui.widgets.painting import elided

if TYPE_CHECKING:
    from collections.abc import Sequence

LEFT = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
RIGHT = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
WIDEST_PX = 150


class TokenStepper(QWidget):
    """A token's name between two buttons.

    Signals:
        token_wanted: (int) position of another token.

    Args:
        name: The beginning of the buttons' `objectName`s.
        lead: Stands before the token.
        parent: Qt's.
    """

    token_wanted = Signal(int)

    def __init__(self, name: str, lead: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}Stepper")
        self._lead, self._labels, self._at = lead, (), 0  # type: tuple[str, tuple[str, ...], int]
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setFixedSize(0, 0)
        self._back = self._button(f"{name}Before", LEFT, "The token before", -1)
        self._on = self._button(f"{name}After", RIGHT, "The next token", 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for part in (self._back, self._label, self._on):
            row.addWidget(part)
        self.set_data((), 0)
        theme.sizes.changed.connect(self._fit)

    def _button(self, name: str, text: str, purpose: str, step: int) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setObjectName(name)
        button.setAccessibleName(purpose)
        button.setToolTip(purpose)
        button.setStyleSheet("padding: 0 8px;")
        button.clicked.connect(lambda: self.token_wanted.emit(self._at + step))
        return button

    def set_data(self, labels: Sequence[str], at: int) -> None:
        """Name a token.

        Args:
            labels: Of all tokens of the text.
            at: Position of this one.
        """
        self._labels, self._at = tuple(labels), at
        self._show()

    def _show(self) -> None:
        label = in_line(self._labels[self._at]) if self._labels else ""
        said = f"{self._lead} {label}, position {self._at + 1:,}" if label else ""
        shown = f"{self._lead} {label} ({self._at + 1:,})" if label else ""
        self._label.setText(elided(shown, theme.font(), theme.px(WIDEST_PX)))
        self._widen()
        self._label.setToolTip(said)
        self._label.setAccessibleName(said)
        self._back.setEnabled(bool(self._labels) and self._at > 0)
        self._on.setEnabled(self._at < len(self._labels) - 1)

    def _widen(self) -> None:
        """Keep the room of the widest name so far: the buttons stay, and nothing is laid out."""
        hint = self._label.sizeHint()
        if hint.width() > self._label.maximumWidth():
            self._label.setFixedSize(hint)

    def _fit(self) -> None:
        """In letters of another size it takes other room."""
        self._label.setFixedSize(0, 0)
        self._show()
