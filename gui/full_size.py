"""One card fills its page, and gives the room back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QAbstractScrollArea, QSplitterHandle, QWidget
from shiboken6 import isValid

from gui.tabs.tab import Tab

if TYPE_CHECKING:
    from gui.widgets.card import Card

_hidden: WeakKeyDictionary[Card, list[QWidget]] = WeakKeyDictionary()  # for whose sake


class _Rooms(QObject):
    """Tells that there is room again.

    Signals:
        given_back: a card that filled its page does so no more.
    """

    given_back = Signal()


rooms = _Rooms()


def is_full(card: Card) -> bool:
    """Whether all beside it is hidden for its sake."""
    return card in _hidden


def is_filled(page: QWidget) -> bool:
    """Whether one card fills a page: what else is on it stays as it is until `rooms` tells."""
    return any(page.isAncestorOf(card) for card in _hidden if isValid(card))


def set_full(card: Card, full: bool) -> None:
    """Hide all that is on the card's page beside it, or show it again."""
    if full == is_full(card):
        return
    if full:
        _hidden[card] = _beside(card)
        for widget in _hidden[card]:
            widget.hide()
    else:
        for widget in _hidden.pop(card):
            widget.show()
        rooms.given_back.emit()


def can_be_full(card: Card) -> bool:
    """Whether there is anything beside it to hide."""
    return is_full(card) or bool(_beside(card))


def _beside(card: Card) -> list[QWidget]:
    """What is seen on the card's page and neither holds the card nor lies in it."""
    found: list[QWidget] = []
    widget: QWidget = card
    parent = card.parentWidget()
    while parent is not None and not isinstance(widget, Tab):
        if not isinstance(parent, QAbstractScrollArea):
            options = Qt.FindChildOption.FindDirectChildrenOnly
            for sibling in parent.findChildren(QWidget, options=options):
                is_other = sibling is not widget and not isinstance(sibling, QSplitterHandle)
                if is_other and not sibling.isWindow() and not sibling.isHidden():
                    found.append(sibling)
        widget, parent = parent, parent.parentWidget()
    return found
