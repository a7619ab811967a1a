"""Short words for what layouts are made of most: rows, columns and plain buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.widgets.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtGui import QResizeEvent

MOST_TURNS = 4  # of a bar that comes and goes while a page finds its size
UNBOUND = 10_000  # device-independent pixels: no figure is that high


def row(*widgets: QWidget) -> QWidget:
    """Side by side, all of one width."""
    box = QHBoxLayout()
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(theme.INSIDE)
    for widget in widgets:
        box.addWidget(widget, 1)
    holder = QWidget()
    holder.setLayout(box)
    return holder


def beside(figure: QWidget, *right: QWidget) -> QWidget:
    """A figure that takes the room, and what stands at its right."""
    holder = row(figure, *right)
    box = holder.layout()
    if isinstance(box, QHBoxLayout):
        for index in range(1, box.count()):
            box.setStretch(index, 0)
    return holder


def column(figure: QWidget, *below: QWidget) -> QWidget:
    """A figure that takes the room, and what stands below it."""
    box = QVBoxLayout()
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(theme.INSIDE)
    box.addWidget(figure, 1)
    for widget in below:
        box.addWidget(widget)
    holder = QWidget()
    holder.setLayout(box)
    return holder


def stacked(figure: QWidget, *below: QWidget, above: QWidget | None = None) -> QWidget:
    """As `column`, with something above; a figure of a largest height leaves room below."""
    holder = column(figure, *below)
    box = holder.layout()
    assert isinstance(box, QVBoxLayout)
    if above is not None:
        box.insertWidget(0, above)
    if figure.maximumHeight() < UNBOUND:
        box.addStretch(0)
    return holder


def titled(title: str, figure: QWidget) -> QWidget:
    """A figure below a few words."""
    label = QLabel(title)
    label.setProperty("role", "caption")
    holder = stacked(figure, above=label)
    box = holder.layout()
    assert isinstance(box, QVBoxLayout)
    box.setSpacing(4)
    return holder


def sentence(name: str, spoken: str = "", *, caption: bool = False) -> Sentence:
    """Words that wrap, and are given all the height that they need.

    Args:
        name: Its `objectName`.
        spoken: What they are about, for a screen reader; "" if they say it themselves.
        caption: Small and muted.
    """
    label = Sentence()
    label.setObjectName(name)
    label.setAccessibleName(spoken)
    if caption:
        label.setProperty("role", "caption")
    return label


def push_button(
    text: str, name: str, purpose: str, does: Callable[[], None] | SignalInstance
) -> QPushButton:
    """A button that fits in a narrow row.

    Args:
        text: What stands on it.
        name: Its `objectName`.
        purpose: What it does, for the tooltip and for a screen reader.
        does: Called without arguments, or emitted, at a click.
    """
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(purpose)
    button.setToolTip(purpose)
    button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    button.setStyleSheet("QPushButton { padding: 4px; }")
    if isinstance(does, SignalInstance):
        button.clicked.connect(does)
    else:
        button.clicked.connect(lambda _checked: does())
    return button


def scrolling(page: QWidget) -> QScrollArea:
    """A page that scrolls where the window is too small for it, as with large text."""
    area = _Scrolling()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its keys are the page's
    holder = QWidget()
    box = _LeastHeight(holder)
    box.setContentsMargins(0, 0, 0, 0)
    box.addWidget(page)
    area.setWidget(holder)
    area.viewport().setAutoFillBackground(False)
    holder.setAutoFillBackground(False)
    page.setAutoFillBackground(False)
    return area


class _Scrolling(QScrollArea):
    """Keeps its bar where the page fits without it and not with it, nor the other way round.

    Qt shows and hides it for ever there, one call inside the other, until the program ends.
    """

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In other room the bar may be needless again."""
        if not self._depth:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        super().resizeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The page has another size: another bar may be needed, and so another size."""
        self._depth += 1
        try:
            if self._depth == MOST_TURNS:
                self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
            return self._depth <= 2 * MOST_TURNS and super().eventFilter(watched, event)
        finally:
            self._depth -= 1


class _LeastHeight(QVBoxLayout):
    """Around a page that scrolls only where its least height does not fit.

    Where text wraps, Qt would scroll as soon as the height does not fit that one would wish for.
    """

    def hasHeightForWidth(self) -> bool:
        return False
