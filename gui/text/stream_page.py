"""The residual stream of one token: how long it is, and what every layer adds to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QVBoxLayout

from core.attribution import norms
from gui import theme
from gui.explanation import Explanation, exactly, explain, script, vector
from gui.export import Figure, Table
from gui.figures import offer
from gui.tabs.tab import Tab
from gui.text.explanations import NUMPY, read_again
from gui.widgets.card import Card
from gui.widgets.stream_lengths import Part, StreamLengths
from gui.widgets.stream_picture import StreamPicture
from gui.widgets.token_stepper import TokenStepper

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from core.attribution import Norms
    from core.language_model import LanguageModel
    from core.trace import Array, Trace
    from gui.session import Session

TITLE = "The stream of one token"
CAPTION = (
    "A token is carried through the model as one list of numbers, to which every layer adds. Seen "
    "as an arrow it has a length: the width of the stream here. Lengths do not add up, since what "
    "is added can point elsewhere, or back."
)
BROKEN = "This model has numbers that are not finite: there is nothing sensible to show here."
LOW = 420  # device-independent pixels: a lower page has no room for the caption
# Python for the vector of a part, with its layer or depth and the position.
PYTHON = {
    "token": "trace.token_embed[{1}]",
    "place": "trace.pos_embed[{1}]",
    "attention": "trace.attn_out[{0}, {1}]",
    "feed_forward": "trace.mlp_out[{0}, {1}]",
}


class StreamPage(Tab):
    """One picture, of the selected token.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        picture: The figure.
        stepper: Which token.
    """

    TITLE = "Stream"
    PURPOSE = "How long a token's stream is, and what every layer adds to it"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("streamPage")
        self._session = session
        self._norms: Norms | None = None
        self._of: Trace | None = None  # they are
        self._at = 0
        self.picture = StreamPicture()
        self.stepper = TokenStepper("streamToken", "")
        self.card = Card(TITLE, CAPTION, self.picture)
        self.card.add_to_header(self.stepper)
        offer(session, self.card, "saveStreamButton", self._figure).attach(self.picture)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        self.stepper.token_wanted.connect(session.select_token)
        self.picture.number_asked.connect(self._explain)
        self.follow(session.trace_changed, self._show)
        self.follow(session.selection_changed, self._show)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the caption goes behind the title."""
        super().resizeEvent(event)
        self.card.set_cramped(self.height() < theme.px(LOW))

    def _show(self) -> None:
        trace = self._session.trace
        if trace is None:
            self._norms = self._of = None
            self.picture.clear()
            self.stepper.set_data((), 0)
            return
        if trace is not self._of:
            self._norms, self._of = norms(trace), trace  # a millisecond, or a few
        focus, last = self._session.selection.focus, len(trace.tokens) - 1
        self._at = at = last if focus is None else min(focus, last)
        labels = [token.label for token in trace.tokens]
        self.stepper.set_data(labels, at)
        made = self._norms
        assert made is not None
        try:
            self.picture.set_data(
                StreamLengths(
                    labels[at],
                    float(made.token[at]),
                    float(made.place[at]),
                    made.stream[:, at],
                    made.attention[:, at],
                    made.feed_forward[:, at],
                )
            )
        except ValueError:
            self.picture.clear(BROKEN)

    def _explain(self, part: Part, at: QPoint) -> None:
        model, lengths = self._session.language_model, self.picture.lengths
        if model is not None and self._of is not None and lengths is not None:
            explain(self.picture, _explained(model, self._of, self._at, part, lengths), at)

    def _figure(self) -> Figure:
        trace, made = self._of, self._norms
        return Figure("stream", self.picture, lambda: table(trace, made))


def _explained(
    model: LanguageModel, trace: Trace, position: int, part: Part, lengths: StreamLengths
) -> Explanation:
    """How long a vector is."""
    if part.kind == "stream":
        code = "trace.resid_pre[0, {1}]" if part.at == 0 else "trace.resid_post[{0}, {1}]"
        layer = part.at - 1
    else:
        code, layer = PYTHON[part.kind], part.at
    values = _vector(trace, position, part)
    lines = [
        *read_again(model, trace),
        f"v = {code.format(layer, position)}.astype(float)",
        "print(np.sqrt((v * v).sum()))",
    ]
    squares = float((values.astype(np.float64) ** 2).sum())
    return Explanation(
        lengths.said(part).split(":")[0],
        "length = √(sum of the squares of its numbers)",
        (("v, its numbers", vector(values)), ("sum of the squares", exactly(squares))),
        exactly(lengths.of(part)),
        script(model.info.folder, lines, (NUMPY,)),
    )


def _vector(trace: Trace, at: int, part: Part) -> Array:
    """(C,) the numbers of a part."""
    arrays: dict[str, Array] = {
        "token": trace.token_embed,
        "place": trace.pos_embed,
        "stream": trace.resid_pre[0] if part.at == 0 else trace.resid_post[part.at - 1],
        "attention": trace.attn_out[part.at - (part.kind == "stream")],
        "feed_forward": trace.mlp_out[part.at - (part.kind == "stream")],
    }
    own: Array = arrays[part.kind][at]
    return own


def table(trace: Trace | None, made: Norms | None) -> Table:
    """All lengths, of every token."""
    header = ("position", "token", "depth", "stream", "attention adds", "feed-forward adds")
    if trace is None or made is None:
        return Table(header, [])
    rows = []
    for at, token in enumerate(trace.tokens):
        for depth, length in enumerate(made.stream[:, at].tolist()):
            added = (values[depth - 1, at] for values in (made.attention, made.feed_forward))
            parts = [float(one) for one in added] if depth else ["", ""]
            rows.append((at + 1, token.label, depth, length, *parts))
    return Table(header, rows)
