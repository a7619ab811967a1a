"""In which ways the text may go on: a tree that grows in the background, the likeliest first."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from core.errors import UserError
from core.futures import Limits
from gui import theme
from gui.autocomplete import futures_words as words
from gui.explanation import explain
from gui.export import Figure, Table
from gui.figures import offer
from gui.tabs.tab import Tab
from gui.text.naming import naming
from gui.widgets.boxes import push_button
from gui.widgets.card import Card
from gui.widgets.futures_key import FuturesKey
from gui.widgets.futures_scene import FutureNode, FuturesScene
from gui.widgets.futures_tree import FuturesTree

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from core.futures import Futures
    from core.language_model import LanguageModel
    from core.trace import Trace
    from gui.jobs import Job
    from gui.session import Session

KIND = "futures"
WIDE = 860  # device-independent pixels: in a wider page every sentence has one line
FIRST_S = 0.016  # after the text is read, the window has so long to show what comes at once
FRAME_S = 0.016  # after that it is shown so often how the tree has grown
LOW = 460  # device-independent pixels: a lower page has no room for the caption
SPINS = {  # of `Limits`: what stands beside it, its name for a screen reader, and its range
    "depth": ("Ahead", "How many tokens to look ahead", 1, 12),
    "width": ("Branches", "How many tokens to look at after each path", 1, 8),
    "beam": ("Beam", "How many paths beam search keeps", 1, 8),
    "n_nodes": ("Size", "How many tokens the tree may have", 10, 1000),
}


@dataclass(frozen=True, eq=False)
class Grown:
    """A tree, as far as it has grown, and of what it is."""

    model: LanguageModel
    trace: Trace
    limits: Limits
    tree: Futures
    ms: float  # since it began


class FuturesPage(Tab):
    """One figure and what is asked of it.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        tree: The figure.
        grown: What it shows.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("futuresPage")
        self._session = session
        self._limits = Limits()
        self._was_stopped = False
        self.grown: Grown | None = None
        self.tree = FuturesTree()
        self._lay_out()
        self.tree.path_chosen.connect(self._adopt)
        self.tree.current_changed.connect(self._on_current)
        self.tree.number_asked.connect(self._explain_share)
        self.tree.path_asked.connect(self._explain_path)
        self.follow(session.model_changed, self._on_text)
        self.follow(session.trace_changed, self._on_text)
        self.follow(session.generating_changed, self._on_text)

    # --- making it

    def _lay_out(self) -> None:
        self._spins = {name: self._spin(name, *about) for name, about in SPINS.items()}
        self._stop = push_button(
            "Stop", "stopFuturesButton", "Let the tree grow no more", self._on_stop
        )
        self._stop.setEnabled(False)
        controls = QHBoxLayout()
        controls.setSpacing(theme.INSIDE)
        for name, spin in self._spins.items():
            label = QLabel(SPINS[name][0])
            label.setBuddy(spin)
            label.setToolTip(words.TIPS[name])
            controls.addWidget(label)
            controls.addWidget(spin)
        self._see = tuple(
            push_button(f"See {name}", f"see{name.capitalize()}Button", purpose, does)
            for name, purpose, does in (
                ("greedy", "Show the path that takes the likeliest token each time", self._greedy),
                ("beam", "Show the likeliest path that beam search found", self._beam),
            )
        )
        controls.addStretch(1)
        for button in self._see:
            controls.addWidget(button)
        self._searches, self._facts, self._path = _line("searchesLabel"), _line(""), _line("")
        self._path.setText(words.POINT)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(controls)
        column.addWidget(self.tree, 1)
        column.addWidget(self._path)
        column.addWidget(self._searches)
        column.addWidget(self._facts)
        self.card = Card(words.TITLE, words.CAPTION, body)
        self.card.keep_room((words.CAPTION,))
        self.card.add_to_header(FuturesKey())
        self.card.add_to_header(self._stop)
        offer(self._session, self.card, "saveFuturesButton", self._figure).attach(self.tree)
        page = QVBoxLayout(self)
        page.setContentsMargins(*(theme.INSIDE,) * 4)
        page.addWidget(self.card)
        self._fit()
        theme.sizes.changed.connect(self._fit)

    def _spin(self, name: str, _title: str, purpose: str, least: int, most: int) -> QSpinBox:
        spin = QSpinBox()
        spin.setObjectName(f"futures_{name}")
        spin.setAccessibleName(purpose)
        spin.setToolTip(words.TIPS[name])
        spin.setRange(least, most)
        spin.setSingleStep(50 if name == "n_nodes" else 1)
        spin.setValue(getattr(self._limits, name))
        spin.setKeyboardTracking(False)  # not at every digit
        spin.valueChanged.connect(lambda value: self._on_limit(name, value))
        return spin

    def _fit(self) -> None:
        """Room for all that may be said, so that nothing moves as it changes."""
        high = QFontMetrics(theme.font(theme.SMALL)).lineSpacing()
        n_lines = 1 if self.width() > theme.px(WIDE) else 2
        for label, n in ((self._searches, n_lines), (self._path, 2), (self._facts, n_lines)):
            label.setFixedHeight(n * high + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the caption gives up lines."""
        super().resizeEvent(event)
        self.card.set_cramped(self.height() < theme.px(LOW))
        self._fit()

    @property
    def shown(self) -> Trace | None:
        """The text that is shown; None while there is none."""
        return None if self.grown is None else self.grown.trace

    # --- growing

    def _on_limit(self, name: str, value: int) -> None:
        limits = replace(self._limits, **{name: value})
        if limits.beam > limits.width:  # beam search never looks at more than there are
            other = "width" if name == "beam" else "beam"
            limits = replace(limits, **{other: value})
            with QSignalBlocker(self._spins[other]):
                self._spins[other].setValue(value)
        self._limits = limits
        self._on_text()

    def _on_text(self) -> None:
        """Let another tree grow, in the background."""
        session, limits = self._session, self._limits
        model, trace = session.language_model, session.trace
        self._was_stopped = False
        if model is None or trace is None or session.is_generating():
            session.studies.cancel(KIND)
            writing = words.WRITING if session.is_generating() else words.EMPTY
            self._clear(words.NO_MODEL if model is None else writing)
            return
        if self._is_known(model, trace):
            return
        session.studies.submit(
            KIND,
            lambda job: _grow(model, trace, limits, job),
            self._show,
            self._on_error,
            self._show,
        )
        self._stop.setEnabled(True)

    def _is_known(self, model: LanguageModel, trace: Trace) -> bool:
        """Whether the tree that is shown is the one that is wanted, as large as it gets."""
        grown = self.grown
        return (
            grown is not None
            and grown.model is model
            and grown.trace is trace
            and grown.limits == self._limits
            and grown.tree.is_done
        )

    def _on_stop(self) -> None:
        self._session.studies.cancel(KIND)
        self._was_stopped = True
        self._show_words()

    def _show(self, grown: Grown) -> None:
        """More of a tree is known."""
        before, self.grown = self.grown, grown
        same = before is not None and before.trace is grown.trace and before.limits == grown.limits
        label = naming(grown.model)
        self.tree.set_data(_scene(grown, label), same=same)
        self._show_words()

    def _show_words(self) -> None:
        grown = self.grown
        self._stop.setEnabled(self._session.studies.is_busy(KIND))
        for button in self._see:
            button.setEnabled(grown is not None)
        if grown is None:
            return
        label = naming(grown.model)
        self._searches.setText(words.searches(grown.tree, label))
        self._facts.setText(words.facts(grown.tree, grown.ms, was_stopped=self._was_stopped))

    def _on_error(self, error: BaseException) -> None:
        """Say why there is none; scores that are no numbers the session has told of already."""
        if isinstance(error, UserError):
            is_broken = "not numbers" in str(error)
            self._clear(words.BROKEN if is_broken else str(error))
        else:
            self._clear(words.BROKEN)
            self._session.report_error(error)

    def _clear(self, hint: str) -> None:
        self.grown = None
        self.tree.clear(hint)
        for label in (self._searches, self._facts):
            label.setText("")
        self._show_words()

    # --- choosing

    def _greedy(self) -> None:
        if self.grown is not None:
            self.tree.show_path(self.grown.tree.greedy[-1])

    def _beam(self) -> None:
        if self.grown is not None:
            self.tree.show_path(self.grown.tree.beams[0][-1])

    def _on_current(self, place: int | None) -> None:
        self._path.setText(words.POINT if place is None else self.tree.said(place))

    def _adopt(self, place: int) -> None:
        """Let the text go on along the path to a node."""
        grown = self.grown
        if grown is None or grown.trace is not self._session.trace:
            return  # of a text that is no longer there
        tokens = [grown.tree.nodes[each].token for each in grown.tree.path(place)]
        tokenizer = grown.model.tokenizer
        if tokens == [tokenizer.end_of_text]:
            self._session.append_token(tokens[0])
            return
        tokens = [token for token in tokens if token != tokenizer.end_of_text]
        self._session.add_tokens(self._session.drawn_ids() or self._session.prompt, tokens)

    # --- numbers that were asked for, and the figure as a file

    def _explain_share(self, place: int, at: QPoint) -> None:
        grown = self.grown
        if grown is not None:
            label = naming(grown.model)
            made = words.share(grown.model, grown.trace, grown.tree, place, label)
            explain(self.tree, made, at)

    def _explain_path(self, place: int, at: QPoint) -> None:
        grown = self.grown
        if grown is not None:
            label = naming(grown.model)
            made = words.product(grown.model, grown.trace, grown.tree, place, label)
            explain(self.tree, made, at)

    def _figure(self) -> Figure:
        grown = self.grown
        return Figure("futures", self.tree, lambda: _table(grown))


def _grow(model: LanguageModel, trace: Trace, limits: Limits, job: Job) -> Grown:
    """On the lane: report at once what comes next, and once a frame how the tree has grown.

    What comes next is known from the text's own scores. It is painted before anything is read:
    both at once would take turns, and one would wait for both.
    """
    begun = time.perf_counter()
    shown = rested = 0.0
    for tree in model.futures(trace, limits, job.cancelled):
        now = time.perf_counter()
        grown = Grown(model, trace, limits, tree, 1000 * (now - begun - rested))
        if now - shown >= FRAME_S and not tree.is_done:
            job.report(grown)
            if not shown:
                job.rest(FIRST_S)
                rested = time.perf_counter() - now
            shown = now
    return grown


def _scene(grown: Grown, label: Callable[[int], str]) -> FuturesScene:
    tree = grown.tree
    return FuturesScene(
        nodes=tuple(
            FutureNode(
                label=label(node.token),
                parent=node.parent,
                depth=node.depth,
                probability=node.probability,
                path=node.path,
                ends=node.ends,
            )
            for node in tree.nodes
        ),
        greedy=frozenset(tree.greedy),
        beams=tuple(frozenset(beam) for beam in tree.beams),
        depth=grown.limits.depth,
    )


def _table(grown: Grown | None) -> Table:
    """Every token of the tree with its path."""
    header = ("node", "parent", "depth", "id", "token", "probability", "path", "greedy", "beam")
    if grown is None:
        return Table(header, [])
    tree, label = grown.tree, naming(grown.model)
    beams = {place: rank for rank, way in reversed(list(enumerate(tree.beams, 1))) for place in way}
    rows = [
        (
            *(place + 1, "" if node.parent is None else node.parent + 1, node.depth, node.token),
            *(label(node.token), node.probability, node.path),
            *(int(place in tree.greedy), beams.get(place, "")),
        )
        for place, node in enumerate(tree.nodes)
    ]
    return Table(header, rows)


def _line(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setProperty("role", "caption")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return label
