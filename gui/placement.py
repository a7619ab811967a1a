"""Where the window opens: where it was, if that is still on a screen."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication

FIRST_SIZE = QSize(1280, 800)
_SEEN_PX = 120  # so much of the title must be on a screen for the window to be found again


def placed(wanted: tuple[int, int, int, int] | None) -> QRect | None:
    """The remembered place, if a person could find the window there.

    Args:
        wanted: Left, top, width and height in pixels.

    Returns:
        That place, no larger than its screen, or None if it is off all screens.
    """
    if wanted is None:
        return None
    rect = QRect(*wanted)
    title = QRect(rect.left(), rect.top(), rect.width(), _SEEN_PX)
    for screen in QGuiApplication.screens():
        free = screen.availableGeometry()
        seen = free.intersected(title)
        if seen.width() >= _SEEN_PX and seen.height() >= _SEEN_PX // 4:
            rect.setSize(rect.size().boundedTo(free.size()))
            return rect
    return None


def first_size() -> QSize:
    """1280x800, or what the screen has."""
    screen = QGuiApplication.primaryScreen()
    if screen is None:
        return FIRST_SIZE
    return FIRST_SIZE.boundedTo(screen.availableGeometry().size())
