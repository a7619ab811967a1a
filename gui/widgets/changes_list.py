"""What is changed in the model's pass, line by line, each to be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.widgets.boxes import push_button
from gui.widgets.painting import tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

WIDE = 520  # device-independent pixels
EMPTY = "Nothing is changed: this is the model as it was trained."
UNDO, REDO = "Take back the last step (Ctrl+Z)", "Make it again (Ctrl+Shift+Z)"
ACTS = "It acts on this text."
CROSS = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True)
class ChangeRow:
    """One line.

    Attributes:
        text: What is changed.
        why_not: Why it does not act on this text; "" if it does.
        remark: What there is to know about one that acts.
    """

    text: str
    why_not: str
    remark: str = ""


class ChangesList(QWidget):
    """The changes in words; those that do not act say why.

    Signals:
        removed: (int) this row's change is to be taken back.
        cleared: all are.
        undone: the last step is.
        redone: the step that was taken back last is to be made again.

    Args:
        name: Its `objectName`.
        parent: Qt's.
    """

    removed = Signal(int)
    cleared = Signal()
    undone = Signal()
    redone = Signal()

    def __init__(self, name: str = "changesList", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("What is changed in the model")
        self._rows: list[_Row] = []
        self._empty = _label("caption")
        self._empty.setText(EMPTY)
        self._empty.setWordWrap(True)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        area = _WholeRows()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._inside)
        area.viewport().setAutoFillBackground(False)
        self._inside.setAutoFillBackground(False)
        self._area = area
        self._undo = push_button("Undo", f"{name}Undo", UNDO, self.undone)
        self._redo = push_button("Redo", f"{name}Redo", REDO, self.redone)
        self._clear = push_button(
            "Remove all", f"{name}Clear", "Take back every change: the model as it is", self.cleared
        )
        self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._buttons.setSpacing(theme.INSIDE)
        self._buttons.addStretch(1)
        steps = QHBoxLayout()
        steps.setSpacing(theme.INSIDE)
        steps.addWidget(self._undo)
        steps.addWidget(self._redo)
        self._buttons.addLayout(steps)
        self._buttons.addWidget(self._clear)
        self._both = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(theme.INSIDE)
        self._both.addWidget(area, 1)
        self._both.addLayout(self._buttons)
        self.set_data(())

    def set_data(
        self, rows: Sequence[ChangeRow], *, can_undo: bool = False, can_redo: bool = False
    ) -> None:
        """Show these; rows stay where they are while only their words change.

        Args:
            rows: In the order in which they were made.
            can_undo: Whether there is a step to take back.
            can_redo: Whether there is one to make again.
        """
        while len(self._rows) > len(rows):
            self._drop_row()
        for number, row in enumerate(rows):
            if number == len(self._rows):
                self._add_row(number)
            self._rows[number].set_data(row)
        self._empty.setVisible(not rows)
        self._undo.setEnabled(can_undo)
        self._redo.setEnabled(can_redo)
        self._clear.setEnabled(bool(rows))
        notes = (row.why_not or row.remark for row in rows)
        said = "; ".join(
            f"{row.text} ({note})" if note else row.text
            for row, note in zip(rows, notes, strict=True)
        )
        self.setAccessibleDescription(said or EMPTY)

    def take_focus(self) -> None:
        """Let the keyboard begin at the first line."""
        first = self._rows[0].remove if self._rows else self._undo
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is wide, the buttons stand beside the lines, which are then more."""
        super().resizeEvent(event)
        is_wide = self.width() >= theme.px(WIDE)
        directions = QBoxLayout.Direction
        across, down = directions.LeftToRight, directions.TopToBottom
        self._both.setDirection(across if is_wide else down)
        self._buttons.setDirection(directions.TopToBottom if is_wide else across)

    def sizeHint(self) -> QSize:
        """Room for two changes; more of them scroll."""
        return QSize(theme.px(320), theme.px(110))

    def minimumSizeHint(self) -> QSize:
        """Room for one, the others scroll."""
        return QSize(theme.px(200), theme.px(80, 0.5))

    def _add_row(self, number: int) -> None:
        row = _Row(f"{self.objectName()}Remove{number + 1}")
        row.remove.clicked.connect(lambda: self.removed.emit(number))
        self._rows.append(row)
        self._column.insertWidget(self._column.count() - 1, row)

    def _drop_row(self) -> None:
        """The last one; the keyboard goes to the one before it."""
        row = self._rows.pop()
        if row.remove.hasFocus():
            heir = self._rows[-1].remove if self._rows else self._clear
            heir.setFocus(Qt.FocusReason.OtherFocusReason)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()


class _WholeRows(QScrollArea):
    """Shows as many rows as fit whole, so that none is cut; the others scroll."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            QTimer.singleShot(0, self, self._fit)  # once the rows lie where they will
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        inside = self.widget()
        rows, room = (inside.findChildren(_Row) if inside is not None else []), self.height()
        ends = [row.geometry().bottom() + 1 for row in rows if not row.isHidden()]
        whole = [end for end in ends if end <= room]
        is_cut = whole and len(whole) < len(ends)
        self.setViewportMargins(0, 0, 0, room - max(whole) if is_cut else 0)


class _Row(QFrame):
    """What is changed, why it does not act, and a cross."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._text = _ElidedLabel()
        self._why = _label("caption")
        self._why.setWordWrap(True)
        self.remove = QToolButton()
        self.remove.setObjectName(name)
        self.remove.setText(CROSS)
        self.remove.setStyleSheet("QToolButton { padding: 0; min-height: 0; }")
        sides = ("minimumWidth", "maximumWidth", "minimumHeight", "maximumHeight")
        theme.set_px(self.remove, **dict.fromkeys(sides, 22))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._text)
        words.addWidget(self._why)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 2, 0)
        line.setSpacing(theme.INSIDE)
        line.addLayout(words, 1)
        line.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignTop)

    def set_data(self, row: ChangeRow) -> None:
        self._text.set_words(row.text, muted=bool(row.why_not))
        self._why.setText(row.why_not or row.remark)
        self._why.setVisible(bool(row.why_not or row.remark))
        self.remove.setAccessibleName(f"Take back: {row.text}")
        self.remove.setToolTip(tooltip(f"Take back: {row.text}"))
        self.setToolTip(tooltip(f"{row.text}\n{row.why_not or row.remark or ACTS}"))


class _ElidedLabel(QLabel):
    """One line, shortened where it does not fit."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._words = ""

    def set_words(self, words: str, *, muted: bool) -> None:
        self._words = words
        role = "caption" if muted else ""
        if self.property("role") != role:
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics, mode = self.fontMetrics(), Qt.TextElideMode.ElideMiddle
        self.setText(metrics.elidedText(self._words, mode, self.width()))


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
