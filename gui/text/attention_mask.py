"""Why a GPT looks back only, to be seen on two sentences."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.text.attention_compared import COMPARED, WHOSE
from gui.widgets.boxes import push_button
from gui.widgets.card import Card

if TYPE_CHECKING:
    from core.trace import Trace

WORD, CLUE = "bank", "river"
BEFORE = "They walked by the river to the bank"
AFTER = "They walked along the bank of the river"
CAPTION = "The hatched half of every map: no token may look at one that comes later."
TEXT = (
    "The model learns by guessing the next token at every place of a text. If a token could look "
    "ahead, the answer would lie before its eyes and there would be nothing to learn. When it "
    "writes, what comes later does not even exist yet.",
    "So each token is understood from what stands before it, and from nothing else. A clue that "
    "comes too late is no help to the word itself, only to the words after it. Try both:",
)
NOTHING = "Press a button, or type a sentence with the words bank and river."
CANNOT = (
    "Here {word} stands before {clue}: in all {n} heads it looks at {clue} with exactly 0. "
    "Of this {clue} its vector knows nothing."
)
OPEN = "Show head {head}{where} at that square"
OPEN_IT = "Open the head that looks most at the clue, and pin its square"
CAN = (
    "Here {word} stands after {clue}: head {head} looks back at it with {weight}, the most of {n}."
)


class MaskPanel(Card):
    """A few sentences, two buttons, and what is true of the text at hand.

    Signals:
        example_wanted: (str) a text to put into the prompt.
        head_wanted: (int) the head that is named of a text, 0 or 1, is to be seen.
    """

    example_wanted = Signal(str)
    head_wanted = Signal(int)

    def __init__(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        for number, text in enumerate(TEXT, start=1):
            column.addWidget(_paragraph(f"maskText{number}", text))
        for name, text in (("maskBefore", BEFORE), ("maskAfter", AFTER)):
            purpose = f"Read this: {text}"
            want = partial(self._want, text)
            button = push_button(f"“{text}”", f"{name}Button", purpose, want)
            column.addWidget(button)
        self._said = _paragraph("maskSaid", NOTHING)
        column.addWidget(self._said)
        self._openers = tuple(
            push_button("", f"maskHead{side + 1}", OPEN_IT, partial(self._want_head, side))
            for side in (0, 1)
        )
        for button in self._openers:
            button.hide()
            column.addWidget(button)
        column.addStretch(1)
        super().__init__("Looking back", CAPTION, body)
        self.setObjectName("maskPanel")

    def _want(self, text: str) -> None:
        self.example_wanted.emit(text)

    def _want_head(self, side: int) -> None:
        self.head_wanted.emit(side)

    def set_texts(self, opened: tuple[int, int], *traces: Trace) -> None:
        """Say what is true of a text, or of both, and offer the heads that are named.

        Args:
            opened: Layer and number of the head that is seen.
            traces: The texts.
        """
        for side, button in enumerate(self._openers):
            head = named(traces[side]) if side < len(traces) else None
            where = f" of the {WHOSE[side]}" if len(traces) > 1 else ""
            button.setText(OPEN.format(head=_spoken(*head), where=where) if head else "")
            button.setVisible(head is not None and head != opened)
        said = [_verdict(trace) for trace in traces]
        if len(said) > 1:
            said = [f"{name}: {each}" for name, each in zip(COMPARED, said, strict=False)]
        self._said.setText("\n".join(said) or NOTHING)


def pair_of(trace: Trace) -> tuple[int, int] | None:
    """Positions of the word and of its clue, if both are in a text: before the word, or after."""
    word = position_of(trace, WORD)
    if word is None:
        return None
    before = position_of(trace, CLUE, trace.tokens[word].start)
    clue = position_of(trace, CLUE) if before is None else before
    return None if clue is None else (word, clue)


def position_of(trace: Trace, word: str, until: int | None = None) -> int | None:
    """Token with the end of a word's last occurrence, in the text up to a character."""
    start = trace.text.rfind(word, 0, until)
    last = start + len(word) - 1
    holding = (at for at, token in enumerate(trace.tokens) if token.start <= last < token.end)
    return next(holding, None) if start >= 0 else None


def keenest(trace: Trace, row: int, column: int) -> tuple[int, int]:
    """Layer and head in which one token looks most at another."""
    looks = trace.pattern[:, :, row, column]  # (L, H)
    layer, head = divmod(int(looks.argmax()), looks.shape[1])
    return layer, head


def named(trace: Trace) -> tuple[int, int] | None:
    """Layer and head that looks most from the word back at its clue, if the word can."""
    pair = pair_of(trace)
    return None if pair is None or pair[1] > pair[0] else keenest(trace, *pair)


def _spoken(layer: int, head: int) -> str:
    return f"{layer + 1}.{head + 1}"


def _verdict(trace: Trace) -> str:
    pair = pair_of(trace)
    if pair is None:
        return NOTHING
    row, column = pair
    n_heads = trace.pattern.shape[0] * trace.pattern.shape[1]
    if column > row:
        return CANNOT.format(word=WORD, clue=CLUE, n=n_heads)
    layer, head = keenest(trace, row, column)
    weight = f"{trace.pattern[layer, head, row, column]:.2f}"
    name = _spoken(layer, head)
    return CAN.format(word=WORD, clue=CLUE, head=name, weight=weight, n=n_heads)


def _paragraph(name: str, text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
