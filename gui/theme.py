"""Colours, type sizes, spacing and colour scales: one frozen value for light, one for dark.

The active theme travels with Qt's palette: `apply` sets both, and every widget then gets a
`PaletteChange` event, on which it rebuilds what it prepared with `active()`. The size of the text
travels with Qt's font: lengths that hold text are asked for with `px`, and what is measured once
is measured anew at `sizes.changed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QApplication

# Space, in device-independent pixels: inside a group, between groups, at the window's edge.
INSIDE, BETWEEN, EDGE = 8, 16, 24
RADIUS = 6
TEXT_SIZES = (100, 125, 150, 175)  # percent
# Type sizes, in device-independent pixels at 100%.
SMALL, BODY, HEADING, TITLE = 12, 13, 16, 22


@dataclass(frozen=True)
class Theme:
    """One look. Colours are `#rrggbb`; the scales are stops spread evenly over their range.

    Attributes:
        name: "light" or "dark".
        window: Behind everything.
        surface: Cards and fields; the neutral of both colour scales.
        raised: Chips, buttons and hovered rows.
        border: Hairlines.
        text: What is read.
        muted: What is read second.
        accent: Selected or focused, nothing else.
        on_accent: Text on the accent.
        error: Errors, nothing else.
        negative: Stops of the signed scale from zero to its lower limit.
        positive: Stops of the signed scale from zero to its upper limit.
        sequential: Stops of the scale of probabilities, from 0 to 1.
    """

    name: str
    window: str
    surface: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    error: str
    negative: tuple[str, ...]
    positive: tuple[str, ...]
    sequential: tuple[str, ...]

    @cached_property
    def signed_table(self) -> NDArray[np.uint8]:
        """(511, 4) BGRA, blue below zero, orange above; row 255 is exactly the neutral."""
        negative = _ramp(self.negative, 256)[::-1]
        return np.concatenate([negative[:-1], _ramp(self.positive, 256)])

    @cached_property
    def probability_table(self) -> NDArray[np.uint8]:
        """(256, 4) BGRA from 0 (the background) to 1."""
        return _ramp(self.sequential, 256)

    def signed_pixels(self, values: NDArray[Any], limit: float) -> NDArray[np.uint8]:
        """Colours of signed numbers.

        Args:
            values: Any shape, finite.
            limit: Size that gets the full colour; larger ones get it too.

        Returns:
            values.shape + (4,) BGRA, ready for `QImage.Format_RGB32`.
        """
        scaled = np.asarray(values, dtype=np.float32) * (255.0 / max(limit, 1e-12))
        index = np.clip(np.rint(scaled), -255, 255).astype(np.int16) + 255
        return np.asarray(self.signed_table[index])

    def probability_pixels(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Colours of numbers from 0 to 1, as `signed_pixels`."""
        index = np.clip(np.asarray(values, dtype=np.float32) * 255.0, 0, 255).astype(np.uint8)
        return np.asarray(self.probability_table[index])

    @cached_property
    def _signed_colors(self) -> list[QColor]:
        return [_color(bgra) for bgra in self.signed_table]

    @cached_property
    def _probability_colors(self) -> list[QColor]:
        return [_color(bgra) for bgra in self.probability_table]

    def signed_color(self, value: float, limit: float = 1.0) -> QColor:
        """Colour of one signed number, as of `signed_pixels`: figures ask for hundreds of them."""
        scaled = min(max(value * (255.0 / max(limit, 1e-12)), -255.0), 255.0)
        return QColor(self._signed_colors[255 + (round(scaled) if scaled == scaled else 0)])

    def probability_color(self, value: float) -> QColor:
        """Colour of one number from 0 to 1, likewise."""
        scaled = min(max(value * 255.0, 0.0), 255.0)
        return QColor(self._probability_colors[int(scaled) if scaled == scaled else 0])

    def readable_on(self, fill: QColor) -> QColor:
        """Black or white, whichever is easier to read on a fill."""
        luminance = 0.299 * fill.redF() + 0.587 * fill.greenF() + 0.114 * fill.blueF()
        return QColor("#101418") if luminance > 0.55 else QColor("#ffffff")


