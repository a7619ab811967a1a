"""The look in use: its colours, fonts, spacing, and the style sheet made of them.

The active theme travels with Qt's palette: `apply` sets both, and every widget then gets a
`PaletteChange` event, on which it rebuilds what it prepared with `active()`. The size of the text
travels with Qt's font: lengths that hold text are asked for with `px`, or kept by `set_px`, a font
of a widget's own is given with `set_font`, and what is measured once is measured anew at
`sizes.changed`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from shiboken6 import isValid

from gui.looks import DARK as DARK
from gui.looks import LIGHT as LIGHT
from gui.looks import Theme as Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

# Space, in device-independent pixels: inside a group, between groups, at the window's edge.
INSIDE, BETWEEN, EDGE = 8, 16, 24
RADIUS = 6
TEXT_SIZES = (100, 125, 150, 175)  # percent
# Type sizes, in device-independent pixels at 100%.
SMALLEST, SMALL, BODY, HEADING, TITLE = 11, 12, 13, 16, 22
ROW_SHARE = 0.85  # of a row's height: what a font's size takes with all that hangs and rises


class _Sizes(QObject):
    """Tells of another text size.

    Signals:
        changed: fonts and `px` are others than before.
    """

    changed = Signal()


sizes = _Sizes()
_active = LIGHT
_scale = 1.0  # of the text
_kept_lengths: WeakKeyDictionary[QWidget, dict[str, float]] = WeakKeyDictionary()


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
    if not app.styleSheet():  # it takes a tenth of a second, and stays
        app.setStyle("Fusion")
    app.setFont(font())
    app.setPalette(_palette(theme))  # before the sheet: its polish fixes each widget's colours
    app.setStyleSheet(_style_sheet(theme))
    if is_other_size:
        for widget in filter(isValid, list(_kept_lengths)):
            _set_lengths(widget)
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


def set_px(widget: QWidget, **lengths: float) -> None:
    """Give a widget lengths that grow and shrink with the text, now and later.

    Args:
        widget: Has them.
        lengths: Names of its properties, as `minimumWidth`, and the lengths at 100%.
    """
    _kept_lengths[widget] = lengths
    _set_lengths(widget)


def _set_lengths(widget: QWidget) -> None:
    for name, length in _kept_lengths[widget].items():
        widget.setProperty(name, px(length))


def font(size_px: int = BODY, *, bold: bool = False) -> QFont:
    """The system's font for user interfaces, in one of the five sizes, as large as chosen."""
    return QFont(_font(QFontDatabase.SystemFont.GeneralFont, px(size_px), bold))


def mono(size_px: int = SMALL, *, bold: bool = False) -> QFont:
    """The system's font of even width: for numbers, which must not jitter as they change."""
    return QFont(_font(QFontDatabase.SystemFont.FixedFont, px(size_px), bold))


def row_font(high: float, size_px: int = BODY, *, is_mono: bool = False) -> QFont:
    """A font for rows that touch: no larger than their height lets it be, whatever was chosen.

    Args:
        high: Of a row, in device-independent pixels.
        size_px: At 100%, where the rows are high enough.
        is_mono: As `mono`.
    """
    kinds = QFontDatabase.SystemFont
    kind = kinds.FixedFont if is_mono else kinds.GeneralFont
    return QFont(_font(kind, max(min(px(size_px), int(high * ROW_SHARE)), SMALLEST), False))


def set_font(
    widget: QWidget, size_px: int = BODY, *, bold: bool = False, is_mono: bool = False
) -> None:
    """Give a widget another font than its kind has, as large as chosen, now and later.

    Never by `QWidget.setFont` alone: Qt keeps the font that a widget had when the style sheet
    first reached it, and gives it back at each new sheet and each new parent. A rule of the sheet
    itself stays true.
    """
    widget.setFont((mono if is_mono else font)(size_px, bold=bold))  # for who measures at once
    rule = _rule(size_px, bold, is_mono)
    if widget.property("letters") != rule:
        widget.setProperty("letters", rule)
        if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            widget.style().unpolish(widget)
            widget.style().polish(widget)


def _rule(size_px: int, bold: bool, is_mono: bool) -> str:
    return f"{'mono' if is_mono else 'font'} {size_px} {600 if bold else 400}"


def _font_rules() -> str:
    """The part of the style sheet that `set_font` speaks of."""
    rules = []
    for is_mono in (False, True):
        for size_px in (SMALLEST, SMALL, BODY, HEADING, TITLE):
            family = (mono if is_mono else font)(size_px).family()
            for bold in (False, True):
                rules.append(
                    f'*[letters="{_rule(size_px, bold, is_mono)}"] {{ font-family: "{family}"; '
                    f"font-size: {px(size_px)}px; font-weight: {600 if bold else 400}; }}"
                )
    return "\n    ".join(rules)


@cache
def _font(kind: QFontDatabase.SystemFont, size: int, bold: bool) -> QFont:
    """Made once: Qt looks up a new one's glyphs anew, which takes longer than to draw a number.

    A copy shares what was looked up, and may be changed.
    """
    chosen = QFontDatabase.systemFont(kind)
    chosen.setPixelSize(size)
    chosen.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return chosen


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


def _between(one: str, other: str) -> str:
    """The colour halfway between two."""
    a, b = QColor(one), QColor(other)
    both = (a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue())
    return QColor(*((x + y) // 2 for x, y in both)).name()


def _style_sheet(theme: Theme) -> str:
    """Only what the palette cannot say: borders, radii, paddings, and the focus ring.

    Spin boxes are left alone, and combo boxes paint themselves: a border would cost them their
    arrows.
    """
    faint = _between(theme.muted, theme.surface)
    behind_black = theme.muted if theme is DARK else theme.raised  # Qt's arrows are always black
    return f"""
    QToolTip {{ color: {theme.text}; background: {theme.raised};
        border: 1px solid {theme.border}; padding: 4px; }}
    QFrame[role="card"] {{ background: {theme.surface}; border: 1px solid {theme.border};
        border-radius: {RADIUS}px; }}
    QLabel[role="title"] {{ font-size: {px(TITLE)}px; font-weight: 600; }}
    QLabel[role="heading"] {{ font-size: {px(HEADING)}px; font-weight: 600; }}
    QLabel[role="caption"] {{ font-size: {px(SMALL)}px; color: {theme.muted}; }}
    {_font_rules()}
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
    QFileDialog QToolButton {{ padding: 0; icon-size: {px(18)}px; background: {behind_black}; }}
    QFileDialog QAbstractItemView {{ icon-size: {px(18)}px; }}
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
    QPushButton[role="segment"]:disabled {{ background: {theme.window}; color: {faint}; }}
    QPushButton[role="segment"]:focus {{ border: 1px solid {theme.accent}; }}
    QPushButton[role="altered"] {{ border-color: {theme.text}; font-weight: 600;
        font-size: {px(SMALL)}px; padding: 0 8px; min-height: {px(18)}px; }}
    QPushButton[role="primary"] {{ background: {theme.accent}; color: {theme.on_accent};
        border-color: {theme.accent}; font-weight: 600; }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {theme.text}; padding: 3px 11px; }}
    QPushButton[role="primary"]:disabled {{ background: {theme.raised}; color: {theme.muted};
        border-color: {theme.border}; }}
    """
