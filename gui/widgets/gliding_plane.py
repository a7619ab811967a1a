"""What planes of a few named dots share: dots glide to new places and are found by the mouse."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal

from gui import theme
from gui.widgets.keyboard_focus import KeyboardCanvas
from gui.widgets.painting import Glide

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

NOBODY: Mapping[Any, Any] = MappingProxyType({})
EDGE, NOTE = 4, 20  # room for the focus ring; height of the line below the dots


class GlidingPlane(KeyboardCanvas):
    """Who derives from it says where the dots belong, and names them where they are.

    Signals:
        note_asked: (QPoint) the line below the dots was clicked, or ? was pressed.
    """

    note_asked = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._at = self._start = self._goal = np.zeros((0, 2))  # (N, 2) in the widget
        self._glide = Glide(self._on_glide, self)

    def _placed(self) -> NDArray[np.float64]:
        """(N, 2) where the dots belong."""
        raise NotImplementedError

    def _name_all(self) -> None:
        """Find the dots' names their places."""
        raise NotImplementedError

    def sizeHint(self) -> QSize:
        """A good figure."""
        return QSize(440, 420)

    def minimumSizeHint(self) -> QSize:
        """Small but still a figure."""
        return QSize(160, 160)

    # --- places

    @property
    def _area(self) -> QRectF:
        """Where the dots are drawn; below it there is room for a line."""
        width, height = self.width() - 2 * EDGE, self.height() - 2 * EDGE - theme.px(NOTE)
        return QRectF(EDGE, EDGE, max(width, 1), max(height, 1))

    def _go(
        self, keys: Sequence[Hashable] = (), before: Mapping[Hashable, NDArray[np.float64]] = NOBODY
    ) -> None:
        """Let the dots glide to where they belong; be there at once if none was there before.

        Args:
            keys: What each of the N dots stands for.
            before: Where what was there before stood.
        """
        self._goal = self._placed()
        if before and self.isVisible():
            self._start = np.array(
                [before.get(key, at) for key, at in zip(keys, self._goal, strict=True)]
            )
            self._glide.start()
        else:
            self._glide.stop()
            self._on_glide(1.0)

    def _on_glide(self, share: float) -> None:
        done = share >= 1
        self._at = self._goal if done else self._start + (self._goal - self._start) * share
        self._name_all()
        self.update()

    def _is_note(self, point: QPointF) -> bool:
        """Whether a point lies in the line below the dots."""
        return point.y() > self._area.bottom()

    def _ask_about_note(self) -> None:
        """As a click on it."""
        self.note_asked.emit(QPoint(self.width() // 2, round(self._area.bottom())))

    def _dot(self, at: int) -> QPointF:
        return QPointF(*self._at[at].tolist())

    def _nearest_of(self, n: int, point: QPointF, reach: float) -> int | None:
        """Which of the first dots is nearest to a point, within reach."""
        if not n:
            return None
        squared = np.square(self._at[:n] - (point.x(), point.y())).sum(axis=1)
        best = int(squared.argmin())
        return best if squared[best] < reach**2 else None
