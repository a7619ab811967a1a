"""A figure's frame: a title, a line that says what one is seeing, and the figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.caption import Caption
from gui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QResizeEvent


LINES = 2  # of the caption, in a small window


class Card(QFrame):
    """One hairline border around a title, a caption and a body.

    Args:
        title: A word or two.
        caption: "What am I seeing?", in one line; wraps when narrow.
        body: The figure.
        parent: Qt's.
        flat: Put the caption beside the title, for a figure that is wide and low.
    """

    def __init__(
        self,
        title: str,
        caption: str,
        body: QWidget,
        parent: QWidget | None = None,
        *,
        flat: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._title = ElidedLabel(title)
        self._title.setProperty("role", "heading")
        self._caption = Caption(caption, title)
        self._is_flat, self._keeps_caption, self._is_cramped = flat, False, False
        self._lines = None if flat else LINES
        self._captions: tuple[str, ...] = ()
        self._header = QHBoxLayout()
        self._header.setSpacing(theme.INSIDE)
        self._header.addWidget(self._title)
        if flat:
            self._header.addWidget(self._caption, 1)
        else:
            self._header.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.BETWEEN,) * 4)
        column.setSpacing(theme.INSIDE)
        column.addLayout(self._header)
        if not flat:
            column.addWidget(self._caption)
        column.addWidget(body, 1)
        self._column = column

    def set_title(self, title: str) -> None:
        """Rename the figure, as when another head is opened."""
        self._title.setText(title)
        self._caption.about = title

    def set_caption(self, caption: str) -> None:
        """Say anew what is seen."""
        self._caption.setText(caption)

    def keep_room(self, captions: Iterable[str]) -> None:
        """Leave the caption room for the longest of these, so that the figure does not move."""
        self._captions = tuple(captions)
        self._caption.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._fit_caption()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In another width the captions take more lines, or fewer."""
        super().resizeEvent(event)
        self._fit_caption()

    def _fit_caption(self) -> None:
        if not self._captions:
            return
        self._caption.ensurePolished()
        margins = self._column.contentsMargins()
        width = self.width() - margins.left() - margins.right() - 2
        if self._is_flat:
            items = [self._header.itemAt(index) for index in range(self._header.count())]
            others = [item for item in items if item and item.widget() is not self._caption]
            width -= sum(item.sizeHint().width() + theme.INSIDE for item in others)
        room = QRect(0, 0, max(width, 1), 1000)
        wrap = Qt.TextFlag.TextWordWrap.value
        metrics = self._caption.fontMetrics()
        heights = [metrics.boundingRect(room, wrap, text).height() for text in self._captions]
        self._caption.setMinimumHeight(self._caption.bounded(max(heights)))

    def keep_caption(self, keep: bool) -> None:
        """Let all of it stay when the window is small, as it says what stands nowhere else."""
        self._keeps_caption = keep

    def set_lines(self, lines: int) -> None:
        """Let the caption keep so many lines in a small window, and the rest be a click away."""
        if lines != self._lines:
            self._lines = lines
            self._show_lines()

    def set_cramped(self, cramped: bool) -> None:
        """In a small window the figure comes first: the caption gives up lines."""
        margin = theme.INSIDE if cramped else theme.BETWEEN
        self._column.setContentsMargins(*(margin,) * 4)
        self._is_cramped = cramped
        self._show_lines()

    def _show_lines(self) -> None:
        is_whole = self._keeps_caption or not self._is_cramped
        self._caption.set_most_lines(None if is_whole else self._lines)
        self._fit_caption()

    def caption_px(self) -> int:
        """The height of the caption, wrapped to the card's width."""
        self._caption.ensurePolished()
        return self._caption.heightForWidth(self.contentsRect().width() - 2 * theme.BETWEEN)

    def add_to_header(self, control: QWidget) -> None:
        """Put a control at the right end of the title's line."""
        self._header.addWidget(control)
