"""The tree of futures: what may come next, and after that, as far as one wants to look.

A path of tokens is in the tree if it is among the likeliest of all paths, however long. Each token
is read only once, behind all that its path shares with others, and several at a time. What is in
the tree does not depend on how many are read at a time.

Notation: V vocabulary.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.branches import Branches, Start, Twig
from core.errors import UserError
from core.sampling import best, softmax
from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from core.inference import Floats, Weights
    from core.interventions import Means

    Ids = tuple[int, ...]  # places in `Futures.nodes`

# Read together, at most: what comes after a sure token is known only once that was read. A tree of
# 200 of the bundled model took 249 to 410 ms with 1 at a time, 151 to 220 with 8, 130 to 181 with
# 16 and 122 to 167 with 32, on a busy machine.
BATCH = 16
MOST = {"depth": 64, "width": 64, "n_nodes": 20_000, "beam": 64}


@dataclass(frozen=True)
class Limits:
    """How far to look.

    Attributes:
        depth: Tokens ahead.
        width: The likeliest tokens that are looked at after each path.
        n_nodes: Tokens in the tree, unless there are fewer, or greedy and beam search take more.
        beam: Paths that beam search keeps; no more than `width` make a difference.

    Raises:
        UserError: One of them is not a positive whole number, or absurd.
    """

    depth: int = 5
    width: int = 5
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


@dataclass(frozen=True, eq=False)
class Futures:
    """A tree, as far as it has grown.

    Attributes:
        nodes: Its tokens, each behind its parent, siblings by probability.
        greedy: Path that takes the likeliest token each time, as far as it is known.
        beams: Paths that beam search keeps, the likeliest first.
        n_read: Tokens that the model read for it.
        n_forgotten: Tokens at the text's start that had to be forgotten to make room.
        is_done: It grows no more.
    """

    nodes: tuple[Future, ...]
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
        """How probable it is that the text goes on along one of the tree's paths to its end."""
        inner = {node.parent for node in self.nodes}
        return sum(node.path for place, node in enumerate(self.nodes) if place not in inner)

    def others(self, place: int | None) -> float:
        """What all tokens have that are not in the tree, after a node or (None) after the text."""
        return max(0.0, 1.0 - sum(n.probability for n in self.nodes if n.parent == place))


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

    Greedy and beam search go first, so that their paths are in it; then always comes the likeliest
    path of those that are not yet.

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
    yield tree.so_far()
    while tree.search_on():
        yield tree.so_far()
    while tree.grow(max(batch, 1)):
        yield tree.so_far()
    yield tree.so_far(is_done=True)


@dataclass(eq=False)
class _Branch:
    """A token that may come, in the tree or not yet.

    Attributes:
        before: The one before it; None for the text itself.
        token: As of `Future`, and all below.
        columns: Where its path lies on the line of keys and values, once it was read.
        after: What may come next, the likeliest first; None until it was read.
        place: In `Futures.nodes`; None until it is there.
    """

    before: _Branch | None
    token: int
    depth: int
    rank: int
    probability: float
    path: float
    ends: bool
    columns: tuple[int, ...] = ()
    after: list[_Branch] | None = None
    place: int | None = None


