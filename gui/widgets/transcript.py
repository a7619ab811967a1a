"""A text as a talk: each turn a bubble, the words that make it one in plain sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.widgets.painting import LINE_END, SPACE

if TYPE_CHECKING:
    from collections.abc import Sequence

EMPTY = "Nothing is said yet. Ask something below: your words are wrapped up as you will see."
LONGEST = 400  # characters of what one says
SAY = "Say something"
SHARE = 6  # of the width that a bubble may take, against 1 that stays free beside it


class Transcript(QWidget):
    """Bubbles above a line to write in.

    Signals:
        said: (str) what the user wants to say.
        stop_wanted: the model shall stop.

    Args:
        user: The role that stands at the right.
        parent: Qt's.
    """

    said = Signal(str)
    stop_wanted = Signal()

    def __init__(self, user: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transcript")
        self.setAccessibleName("The text as a talk")
        self._user = user
        self._bubbles: list[_Bubble] = []
        self._is_writing = False
        self._empty = QLabel(EMPTY)
        self._empty.setProperty("role", "caption")
        self._empty.setWordWrap(True)
        body = QWidget()
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, theme.INSIDE, 0)
        self._column.setSpacing(theme.INSIDE)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("transcriptScroll")
        self._scroll.setAccessibleName("What was said")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(body)
        self._scroll.viewport().setAutoFillBackground(False)
        body.setAutoFillBackground(False)
        bar = self._scroll.verticalScrollBar()
        bar.rangeChanged.connect(lambda _least, most: bar.setValue(most))  # the newest is in sight
        self._field = QLineEdit()
        self._field.setObjectName("sayEdit")
        self._field.setAccessibleName(SAY)
        self._field.setPlaceholderText(SAY)
        self._field.setMaxLength(LONGEST)
        self._send = QPushButton("Send")
        self._send.setObjectName("sendButton")
        self._send.setProperty("role", "primary")
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._field, 1)
        row.addWidget(self._send)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self._scroll, 1)
        column.addLayout(row)
        self._field.returnPressed.connect(self._on_send)
        self._field.textChanged.connect(lambda _text: self._show_button())
        self._send.clicked.connect(self._on_button)
        self._show_button()

    def minimumSizeHint(self) -> QSize:
        """One bubble and the line; no room of what is shown in its place."""
        return QSize(theme.px(180), 0 if self.isHidden() else theme.px(104))

    def sizeHint(self) -> QSize:
        """The same."""
        return self.minimumSizeHint()

    def set_data(self, turns: Sequence[tuple[str, str]]) -> None:
        """Show these.

        Args:
            turns: The role of each, "" for what is no turn, and what follows it, exactly.
        """
        while len(self._bubbles) > len(turns):
            gone = self._bubbles.pop()
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self._bubbles) < len(turns):
            bubble = _Bubble()
            self._column.insertWidget(self._column.count() - 1, bubble)
            self._bubbles.append(bubble)
        for bubble, (role, words) in zip(self._bubbles, turns, strict=True):
            bubble.set_data(role, words, is_right=role == self._user)
        self._empty.setVisible(not turns)

    def set_state(self, *, is_ready: bool, is_writing: bool) -> None:
        """Say whether there is a model, and whether it is writing."""
        self._is_writing = is_writing
        self._field.setEnabled(is_ready)
        self._show_button()

    def words(self) -> list[tuple[str, str]]:
        """What is shown."""
        return [bubble.shown() for bubble in self._bubbles]

    def focus(self) -> None:
        """Let the user type."""
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_button(self) -> None:
        can_send = self._field.isEnabled() and bool(self._field.text().strip())
        self._send.setText("Stop" if self._is_writing else "Send")
        self._send.setEnabled(self._is_writing or can_send)
        purpose = "Stop the model" if self._is_writing else "Send what you say"
        self._send.setAccessibleName(purpose)
        self._send.setToolTip(purpose)

    def _on_button(self) -> None:
        if self._is_writing:
            self.stop_wanted.emit()
            QTimer.singleShot(0, self, self.focus)  # the button has nothing more to send
        else:
            self._on_send()

    def _on_send(self) -> None:
        text = self._field.text().strip()
        if text and not self._is_writing:
            self._field.clear()
            self.said.emit(text)
            QTimer.singleShot(0, self, self.focus)


class _Bubble(QWidget):
    """One turn: its role as it stands in the text, and the words below it."""

    def __init__(self) -> None:
        super().__init__()
        self._role, self._words = QLabel(), QLabel()
        self._role.setProperty("role", "caption")
        theme.set_font(self._role, theme.SMALL, is_mono=True)
        for label in (self._role, self._words):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._frame = QFrame()
        self._frame.setObjectName("bubble")
        # Not `Minimum`: of words that wrap, that is the height which they have in another width.
        self._frame.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(theme.INSIDE, 4, theme.INSIDE, 6)
        inside.setSpacing(0)
        inside.addWidget(self._role)
        inside.addWidget(self._words)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._is_right: bool | None = None

    def set_data(self, role: str, words: str, *, is_right: bool) -> None:
        """Show a turn."""
        space = SPACE if role and words.startswith(" ") else ""
        end = f" {LINE_END}" if words.endswith("\n") else ""
        self._role.setText(role + space)
        self._role.setVisible(bool(role))
        self._words.setText((words.strip() or "…") + end)
        self.setAccessibleName(f"{role} {words.strip()}".strip())
        if is_right == self._is_right:
            return
        self._is_right = is_right
        while self._row.count():
            self._row.takeAt(0)
        if is_right:
            self._row.addStretch(1)
        self._row.addWidget(self._frame, SHARE)
        if not is_right:
            self._row.addStretch(1)
        ground = "palette(alternate-base)" if is_right else "palette(base)"
        self._frame.setStyleSheet(
            f"#bubble {{ background: {ground}; border: 1px solid palette(mid);"
            f" border-radius: {theme.RADIUS}px; }}"
        )

    def shown(self) -> tuple[str, str]:
        """Role and words as they are seen."""
        return self._role.text(), self._words.text()
