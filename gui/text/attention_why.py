"""Why does this token look at that one? A row of attention from products to shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.steps import attention_row
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.text import attention_explanations
from gui.text.attention_compared import COMPARED, FIRST, SECOND
from gui.text.attention_tables import why_table
from gui.widgets.card import Card
from gui.widgets.pixel_painting import MINUS
from gui.widgets.softmax_rows import SoftmaxRows
from gui.widgets.softmax_shares import Shares
from gui.widgets.sum_strips import TIMES, SumStrips
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from core.steps import AttentionRow
    from core.trace import Trace
    from gui.session import Session

TITLE = "Why this cell?"
CAPTION = (
    "Real numbers: q says what the one token looks for, k what the other has to offer. The better "
    "they match, the more it looks there. Click a number for its formula and its Python."
)
HINT = "Click a square of the map: how its number comes about is shown here, step by step."
BROKEN = "This row has numbers that are not finite: they cannot be taken apart."
HEADINGS = (
    "1  q times k, number by number",
    "2  Added up and divided",
    "3  The mask: nobody looks ahead",
    "4  Softmax makes them shares of the row",
)


class WhyPanel(Card):
    """What one cell of the opened head is made of.

    Signals:
        cell_wanted: (int) another token of the same row is to be looked into.
        text_wanted: (int) the first text's cell is, or the second's.

    Args:
        session: Where the numbers come from.

    Attributes:
        strips: q, k and their product.
        rows: From products to shares.
        texts: Says whose numbers these are while there are two texts, and turns to the other's.
    """

    cell_wanted = Signal(int)
    text_wanted = Signal(int)

    def __init__(self, session: Session) -> None:
        self._session = session
        self._place, self._cell = (0, 0), (0, 0)
        self._steps: AttentionRow | None = None
        self._trace: Trace | None = None
        self.strips = SumStrips(
            "productStrips", "q times k, number by number", TIMES, "Nothing is pinned."
        )
        self.rows = SoftmaxRows()
        self._headings = [_label(f"whyHeading{n}", bold=True) for n in range(4)]
        self._sum, self._mask = _label("whySum"), _label("whyMask")
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.texts = Switch("whyTexts", dict(list(COMPARED.items())[:2]))
        column.addWidget(self.texts)
        parts = (self.strips, self._sum, self._mask, self.rows)
        for heading, text, part in zip(self._headings, HEADINGS, parts, strict=True):
            heading.setText(text)
            column.addWidget(heading)
            column.addWidget(part, 1 if part is self.rows else 0)
        self._empty = _label("whyHint")
        self._empty.setText(HINT)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        body = QWidget()
        whole = QVBoxLayout(body)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._empty, 1)
        whole.addWidget(self._body, 1)
        super().__init__(TITLE, CAPTION, body)
        self.setObjectName("whyPanel")
        saving = offer(session, self, "saveWhyButton", self._figure)
        saving.attach(self.strips)
        saving.attach(self.rows)
        self.strips.number_asked.connect(self._explain_entry)
        self.rows.number_asked.connect(self._explain_step)
        self.rows.token_chosen.connect(self.cell_wanted)
        self.texts.chosen.connect(self.text_wanted)
        self.clear()

    def clear(self, hint: str = HINT) -> None:
        """Say what to do."""
        self._steps = self._trace = None
        self.set_title(TITLE)
        self._empty.setText(hint)
        self._empty.show()
        self._body.hide()
        self.strips.clear()
        self.rows.clear()

    def set_cell(
        self,
        trace: Trace,
        place: tuple[int, int],
        cell: tuple[int, int],
        text: int | None = None,
    ) -> None:
        """Take a cell apart.

        Args:
            trace: The pass.
            place: Layer and head.
            cell: Positions of the token that looks and of the one that it looks at.
            text: Whether it is of the first or of the second text, if there are two.
        """
        (layer, head), (row, column) = place, cell
        steps = attention_row(trace, layer, head, row)
        labels = [token.label for token in trace.tokens]
        looking, there = labels[row], labels[column]
        pattern = trace.pattern[layer, head, row].astype(np.float64)
        is_changed = not np.allclose(pattern, steps.weights, atol=1e-4)
        shares = Shares(
            *(labels, row, column, steps.dots, steps.masked, steps.powers, steps.total),
            steps.weights,
            pattern if is_changed else None,
        )
        values = np.stack([steps.q, steps.k[column], steps.products[column]]).astype(np.float32)
        try:
            self.strips.set_data(values, (f"q {looking}", f"{TIMES} k {there}", "= product"))
            self.rows.set_data(shares)
        except ValueError:
            self.clear(BROKEN)
            return
        self._trace, self._place, self._cell, self._steps = trace, place, cell, steps
        self.set_title(f"Why {looking} looks at {there}")
        with QSignalBlocker(self.texts):
            self.texts.choose(SECOND if text == SECOND else FIRST)
        self.texts.setVisible(text is not None)
        self._sum.setText(sum_sentence(steps, column))
        self._mask.setText(mask_sentence(steps, row, column, labels))
        self._empty.hide()
        self._body.show()

    # --- numbers and figures

    def _explain_entry(self, number: tuple[int, int], at: QPoint) -> None:
        model, trace = self._session.language_model, self._trace
        if model is not None and trace is not None and self._steps is not None:
            made = attention_explanations.entry(model, trace, self._place, self._cell, *number)
            explain(self.strips, made, at)

    def _explain_step(self, number: tuple[int, int], at: QPoint) -> None:
        model, trace, steps = self._session.language_model, self._trace, self._steps
        if model is None or trace is None or steps is None:
            return
        token, which = number
        cell = self._cell[0], token
        made = attention_explanations.step(model, trace, self._place, steps, cell, which)
        explain(self.rows, made, at)

    def _figure(self) -> Figure:
        steps, trace, cell = self._steps, self._trace, self._cell
        return Figure("why this cell", self._body, lambda: why_table(trace, steps, cell))


def sum_sentence(steps: AttentionRow, column: int) -> str:
    """What the products come to."""
    dot, score = (_fixed(float(each[column])) for each in (steps.dots, steps.scores))
    width = len(steps.q)
    return (
        f"The {width} products add up to {dot}. Divided by √{width} = {steps.root:.3f}, "
        f"the root of how many numbers q has, that is the score {score}."
    )


def mask_sentence(steps: AttentionRow, row: int, column: int, labels: list[str]) -> str:
    """What the mask does here."""
    looking, there = labels[row], labels[column]
    n_behind = len(labels) - 1 - row
    if column > row:
        return (
            f"{there} comes after {looking}, and nobody may look ahead: the mask puts {MINUS}∞ in "
            f"place of the score, and e to the power of {MINUS}∞ is 0."
        )
    if n_behind == 0:
        return f"{looking} is the last token: nothing comes after it that it may not look at."
    behind = "the token" if n_behind == 1 else f"the {n_behind:,} tokens"
    it = "itself" if column == row else f"{there}, which came before"
    return (
        f"{looking} may look at {it}; {behind} after it get {MINUS}∞ for a score, and so share 0."
    )


def _fixed(value: float) -> str:
    return f"{value:.3f}".replace("-", MINUS)


def _label(name: str, *, bold: bool = False) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    if bold:
        label.setStyleSheet("font-weight: 600;")
    else:
        label.setProperty("role", "caption")
    return label
