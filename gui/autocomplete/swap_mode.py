"""What if a word were another: a token of the prompt is chosen, and replacements are tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from core.swaps import why_no_swap
from gui import theme
from gui.autocomplete.compare_modes import EMPTY, Mode
from gui.autocomplete.pair import Pair, read, swapped
from gui.autocomplete.swap_study import CHOICE, SwapStudy
from gui.widgets.prediction_rows import END, percent
from gui.widgets.swap_list import HINT, SwapRow
from gui.widgets.token_strip import TokenStrip

if TYPE_CHECKING:
    from core.language_model import LanguageModel
    from core.swaps import Replacement, Swap
    from core.trace import Trace
    from gui.session import Session

ORIGINS = {"own": "yours", "model": "guess {}", "near": "near {:.2f}"}
WAIT = "Looking for what could stand there\N{HORIZONTAL ELLIPSIS}"
NONE = "Nothing else could stand there without cutting the words beside it in another way."
OWN = "or a word of your own"


class SwapMode(Mode):
    """The prompt's tokens; the one that is chosen is replaced.

    Attributes:
        strip: The tokens.
        study: What is worked out.
        shown: The row whose effect is compared.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("compareSwap")
        self.strip = TokenStrip()
        self.strip.setObjectName("swapStrip")
        self.strip.setAccessibleName("Tokens of the prompt; choose the one to replace")
        self.own = QLineEdit()
        self.own.setObjectName("swapWordEdit")
        self.own.setAccessibleName("A word of your own to put there")
        self.own.setPlaceholderText(OWN)
        self.own.setMaxLength(60)
        theme.set_px(self.own, minimumWidth=170, maximumWidth=170)
        self.study = SwapStudy(session, self)
        self.shown = 0
        self._position: int | None = None
        self._proposed: tuple[int, ...] = ()  # the text up to it, if nobody has chosen
        box = QHBoxLayout()
        box.setSpacing(theme.INSIDE)
        box.addWidget(self.strip, 1)
        box.addWidget(self.own, 0, Qt.AlignmentFlag.AlignTop)
        self.row.addLayout(box, 1)
        self.strip.token_clicked.connect(self.choose)
        self.own.textEdited.connect(lambda _text: self._look())
        self.study.changed.connect(self.changed)
        self.study.found.connect(self._on_proposal)
        self.study.failed.connect(session.report_error)
        self.follow(session.trace_changed, self._on_trace)
        self.follow(session.model_changed, self._on_trace)

    @property
    def trace(self) -> Trace | None:
        """The prompt's pass, without changes."""
        return self.session.plain or self.session.trace

    def choose(self, position: int | None) -> None:
        """Replace another token; None lets go."""
        self._position, self._proposed = position, ()
        self.own.clear()
        self._look()

    def show_row(self, row: int) -> None:
        """Compare the effect of another replacement."""
        if row != self.shown and row < len(self.study.swaps):
            self.shown = row
            self.changed.emit()

    def adopt(self, row: int) -> None:
        """Let the replacement stand in the text."""
        if row < len(self.study.offered):
            self.session.set_prompt(self.study.offered[row].text)

    def _on_trace(self) -> None:
        trace = self.trace
        if trace is None:
            self.strip.clear()
            self._position = None
            self.study.clear()
            return
        self.strip.set_data(trace.tokens, trace.before)
        self.strip.set_selection(None, None)  # so that it comes into sight again
        at = self._position
        if at is None or at >= len(trace.tokens) or why_no_swap(trace, at) or self._is_stale(trace):
            self._propose(trace)
        else:
            self._look()

    def _is_stale(self, trace: Trace) -> bool:
        """Whether the token that nobody has chosen now stands in another text."""
        return tuple(trace.ids[: len(self._proposed)].tolist()) != self._proposed

    def _propose(self, trace: Trace) -> None:
        """The token that is selected elsewhere, else the one that tells most, once it is found."""
        focus, model = self.session.selection.token, self.session.language_model
        if model is None or (focus is not None and focus < len(trace.tokens)):
            self.choose(focus)
            return
        self.choose(None)
        self.study.look_for(model, trace)

    def _on_proposal(self, position: int | None) -> None:
        trace = self.trace
        if trace is None or self._position is not None:
            return  # the user was faster
        last = len(trace.tokens) - 1
        at = last if position is None else min(position, last)
        self.choose(at)
        self._proposed = tuple(trace.ids[: at + 1].tolist())

    def _look(self) -> None:
        model, trace, at = self.session.language_model, self.trace, self._position
        self.strip.set_selection(at, None)
        self.shown = 0
        if model is None or trace is None or at is None or why_no_swap(trace, at):
            self.study.clear()
            return
        self.study.look_at(model, trace, at, self.own.text().strip())

    # --- what is shown

    def rows(self) -> tuple[SwapRow, ...]:
        """For the list."""
        model, study = self.study.model, self.study
        if model is None:
            return ()
        rows: list[SwapRow] = []
        before = ""
        for at, one in enumerate(study.offered):
            swap = study.swaps[at] if at < len(study.swaps) else None
            rows.append(_row(model, one, swap, is_first=one.origin != before))
            before = one.origin
        return tuple(rows)

    def pair(self) -> Pair | None:
        """The text as it is, and with the replacement."""
        study = self.study
        if study.model is None or study.trace is None or self.shown >= len(study.swaps):
            return None
        old = study.model.tokenizer.label(int(study.trace.ids[study.position]))
        new = study.swaps[self.shown].replacement.label
        halves = (
            read(study.model, study.trace, "first"),
            swapped(study.model, study.swaps[self.shown]),
        )
        return Pair(study.model.info.folder, *halves, names=(_short(old), _short(new), "Change"))

    def hint(self) -> str:
        """What to do, or what is missing."""
        trace, at = self.trace, self._position
        if trace is None:
            return EMPTY
        if at is None:
            return WAIT if self.session.studies.is_busy(CHOICE) else HINT
        why = why_no_swap(trace, at)
        if why:
            return why
        return NONE if self.study.is_done else WAIT


def _short(label: str) -> str:
    return label if len(label) <= 10 else f"{label[:9]}\N{HORIZONTAL ELLIPSIS}"


def _row(model: LanguageModel, one: Replacement, swap: Swap | None, *, is_first: bool) -> SwapRow:
    origin = ORIGINS[one.origin].format(
        percent(one.probability) if one.origin == "model" else one.cosine
    )
    lines = [one.label, f"Number {one.id} in the vocabulary"]
    if one.probability == one.probability:
        lines.append(f"The model's own guess at that place: {one.probability:.4%}")
    lines.append(f"Cosine to the token that is there: {one.cosine:.4f}")
    if swap is None:
        return SwapRow(one.label, origin, None, None, "", "\n".join(lines), is_first)
    best = int(swap.probabilities.argmax())
    ends = best == model.tokenizer.end_of_text
    likeliest = END if ends else model.tokenizer.label(best)
    lines.append(f"Then likeliest next: {likeliest}, {swap.probabilities[best]:.2%}")
    lines.append(f"{swap.total_variation:.4%} of the next token's probability moves")
    lines.append(f"{swap.kl_bits:.4f} bits more surprise for who does not know of it")
    lines.append("Click to put it into the text.")
    moved, bits = swap.total_variation, swap.kl_bits
    return SwapRow(one.label, origin, moved, bits, likeliest, "\n".join(lines), is_first)
