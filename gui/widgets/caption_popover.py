"""All of a caption that had to be cut, in a card over the figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from gui import theme
from gui.widgets.close_button import CloseButton
from gui.widgets.popover import Popover

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

WIDTH_PX = 380


class CaptionPopover(Popover):
    """Frameless, over everything; Esc or a click elsewhere closes it.

    Args:
        parent: The window that it belongs to.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "captionPopover")
        self._title, self._text = QLabel(), QLabel()
        self._title.setProperty("role", "heading")
        self._text.setObjectName("captionText")
        for label in (self._title, self._text):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._close = CloseButton("closeCaptionButton", "Close the explanation")
        self._close.clicked.connect(self.close)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.BETWEEN,) * 4)
        column.setSpacing(theme.INSIDE)
        column.addLayout(head)
        column.addWidget(self._text)

    def set_data(self, title: str, text: str) -> None:
        """Say something else than before.

        Args:
            title: Of the figure; "" where it has none.
            text: Its caption.
        """
        self._title.setText(title)
        self._text.setText(text)
        self.setAccessibleName(f"{title}: {text}" if title else text)

    def open_over(self, caption: QWidget) -> None:
        """Lie over the caption, all of it in sight, and take the keyboard."""
        corner = caption.mapToGlobal(QPoint(-theme.BETWEEN, -theme.BETWEEN))
        screen = QGuiApplication.screenAt(corner) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        width = min(theme.px(WIDTH_PX), room.width())
        self.setFixedWidth(width)
        layout = self.layout()
        assert layout is not None
        height = min(layout.totalHeightForWidth(width), room.height())
        self.resize(width, height)
        x = max(min(corner.x(), room.right() + 1 - width), room.left())
        y = max(min(corner.y(), room.bottom() + 1 - height), room.top())
        self.move(x, y)
        self.show()
        self._close.setFocus(Qt.FocusReason.PopupFocusReason)
