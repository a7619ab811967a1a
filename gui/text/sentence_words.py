"""What the page of the sentences says: examples, remarks, numbers explained, tables."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from core.sentences import LAST, MEAN
from gui.explanation import Explanation, exactly, script, vector
from gui.export import Table
from gui.widgets.examples_button import Example

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Place = tuple[str, int]  # pooling and layer

SETS = {
    "Animals, weather, and two kinds of bank": (
        "The dog ran after the ball.",
        "The puppy ran after a stick.",
        "The cat slept on the sofa.",
        "The kitten slept in its basket.",
        "It rained all day.",
        "The rain fell all night.",
        "They sat by the river on the bank.",
        "She put her money in the bank.",
    ),
    "The same, said less alike: here a model as small as this one loses the pairs": (
        "The dog ran after the ball.",
        "A puppy chased the ball.",
        "The cat slept on the sofa.",
        "The kitten took a nap.",
        "It rained all day.",
        "The sun was shining.",
    ),
    "The same said twice: are the pairs the most alike?": (
        "Tom gave the book to Anna.",
        "Anna got the book from Tom.",
        "The box was too heavy to carry.",
        "Nobody could lift the box.",
        "It is cold in winter.",
        "In winter the air is not warm.",
    ),
    "The same words, another order: does the order count?": (
        "The dog chased the cat.",
        "The cat chased the dog.",
        "The cat was chased by the dog.",
        "The dog slept.",
    ),
    "Questions and answers: which lie together?": (
        "What is the capital of France?",
        "What is the capital of Italy?",
        "The capital of France is Paris.",
        "The capital of Italy is Rome.",
        "What does a cow say?",
        "A cow says moo.",
    ),
}
EXAMPLES = tuple(Example("\n".join(lines), look_at) for look_at, lines in SETS.items())
START = next(iter(SETS.values()))

POOLINGS = {
    "Mean of all tokens": (MEAN, "The mean of the vectors of all its tokens"),
    "Last token": (LAST, "The vector of its last token, which has read all the others"),
}
HOW = {
    MEAN: "Each sentence becomes one vector: the mean of what its tokens have become",
    LAST: "Each sentence becomes one vector: what its last token has become, after reading all",
}
RAW = "1: the same direction, 0: nothing in common."
REST = (
    "What all share (their mean) is taken away: any text has much in common with any other, which "
    "would hide what tells them apart."
)
ALONE = "Add a second sentence to compare it with."
ALONE_REST = "One sentence minus what all share is nothing: add others."
WHOLE = 0.9995  # a share that is rounded to 100%
TWO_REST = "Of two sentences the rests always point opposite ways: add a third."


def layer_name(layer: int, n_layers: int) -> str:
    """Where in the model the vectors are taken from."""
    if layer == 0:
        return "before layer 1"
    return f"after layer {layer}" + (", the last" if layer == n_layers else "")


def caption(pooling: str, layer: int, n_layers: int, *, is_rest: bool) -> str:
    """What is seen."""
    return f"{HOW[pooling]}, {layer_name(layer, n_layers)}. {REST if is_rest else RAW}"


def remarks(
    sentences: Sequence[str],
    n_tokens: Sequence[int],
    context: int,
    n_more: int,
    *,
    is_rest: bool,
) -> str:
    """What there is to know about the list, in short sentences.

    Args:
        sentences: Those that are compared.
        n_tokens: Of each.
        context: Most tokens that the model reads.
        n_more: Sentences that are not compared.
        is_rest: What all share is taken away.
    """
    said = []
    if n_more:
        are = "one is" if n_more == 1 else f"{n_more} are"
        said.append(f"Only the first {len(sentences)} are compared; {are} left out.")
    for n, count in enumerate(n_tokens, start=1):
        if count > context:
            said.append(f"Of the {count:,} tokens of {n} only the last {context:,} are read.")
    pairs = combinations(enumerate(sentences, start=1), 2)
    same = [f"{i} and {j}" for (i, one), (j, other) in pairs if one == other]
    if same:
        listed = ", ".join(same[:3]) + (", …" if len(same) > 3 else "")
        said.append(f"The same text: {listed}.")
    if len(sentences) == 1:
        said.append(ALONE_REST if is_rest else ALONE)
    elif len(sentences) == 2 and is_rest:
        said.append(TWO_REST)
    return " ".join(said)


def plane_notes(shares: tuple[float, float], n: int) -> tuple[str, ...]:
    """How much of the differences a plane keeps, ever shorter."""
    if n == 1:
        return ("One sentence has no place relative to others.", "")
    across, up = shares
    if across + up == 0:
        return ("All these are the same vector.", "")
    if across + up > WHOLE:
        return ("Nothing is lost: this plane keeps all the differences.", "Keeps everything.")
    kept = f"{across + up:.1%} of the differences"
    return (
        f"Flat like a shadow: it shows the 2 widest of many directions, {kept}.",
        f"Flat like a shadow: it shows {kept}.",
        f"A shadow: shows {across + up:.1%}.",
    )


def explained(
    folder: str,
    sentences: Sequence[str],
    vectors: Floats,
    cell: tuple[int, int],
    place: Place,
    value: float,
    *,
    is_rest: bool,
) -> Explanation:
    """How a similarity came about.

    Args:
        folder: Of the model.
        sentences: All that are compared.
        vectors: (N, C) theirs, without what they share if that is taken away.
        cell: Row and column.
        place: Pooling and layer.
        value: The number.
        is_rest: What all share is taken away.
    """
    row, column = cell
    a, b = vectors[row], vectors[column]
    # Without a common part only two sentences matter.
    read = list(sentences) if is_rest else [sentences[row], sentences[column]]
    first, second = (row, column) if is_rest else (0, 1)
    rest = ["vectors = without_common(vectors)"] if is_rest else []
    names = "read_sentence, without_common" if is_rest else "read_sentence"
    lines = [
        *_read(read, place),
        *rest,
        f"a, b = vectors[{first}], vectors[{second}]",
        "print(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))",
    ]
    less = f" minus the mean of all {len(sentences)} vectors" if is_rest else ""
    lengths = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    return Explanation(
        f"How alike sentences {row + 1} and {column + 1} are",
        f"cosine = a · b / (|a| |b|)\na and b: the sentences' vectors{less}",
        (
            (f"a, sentence {row + 1}", vector(a)),
            (f"b, sentence {column + 1}", vector(b)),
            ("a · b", exactly(float(a @ b))),
            ("|a|", exactly(lengths[0])),
            ("|b|", exactly(lengths[1])),
        ),
        "none: a vector of length 0 has no direction" if np.isnan(value) else exactly(value),
        script(folder, lines, ("import numpy as np", f"from core.sentences import {names}")),
    )


def shares_explained(
    folder: str, sentences: Sequence[str], place: Place, shares: tuple[float, float]
) -> Explanation:
    """How much of the differences between sentences their plane shows.

    Args:
        folder: Of the model.
        sentences: N of them.
        place: Pooling and layer.
        shares: Of the differences that lie across and up.
    """
    across, up = shares
    lines = [
        *_read(sentences, place),
        "points, (across, up) = sentence_plane(vectors)",
        "print(across + up)",
    ]
    return Explanation(
        "How much of the differences between the sentences is seen here",
        "share = spread along a direction / spread in all directions\n"
        "(spread: the sum of the squares of how far the sentences lie from their mean)",
        (
            ("directions", "the two in which the sentences differ most (PCA)"),
            ("share that lies across", f"{across:.3%}"),
            ("share that lies up", f"{up:.3%}"),
            ("not seen here", f"{max(1 - across - up, 0.0):.3%}"),
        ),
        f"{across + up:.3%}",
        script(
            folder,
            lines,
            ("import numpy as np", "from core.sentences import read_sentence, sentence_plane"),
        ),
    )


def _read(sentences: Sequence[str], place: Place) -> list[str]:
    """Python that makes the sentences' `vectors`."""
    pooling, layer = place
    return [
        f"sentences = {list(sentences)!r}",
        "ids = [model.tokenizer.ids(each)[-model.config.context:] for each in sentences]",
        "readings = [read_sentence(model.weights, each) for each in ids]",
        f"vectors = np.array([each.vector({pooling!r}, {layer}) for each in readings])",
    ]


def matrix_table(sentences: Sequence[str], values: Floats) -> Table:
    """Every pair."""
    header = ("row", "column", "sentence", "other", "cosine")
    rows = [
        (i + 1, j + 1, one, other, float(values[i, j]))
        for i, one in enumerate(sentences)
        for j, other in enumerate(sentences)
    ]
    return Table(header, rows)


def plane_table(sentences: Sequence[str], points: Floats) -> Table:
    """Every sentence's place."""
    places = enumerate(zip(sentences, points.tolist(), strict=True), start=1)
    return Table(("number", "sentence", "across", "up"), [(n, one, *at) for n, (one, at) in places])
