"""Things to bring about: what to do, how it stands, and what was learnt once it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QMouseEvent

EMPTY = "There is nothing to try yet."
OPEN, DONE = "○", "✓"
MARK_PX = 20


@dataclass(frozen=True)
class ChallengeRow:
    """One of them.

    Attributes:
        title: A few words.
        task: What to do.
        hint: How, shown on demand.
        now: How things stand.
        learnt: What has been learnt; "" until it is solved.
    """

    title: str
    task: str
    hint: str
    now: str
    learnt: str


class ChallengeList(QScrollArea):
    """One below the other; the solved ones say what was learnt."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("challengeList")
        self.setAccessibleName("Challenges")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rows: list[_Row] = []
        body = QWidget()
        self._box = QVBoxLayout(body)
        self._box.setContentsMargins(0, 0, theme.INSIDE, 0)
        self._box.setSpacing(theme.BETWEEN)
        self._count = _label("caption")
        self._count.setText(EMPTY)
        self._box.addWidget(self._count)
        self._box.addStretch(1)
        self.setWidget(body)
        self.viewport().setAutoFillBackground(False)
        body.setAutoFillBackground(False)

    def minimumSizeHint(self) -> QSize:
        """One of them at a time can still be read."""
        return QSize(theme.px(160), theme.px(120))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click anywhere: the arrow keys scroll from now on, and nothing else happens."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of that click."""
        event.accept()

    def set_data(self, rows: Sequence[ChallengeRow]) -> None:
        """Show these."""
        while len(self._rows) > len(rows):
            gone = self._rows.pop()
            self._box.removeWidget(gone)
            gone.deleteLater()
        while len(self._rows) < len(rows):
            row = _Row(len(self._rows) + 1)
            self._box.insertWidget(self._box.count() - 1, row)
            self._rows.append(row)
        for row, data in zip(self._rows, rows, strict=True):
            row.set_data(data)
        n_solved = sum(bool(row.learnt) for row in rows)
        self._count.setText(f"{n_solved} of {len(rows)} solved" if rows else EMPTY)
        self.setAccessibleDescription(self._count.text())


class _Row(QWidget):
    def __init__(self, number: int) -> None:
        super().__init__()
        self._mark, self._title = QLabel(OPEN), _label("heading")
        self._mark.setProperty("role", "heading")
        self._mark.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._task, self._now, self._more = _label(""), _label("caption"), _label("")
        self._hint = QPushButton("Hint")
        self._hint.setObjectName(f"challengeHint{number}")
        self._hint.setCheckable(True)
        self._hint.setToolTip("Show or hide how it can be done")
        self._hint.setStyleSheet("QPushButton { padding: 0 8px; }")
        self._hint.toggled.connect(lambda _down: self._show_more())
        self._data = ChallengeRow("", "", "", "", "")
        head = QHBoxLayout()
        head.setSpacing(theme.INSIDE)
        head.addWidget(self._title, 1)
        head.addWidget(self._hint, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(theme.INSIDE // 2)
        words.addLayout(head)
        for part in (self._task, self._now, self._more):
            words.addWidget(part)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.INSIDE)
        box.addWidget(self._mark)
        box.addLayout(words, 1)
        self._fit()
        theme.sizes.changed.connect(self._fit)

    def _fit(self) -> None:
        self._mark.setFixedWidth(theme.px(MARK_PX))

    def set_data(self, data: ChallengeRow) -> None:
        """Show another state; labels that stay the same are left alone."""
        if data == self._data:
            return
        self._data = data
        self._mark.setText(DONE if data.learnt else OPEN)
        self._title.setText(data.title)
        self._title.setAccessibleName(f"{data.title}, {'solved' if data.learnt else 'not solved'}")
        self._task.setText(data.task)
        self._now.setText(f"Now: {data.now}")
        self._hint.setAccessibleName(f"Hint for: {data.title}")
        self._show_more()

    def _show_more(self) -> None:
        """The hint, if it is wanted; and what was learnt."""
        data = self._data
        hint = f"Hint: {data.hint}" if self._hint.isChecked() else ""
        learnt = f"Solved. {data.learnt}" if data.learnt else ""
        self._more.setText("\n".join(part for part in (learnt, hint) if part))
        self._more.setVisible(bool(hint or learnt))
        self._now.setVisible(not data.learnt)


def _label(role: str) -> QLabel:
    label = QLabel()
    if role:
        label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
