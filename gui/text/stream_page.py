"""The residual stream of one token: how long it is, and what every layer adds to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QVBoxLayout

from core.attribution import apart, norms
from gui import theme
from gui.explanation import Explanation, exactly, explain, script, vector
from gui.export import Figure, Table
from gui.figures import offer
from gui.shared_words import BROKEN
from gui.text.comparing import BOTH, DIFFERENCE, ONE, ComparingTab, by_text, positions
from gui.text.explanations import NUMPY, read_again
from gui.text.second_views import Pair
from gui.widgets.card import Card
from gui.widgets.stream_lengths import Part, StreamLengths
from gui.widgets.stream_picture import PURPOSE, StreamPicture
from gui.widgets.token_stepper import TokenStepper

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from core.attribution import Norms
    from core.language_model import LanguageModel
    from core.trace import Array, Trace
    from gui.session import Session

    Row = tuple[str | int | float, ...]

TITLE = "The stream of one token"
CAPTION = (
    "A token is carried through the model as one list of numbers, to which every layer adds. Seen "
    "as an arrow it has a length: the width of the stream here. Lengths do not add up, since what "
    "is added can point elsewhere, or back."
)
APART = (
    "How far the second text's stream is from the first's: the length of the arrow from the one to "
    "the other. The same word at the same place begins as one; what comes in from the side is how "
    "far what a layer adds in the two texts is apart."
)
LOW = 420  # device-independent pixels: a lower page has no room for the caption
# Python for the vector of a part, with its layer or depth and the position.
PYTHON = {
    "token": "trace.token_embed[{1}]",
    "place": "trace.pos_embed[{1}]",
    "attention": "trace.attn_out[{0}, {1}]",
    "feed_forward": "trace.mlp_out[{0}, {1}]",
}


class StreamPage(ComparingTab):
    """One picture, of the selected token; of two texts two, or how far they are apart.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        picture: The figure.
        second: That of the second text.
        stepper: Which token.
    """

    TITLE = "Stream"
    PURPOSE = "How long a token's stream is, and what every layer adds to it"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setObjectName("streamPage")
        self._norms: list[tuple[Trace, Norms]] = []  # of what is shown
        self._traces: list[Trace] = []  # that are shown
        self._at: list[int] = []  # position in each
        self.picture = StreamPicture()
        self.second = StreamPicture("secondStreamPicture", f"{PURPOSE}, in the second text")
        self.stepper = TokenStepper("streamToken", "")
        pictures = self.picture, self.second
        self.pair = Pair(
            session, *pictures, "shownStream", lambda _wide: self.picture.room_for_all()
        )
        self.card = Card(TITLE, CAPTION, self.pair)
        self.card.add_to_header(self.stepper)
        saving = offer(session, self.card, "saveStreamButton", self._figure)
        for side, picture in enumerate(pictures):
            saving.attach(picture)
            picture.number_asked.connect(partial(self._explain, side))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        self.stepper.token_wanted.connect(session.select_token)
        for fact in (session.trace_changed, session.second_changed, session.selection_changed):
            self.follow(fact, self._show)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the caption gives up lines."""
        super().resizeEvent(event)
        self.card.set_cramped(self.height() < theme.px(LOW))

    @property
    def shown(self) -> Trace | None:
        """See `ComparingTab`."""
        return self._traces[0] if self._traces else None

    def show_compared(self) -> None:
        """One picture, two, or that of the difference."""
        self._show()

    def _show(self) -> None:
        first, second = self._session.trace, self._session.second
        self.pair.set_wanted(self.compared == BOTH)
        self.card.set_caption(APART if self.compared == DIFFERENCE else CAPTION)
        if first is None:
            self._norms, self._traces, self._at = [], [], []
            for picture in (self.picture, self.second):
                picture.clear()
            self.stepper.set_data((), 0)
            return
        at, other = positions(first, second, self._session.selection.focus)
        self._traces, self._at = [first], [at]
        if self.compared != ONE and second is not None and other is not None:
            self._traces, self._at = [first, second], [at, other]
        self.stepper.set_data([token.label for token in first.tokens], at)
        try:
            self._show_lengths()
        except ValueError:
            for picture in (self.picture, self.second):
                picture.clear(BROKEN)

    def _show_lengths(self) -> None:
        if self.compared == DIFFERENCE:
            self.picture.set_data(_apart(self._traces, self._at))
            return
        self._norms = [(trace, self._norms_of(trace)) for trace in self._traces]
        shown = [
            _lengths(trace, at, made)
            for (trace, made), at in zip(self._norms, self._at, strict=True)
        ]
        self.picture.set_data(*shown)
        if len(shown) == 2:
            self.second.set_data(*reversed(shown))
        self.pair.arrange_again()

    def _norms_of(self, trace: Trace) -> Norms:
        """Those that are known, or computed now: a millisecond, or a few."""
        known = (made for of, made in self._norms if of is trace)
        return next(known, None) or norms(trace)

    def _shown(self) -> list[tuple[Trace, int]]:
        """The texts, and the position in each."""
        return list(zip(self._traces, self._at, strict=True))

    # --- numbers that were asked for

    def _explain(self, side: int, part: Part, at: QPoint) -> None:
        model, picture = self._session.language_model, (self.picture, self.second)[side]
        lengths = picture.lengths
        if model is None or lengths is None or side >= len(self._traces):
            return
        shown = self._shown()
        if not lengths.is_apart:
            shown = [shown[side]]
        explain(picture, _explained(model, shown, part, lengths), at)

    def _figure(self) -> Figure:
        if self.compared == DIFFERENCE:
            return Figure("streams apart", self.picture, lambda: apart_table(self._shown()))
        traces = list(self._traces)
        return Figure(
            "stream",
            self.pair if self.pair.is_comparing else self.picture,
            lambda: by_text([table(trace) for trace in traces] or [Table(HEADER, [])]),
        )


