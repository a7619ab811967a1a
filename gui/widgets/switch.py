"""Which of a few views a card shows: a row of buttons of which one is down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from gui import theme
from gui.widgets.painting import elided, tooltip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QResizeEvent


PADDING_PX = 12  # beside the text, with the border
LEAST_PADDING_PX = 2  # where room is scarce
LEAST_LETTERS = 3  # of a name that may be shortened


class _Segment(QPushButton):
    """A button with room for its text in bold, as it is while it is down.

    Args:
        name: What stands on it.
        elastic: Whether it may be shortened.
    """

    def __init__(self, name: str, *, elastic: bool) -> None:
        super().__init__(name)
        self.name, self._is_elastic = name, elastic

    def sizeHint(self) -> QSize:
        return self._with(PADDING_PX, self.name)

    def minimumSizeHint(self) -> QSize:
        is_short = self._is_elastic and len(self.name) > LEAST_LETTERS
        return self._with(LEAST_PADDING_PX, f"{self.name[:LEAST_LETTERS]}…" * is_short or self.name)

    def _with(self, padding_px: int, name: str) -> QSize:
        wide = QFontMetrics(theme.font(bold=True)).horizontalAdvance(name) + self._is_elastic
        return QSize(wide + 2 * padding_px, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_elastic:
            room = self.width() - 2 * LEAST_PADDING_PX
            self.setText(elided(self.name, theme.font(bold=True), room))


class Switch(QWidget):
    """Chooses a view.

    Signals:
        chosen: (int) another one is wanted, from 0.

    Args:
        name: Its `objectName`; each button's is this and its number.
        views: What stands on each button, and what it shows, for its tooltip.
        parent: Qt's.
        elastic: Shorten the names rather than make a window wider.
    """

    chosen = Signal(int)

    def __init__(
        self,
        name: str,
        views: Mapping[str, str],
        parent: QWidget | None = None,
        *,
        elastic: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._group = QButtonGroup(self)
        self._segments: list[_Segment] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        last = len(views) - 1
        for index, (text, purpose) in enumerate(views.items()):
            button = _Segment(text, elastic=elastic)
            button.setObjectName(f"{name}{index + 1}")
            button.setAccessibleName(purpose)
            button.setToolTip(tooltip(f"{text}: {purpose}" if elastic else purpose))
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            button.setProperty("end", {0: "left", last: "right"}.get(index, ""))
            self._group.addButton(button, index)
            row.addWidget(button)
            self._segments.append(button)
        row.addStretch(1)
        self._group.button(0).setChecked(True)
        self._group.idToggled.connect(self._on_toggled)

    @property
    def index(self) -> int:
        """Which one is chosen, from 0."""
        return self._group.checkedId()

    @property
    def names(self) -> list[str]:
        """What stands on each button."""
        return [button.name for button in self._segments]

    def choose(self, index: int) -> None:
        """Show another one, as a click would."""
        self._group.button(index).setChecked(True)

    def rename(self, index: int, text: str, purpose: str) -> None:
        """Let a button say something else, as it shows something else."""
        button = self._group.button(index)
        if button.text() != text:
            self._segments[index].name = text
            button.setText(text)
            button.updateGeometry()
        button.setAccessibleName(purpose)
        button.setToolTip(tooltip(purpose))

    def allow(self, index: int, why_not: str = "") -> None:
        """Let a button be clicked, or tell in its tooltip why it cannot be now; choose before."""
        button = self._group.button(index)
        button.setEnabled(not why_not)
        button.setToolTip(tooltip(why_not or button.accessibleName()))

    def offer(self, index: int, offered: bool) -> None:
        """Show a button, or hide one that makes no sense now; choose another before."""
        self._group.button(index).setVisible(offered)
        shown = [button for button in self._group.buttons() if not button.isHidden()]
        for button in self._group.buttons():
            end = "left" if button is shown[0] else "right" if button is shown[-1] else ""
            if button.property("end") != end:
                button.setProperty("end", end)
                button.style().unpolish(button)
                button.style().polish(button)

    def _on_toggled(self, index: int, is_down: bool) -> None:
        if is_down:
            self.chosen.emit(index)