LIGHT = Theme(
    name="light",
    window="#f5f6f8",
    surface="#ffffff",
    raised="#eef0f4",
    border="#d5d9e0",
    text="#1b2027",
    muted="#5b6572",
    accent="#7a3ff2",
    on_accent="#ffffff",
    error="#c0222b",
    negative=("#ffffff", "#c5dcf2", "#7fb2e0", "#3b82c4", "#1a5a9c"),
    positive=("#ffffff", "#fde0bf", "#f9b46b", "#e8832a", "#b85a0c"),
    sequential=("#ffffff", "#d3efd5", "#8fd6b5", "#47ad9f", "#2a7f8e", "#31568a", "#3a2a6b"),
)
DARK = Theme(
    name="dark",
    window="#14171c",
    surface="#1c2027",
    raised="#272d36",
    border="#39414d",
    text="#e8ebf0",
    muted="#9aa5b4",
    accent="#b393ff",
    on_accent="#17121f",
    error="#ff7b80",
    negative=("#1c2027", "#203c5a", "#2a639c", "#4a94d8", "#9cccf5"),
    positive=("#1c2027", "#52371d", "#9a5a1b", "#e28a35", "#ffcb91"),
    sequential=("#1c2027", "#33366a", "#31688e", "#21918c", "#44bf70", "#a8db34", "#fde725"),
)


class _Sizes(QObject):
    """Tells of another text size.

    Signals:
        changed: fonts and `px` are others than before.
    """

    changed = Signal()


sizes = _Sizes()
_active = LIGHT
_scale = 1.0  # of the text


def active() -> Theme:
    """The theme in use."""
    return _active


def apply(app: QApplication, theme: Theme, text_size: int = 100) -> None:
    """Make a theme the one in use: font, palette and style of the whole application.

    Args:
        app: The application.
        theme: Its colours.
        text_size: In percent.
    """
    global _active, _scale  # companions of palette and font, which Qt keeps globally too
    is_other_size = _scale != text_size / 100
    _active, _scale = theme, text_size / 100
    _font.cache_clear()  # the system may have another one now
    app.setStyle("Fusion")
    app.setFont(font())
    app.setPalette(_palette(theme))  # before the sheet: its polish fixes each widget's colours
    app.setStyleSheet(_style_sheet(theme))
    if is_other_size:
        sizes.changed.emit()


def text_size() -> int:
    """In percent."""
    return round(100 * _scale)


def px(length: float, share: float = 1.0) -> int:
    """A length in device-independent pixels that grows and shrinks with the text.

    Args:
        length: At 100%.
        share: Less than 1 grows less than the text: for what holds more than text.
    """
    return round(length * (1 + (_scale - 1) * share))


def font(size_px: int = BODY, *, bold: bool = False) -> QFont:
    """The system's font for user interfaces, in one of the four sizes, as large as chosen."""
    return QFont(_font(QFontDatabase.SystemFont.GeneralFont, px(size_px), bold))


def mono(size_px: int = SMALL, *, bold: bool = False) -> QFont:
    """The system's font of even width: for numbers, which must not jitter as they change."""
    return QFont(_font(QFontDatabase.SystemFont.FixedFont, px(size_px), bold))


@cache
def _font(kind: QFontDatabase.SystemFont, size: int, bold: bool) -> QFont:
    """Made once: Qt looks up a new one's glyphs anew, which takes longer than to draw a number.

    A copy shares what was looked up, and may be changed.
    """
    chosen = QFontDatabase.systemFont(kind)
    chosen.setPixelSize(size)
    chosen.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return chosen


def _ramp(stops: tuple[str, ...], n: int) -> NDArray[np.uint8]:
    """(n, 4) BGRA, the stops spread evenly and joined by straight lines."""
    bgr = np.array([[int(stop[i : i + 2], 16) for i in (5, 3, 1)] for stop in stops])
    at = np.linspace(0, len(stops) - 1, n)
    columns = [np.interp(at, np.arange(len(stops)), bgr[:, i]) for i in range(3)]
    return np.stack([*columns, np.full(n, 255.0)], axis=-1).round().astype(np.uint8)


def _color(bgra: NDArray[np.uint8]) -> QColor:
    blue, green, red, _ = (int(part) for part in bgra)
    return QColor(red, green, blue)


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for part, color in {
        role.Window: theme.window,
        role.Base: theme.surface,
        role.AlternateBase: theme.raised,
        role.Button: theme.raised,
        role.WindowText: theme.text,
        role.Text: theme.text,
        role.ButtonText: theme.text,
        role.PlaceholderText: theme.muted,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.Mid: theme.border,
        role.Accent: theme.accent,
    }.items():
        palette.setColor(part, QColor(color))
    for part in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, part, QColor(theme.muted))
    return palette


