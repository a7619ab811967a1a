"""A small cross at a card's upper right corner."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton

from gui import theme

CROSS = "\N{MULTIPLICATION SIGN}"
SIDE_PX = 22


class CloseButton(QToolButton):
    """Closes what it stands on; not wired yet.

    Args:
        name: Its `objectName`.
        purpose: What it closes, for a screen reader.
        hint: Its tooltip.
    """

    def __init__(self, name: str, purpose: str, hint: str = "Close (Esc)") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setText(CROSS)
        self.setAccessibleName(purpose)
        self.setToolTip(hint)
        self.setStyleSheet("QToolButton { padding: 0; min-height: 0; }")
        self._fit()
        theme.sizes.changed.connect(self._fit)

    def _fit(self) -> None:
        self.setFixedSize(theme.px(SIDE_PX), theme.px(SIDE_PX))
