"""The story panel: one step at a time, a thing to try, back and on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
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
from gui.widgets.close_button import CloseButton

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent

    from gui.story.steps import Step

WIDTH_PX = 280
NEXT, AGAIN = "&Next", "&Start again"
THE_END = "The end"
CLOSE = "Close the story (F1). F1, or Show the story in the menu View, brings it back."


class StoryPanel(QFrame):
    """Plays the steps.

    Signals:
        tried: (Step) the step's button was pressed.
        step_changed: (int) another step is shown, from 0.
        left: the step is over: another one is shown, or the panel was closed.
        over: the story is at its end, and is to be closed.
        close_wanted: its cross was pressed.

    Args:
        steps: At least one.
        parent: Qt's.
    """

    tried = Signal(object)
    step_changed = Signal(int)
    left = Signal()
    over = Signal()
    close_wanted = Signal()

    def __init__(self, steps: tuple[Step, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("storyPanel")
        self.setAccessibleName("Story")
        self.setProperty("role", "card")
        self._fit()
        theme.sizes.changed.connect(self._fit)
        self._steps = steps
        self._at = 0
        self._count = _label("caption")
        self._title = _label("heading")
        self._text = _label("")
        self._text.setObjectName("storyText")
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("storyScroll")
        self._scroll.setAccessibleName("The story's text")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._text)
        self._scroll.viewport().setAutoFillBackground(False)
        self._text.setAutoFillBackground(False)
        self._close = CloseButton("storyClose", "Close the story", CLOSE)
        self._close.clicked.connect(self.close_wanted)
        self._try = _button("storyTry", "")
        self._try.setProperty("role", "primary")
        self._back = _button("storyBack", "&Back")
        self._next = _button("storyNext", NEXT)
        self._try.clicked.connect(self._on_try)
        self._back.clicked.connect(lambda: self.show_step(self._at - 1))
        self._next.clicked.connect(lambda: self.show_step(0 if self._is_last else self._at + 1))
        self._lay_out()
        self._show()

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self._steps[self._at]

    @property
    def index(self) -> int:
        """Its number, from 0."""
        return self._at

    def show_step(self, index: int) -> None:
        """Show another step; numbers outside the story give its first or last."""
        index = min(max(index, 0), len(self._steps) - 1)
        if index != self._at:
            self._at = index
            self._show()
            self.left.emit()
            self.step_changed.emit(index)

    @property
    def _is_last(self) -> bool:
        return self._at == len(self._steps) - 1

    def _on_try(self) -> None:
        step = self.step
        self.tried.emit(step)
        if step.ends:
            self.over.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Closing it ends the step too."""
        super().hideEvent(event)
        if self.isHidden():  # not with its window
            self.left.emit()

    def _show(self) -> None:
        n_steps = sum(not step.ends for step in self._steps)
        self._count.setText(THE_END if self.step.ends else f"Step {self._at + 1} of {n_steps}")
        self._title.setText(self.step.title)
        self._text.setText(self.step.text)
        self._scroll.verticalScrollBar().setValue(0)
        self._try.setText(self.step.button.replace("&", "&&"))
        self._try.setAccessibleName(self.step.button)
        self._try.setVisible(bool(self.step.button))
        self._back.setEnabled(self._at > 0)
        onward = AGAIN if self._is_last else NEXT
        self._next.setText(onward)
        self._next.setAccessibleName(onward.replace("&", ""))

    def _fit(self) -> None:
        """As wide as the text needs, but not by so much that the figures suffer."""
        self.setFixedWidth(theme.px(WIDTH_PX, 0.5))

    def _lay_out(self) -> None:
        ways = QHBoxLayout()
        ways.setSpacing(theme.INSIDE)
        ways.addWidget(self._back)
        ways.addStretch(1)
        ways.addWidget(self._next)
        head = QHBoxLayout()
        head.addWidget(self._count, 1)
        head.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.BETWEEN,) * 4)
        column.setSpacing(theme.INSIDE)
        column.addLayout(head)
        column.addWidget(self._title)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._try)
        column.addLayout(ways)


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _button(name: str, text: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text.replace("&", ""))
    button.setAutoDefault(False)
    return button
