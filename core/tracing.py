"""From token ids to a `Trace`, computing only what the last traces do not already hold.

What a token leaves behind depends on the tokens before it and on nothing after it. So when a text
changes, everything up to the first changed token is still right, and only the rest is computed.

The activations lie in large memories that several traces share: a longer text adds rows behind
those that older traces see. A published trace never changes: rows that somebody still holds are
not written again; the ones to keep are copied to another memory and the text goes on there.

Notation as in `core.trace`; a memory's room is how many tokens fit it.
"""

from __future__ import annotations

import math
import weakref
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.errors import TooLarge
from core.inference import Activations, Weights, head, read
from core.interventions import Interventions, also, n_alike
from core.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from core.config import ModelConfig
    from core.inference import Floats
    from core.interventions import Change, Means
    from core.trace import Array, TokenInfo

# The trace being shown and the next; the same two without what was changed; the same two of
# another text beside it.
MOST_MEMORIES = 6
MOST_BYTES = 2**30  # unless a single memory is larger
LEAST_ROOM = 64


class Cancelled(Exception):
    """The caller no longer wants the answer."""


def never() -> bool:
    """For work that nobody cancels."""
    return False


class Tracer:
    """Makes traces of one model, one after another; for one thread at a time.

    Attributes:
        average: What the model's parts give on average, for changes that put it in their place.
    """

    def __init__(self, weights: Weights) -> None:
        self.average: Means | None = None
        self._weights = weights
        self._memories: list[Memory] = []  # the last used is the last

    def trace(
        self,
        ids: Sequence[int],
        text: str,
        tokens: tuple[TokenInfo, ...],
        before: tuple[TokenInfo, ...] = (),
        cancelled: Callable[[], bool] = never,
        changes: tuple[Change, ...] = (),
    ) -> Trace:
        """Trace a window of tokens: `read` it and `publish` what was read."""
        return self.publish(self.read(ids, cancelled, changes), text, tokens, before)

    def read(
        self,
        ids: Sequence[int],
        cancelled: Callable[[], bool] = never,
        changes: tuple[Change, ...] = (),
    ) -> Read:
        """Read a window of tokens.

        Args:
            ids: Of the T tokens, from 1 to as many as the context holds.
            cancelled: Asked before every block.
            changes: To be acted out meanwhile; all must make sense for the model and these ids.

        Raises:
            Cancelled: It said yes.
            UserError: A row of attention cannot be changed so.
        """
        ids = list(ids)
        memory, n_done = self._memory_for(ids, changes)
        if n_done < len(ids):
            memory.ids = ids[:n_done]  # until the rest is whole

            def stop(_layer: int, name: str, _value: Floats) -> None:
                if name == "resid_pre" and cancelled():
                    raise Cancelled

            n_layers = self._weights.config.n_layers
            acted = Interventions(changes, self.average, n_layers, n_done)
            see = also(stop, acted.see) if changes else stop
            rooms = memory.rooms(n_done, len(ids))
            x = read(self._weights, ids[n_done:], rooms.embedded, rooms.blocks, see)
            head(self._weights, x, out=rooms.logits)
            memory.ids = ids
        return Read(ids, changes, memory)

    def publish(
        self,
        read: Read,
        text: str,
        tokens: tuple[TokenInfo, ...],
        before: tuple[TokenInfo, ...] = (),
    ) -> Trace:
        """Make a trace of what was read last.

        Args:
            read: By `read`; nothing else may have been read since.
            text: What was typed.
            tokens: The T tokens.
            before: Older tokens that are outside the window.
        """
        arrays = read.memory.publish(len(read.ids))
        return Trace(text, tokens, before, _read_only(read.ids), **arrays, changes=read.changes)

    def _memory_for(self, ids: list[int], changes: tuple[Change, ...]) -> tuple[Memory, int]:
        """A memory to write the rest of a text into, and how many of its tokens it holds."""
        shared = [
            (n_alike(memory.changes, changes, _n_shared(memory.ids, ids)), memory)
            for memory in self._memories
        ]
        n_done, donor = max(shared, key=_first, default=(0, None))
        if donor and n_done == len(ids):
            return self._use(donor), n_done
        n_own, memory = max(
            ((n, memory) for n, memory in shared if memory.may_take(n, len(ids))),
            key=_first,
            default=(0, None),
        )
        if memory is None:
            room = max(LEAST_ROOM, 2 ** (len(ids) - 1).bit_length())
            memory = Memory(self._weights.config, min(room, self._weights.config.context))
        if donor and n_own < n_done:
            memory.take(donor, n_own, n_done)
        memory.changes = changes
        return self._use(memory), n_done

    def _use(self, memory: Memory) -> Memory:
        """Count it as the last used, and drop those unused for longest.

        Whoever still holds a trace keeps its memory alive.
        """
        self._memories = [other for other in self._memories if other is not memory]
        n_bytes = memory.n_bytes + sum(other.n_bytes for other in self._memories)
        while self._memories and (len(self._memories) >= MOST_MEMORIES or n_bytes > MOST_BYTES):
            n_bytes -= self._memories.pop(0).n_bytes
        self._memories.append(memory)
        return memory


class Read(NamedTuple):
    """What a tracer has read, until it reads on.

    Attributes:
        ids: Of the T tokens.
        changes: What was acted out meanwhile.
        memory: Where their activations are.
    """

    ids: list[int]
    changes: tuple[Change, ...]
    memory: Memory

    @property
    def logits(self) -> Array:
        """(V,) scores of what comes next."""
        return self.memory.logits(len(self.ids) - 1)


