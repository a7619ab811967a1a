"""A small card beside a number: its formula, what went into it, and Python to copy."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QTextOption
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.widgets.popover import Popover

WIDEST, NARROWEST = 560, 320  # of the card's inside; longer Python lines scroll
MOST_LINES = 12  # of Python in sight
CODE_EDGES = 40  # beside the Python: border, padding, room for a scroll bar
BESIDE = 10  # between the number and the card
COPY, COPIED = "&Copy Python", "Copied"
Flag = Qt.TextInteractionFlag


@dataclass(frozen=True)
class Explanation:
    """How a number on the screen came about.

    Attributes:
        title: Which number it is, in a few words.
        formula: How it is computed, in names; one line or several.
        operands: What those names stand for here: (name, value) pairs, in the order of use.
        result: The number, at least as exact as it is shown in the figure.
        python: Lines that run with `core` alone and print it.
    """

    title: str
    formula: str
    operands: tuple[tuple[str, str], ...]
    result: str
    python: str


class ExplanationPopover(Popover):
    """Frameless, over everything; Esc or a click elsewhere closes it.

    Args:
        parent: The window that it belongs to.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "explanationPopover")
        self._body: QWidget | None = None
        self._python = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.BETWEEN,) * 4)

    def set_data(self, explanation: Explanation) -> None:
        """Say something else than before."""
        self.setAccessibleName(f"How this number is made: {explanation.title}")
        said = "; ".join(f"{name}: {value}" for name, value in explanation.operands)
        self.setAccessibleDescription(f"{explanation.formula}. {said}. {explanation.result}")
        self._python = explanation.python
        before, self._body = self._body, QWidget(self)
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        title = _text(explanation.title, "explanationTitle", "What is explained")
        title.setProperty("role", "heading")
        column.addWidget(title)
        column.addWidget(_text(explanation.formula, "explanationFormula", "Formula"))
        column.addLayout(self._operands(explanation))
        column.addWidget(_line())
        column.addLayout(self._lower(explanation.python))
        layout = self.layout()
        assert layout is not None
        if before is not None:
            layout.removeWidget(before)
            before.hide()
            before.setParent(None)
            before.deleteLater()
        layout.addWidget(self._body)
        self._body.show()  # in a card that was shown before it would count as hidden: no height
        self.setFixedWidth(self._inside_px() + 2 * theme.BETWEEN + 2)

    def _operands(self, explanation: Explanation) -> QGridLayout:
        """What goes in, line by line, and below it what comes out."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.BETWEEN)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for line, (name, value) in enumerate((*explanation.operands, ("", explanation.result))):
            is_last = line == len(explanation.operands)
            left = _text(name or "result", "explanationName", "Name")
            left.setProperty("role", "caption")
            left.setWordWrap(False)
            left.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            object_name = "explanationResult" if is_last else "explanationValue"
            right = _text(value, object_name, "Result" if is_last else name)
            size_px = theme.BODY if is_last else theme.SMALL
            theme.set_font(right, size_px, bold=is_last, is_mono=True)
            grid.addWidget(left, line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(right, line, 1)
        return grid

    def _lower(self, python: str) -> QVBoxLayout:
        """The Python, and what to do with it."""
        code = QPlainTextEdit(python)
        code.setObjectName("explanationPython")
        code.setAccessibleName("Python that computes this number again")
        code.setReadOnly(True)
        code.setTextInteractionFlags(Flag.TextSelectableByMouse | Flag.TextSelectableByKeyboard)
        code.setTabChangesFocus(True)
        code.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        theme.set_font(code, theme.SMALL, is_mono=True)
        metrics = QFontMetricsF(theme.mono())
        lines = python.split("\n")
        self._code_px = math.ceil(max(map(metrics.horizontalAdvance, lines)))
        is_long = self._code_px > theme.px(WIDEST) - CODE_EDGES
        bar = code.horizontalScrollBar().sizeHint().height() if is_long else 0
        high = min(len(lines), MOST_LINES) * math.ceil(metrics.lineSpacing())
        margins = math.ceil(2 * code.document().documentMargin())
        # By a sheet, as the application's own sets another least height, which wins otherwise.
        # For itself alone: its scroll bars would be as high.
        code.setStyleSheet(f"QPlainTextEdit {{ min-height: {high + bar + margins}px; }}")
        code.setMaximumHeight(high + bar + margins + 2 * theme.INSIDE)
        self._copy = QPushButton(COPY)
        self._copy.setObjectName("explanationCopy")
        self._copy.setAccessibleName("Copy the Python")
        self._copy.setToolTip("Run it in the project's folder, the one that holds assets and core")
        self._copy.clicked.connect(self.copy)
        close = QPushButton("Close")
        close.setObjectName("explanationClose")
        close.setAccessibleName("Close the explanation")
        close.setToolTip("Close (Esc)")
        close.clicked.connect(self.close)
        caption = QLabel("The same in Python")
        caption.setProperty("role", "caption")
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.INSIDE)
        buttons.addWidget(caption)
        buttons.addStretch(1)
        buttons.addWidget(self._copy)
        buttons.addWidget(close)
        column = QVBoxLayout()
        column.setSpacing(theme.INSIDE)
        column.addWidget(code)
        column.addLayout(buttons)
        return column

    def _inside_px(self) -> int:
        """As wide as the Python, within limits."""
        return min(max(self._code_px + CODE_EDGES, theme.px(NARROWEST)), theme.px(WIDEST))

    def open_at(self, at: QPoint) -> None:
        """Show it beside a place on the screen, all of it in sight, and take the keyboard.

        Args:
            at: Where the number is, in global coordinates.
        """
        screen = QGuiApplication.screenAt(at) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        self.setFixedWidth(min(self.width(), room.width()))
        layout = self.layout()
        assert layout is not None
        self.resize(self.width(), min(layout.totalHeightForWidth(self.width()), room.height()))
        self.move(placed(self.rect(), at, room))
        self.show()
        self._copy.setFocus(Qt.FocusReason.PopupFocusReason)

    def copy(self) -> None:
        """Put the Python on the clipboard, and say so."""
        QGuiApplication.clipboard().setText(self._python)
        self._copy.setText(COPIED)
        self._copy.setAccessibleName("The Python is copied")


def placed(card: QRect, at: QPoint, room: QRect) -> QPoint:
    """Where a card goes: right below a place, or above or left of it, never over the room's edge.

    Args:
        card: Its size.
        at: The place that it speaks of.
        room: Of the screen.
    """
    x, y = at.x() + BESIDE, at.y() + BESIDE
    if x + card.width() > room.right():
        x = at.x() - BESIDE - card.width()
    if y + card.height() > room.bottom():
        y = at.y() - BESIDE - card.height()
    x = max(min(x, room.right() + 1 - card.width()), room.left())
    y = max(min(y, room.bottom() + 1 - card.height()), room.top())
    return QPoint(x, y)


def _text(text: str, name: str, accessible: str) -> QLabel:
    """Words that wrap and can be selected."""
    label = QLabel(text)
    label.setObjectName(name)
    label.setAccessibleName(f"{accessible}: {text}")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Flag.TextSelectableByMouse)
    return label


def _line() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFixedHeight(1)
    line.setStyleSheet(f"background: {theme.active().border}; border: none;")
    return line