class _Tree:
    """A tree that grows."""

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
        self._branches = Branches(weights, text, average)
        self._n_forgotten = text.n_forgotten
        self._nodes: list[Future] = []
        self._order = itertools.count()  # of equals, what was found first comes first
        self._heap: list[tuple[float, int, _Branch]] = []  # what may come into the tree next
        self._unread: list[_Branch] = []  # in the tree; what comes after them must be known first
        self._text = _Branch(None, -1, 0, 0, 1.0, 1.0, ends=False)
        self._greedy: list[_Branch] = [self._text]
        self._beams: list[tuple[_Branch, ...]] = [(self._text,)]
        self._look(self._text, text.logits)
        self._offer(self._text)
        self._step()

    def so_far(self, *, is_done: bool = False) -> Futures:
        """The tree as a value."""
        return Futures(
            nodes=tuple(self._nodes),
            greedy=_places(self._greedy),
            beams=tuple(map(_places, self._beams)),
            n_read=self._branches.n_read,
            n_forgotten=self._n_forgotten,
            is_done=is_done,
        )

    # --- growing

    def grow(self, batch: int) -> bool:
        """Read some of what is likeliest, then take in what that decides; false at the end."""
        n_more = self._limits.n_nodes - len(self._nodes)
        self._drop_taken()
        if n_more <= 0 or not (self._heap or self._unread):
            return False
        n_wanted = max(min(batch, n_more) - len(self._unread), 0)
        likely = (branch for _, _, branch in heapq.nsmallest(n_wanted, self._heap))
        self._read([*self._unread, *(each for each in likely if self._must_read(each))])
        for branch in self._unread:
            self._offer(branch)
        self._unread = []
        self._drop_taken()
        while self._heap and len(self._nodes) < self._limits.n_nodes and not self._unread:
            self._take(heapq.heappop(self._heap)[2])
            self._drop_taken()
        return True

    def _take(self, branch: _Branch) -> None:
        """Put a branch into the tree; the one before it is there."""
        if branch.place is not None:
            return
        assert branch.before is not None
        branch.place = len(self._nodes)
        self._nodes.append(
            Future(
                branch.before.place,
                *(branch.token, branch.depth, branch.rank, branch.probability, branch.path),
                ends=branch.ends,
            )
        )
        if self._must_read(branch):
            self._unread.append(branch)
        else:
            self._offer(branch)

    def _offer(self, branch: _Branch) -> None:
        """What comes after a branch may come into the tree."""
        for each in branch.after or ():
            heapq.heappush(self._heap, (-each.path, next(self._order), each))

    def _drop_taken(self) -> None:
        """What a search has put into the tree needs no taking in."""
        while self._heap and self._heap[0][2].place is not None:
            heapq.heappop(self._heap)

    def _must_read(self, branch: _Branch) -> bool:
        is_last = branch.ends or branch.depth >= self._limits.depth
        return branch.after is None and not is_last

    # --- greedy and beam search

    def search_on(self) -> bool:
        """Let greedy and beam search go one token further; false if they are at their ends."""
        if not self._unread:
            return False
        read, self._unread = self._unread, []
        self._read(read)
        for branch in read:
            self._offer(branch)
        self._step()
        return True

    def _step(self) -> None:
        """Go on to the likeliest of what was read, one for greedy and some for beam search."""
        if self._greedy[-1].after:
            self._greedy.append(self._greedy[-1].after[0])
            self._take(self._greedy[-1])
        grown: list[tuple[_Branch, ...]] = []
        for way in self._beams:
            after = way[-1].after or ()
            grown += [(*way, each) for each in after[: self._beam]] or [way]
        grown.sort(key=lambda way: -way[-1].path)  # stable: of equals the first found
        self._beams = grown[: self._beam]
        for way in self._beams:
            self._take(way[-1])

    # --- reading

    def _read(self, branches: Sequence[_Branch]) -> None:
        if self._cancelled():
            raise Cancelled
        if branches:
            twigs = [Twig(each.token, each.depth, _columns(each.before)) for each in branches]
            scores, columns = self._branches.read(twigs)
            for branch, logits, path in zip(branches, scores, columns, strict=True):
                branch.columns = path
                self._look(branch, logits)

    def _look(self, branch: _Branch, logits: Floats) -> None:
        """Find the likeliest of what comes after a branch."""
        probabilities = softmax(logits)
        ids = best(probabilities, self._width)
        pairs = zip(ids.tolist(), probabilities[ids].tolist(), strict=True)
        branch.after = [
            _Branch(
                *(branch, token, branch.depth + 1, rank, share, branch.path * share),
                ends=token == self._end_of_text,
            )
            for rank, (token, share) in enumerate(pairs)
        ]


def _columns(before: _Branch | None) -> tuple[int, ...]:
    return () if before is None else before.columns


def _places(way: Iterable[_Branch]) -> Ids:
    return tuple(branch.place for branch in way if branch.place is not None)


def parting(found: Futures) -> int | None:
    """How deep greedy and beam search first part, 1 for the next token; None if nowhere."""
    ways = zip(found.greedy, found.beams[0] if found.beams else (), strict=False)
    for depth, (one, other) in enumerate(ways, start=1):
        if one != other:
            return depth
    return None
