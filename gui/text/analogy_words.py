"""What the page of the analogies says: examples, sentences about words, numbers explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.analogies import target
from gui.explanation import Explanation, exactly, script, vector
from gui.export import Table
from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.analogies import Directions, Parallelogram, Three
    from core.tokenizer import Tokenizer
    from gui.widgets.analogy_answers import AnswerRow
    from gui.widgets.analogy_examples import ExampleRow

NUMPY = "import numpy as np"
# Of each kind of relation; whether a model solves one is found out, not told here.
EXAMPLES = (
    ("dog", "puppy", "cat", "kitten"),
    ("horse", "foal", "sheep", "lamb"),
    ("king", "queen", "man", "woman"),
    ("brother", "sister", "uncle", "aunt"),
    ("France", "Paris", "Italy", "Rome"),
    ("France", "Paris", "Germany", "Berlin"),
    ("France", "French", "Italy", "Italian"),
    ("one", "two", "three", "four"),
    ("Monday", "Tuesday", "Friday", "Saturday"),
    ("dog", "dogs", "cat", "cats"),
    ("walk", "walked", "jump", "jumped"),
    ("go", "went", "see", "saw"),
    ("big", "bigger", "small", "smaller"),
    ("big", "small", "hot", "cold"),
    ("happy", "sad", "old", "young"),
    ("teacher", "school", "doctor", "hospital"),
)


def why_unknown(typed: str, tokenizer: Tokenizer) -> str:
    """Why a typed word cannot be part of a question, in one sentence."""
    word = typed.strip()
    ids = tokenizer.ids(f" {word}")
    pieces = " ".join(map(tokenizer.label, ids[:8])) + (" …" if len(ids) > 8 else "")
    if len(ids) > 1:
        return f"“{word}” is {len(ids)} tokens here ({pieces}): only a single one has an arrow."
    return f"“{word}” is no word here."


def sum_label(labels: Sequence[str]) -> str:
    """The sum b - a + c in the words' own names."""
    a, b, c = labels[:3]
    return f"{b} {MINUS} {a} + {c}"


def plane_notes(made: Parallelogram, labels: Sequence[str]) -> tuple[str, ...]:
    """How much the plane keeps, ever shorter."""
    others = made.kept[3:]
    if not len(others):
        return ("The plane holds all three words, and where the arrow ends.",)
    kept = f"{others.min():.0%} to {others.max():.0%}"
    names = ", ".join(dict.fromkeys(labels[:3]))
    return (
        f"This plane holds {names} and the arrow's tip wholly, and {kept} of the way from "
        f"{labels[0]} to other words.",
        f"The plane holds the corners wholly, {kept} of the way to other words.",
        f"Holds the corners wholly, others by {kept}.",
    )


def about_word(label: str, cosine: float, kept: float, first: str) -> str:
    """What the line below the plane says of one word."""
    number = f"{cosine:.3f}".replace("-", MINUS)
    way = f"the plane keeps {kept:.0%} of its way from {first}"
    return f"{label}: likeness {number}, {way}" if label != first else f"{label}: likeness {number}"


def cosine_of(directions: Directions, words: Three, token_id: int) -> float:
    """How nearly a word points the way of b - a + c."""
    goal, (word,) = target(directions, words), directions.unit([token_id])
    length = float(np.linalg.norm(goal))
    return float(goal @ word) / length if length > 0 else 0.0


def explained(
    directions: Directions, words: Three, labels: Sequence[str], token_id: int, folder: str
) -> Explanation:
    """How a cosine came about.

    Args:
        directions: Of the vocabulary.
        words: Ids of a, b and c.
        labels: Of these, and of the word that is compared.
        token_id: That word.
        folder: Of the model.
    """
    goal, (word,) = target(directions, words), directions.unit([token_id])
    a, b, c = directions.unit(words)
    length = float(np.linalg.norm(goal))
    names = ", ".join(labels)
    lines = [
        "wte = model.weights.wte.astype(float)",
        "unit = lambda v: v / np.linalg.norm(v)",
        f"# {names}",
        f"a, b, c, d = (unit(wte[i]) for i in {(*words, token_id)})",
        "print(unit(b - a + c) @ d)",
    ]
    return Explanation(
        f"How near {labels[3]} is to {sum_label(labels)}",
        f"cosine = (b {MINUS} a + c) · d / |b {MINUS} a + c|\n"
        "a, b, c and d are embeddings, each made as long as 1 first",
        (
            (f"a, {labels[0]}", vector(a)),
            (f"b, {labels[1]}", vector(b)),
            (f"c, {labels[2]}", vector(c)),
            (f"d, {labels[3]}", vector(word)),
            (f"(b {MINUS} a + c) · d", exactly(float(goal @ word))),
            (f"|b {MINUS} a + c|", exactly(length)),
        ),
        exactly(cosine_of(directions, words, token_id)),
        script(folder, lines, (NUMPY,)),
    )


def kept_explained(made: Parallelogram, labels: Sequence[str], folder: str) -> Explanation:
    """How much of the way to other words the plane keeps.

    Args:
        made: The plane.
        labels: Of its words.
        folder: Of the model.
    """
    others = made.kept[3:]
    least, most = int(others.argmin()), int(others.argmax())
    ids = made.ids.tolist()
    lines = [
        "directions = Directions.of(model.weights.wte)",
        f"made = parallelogram(directions, {tuple(ids[:3])}, {ids[3:]})",
        "print(made.kept[3:].min(), made.kept[3:].max())",
    ]
    return Explanation(
        f"How much of the way from {labels[0]} to other words is seen here",
        f"kept = |way on the plane|² / |way|², where way = word {MINUS} {labels[0]}",
        (
            ("the plane's directions", f"b {MINUS} a, and what c {MINUS} a has besides"),
            (f"least, {labels[3 + least]}", f"{others[least]:.3%}"),
            (f"most, {labels[3 + most]}", f"{others[most]:.3%}"),
            ("the three words themselves", "all of it"),
        ),
        f"{others[least]:.3%} to {others[most]:.3%}",
        script(folder, lines, ("from core.analogies import Directions, parallelogram",)),
    )


def answers_table(rows: Sequence[AnswerRow]) -> Table:
    """The answers in their order."""
    header = ("rank", "id", "token", "cosine", "own word")
    numbered = enumerate(rows, start=1)
    listed = [(n, row.id, row.label, row.cosine, int(row.is_own)) for n, row in numbered]
    return Table(header, listed)


def plane_table(
    made: Parallelogram | None, labels: Sequence[str], cosines: Sequence[float]
) -> Table:
    """Every word on the plane, and the arrow's tip."""
    header = ("part", "id", "token", "across", "up", "kept", "cosine")
    if made is None:
        return Table(header, [])
    parts = ("a", "b", "c", *[""] * (len(labels) - 3))
    words = zip(parts, made.ids.tolist(), labels, made.points.tolist(), strict=True)
    rows = [
        (part, token_id, label, *point, kept, cosine)
        for (part, token_id, label, point), kept, cosine in zip(
            words, made.kept.tolist(), cosines, strict=True
        )
    ]
    return Table(header, [*rows, ("tip", "", sum_label(labels), *made.tip.tolist(), 1.0, 1.0)])


def examples_table(rows: Sequence[ExampleRow]) -> Table:
    """Every example with its outcome."""
    header = ("a", "b", "c", "expected", "first answer", "right")
    return Table(header, [(*row.words, row.said, int(row.is_right)) for row in rows])
