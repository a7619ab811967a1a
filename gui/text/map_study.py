"""What the map of a vocabulary is made of: words that one types, neighbours, planes, colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.analogies import Directions
from core.axes import own_plane
from core.errors import UserError
from core.token_counts import small_world_seed
from core.trace import EmbeddingPlane
from core.word_classes import NAMES, NONE, classes_of, word_classes
from gui.text import lookup
from gui.widgets.embedding_plane import shadow_notes
from gui.widgets.neighbour_list import NearRow, three
from gui.widgets.pixel_painting import number
from gui.widgets.plane_colours import Colouring, shades_of, signed_shades_of
from gui.widgets.vocabulary_map import Layout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from core.language_model import LanguageModel
    from core.nearness import Vicinity
    from core.words import Words

    Pair = tuple[int, int]

MEASURES = ("cosine", "distance")
MISSING = "An axis needs two words: type the one at each end."
LEAN = 0.3  # two axes with a larger cosine are said to lean towards each other
KEPT = "{0:.1%} of the differences lie across, {1:.1%} up."


@dataclass(frozen=True, eq=False)
class Known:
    """What is asked of a model's vocabulary.

    Attributes:
        model: The model.
        words: To find what is typed.
        directions: To compare.
        labels: Of all V tokens.
    """

    model: LanguageModel
    words: Words
    directions: Directions
    labels: tuple[str, ...]

    def complete(self, typed: str, n: int) -> list[str]:
        """Words that begin as typed."""
        return lookup.complete(self.words, typed, n)

    def find(self, typed: str) -> int | None:
        """The token of a typed word, or of any other text that is one token."""
        return lookup.find(self.model, self.words, typed)

    def unknown(self, typed: str) -> str:
        """What to say of a text that is no token, with tokens that are nearly so."""
        return lookup.unknown(self.words, typed)


def open_known(model: LanguageModel, labels: tuple[str, ...]) -> Known:
    """What there is to ask of a model.

    Raises:
        UserError: Its embeddings are not finite numbers.
    """
    return Known(model, lookup.words_of(model), Directions.of(model.weights.wte), labels)


def classes(model: LanguageModel) -> NDArray[np.int8] | None:
    """(V,) the class of each token; None for a model that did not learn from the Small World.

    Raises:
        UserError: A table of the Small World is wrong.
    """
    if small_world_seed(model.info.training) is None:
        return None
    tokenizer = model.tokenizer
    texts = [tokenizer.text(token_id) for token_id in range(tokenizer.vocab_size)]
    return classes_of(texts, word_classes())


def worth(
    known: Known, kinds: NDArray[np.int8] | None, counts: NDArray[np.int64] | None
) -> list[int]:
    """Whole words, those most worth a name first: frequent, of a known class, learnt early."""
    whole = np.flatnonzero(known.words.is_whole)
    if counts is not None:
        whole = whole[counts[whole] > 0]  # the others are pieces, on the way to longer tokens
        whole = whole[np.argsort(-counts[whole], kind="stable")]
    elif kinds is not None:
        whole = whole[np.argsort(kinds[whole] == NONE, kind="stable")]
    return [int(token_id) for token_id in whole]


def wanted_axes(known: Known, typed: Sequence[str]) -> tuple[Pair, Pair | None]:
    """The words that are to make axes.

    Args:
        known: Of the model.
        typed: Four words: the ends of the axis across, and of the one up; the last two may be "".

    Raises:
        UserError: A word is unknown, or missing.
    """
    ids = [known.find(word) if word else None for word in typed]
    for word, token_id in zip(typed, ids, strict=True):
        if word and token_id is None:
            raise UserError(known.unknown(word))
    left, right, low, high = ids
    if left is None or right is None or (low is None) != (high is None):
        raise UserError(MISSING)
    return (left, right), None if low is None or high is None else (low, high)


# --- layouts


def by_components(plane: EmbeddingPlane) -> Layout:
    """The widest directions."""
    return Layout(plane, *shadow_notes(plane.explained))


def by_neighbours(points: NDArray[np.float32], labels: Sequence[str]) -> Layout:
    """What t-SNE found, or has found so far."""
    plane = EmbeddingPlane(points, (0.0, 0.0), tuple(labels[: len(points)]))
    notes: tuple[str, ...] = (
        "Who is near is alike; how far apart groups lie, and how large they are, means little.",
        "Near is alike; far apart means little.",
    )
    more = notes[0]
    if len(points) < len(labels):
        part = f"Only the first {len(points):,} of {len(labels):,} tokens, those learnt first."
        notes, more = (f"{part} {notes[1]}", part), f"{part}\n{more}"
    return Layout(plane, notes, more, is_spread=True)


def between_words(known: Known, across: tuple[int, int], up: tuple[int, int] | None) -> Layout:
    """Axes of one's own.

    Raises:
        UserError: Two of the words are the same to the model.
    """
    own = own_plane(known.model.weights.wte, across, up)
    shares = KEPT.format(*own.shares)
    names = [known.labels[token_id] for token_id in across]
    way_up = "up the widest direction of what that leaves"
    if up is not None:
        way_up = f"up from {known.labels[up[0]]} to {known.labels[up[1]]}"
    more = f"Across from {names[0]} to {names[1]}, {way_up}. {shares}"
    leaning = ""
    if abs(own.cosine) > LEAN:
        leaning = f"The axes lean together ({own.cosine:.2f} of 1): they tell partly the same. "
    plane = EmbeddingPlane(own.points, own.shares, known.labels)
    return Layout(plane, (leaning + more, leaning + shares, shares), leaning + more, across, up)


# --- colours


def class_colours(kinds: NDArray[np.int8]) -> Colouring:
    """By class of word."""
    return Colouring(kinds.astype(np.int16), names=NAMES, title="Class of word")


def rank_colours(n_tokens: int) -> Colouring:
    """By id: tokens were learnt in the order of how often their parts met."""
    shares = 1 - np.arange(n_tokens) / max(n_tokens - 1, 1)
    title = "rank: learnt earlier is mostly more frequent"
    return Colouring(shades_of(shares), title=title, ends=(f"{n_tokens - 1:,}", "0"))


def count_colours(counts: NDArray[Any]) -> Colouring:
    """By how often each is in the training text."""
    most = int(counts.max(initial=0))
    shares = np.log1p(counts) / max(np.log1p(most), 1e-9)
    title = "times in the first 2 million characters"
    return Colouring(shades_of(shares), title=title, ends=("0", f"{most:,}"))


def likeness_colours(found: Vicinity, label: str) -> Colouring:
    """By likeness to one token."""
    others = np.delete(np.abs(found.cosines), found.token_id)
    limit = float(others.max(initial=0.0)) or 1.0  # its own is 1, and no other comes near that
    ends = (number(-limit, fixed=True), number(limit, fixed=True))
    shades = signed_shades_of(found.cosines / limit)
    return Colouring(shades, is_signed=True, title=f"how like {label}", ends=ends)


# --- neighbours


def near_rows(
    found: Vicinity,
    measure: int,
    labels: Sequence[str],
    on_map: Sequence[float | None],
    why: Mapping[int, str],
) -> list[NearRow]:
    """What the list says.

    Args:
        found: The neighbours.
        measure: An index of `MEASURES`.
        labels: Of the vocabulary.
        on_map: How far each of the chosen neighbours is on the map.
        why: Where both were found in the training text, of the neighbours of which that is known.
    """
    nearest = found.by_distance if measure else found.by_cosine
    rows = []
    for one, far in zip(nearest, on_map, strict=True):
        exact = [
            labels[one.id],
            f"Number {one.id} in the vocabulary",
            f"Likeness of direction (cosine): {one.cosine:.4f}",
            f"Distance in all directions: {one.distance:.4f}",
            "It is not on this map." if far is None else f"Distance on the map: {three(far)}",
            *([f"Both stand {why[one.id]}"] if why.get(one.id) else []),
            "Click the word to pick it, a number to see how it is made.",
        ]
        near = one.distance if measure else one.cosine
        rows.append(NearRow(one.id, labels[one.id], near, far, "\n".join(exact)))
    return rows
