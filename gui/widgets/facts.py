"""A few numbers in a row, each under the words that say what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.painting import tooltip

if TYPE_CHECKING:
    from collections.abc import Mapping


class Facts(QWidget):
    """Numbers that change often in places that do not.

    Args:
        names: What stands above each number, and its explanation when the mouse rests on it.
        parent: Qt's.
    """

    def __init__(self, names: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explanations = tuple(names.values())
        self._values = [QLabel() for _ in names]
        self._captions: list[QLabel] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        for value, (name, explanation) in zip(self._values, names.items(), strict=True):
            caption = QLabel(name)
            caption.setProperty("role", "caption")
            self._captions.append(caption)
            value.setAccessibleName(name)
            theme.set_font(value, bold=True, is_mono=True)
            column = QVBoxLayout()
            column.setSpacing(0)
            for label in (caption, value):
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
                label.setToolTip(tooltip(explanation))
                column.addWidget(label, 0, Qt.AlignmentFlag.AlignLeft)
            row.addLayout(column, 1)
        self._is_steady = False
        self._fit()
        theme.sizes.changed.connect(self._fit)

    def set_steady(self) -> None:
        """Let no label shrink again, which spares the window a new layout at each number."""
        self._is_steady = True
        self._fit()

    def _fit(self) -> None:
        font = theme.mono(theme.BODY, bold=True)
        sample = _size(font, "all 50,257")
        for value in self._values:
            value.setMinimumWidth(sample.width())
            if self._is_steady:
                value.setFixedSize(sample)
        for caption in self._captions if self._is_steady else ():
            caption.setFixedSize(_size(theme.font(theme.SMALL), caption.text()))

    def set_data(self, values: tuple[str, ...], exact: str = "") -> None:
        """Show these numbers.

        Args:
            values: One for each name.
            exact: More about the first of them, when the mouse rests on it.

        Raises:
            ValueError: There are more or fewer of them than names.
        """
        if len(values) != len(self._values):
            raise ValueError(f"{len(values)} values for {len(self._values)} names")
        for label, value in zip(self._values, values, strict=True):
            label.setText(value)
            if self._is_steady:
                label.setFixedWidth(max(label.minimumWidth(), _size(label.font(), value).width()))
        first = self._explanations[0] + (f"\n{exact}" if exact else "")
        self._values[0].setToolTip(tooltip(first))

    def texts(self) -> tuple[str, ...]:
        """What is shown."""
        return tuple(label.text() for label in self._values)

    def clear(self) -> None:
        """Show no numbers."""
        self.set_data(("",) * len(self._values))


def _size(font: QFont, text: str) -> QSize:
    """What one line of text takes."""
    metrics = QFontMetrics(font)
    return QSize(metrics.horizontalAdvance(text) + 1, metrics.height())