def _style_sheet(theme: Theme) -> str:
    """Only what the palette cannot say: borders, radii, paddings, and the focus ring.

    Spin boxes are left alone, and combo boxes paint themselves: a border would cost them their
    arrows.
    """
    return f"""
    QToolTip {{ color: {theme.text}; background: {theme.raised};
        border: 1px solid {theme.border}; padding: 4px; }}
    QFrame[role="card"] {{ background: {theme.surface}; border: 1px solid {theme.border};
        border-radius: {RADIUS}px; }}
    QLabel[role="title"] {{ font-size: {px(TITLE)}px; font-weight: 600; }}
    QLabel[role="heading"] {{ font-size: {px(HEADING)}px; font-weight: 600; }}
    QLabel[role="caption"] {{ font-size: {px(SMALL)}px; color: {theme.muted}; }}
    QTabWidget::pane {{ border: none; border-top: 1px solid {theme.border}; }}
    QTabBar {{ background: {theme.window}; }}
    QTabBar::tab {{ background: {theme.window}; color: {theme.muted}; padding: 4px 12px;
        border: 2px solid transparent; min-height: {px(24)}px; }}
    QTabBar::tab:hover {{ color: {theme.text}; }}
    QTabBar::tab:selected {{ color: {theme.text}; border-bottom-color: {theme.accent}; }}
    QTabBar:focus::tab:selected {{ background: {theme.raised}; }}
    QLineEdit, QPlainTextEdit {{
        background: {theme.surface}; border: 1px solid {theme.border};
        border-radius: {RADIUS}px; padding: 4px 8px; min-height: {px(20)}px; }}
    QLineEdit:focus, QPlainTextEdit:focus {{
        border: 1px solid {theme.accent}; }}
    QPushButton, QToolButton {{ background: {theme.raised}; border: 1px solid {theme.border};
        border-radius: {RADIUS}px; padding: 4px 12px; min-height: {px(20)}px; }}
    QPushButton:hover, QToolButton:hover {{ border-color: {theme.muted}; }}
    QPushButton:focus, QToolButton:focus {{ border-color: {theme.accent}; }}
    QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {{
        background: {theme.border}; }}
    QLineEdit > QToolButton {{ background: transparent; border: none; padding: 0;
        min-height: 0; }}
    QLineEdit > QToolButton:hover {{ background: {theme.raised}; }}
    QToolButton::menu-indicator {{ image: none; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {theme.muted}; }}
    QCheckBox::indicator {{ width: 12px; height: 12px; background: {theme.surface};
        border: 1px solid {theme.muted}; border-radius: 3px; }}
    QCheckBox::indicator:checked {{ background: {theme.accent}; border-color: {theme.accent}; }}
    QCheckBox:focus {{ color: {theme.accent}; }}
    QPushButton[role="segment"] {{ background: {theme.surface}; border-radius: 0;
        padding: 0; }}
    QPushButton[role="segment"][end="left"] {{ border-top-left-radius: {RADIUS}px;
        border-bottom-left-radius: {RADIUS}px; border-right: none; }}
    QPushButton[role="segment"][end="right"] {{ border-top-right-radius: {RADIUS}px;
        border-bottom-right-radius: {RADIUS}px; border-left: none; }}
    QPushButton[role="segment"]:checked {{ background: {theme.raised}; color: {theme.text};
        font-weight: 600; }}
    QPushButton[role="segment"]:!checked {{ color: {theme.muted}; }}
    QPushButton[role="segment"]:focus {{ border: 1px solid {theme.accent}; }}
    QPushButton[role="altered"] {{ border-color: {theme.text}; font-weight: 600;
        font-size: {px(SMALL)}px; padding: 0 8px; min-height: {px(18)}px; }}
    QPushButton[role="primary"] {{ background: {theme.accent}; color: {theme.on_accent};
        border-color: {theme.accent}; font-weight: 600; }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {theme.text}; padding: 3px 11px; }}
    QPushButton[role="primary"]:disabled {{ background: {theme.raised}; color: {theme.muted};
        border-color: {theme.border}; }}
    """