class Memory:
    """The activations of one text, with room for more of it.

    Attributes:
        ids: The tokens whose activations are in it.
        changes: What was acted out while they were read.
    """

    def __init__(self, config: ModelConfig, room: int) -> None:
        self.ids: list[int] = []
        self.changes: tuple[Change, ...] = ()
        self._room = room
        self._shapes = _shapes(config, room)
        sizes = [math.prod(shape) for shape in self._shapes.values()]
        try:
            self._all = np.zeros(sum(sizes), np.float32)  # no page is touched before it is needed
        except MemoryError as error:
            raise TooLarge(
                f"To read this text takes {sum(sizes) * 4e-9:,.1f} GB of memory, more than there "
                "is: shorten the text, or open a smaller model."
            ) from error
        parts = np.split(self._all, np.cumsum(sizes)[:-1])
        shapes = self._shapes.items()
        self._parts: dict[str, Array] = {
            name: part.reshape(shape) for (name, shape), part in zip(shapes, parts, strict=True)
        }
        # Traces given out: a mark that lives as long as any of its arrays, and its length.
        self._held: list[tuple[weakref.ref[Array], int]] = []

    @property
    def n_bytes(self) -> int:
        """Its size."""
        return self._all.nbytes

    def may_take(self, n_shared: int, n_tokens: int) -> bool:
        """Whether it has room, and writing behind what is shared changes no trace still held."""
        self._held = [(mark, n) for mark, n in self._held if mark() is not None]
        return n_tokens <= self._room and all(n <= n_shared for _, n in self._held)

    def take(self, donor: Memory, start: int, end: int) -> None:
        """Copy the activations of some tokens from another memory."""
        self._mask(start, end)
        for name in self._parts:
            self._rows(name, start, end)[...] = donor._rows(name, start, end)

    def rooms(self, start: int, end: int) -> Rooms:
        """Where the activations of tokens `start` to `end` go."""
        self._mask(start, end)
        rows = {name: self._rows(name, start, end) for name in self._parts}
        keys, values = (self._parts[name][:, :, :end] for name in ("k", "v"))
        blocks = [
            Activations(
                resid_pre=rows["stream"][layer],
                resid_post=rows["stream"][layer + 1],
                keys=keys[layer],
                values=values[layer],
                **{name: rows[name][layer] for name in IN_BLOCK},
            )
            for layer in range(len(keys))
        ]
        embedded = rows["token_embed"][0], rows["pos_embed"][0]
        return Rooms(embedded, blocks, rows["logits"][0])

    def logits(self, position: int) -> Array:
        """(V,) scores of what comes after the token at a position, as long as it stands there."""
        scores: Array = self._parts["logits"][0, position]
        return scores

    def publish(self, n_tokens: int) -> dict[str, Array]:
        """The first T tokens' activations as a trace's arrays, read-only and never to change."""
        # All its views keep it alive; those of `_all` itself would keep that alive instead.
        mark: Array = np.frombuffer(self._all.data, np.float32)
        mark.setflags(write=False)
        self._held.append((weakref.ref(mark), n_tokens))
        arrays, at = {}, 0
        for name, shape in self._shapes.items():
            size = math.prod(shape)
            part = mark[at : at + size].reshape(shape)[..., :n_tokens, :]
            arrays[name] = part[..., :n_tokens] if name in SQUARE else part
            at += size
        stream = arrays.pop("stream")
        single = {name: arrays[name][0] for name in ("token_embed", "pos_embed", "logits")}
        return arrays | single | {"resid_pre": stream[:-1], "resid_post": stream[1:]}

    def _mask(self, start: int, end: int) -> None:
        """No token looks at later ones, of which there may be some one day: nobody writes there."""
        self._parts["scores"][..., start:end, :] = -math.inf  # the pattern is 0 from the beginning

    def _rows(self, name: str, start: int, end: int) -> Array:
        """What tokens `start` to `end` left behind."""
        rows = self._parts[name][..., start:end, :]
        return rows[..., :end] if name in SQUARE else rows


class Rooms(NamedTuple):
    """Where the activations of some tokens go."""

    embedded: tuple[Array, Array]  # (T, C), token and position
    blocks: list[Activations]
    logits: Array  # (T, V)


SQUARE = ("scores", "pattern")
STREAM = ("attn_out", "resid_mid", "mlp_out")
BY_HEAD = ("q", "k", "v", "z")
NEURONS = ("mlp_pre", "mlp_post")
IN_BLOCK = (*SQUARE, *STREAM, *BY_HEAD, *NEURONS)


def _shapes(config: ModelConfig, room: int) -> dict[str, tuple[int, ...]]:
    """What a memory holds; tokens are always the last axis but one."""
    n_layers = config.n_layers
    wide = (n_layers, room, config.d_model)
    heads = (n_layers, config.n_heads, room, config.d_head)
    square = (n_layers, config.n_heads, room, room)
    return {
        **dict.fromkeys(("token_embed", "pos_embed"), (1, *wide[1:])),
        # What a block adds to the stream is what the next one reads.
        "stream": (n_layers + 1, *wide[1:]),
        **dict.fromkeys(STREAM, wide),
        **dict.fromkeys(BY_HEAD, heads),
        **dict.fromkeys(SQUARE, square),
        **dict.fromkeys(NEURONS, (n_layers, room, config.d_mlp)),
        "logits": (1, room, config.vocab_size),
    }


def _n_shared(ids: list[int], other: list[int]) -> int:
    """How many of the first ids are the same."""
    n_both = min(len(ids), len(other))
    if ids[:n_both] == other[:n_both]:  # as when a text grows: told at once
        return n_both
    differ = (n for n, (a, b) in enumerate(zip(ids, other, strict=False)) if a != b)
    return next(differ)


def _first(pair: tuple[int, object]) -> int:
    return pair[0]


def _read_only(ids: list[int]) -> NDArray[np.int64]:
    array = np.array(ids, dtype=np.int64)
    array.setflags(write=False)
    return array
