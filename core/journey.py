"""The journey: where the vectors of tokens go, layer by layer, in one text or in two.

A token starts as its embedding, without its position: the same word starts at the same point in
every text. Depth l is what the stream has become after block l.

Notation as in `core.trace`; D = L + 1 depths.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import UserError
from core.inference import read_all
from core.interventions import Patch
from core.tracing import Cancelled, never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from core.inference import Floats, Weights
    from core.interventions import Part
    from core.trace import Trace

    Doubles = NDArray[np.float64]

_WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
_OUTPUT = {"head": "z", "attention": "attn_out", "mlp": "mlp_out", "layer": "resid_post"}


def path(trace: Trace, position: int) -> Doubles:
    """(D, C) what a token is at every depth."""
    stages = trace.token_embed[None, position], trace.resid_post[:, position]
    return np.concatenate(stages).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane in the space of the vectors, on which all of a picture lies.

    Attributes:
        centre: (C,) the point that lies at (0, 0).
        axes: (2, C) two directions of length 1, at right angles; one that does not exist is all 0.
        shares: Of the differences between the vectors that it was made for, how much lies along
            each direction.
    """

    centre: Doubles
    axes: Doubles
    shares: tuple[float, float]

    def place(self, vectors: NDArray[Any]) -> Doubles:
        """Where vectors (..., C) lie: (..., 2)."""
        return np.asarray((vectors.astype(np.float64) - self.centre) @ self.axes.T)


def common_plane(vectors: Sequence[NDArray[Any]]) -> Plane:
    """The plane that keeps most of the differences between vectors, by principal components.

    It is made once, for the paths and the anchors of a picture as it begins: what changes later
    (a path after a patch) is placed on the same plane, so that one sees it move.

    Args:
        vectors: (..., C) each: paths of tokens, vectors of clue words.

    Raises:
        UserError: They are not finite numbers.
    """
    stacked = np.concatenate([each.reshape(-1, each.shape[-1]) for each in vectors])  # (N, C)
    stacked = stacked.astype(np.float64)
    if not np.isfinite(stacked).all():
        raise UserError("Some vectors are not finite numbers, so no plane can show them.")
    centre = stacked.mean(axis=0)  # (C,)
    _, sizes, directions = np.linalg.svd(stacked - centre, full_matrices=False)
    axes, shares = np.zeros((2, len(centre))), [0.0, 0.0]
    total = float(np.square(sizes).sum())
    for n in range(min(2, len(sizes)) if total > 0 else 0):
        largest = np.abs(directions[n]).argmax()
        axes[n] = directions[n] * np.sign(directions[n, largest])  # no sign is natural
        shares[n] = float(sizes[n] ** 2) / total
    return Plane(centre, axes, (shares[0], shares[1]))


def parting_plane(first: NDArray[Any], second: NDArray[Any]) -> Plane:
    """The plane on which one sees two paths part.

    Up is the direction along which they differ most, the first one above; across is, at right
    angles to it, the direction of most of the way that they take together, to the right. That way
    is so long that on the plane of most differences (`common_plane`) one hardly sees a parting.
    Where two paths do not differ, this is that plane.

    Args:
        first: (D, C) a path.
        second: (D, C) another one.

    Returns:
        The plane. Its shares are those of the differences between all their points.

    Raises:
        UserError: They are not finite numbers.
    """
    plane = common_plane([first, second])
    middle, apart = (first + second) / 2, (first - second) / 2  # (D, C) each
    if not apart.any():
        return plane
    up = _main_direction(apart, apart[-1])
    way = middle - middle.mean(axis=0)
    across = _main_direction(way - np.outer(way @ up, up), way[-1])
    axes = np.stack([across, up])
    spread = np.concatenate([first, second]) - plane.centre  # (2 D, C)
    along = np.square(spread @ axes.T).sum(axis=0) / max(float(np.square(spread).sum()), 1e-300)
    return Plane(plane.centre, axes, (float(along[0]), float(along[1])))


def parting_kept(plane: Plane, first: NDArray[Any], second: NDArray[Any]) -> float:
    """How much of what parts two paths a plane shows, from 0 to 1; 1 where nothing parts them."""
    apart = (first - second).astype(np.float64)  # (D, C)
    total = float(np.square(apart).sum())
    return float(np.square(apart @ plane.axes.T).sum()) / total if total else 1.0


def _main_direction(vectors: Doubles, ahead: Doubles) -> Doubles:
    """(C,) of length 1, along which vectors (N, C) reach farthest from 0, and `ahead` forwards.

    All 0 if they are.
    """
    _, sizes, directions = np.linalg.svd(vectors, full_matrices=False)
    if not sizes[0] > 1e-12 * float(np.abs(ahead).max(initial=1.0)):
        return np.zeros(vectors.shape[1])
    return np.asarray(-directions[0] if directions[0] @ ahead < 0 else directions[0])


