"""The back-propagation microscope: one step of learning, walked through number by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.widgets.boxes import push_button
from gui.widgets.choice_box import ChoiceBox
from gui.widgets.motion_diagram import MotionDiagram
from gui.widgets.pixel_painting import N_PIXELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QPushButton

    from gui.widgets.microscope_scene import Scene

FEWEST_LINES = 4  # of the table
MORE_LINES = 4  # that a table can have than a layer has neurons: heading, blame, slope, delta
DIAGRAM_PX = 110  # that it keeps where the table would have more lines than there is room for
SENTENCE_LINES = 3
TABLE_PX = 11
MARK = "▸"  # before the line of a table that is in focus


class MicroscopePage(QWidget):
    """What happens, in words; the net; its numbers; and buttons.

    Signals:
        step_wanted: (int) 1 for the next step, -1 for the one before.
        looked_at: (Neuron | Edge) what the numbers are wanted of.
        answer_chosen: (int) which answer should be right.
        apply_clicked: give the net the new weights.
        undo_clicked: take them back.
        nudge_clicked: change the number in focus a little.
        guessing_wanted: (bool) begin to guess signs, or stop.
        guessed: (bool) the weight goes up, or down.
        next_wanted: another line to guess.
    """

    step_wanted = Signal(int)
    looked_at = Signal(object)
    answer_chosen = Signal(int)
    apply_clicked = Signal()
    undo_clicked = Signal()
    nudge_clicked = Signal()
    guessing_wanted = Signal(bool)
    guessed = Signal(bool)
    next_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("microscopePage")
        self._title, self._sentence = _label("microscopeTitle"), _label("microscopeSentence")
        self._answer = ChoiceBox("microscopeAnswer", "The answer that should be right")
        self._answer.activated.connect(self.answer_chosen)
        self._diagram = MotionDiagram()
        self._diagram.step_wanted.connect(self.step_wanted)
        self._diagram.looked_at.connect(self.looked_at)
        self._table = QPlainTextEdit()
        self._table.setObjectName("microscopeNumbers")
        self._table.setAccessibleName("The numbers of this step")
        self._table.setReadOnly(True)
        self._table.setTabChangesFocus(True)
        self._table.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._note = _label("microscopeNote")
        self._walk, self._quiz = self._walking(), self._guessing()
        self._n_lines = N_PIXELS + MORE_LINES  # the same at every step: nothing may jump
        self._lay_out()
        theme.sizes.changed.connect(self._size)
        self._size()
        self._enable(None)

    def _walking(self) -> list[QPushButton]:
        return [
            push_button("Back", "microscopeBack", "The step before", self._on_back),
            push_button("Next", "microscopeNext", "The next step", self._on_next),
            push_button(
                "Apply", "microscopeApply", "Give the net these new weights", self.apply_clicked
            ),
            push_button("Undo", "microscopeUndo", "Take the new weights back", self.undo_clicked),
            push_button(
                "Nudge",
                "microscopeNudge",
                "Change the marked number by 0.01 and measure what the loss does",
                self.nudge_clicked,
            ),
            push_button(
                "Guess",
                "microscopeGuess",
                "Guess the sign: does a weight go up or down?",
                lambda: self.guessing_wanted.emit(True),
            ),
        ]

    def _guessing(self) -> list[QPushButton]:
        return [
            push_button("It goes up", "guessUp", "The weight goes up", lambda: self._guess(True)),
            push_button(
                "It goes down", "guessDown", "The weight goes down", lambda: self._guess(False)
            ),
            push_button("Another", "guessNext", "Ask about another line", self.next_wanted),
            push_button(
                "Stop", "guessStop", "Stop guessing", lambda: self.guessing_wanted.emit(False)
            ),
        ]

    def _guess(self, up: bool) -> None:
        self.guessed.emit(up)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.INSIDE)
        top.addWidget(self._title, 1)
        top.addWidget(self._answer)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.INSIDE // 2)
        for button in (*self._walk, *self._quiz):
            buttons.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE // 2)
        column.addLayout(top)
        column.addWidget(self._sentence)
        column.addWidget(self._diagram, 1)
        column.addWidget(self._table, 1000)  # all its lines; what is left is the diagram's
        column.addWidget(self._note)
        column.addLayout(buttons)

    def _size(self) -> None:
        """By style sheets, which the next theme leaves as they are."""
        small = f"font-size: {theme.px(theme.SMALL)}px;"
        self._title.setStyleSheet(f"font-size: {theme.px(theme.BODY)}px; font-weight: 600;")
        self._sentence.setStyleSheet(small)
        self._note.setStyleSheet(f"{small} font-weight: 600;")
        font = theme.mono(TABLE_PX)
        line = QFontMetrics(font).lineSpacing()
        self._table.setStyleSheet(
            f"QPlainTextEdit {{ font-family: '{font.family()}'; font-size: {font.pixelSize()}px; "
            f"padding: 2px 4px; min-height: {FEWEST_LINES * line + 8}px; }}"
        )
        self._table.setMaximumHeight(self._n_lines * line + 18)
        self._diagram.setMinimumHeight(theme.px(DIAGRAM_PX, 0.5))
        n_lines = 1 if theme.text_size() <= 100 else 2
        title_px = QFontMetrics(theme.font(theme.BODY, bold=True)).lineSpacing()
        self._title.setFixedHeight(n_lines * title_px)
        spacing = QFontMetrics(theme.font(theme.SMALL)).lineSpacing()
        self._sentence.setFixedHeight(SENTENCE_LINES * spacing)
        self._note.setFixedHeight(2 * spacing)

    # --- what is shown

    def set_data(self, scene: Scene) -> None:
        """Show a step."""
        n_lines = max(len(values) for values in scene.layers) + MORE_LINES
        if n_lines != self._n_lines:
            self._n_lines = n_lines
            self._size()
        self._title.setText(f"{scene.step + 1}/{scene.n_steps}  {scene.title}")
        self._sentence.setText(scene.question or scene.sentence)
        self._note.setText("  ".join(part for part in (scene.note, scene.score) if part))
        self._diagram.set_data(scene)
        lines = "\n".join(scene.table)
        if lines != self._table.toPlainText():
            self._table.setPlainText(lines)
            self._table.find(MARK)  # scrolls to the number in focus, if there is one
            cursor = self._table.textCursor()
            cursor.clearSelection()
            self._table.setTextCursor(cursor)
        self._show_answers(scene.spoken, scene.target)
        self._enable(scene)

    def _show_answers(self, spoken: Sequence[str], target: int) -> None:
        with QSignalBlocker(self._answer):
            if [self._answer.itemText(i) for i in range(self._answer.count())] != [
                f"Wanted: {name}" for name in spoken
            ]:
                self._answer.clear()
                self._answer.addItems([f"Wanted: {name}" for name in spoken])
            self._answer.setCurrentIndex(target)

    def _enable(self, scene: Scene | None) -> None:
        is_quiz = scene is not None and bool(scene.question)
        for button in self._walk:
            button.setVisible(not is_quiz)
            button.setEnabled(scene is not None)
        for button in self._quiz:
            button.setVisible(is_quiz)
        if scene is None:
            return
        back, onward, apply, undo, nudge, _guess = self._walk
        is_last = scene.step == scene.n_steps - 1
        back.setEnabled(scene.step > 0)
        onward.setEnabled(not is_last)
        apply.setEnabled(is_last)
        undo.setEnabled(scene.can_undo)
        nudge.setEnabled(scene.focus is not None)
        up, down, another, _stop = self._quiz
        for button in (up, down):
            button.setEnabled(not scene.is_answered)
        another.setEnabled(scene.is_answered)

    def text(self) -> str:
        """What can be read."""
        labels = (self._title, self._sentence, self._note)
        return "\n".join((*(label.text() for label in labels), self._table.toPlainText()))

    def _on_back(self) -> None:
        self.step_wanted.emit(-1)

    def _on_next(self) -> None:
        self.step_wanted.emit(1)


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
