"""A small button, and the right mouse button, that enlarge a figure, copy it or save it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QStandardPaths, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QToolButton

from core.errors import UserError
from gui import export, full_size, theme
from gui.failures import Failure
from gui.file_dialog import ask_save
from gui.widgets.card import Card
from gui.widgets.menu_button import MenuButton

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from gui.export import Figure
    from gui.session import Session

WIDTH_PX = 28
PURPOSE = "Enlarge, copy or save this figure"


class FigureButton(MenuButton):
    """Offers to copy what a card shows as a picture, and to save it as PNG, SVG or CSV.

    Signals:
        told: (str) what was done, in a sentence.
        failed: (str) why not, and what to do.

    Args:
        name: Its `objectName`.
        figure: Tells what the card shows now.
    """

    told = Signal(str)
    failed = Signal(str)
    _folder = ""  # where the user saved last, in any figure

    def __init__(self, name: str, figure: Callable[[], Figure]) -> None:
        super().__init__()
        self._figure = figure
        self.setObjectName(name)
        self.setAccessibleName(PURPOSE)
        self.setToolTip(PURPOSE)
        QToolButton.setText(self, "⋯")  # itself the sign that a menu is behind it
        self._fit()
        theme.sizes.changed.connect(self._fit)
        self._full = self.menu().addAction("&Full size")
        self._full.setCheckable(True)
        self._full.toggled.connect(self._on_full)
        self.menu().aboutToShow.connect(self._offer_full)
        self.menu().addAction("&Copy picture", self.copy)
        self.menu().addSeparator()
        for kind in export.KINDS:
            self.menu().addAction(f"Save as &{kind.upper()}…", partial(self.ask, kind))
        self._by_keyboard_only: set[QObject] = set()

    def attach(self, widget: QWidget, *, by_mouse: bool = True) -> None:
        """Open the same menu on a figure: by the menu key, and by the right mouse button.

        Args:
            widget: The figure.
            by_mouse: False where the right button means something else.
        """
        if not by_mouse:
            self._by_keyboard_only.add(widget)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the menu where it is asked for."""
        if not isinstance(event, QContextMenuEvent):
            return False
        by_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        if watched in self._by_keyboard_only and not by_keyboard:
            return False
        self.menu().popup(event.globalPos())
        return True

    # --- what the menu does

    def _card(self) -> Card | None:
        """The card that the figure is on."""
        widget = self.parentWidget()
        while widget is not None and not isinstance(widget, Card):
            widget = widget.parentWidget()
        return widget

    def _offer_full(self) -> None:
        """While there is something beside the card that could make room for it."""
        card = self._card()
        self._full.setVisible(card is not None and full_size.can_be_full(card))
        with QSignalBlocker(self._full):
            self._full.setChecked(card is not None and full_size.is_full(card))

    def _on_full(self, full: bool) -> None:
        card = self._card()
        if card is not None:
            full_size.set_full(card, full)

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        try:
            QGuiApplication.clipboard().setImage(export.picture_of(self._figure().widget))
        except UserError as error:
            self.failed.emit(str(error))

    def ask(self, kind: str) -> None:
        """Let the user choose a file, and save to it."""
        figure = self._figure()
        ask_save(
            self.window(),
            "saveFigureDialog",
            f"Save as {kind.upper()}",
            (export.KINDS[kind], kind),
            f"{figure.name}.{kind}",
            lambda path: self.save(figure, kind, path),
            FigureButton._folder or _pictures(),
        )

    def save(self, figure: Figure, kind: str, path: Path) -> None:
        """Save, and say so or say why not."""
        try:
            export.save(figure, kind, path)
        except UserError as error:
            self.failed.emit(str(error))
        else:
            FigureButton._folder = str(path.parent)
            self.told.emit(f"Saved {path.name} in {path.parent}.")

    def _fit(self) -> None:
        """No higher than the title beside it."""
        self.setStyleSheet(f"QToolButton {{ padding: 0; min-height: {theme.px(18)}px; }}")
        self.setFixedWidth(theme.px(WIDTH_PX))


def _pictures() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)


def offer(session: Session, card: Card, name: str, figure: Callable[[], Figure]) -> FigureButton:
    """Give a card a button that copies and saves its figure; what comes of it is for the banner.

    Args:
        session: Tells the window.
        card: Gets the button in its header.
        name: The button's `objectName`.
        figure: Tells what the card shows now.

    Returns:
        The button; `attach` it to the figures for the right mouse button.
    """
    button = told_button(session, name, figure)
    card.add_to_header(button)
    return button


def told_button(session: Session, name: str, figure: Callable[[], Figure]) -> FigureButton:
    """A button without a place yet; as `offer`."""
    button = FigureButton(name, figure)
    button.told.connect(session.noticed)
    button.failed.connect(lambda sentence: session.failed.emit(Failure(sentence)))
    return button
