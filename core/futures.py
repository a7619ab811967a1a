"""The tree of futures: what may come next, and after that, as far as one wants to look.

The likeliest continuations are opened first. Each token is read only once, behind all that its
path shares with others, and several at a time: on one line of keys and values lie the text and
then the branches, of which every token sees its own path alone. What is opened next does not
depend on how many are read at a time.

Notation as in `core.inference`: S tokens looked at, L layers, H heads, D head width, V vocabulary.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.errors import UserError
from core.inference import Apart, cache, head, read, scratch, unseen
from core.interventions import Interventions, why_not
from core.sampling import best, softmax
from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from core.config import ModelConfig
    from core.inference import Floats, See, Weights
    from core.interventions import Change, Means
    from core.trace import Trace

    Ids = tuple[int, ...]  # places in `Futures.nodes`

# Read together. Of 1, 2, 4, 8, 16 and 32, eight were the fastest for the bundled model.
BATCH = 8
MOST = {"depth": 64, "width": 64, "n_nodes": 20_000, "beam": 64}


@dataclass(frozen=True)
class Limits:
    """How far to look.

    Attributes:
        depth: Tokens ahead.
        width: The likeliest tokens that are looked at after each path.
        n_nodes: Tokens in the tree, at most, unless greedy and beam search alone take more.
        beam: Paths that beam search keeps; no more than `width` make a difference.

    Raises:
        UserError: One of them is not a positive whole number, or absurd.
    """

    depth: int = 5
    width: int = 3
    n_nodes: int = 200
    beam: int = 3

    def __post_init__(self) -> None:
        for name, most in MOST.items():
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
                raise UserError(f"{name} must be a whole number from 1 to {most:,}, not {value}.")


@dataclass(frozen=True)
class Future:
    """A token that may come, after those on the path to it.

    Attributes:
        parent: Place of the token before it in `Futures.nodes`; None for what comes at once.
        token: Its id.
        depth: 1 for what comes at once.
        rank: Among all tokens that may come there; 0 is the likeliest.
        probability: After the path to it.
        path: Of the path with it: its probability times that of the path to it.
        ends: It is the mark that the text is over: nothing comes after it.
    """

    parent: int | None
    token: int
    depth: int
    rank: int
    probability: float
    path: float
    ends: bool


@dataclass(frozen=True)
class Futures:
    """A tree, as far as it has grown.

    Attributes:
        nodes: Its tokens, each behind its parent, siblings by probability.
        others: What all tokens that are not in the tree have after the path to each node; None
            where it was not looked further. The first is that of the text itself.
        greedy: Path that takes the likeliest token each time, as far as it is known.
        beams: Paths that beam search keeps, the likeliest first.
        n_read: Tokens that the model read for it.
        n_forgotten: Tokens at the text's start that had to be forgotten to make room.
        is_done: It grows no more.
    """

    nodes: tuple[Future, ...]
    others: tuple[float | None, ...]
    greedy: Ids
    beams: tuple[Ids, ...]
    n_read: int
    n_forgotten: int
    is_done: bool

    def path(self, node: int | None) -> Ids:
        """The places of the nodes on the way to one, itself the last."""
        way: list[int] = []
        while node is not None:
            way.append(node)
            node = self.nodes[node].parent
        return tuple(reversed(way))

    @property
    def covered(self) -> float:
        """How probable it is that the text goes on as one of the tree's paths does."""
        ahead = zip(self.nodes, self.others[1:], strict=True)
        return sum(node.path for node, others in ahead if others is None)


class Start(NamedTuple):
    """A text that was read.

    Attributes:
        keys: (L, H, S, D).
        values: (L, H, S, D).
        logits: (V,) scores of what comes next.
        changes: What is different in the pass, also in what comes.
        n_forgotten: Tokens at the text's start that are not in it.
    """

    keys: Floats
    values: Floats
    logits: Floats
    changes: tuple[Change, ...] = ()
    n_forgotten: int = 0


def start(weights: Weights, trace: Trace, depth: int, average: Means | None = None) -> Start:
    """Go on from a trace; if its context is too full, from as much of its end as leaves room.

    Args:
        weights: That made the trace.
        trace: The text.
        depth: How far one wants to look.
        average: What "mean" stands for in the trace's changes; needed where one asks for it.

    Raises:
        UserError: Even without the text there is no room.
    """
    context, n_tokens = weights.config.context, len(trace.ids)
    room = context - depth + 1  # the last tokens that may come are not read
    if room < 1:
        raise UserError(f"This model looks at {context} tokens: it cannot see {depth} ahead.")
    if n_tokens <= room:
        return Start(trace.k, trace.v, trace.logits[-1], trace.changes)
    ids = trace.ids[-room:].tolist()
    changes = tuple(each for each in trace.changes if not why_not(each, weights.config, ids))
    keys, values = cache(weights.config, room, weights.wte.dtype)
    see = _see(weights.config, changes, average, 0)
    x = read(weights, ids, *scratch(room, keys, values, weights), see)[-1]
    return Start(keys, values, head(weights, x), changes, n_tokens - room)


