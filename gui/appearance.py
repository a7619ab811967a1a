"""Light or dark: the user's choice, or the system's, followed live; and how large the text is."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from gui import theme

_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


class Appearance(QObject):
    """Owns the choice and applies it to the whole application.

    Signals:
        changed: (str) another choice was made: "system", "light" or "dark".
        text_size_changed: (int) another one, in percent.
    """

    changed = Signal(str)
    text_size_changed = Signal(int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.choice = ""
        self.text_size = 100
        QApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    def choose(self, choice: str) -> None:
        """Use "light", "dark", or what the "system" uses."""
        if choice == self.choice:
            return
        self.choice = choice
        # Tells the platform too (title bar, native menus); "system" lets it speak for itself again.
        QApplication.styleHints().setColorScheme(_SCHEMES[choice])
        self._apply()
        self.changed.emit(choice)

    def choose_text_size(self, percent: int) -> None:
        """Use one of `theme.TEXT_SIZES`; others are brought to the nearest."""
        percent = min(theme.TEXT_SIZES, key=lambda size: abs(size - percent))
        if percent != self.text_size:
            self.text_size = percent
            if self.choice:
                self._apply()
            self.text_size_changed.emit(percent)

    def step_text_size(self, step: int) -> None:
        """Use the next larger (1) or smaller (-1) size, if there is one."""
        index = theme.TEXT_SIZES.index(self.text_size) + step
        if 0 <= index < len(theme.TEXT_SIZES):
            self.choose_text_size(theme.TEXT_SIZES[index])

    def _on_system_changed(self, _scheme: Qt.ColorScheme) -> None:
        self._apply()

    def _apply(self) -> None:
        scheme = _SCHEMES[self.choice]
        if self.choice == "system":
            scheme = QApplication.styleHints().colorScheme()
        wanted = theme.DARK if scheme == Qt.ColorScheme.Dark else theme.LIGHT
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        is_same = wanted is theme.active() and theme.text_size() == self.text_size
        if not is_same or not app.styleSheet():  # it takes a while
            theme.apply(app, wanted, self.text_size)


def reduce_motion(reduced: bool) -> None:
    """Let things jump to their new value (or glide again); every animation asks this property."""
    app = QApplication.instance()
    if app is not None:
        app.setProperty("reduceMotion", reduced)