def likeness(vectors: NDArray[Any], clue: NDArray[Any], centre: NDArray[Any] | None) -> Doubles:
    """How nearly a token points to where a clue word points, at every depth.

    Args:
        vectors: (D, C) a token's path.
        clue: (D, C) the clue's path or averages, or (C,) the same vector for all depths.
        centre: (D, C) or (C,), taken from both first, such as the mean of all tokens: without it
            all tokens point much the same way.

    Returns:
        (D,) cosines from -1 to 1; NaN where one of the two is all 0 and points nowhere.
    """
    middle = np.zeros(1) if centre is None else centre.astype(np.float64)
    own, other = np.broadcast_arrays(vectors - middle, clue - middle)  # (D, C) each
    lengths = np.linalg.norm(own, axis=1) * np.linalg.norm(other, axis=1)  # (D,)
    dots = np.vecdot(own, other)  # (D,)
    cosines = np.divide(dots, lengths, out=np.full(len(dots), np.nan), where=lengths > 0)
    return np.asarray(np.clip(cosines, -1, 1))


@dataclass(frozen=True, eq=False)
class Usual:
    """What tokens are on average over some texts.

    Attributes:
        centre: (D, C) of all tokens.
        clues: (D, C) by token id, of those that were asked for and stand in the texts.
    """

    centre: Doubles
    clues: Mapping[int, Doubles]


def usual(
    weights: Weights,
    texts: Iterable[Sequence[int]],
    clues: Sequence[int],
    cancelled: Callable[[], bool] = never,
) -> Usual:
    """Average the vectors of all tokens, and of some, at every depth.

    Args:
        weights: Of the model.
        texts: Token ids of each, from 1 to as many as the context holds; for clues to an ambiguous
            word, texts without that word.
        clues: Ids of the tokens to average by themselves.
        cancelled: Asked before every block.

    Raises:
        Cancelled: It said yes.
    """
    config = weights.config
    sums = {token: np.zeros((config.n_layers + 1, config.d_model)) for token in clues}
    everything, n_all = np.zeros((config.n_layers + 1, config.d_model)), 0
    counts: Counter[int] = Counter()
    for text in texts:
        ids = np.array(text)
        n_all += len(ids)
        present = {token: ids == token for token in sums if token in text}  # (T,) each
        counts.update({token: int(at.sum()) for token, at in present.items()})

        def see(
            layer: int, name: str, value: Floats, present: Mapping[int, NDArray[Any]] = present
        ) -> None:
            if name == "resid_pre" and cancelled():
                raise Cancelled
            is_between = name == "resid_pre" and layer > 0  # one block's output, the next's input
            if name in ("token_embed", "resid_post") or is_between:
                depth = config.n_layers if name == "resid_post" else layer
                everything[depth] += value.sum(axis=0, dtype=np.float64)
                for token, at in present.items():
                    sums[token][depth] += value[at].sum(axis=0, dtype=np.float64)

        read_all(weights, text, see)
    averages = {token: total / counts[token] for token, total in sums.items() if counts[token]}
    return Usual(everything / max(n_all, 1), averages)


def pinned(first: Trace, second: Trace, word: str = "") -> tuple[int, int] | None:
    """Where two texts have the same word, whatever stands around it.

    Args:
        first: A text.
        second: Another one, of any length.
        word: The word to find; without one, the last word that stands in both. Words that stand
            in each text only once are found first: "the" is rarely what one means.

    Returns:
        The positions of the word's last token in each text, where the model has read all of it;
        of several, the last. None if there is no such word.
    """
    places = _words(first), _words(second)
    common = places[0].keys() & places[1].keys()
    if word:
        common &= {word.lower()}
    if not common:
        return None

    def worth(each: str) -> tuple[bool, int, str]:
        own, others = places[0][each], places[1][each]
        return len(own) == len(others) == 1, own[-1] + others[-1], each

    chosen = max(common, key=worth)
    return places[0][chosen][-1], places[1][chosen][-1]


def word_at(trace: Trace, position: int) -> str:
    """The word in lower case that a token ends or is inside of; "" for other signs."""
    token = trace.tokens[position]
    for match in _WORD.finditer(trace.text):
        if match.start() < token.end and token.start < match.end():
            return match[0].lower()
    return ""


def _words(trace: Trace) -> dict[str, list[int]]:
    """Position of the last token of every word that was read, by the word in lower case."""
    ends = [token.end for token in trace.tokens]
    starts_at = trace.tokens[0].start
    found: dict[str, list[int]] = {}
    for match in _WORD.finditer(trace.text):
        at = bisect_left(ends, match.end())  # the first token that goes so far
        if match.start() >= starts_at and at < len(ends):
            found.setdefault(match[0].lower(), []).append(at)
    return found


def patch(trace: Trace, layer: int, part: Part, head: int, position: int, to: int) -> Patch:
    """What a part gave at a token of one text, to be given at a token of another.

    Args:
        trace: Of the text that it is taken from.
        layer: The part's block.
        part: "head", "attention", "mlp" or "layer", the whole stream after the block.
        head: Which head, if it is one.
        position: Of the token that it is taken from.
        to: Position of the token in the other text.

    Raises:
        UserError: The trace has no such place, or no numbers there.
    """
    n_layers, n_heads, n_tokens = trace.z.shape[:3]
    if not 0 <= layer < n_layers or (part == "head" and not 0 <= head < n_heads):
        raise UserError("The model has no such part to take an output from.")
    if not 0 <= position < n_tokens or to < 0:
        raise UserError("There is no token at that position to take an output from.")
    own = getattr(trace, _OUTPUT[part])[layer]
    value = (own[head] if part == "head" else own)[position]
    if not np.isfinite(value).all():
        raise UserError("What this part gives is not made of numbers, so it cannot be patched in.")
    return Patch(layer, part, head, to, tuple(value.tolist()))