def _lengths(trace: Trace, at: int, made: Norms) -> StreamLengths:
    """Those of one token."""
    return StreamLengths(
        trace.tokens[at].label,
        float(made.token[at]),
        float(made.place[at]),
        made.stream[:, at],
        made.attention[:, at],
        made.feed_forward[:, at],
    )


def _apart(traces: list[Trace], at: list[int]) -> StreamLengths:
    """How far a token of one text is from one of another."""
    (first, second), (here, there) = traces, at
    made = apart(first, second, here, there)
    labels = first.tokens[here].label, second.tokens[there].label
    label = f"{labels[0]} in both texts" if labels[0] == labels[1] else " and ".join(labels)
    columns = (made.stream, made.attention, made.feed_forward)
    stream, attention, feed_forward = (each[:, 0] for each in columns)
    ends = float(made.token[0]), float(made.place[0])
    return StreamLengths(label, *ends, stream, attention, feed_forward, is_apart=True)


def _explained(
    model: LanguageModel, shown: list[tuple[Trace, int]], part: Part, lengths: StreamLengths
) -> Explanation:
    """How long a vector is, or the difference of two."""
    if part.kind == "stream":
        code = "trace.resid_pre[0, {1}]" if part.at == 0 else "trace.resid_post[{0}, {1}]"
        layer = part.at - 1
    else:
        code, layer = PYTHON[part.kind], part.at
    lines, operands, vectors = [], [], []
    for name, which, (trace, at) in zip("vw", ("first", "second"), shown, strict=False):
        vectors.append(_vector(trace, at, part).astype(np.float64))
        lines += [*read_again(model, trace), f"{name} = {code.format(layer, at)}.astype(float)"]
        of = f", in the {which} text" if lengths.is_apart else ", its numbers"
        operands.append((f"{name}{of}", vector(vectors[-1])))
    if lengths.is_apart:
        formula = "distance = √(sum of the squares of w \N{MINUS SIGN} v)"
        squares, code = float(((vectors[1] - vectors[0]) ** 2).sum()), "((w - v) ** 2).sum()"
    else:
        formula = "length = √(sum of the squares of its numbers)"
        squares, code = float((vectors[0] ** 2).sum()), "(v * v).sum()"
    lines.append(f"print(np.sqrt({code}))")
    return Explanation(
        lengths.said(part).rsplit(":", 1)[0],
        formula,
        (*operands, ("sum of the squares", exactly(squares))),
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


HEADER = ("position", "token", "depth", "stream", "attention adds", "feed-forward adds")


def table(trace: Trace) -> Table:
    """All lengths, of every token."""
    made, rows = norms(trace), []
    for at, token in enumerate(trace.tokens):
        rows += _rows(made, at, (at + 1, token.label))
    return Table(HEADER, rows)


def apart_table(shown: list[tuple[Trace, int]]) -> Table:
    """The distances that the picture shows, at the token of the first text."""
    if len(shown) < 2:
        return Table(HEADER, [])
    (first, at), (second, other) = shown
    made = apart(first, second, at, other)
    return Table(HEADER, _rows(made, 0, (at + 1, first.tokens[at].label)))


def _rows(made: Norms, at: int, begins: Row) -> list[Row]:
    """One a depth."""
    rows: list[Row] = []
    for depth, length in enumerate(made.stream[:, at].tolist()):
        added = (float(values[depth - 1, at]) for values in (made.attention, made.feed_forward))
        rows.append((*begins, depth, length, *(added if depth else ("", ""))))
    return rows