def futures(
    weights: Weights,
    text: Start,
    limits: Limits,
    end_of_text: int | None = None,
    average: Means | None = None,
    cancelled: Callable[[], bool] = never,
    batch: int = BATCH,
) -> Iterator[Futures]:
    """Let the tree of futures grow.

    Greedy and beam search go first, so that their paths are in it; then always the likeliest path
    is opened of those that are not yet.

    Args:
        weights: Of the model.
        text: Where it starts.
        limits: How far to look.
        end_of_text: Id of the mark that the text is over, if there is one.
        average: What "mean" stands for in the text's changes.
        cancelled: Asked before anything is read.
        batch: How many tokens are read at a time; changes nothing but the speed.

    Yields:
        The tree, larger each time; the last is done.

    Raises:
        Cancelled: `cancelled` said yes.
        UserError: The scores are not numbers, because some weights are not.
    """
    tree = _Tree(weights, text, limits, end_of_text, average, cancelled)
    tree.open(None)
    yield tree.so_far()
    for _ in range(1, limits.depth):
        if tree.search_on():
            yield tree.so_far()
    while tree.read_likeliest(batch):
        tree.open_likeliest()
        yield tree.so_far()
    yield tree.so_far(is_done=True)


class _Ahead(NamedTuple):
    """What comes after a path: the likeliest tokens, and all others together."""

    ids: tuple[int, ...]
    probabilities: tuple[float, ...]
    others: float


class _Tree:
    """A tree that grows.

    Attributes:
        nodes: As of `Futures`.
    """

    def __init__(
        self,
        weights: Weights,
        text: Start,
        limits: Limits,
        end_of_text: int | None,
        average: Means | None,
        cancelled: Callable[[], bool],
    ) -> None:
        self._limits, self._end_of_text, self._cancelled = limits, end_of_text, cancelled
        self._width = min(limits.width, text.logits.size)
        self._beam = min(limits.beam, self._width)
        self._branches = _Branches(weights, text, average)
        self.nodes: list[Future] = []
        self._children: dict[int | None, list[int]] = {}  # of those that are open
        self._ahead: dict[int | None, _Ahead] = {None: self._look(text.logits)}
        self._others: dict[int | None, float] = {}
        self._frontier: list[tuple[float, int]] = []  # a heap: what can be opened, likeliest first
        self._greedy: tuple[int, ...] = ()
        self._beams: tuple[tuple[int, ...], ...] = ((),)
        self._n_forgotten = text.n_forgotten

    def so_far(self, *, is_done: bool = False) -> Futures:
        """The tree as a value."""
        places = (None, *range(len(self.nodes)))
        return Futures(
            nodes=tuple(self.nodes),
            others=tuple(self._others.get(place) for place in places),
            greedy=self._greedy,
            beams=self._beams,
            n_read=self._branches.n_read,
            n_forgotten=self._n_forgotten,
            is_done=is_done,
        )

    # --- opening

    def open(self, place: int | None) -> None:
        """Put what comes after a node into the tree; the model has read it."""
        ahead = self._ahead.pop(place)
        before = None if place is None else self.nodes[place]
        path, depth = (1.0, 0) if before is None else (before.path, before.depth)
        self._others[place] = ahead.others
        self._children[place] = list(range(len(self.nodes), len(self.nodes) + len(ahead.ids)))
        pairs = zip(ahead.ids, ahead.probabilities, strict=True)
        for rank, (token, probability) in enumerate(pairs):
            ends = token == self._end_of_text
            node = Future(place, token, depth + 1, rank, probability, path * probability, ends)
            if not ends and node.depth < self._limits.depth:
                heapq.heappush(self._frontier, (-node.path, len(self.nodes)))
            self.nodes.append(node)
        if place is None:
            self._step()

    def search_on(self) -> bool:
        """Let greedy and beam search go one token further; false if they are at their ends."""
        tips = {way[-1] for way in (self._greedy, *self._beams)}
        wanted = sorted(tip for tip in tips if self._can_open(tip))
        if not wanted:
            return False
        self._read(wanted)
        for place in wanted:
            self.open(place)
        self._step()
        return True

    def read_likeliest(self, batch: int) -> bool:
        """Have what is opened next read, and some of what may come then; false if none is."""
        place = self._next()
        if place is None:
            return False
        if place not in self._ahead:
            n_wanted = max(1, min(batch, self._n_more() - len(self._ahead)))
            likeliest = heapq.nsmallest(n_wanted + len(self._ahead), self._frontier)
            known = self._ahead.keys() | self._children.keys()
            unread = [place for _, place in likeliest if place not in known]
            self._read(unread[:n_wanted])
        return True

    def open_likeliest(self) -> None:
        """Open one path after the other, the likeliest first, as far as they were read."""
        while (place := self._next()) in self._ahead:
            heapq.heappop(self._frontier)
            self.open(place)

    def _n_more(self) -> int:
        """How many nodes there is room to open."""
        return (self._limits.n_nodes - len(self.nodes)) // self._width

    def _next(self) -> int | None:
        """The likeliest path that can be opened."""
        while self._frontier and self._frontier[0][1] in self._children:
            heapq.heappop(self._frontier)  # a search has opened it
        return self._frontier[0][1] if self._frontier and self._n_more() > 0 else None

    def _can_open(self, place: int) -> bool:
        node = self.nodes[place]
        is_last = node.ends or node.depth >= self._limits.depth
        return not is_last and place not in self._children

    # --- greedy and beam search

    def _step(self) -> None:
        """Choose among what was opened."""
        last = self._greedy[-1] if self._greedy else None
        if last in self._children:
            self._greedy = (*self._greedy, self._children[last][0])
        grown: list[tuple[int, ...]] = []
        for way in self._beams:
            after = self._children.get(way[-1] if way else None, ())
            grown += [(*way, place) for place in after[: self._beam]] or [way]
        grown.sort(key=lambda way: -self.nodes[way[-1]].path)  # stable: of equals the first found
        self._beams = tuple(grown[: self._beam])

    # --- reading

    def _read(self, places: Sequence[int]) -> None:
        if self._cancelled():
            raise Cancelled
        logits = self._branches.read([(place, self.nodes[place]) for place in places])
        for place, scores in zip(places, logits, strict=True):
            self._ahead[place] = self._look(scores)

    def _look(self, logits: Floats) -> _Ahead:
        probabilities = softmax(logits)
        ids = best(probabilities, self._width)
        own = probabilities[ids]
        return _Ahead(tuple(ids.tolist()), tuple(own.tolist()), max(0.0, 1.0 - float(own.sum())))


