"""A figure's frame: a title, a line that says what one is seeing, and the figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.caption import AskButton, Caption
from gui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QResizeEvent


LINES = 2  # of the caption, in a small window
LEAST_TITLE_PX = 60  # of a title that may be shortened
LEAST_BESIDE_PX = 150  # of the caption beside a title; with less it stands below
BESIDE_SHARE = 1000  # of the header's spare room: all of it


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
        self._question: AskButton | None = None
        self._header = QHBoxLayout()
        self._header.setSpacing(theme.INSIDE)
        self._header.addWidget(self._title)
        self._header.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.BETWEEN,) * 4)
        column.setSpacing(theme.INSIDE)
        column.addLayout(self._header)
        column.addWidget(self._caption)
        column.addWidget(body, 1)
        self._column, self._is_beside = column, False
        self._put_caption(beside=flat)
        self._caption.setVisible(bool(caption))

    def set_title(self, title: str) -> None:
        """Rename the figure, as when another head is opened."""
        self._title.setText(title)
        self._caption.about = title

    def let_title_shorten(self, shorten: bool) -> None:
        """Let the title give way rather than make the card wider."""
        theme.set_px(self._title, minimumWidth=LEAST_TITLE_PX if shorten else 0)

    def set_caption(self, caption: str) -> None:
        """Say anew what is seen."""
        if caption != self._caption.text():
            self._caption.setText(caption)
            self._show_lines()

    def keep_room(self, captions: Iterable[str]) -> None:
        """Leave the caption room for the longest of these, so that the figure does not move."""
        self._captions = tuple(captions)
        self._align()
        self._fit_caption()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In another width the captions take more lines, or fewer."""
        super().resizeEvent(event)
        if self._is_flat:
            room = self._inner_px() - self._beside_px()
            self._put_caption(beside=room >= theme.px(LEAST_BESIDE_PX))
        self._fit_caption()

    def _put_caption(self, *, beside: bool) -> None:
        """Put it beside the title, or below where that leaves it no room."""
        if beside != self._is_beside:
            self._is_beside = beside
            self._align()
            if beside:
                self._column.removeWidget(self._caption)
                self._header.insertWidget(1, self._caption, BESIDE_SHARE)
            else:
                self._header.removeWidget(self._caption)
                self._column.insertWidget(1, self._caption)

    def _align(self) -> None:
        """Beside the title on its line; below it where the room is kept, from its top on."""
        is_from_top = bool(self._captions) and not self._is_beside
        flags = Qt.AlignmentFlag
        self._caption.setAlignment(flags.AlignTop if is_from_top else flags.AlignVCenter)

    def has_room_for(self, title: str) -> bool:
        """Whether a title fits beside the controls in the header as they are at their smallest."""
        wide = QFontMetrics(theme.font(theme.HEADING, bold=True)).horizontalAdvance(title)
        controls = sum(part.minimumSizeHint().width() for part in self._controls())
        gaps = theme.INSIDE * len(self._controls())
        return wide + controls + gaps <= self._inner_px()

    def _inner_px(self) -> int:
        margins = self._column.contentsMargins()
        return self.width() - margins.left() - margins.right() - 2

    def _beside_px(self) -> int:
        """What the title and the controls take of the header, with the gaps between all."""
        parts = (self._title, *self._controls())
        return sum(part.sizeHint().width() + theme.INSIDE for part in parts)

    def _controls(self) -> list[QWidget]:
        """What is at the right of the header."""
        items = [self._header.itemAt(index) for index in range(self._header.count())]
        parts = [item.widget() for item in items if item is not None]
        others = [part for part in parts if part is not None and not part.isHidden()]
        return [part for part in others if part not in (self._title, self._caption)]

    def _fit_caption(self) -> None:
        if not self._captions:
            return
        self._caption.ensurePolished()
        width = self._inner_px()
        if self._is_beside:
            width -= self._beside_px()
        room = QRect(0, 0, max(width, 1), 1000)
        wrap = Qt.TextFlag.TextWordWrap.value
        metrics = self._caption.fontMetrics()
        heights = [metrics.boundingRect(room, wrap, text).height() for text in self._captions]
        self._caption.setMinimumHeight(self._caption.bounded(max(heights)))

    def keep_caption(self, keep: bool) -> None:
        """Let all of it stay when the window is small, as it says what stands nowhere else."""
        self._keeps_caption = keep

    def set_lines(self, lines: int) -> None:
        """Let the caption keep so many lines in a small window, and the rest be a click away.

        Args:
            lines: With none, a question mark in the header stands for it.
        """
        if lines != self._lines:
            self._lines = lines
            self._show_lines()

    def set_cramped(self, cramped: bool) -> None:
        """In a small window the figure comes first: the caption gives up lines."""
        self.set_narrow(cramped)
        self._is_cramped = cramped
        self._show_lines()

    def set_narrow(self, narrow: bool) -> None:
        """Let the margins be narrow or wide: as those of the other cards of its page."""
        margin = theme.INSIDE if narrow else theme.BETWEEN
        self._column.setContentsMargins(*(margin,) * 4)

    def _show_lines(self) -> None:
        is_whole = self._keeps_caption or not self._is_cramped
        is_away = not is_whole and self._lines == 0
        if is_away and self._question is None:
            self._question = AskButton(self._caption)
            self._header.insertWidget(self._header.indexOf(self._title) + 1, self._question)
        if self._question is not None:
            self._question.setVisible(is_away)
        is_needed = bool(self._caption.text() or self._captions)
        self._caption.setVisible(is_needed and not is_away)
        self._caption.set_most_lines(None if is_whole else self._lines)
        self._fit_caption()

    def caption_px(self) -> int:
        """The height of the caption, wrapped to the card's width."""
        self._caption.ensurePolished()
        return self._caption.heightForWidth(self.contentsRect().width() - 2 * theme.BETWEEN)

    def add_to_header(self, control: QWidget) -> None:
        """Put a control at the right end of the title's line."""
        self._header.addWidget(control)
