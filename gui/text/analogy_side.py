"""The answers to an analogy, beside its picture: how near each comes, and which are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.export import Figure
from gui.figures import told_button
from gui.text import analogy_words
from gui.widgets.analogy_answers import AnalogyAnswers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.session import Session
    from gui.widgets.analogy_answers import AnswerRow


class AnalogySide(QWidget):
    """What the answers are compared with, the answers, and a choice.

    Signals:
        wanted_changed: other answers are wanted: with the question's own words, or without them.

    Args:
        session: Takes what is said of saved files.

    Attributes:
        answers: The answers.
        unlike: Whether the question's own words are left out.
    """

    wanted_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.answers = AnalogyAnswers()
        self.unlike = QCheckBox("Leave out the three words")
        self.unlike.setObjectName("analogyUnlike")
        self.unlike.setToolTip("Most often one of the question's own words is the nearest of all")
        self.unlike.setAccessibleName("Leave out the question's own words")
        self.unlike.setChecked(True)
        self.unlike.toggled.connect(lambda _on: self.wanted_changed.emit())
        self._sum = QLabel()
        self._sum.setObjectName("analogySum")
        self._sum.setAccessibleName("What the answers are compared with")
        self._sum.setTextFormat(Qt.TextFormat.PlainText)
        self._sum.setProperty("role", "caption")
        self._sum.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._sum.setWordWrap(True)
        save = told_button(session, "saveAnswersButton", self.figure)
        save.attach(self.answers)
        head = QHBoxLayout()
        head.addWidget(self._sum, 1)
        head.addWidget(save, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(head)
        column.addWidget(self.answers, 1)
        column.addWidget(self.unlike)

    def set_data(self, rows: Sequence[AnswerRow], labels: Sequence[str]) -> None:
        """Show answers.

        Args:
            rows: The nearest first.
            labels: Of the question's three words.
        """
        self.answers.set_data(rows)
        self._sum.setText(f"Nearest to {analogy_words.sum_label(labels)}")

    def clear(self) -> None:
        """Show no answers."""
        self.answers.clear("")
        self._sum.setText("")

    def figure(self) -> Figure:
        """The answers that are shown."""
        rows = self.answers.rows
        return Figure("answers", self.answers, lambda: analogy_words.answers_table(rows))