class _Branches:
    """Reads tokens that go on from one text in different ways, each seeing its own path alone.

    Args:
        weights: Of the model.
        text: That they go on from.
        average: What "mean" stands for.

    Attributes:
        n_read: How many were read.
    """

    def __init__(self, weights: Weights, text: Start, average: Means | None) -> None:
        self._weights, self._changes, self._average = weights, text.changes, average
        self._n_text: int = text.keys.shape[2]
        self._n_seen = self._n_text
        self._keys, self._values = text.keys, text.values
        self._path: dict[int | None, list[int]] = {None: []}  # where a node's path lies on the line

    @property
    def n_read(self) -> int:
        return self._n_seen - self._n_text

    def read(self, wanted: Sequence[tuple[int, Future]]) -> Floats:
        """(T, V) scores of what comes after each of T nodes; their parents were read before."""
        n_past, n_new = self._n_seen, len(wanted)
        n_seen = n_past + n_new
        self._make_room(n_seen)
        mask = np.full((n_new, n_seen), -np.inf, self._keys.dtype)  # (T, S)
        mask[:, : self._n_text] = 0
        for row, (place, node) in enumerate(wanted):
            path = self._path[place] = [*self._path[node.parent], n_past + row]
            mask[row, path] = 0
        depths = np.array([node.depth for _, node in wanted])
        rooms = scratch(
            n_new, self._keys[:, :, :n_seen], self._values[:, :, :n_seen], self._weights
        )
        see = _see(self._weights.config, self._changes, self._average, n_past)
        ids = [node.token for _, node in wanted]
        x = read(self._weights, ids, *rooms, see, Apart(self._n_text + depths - 1, mask))
        self._n_seen = n_seen
        return head(self._weights, x)

    def _make_room(self, n_seen: int) -> None:
        """The line grows by half of itself at a time."""
        room = self._keys.shape[2]
        if room >= n_seen:
            return
        longer = cache(self._weights.config, n_seen + room // 2 + BATCH, self._weights.wte.dtype)
        for new, old in zip(longer, (self._keys, self._values), strict=True):
            new[:, :, : self._n_seen] = old[:, :, : self._n_seen]
        self._keys, self._values = longer


def _see(config: ModelConfig, changes: Iterable[Change], average: Means | None, n_past: int) -> See:
    acting = tuple(changes)
    return Interventions(acting, average, config.n_layers, n_past).see if acting else unseen


def parting(found: Futures) -> int | None:
    """How deep greedy and beam search first part, 1 for the next token; None if nowhere."""
    ways = zip(found.greedy, found.beams[0] if found.beams else (), strict=False)
    for depth, (one, other) in enumerate(ways, start=1):
        if one != other:
            return depth
    return None
