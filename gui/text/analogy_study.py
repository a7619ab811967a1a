"""Questions put to a vocabulary in the background: typed words in, answers and a plane out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.analogies import Directions, near, parallelogram, solve
from gui.text import lookup
from gui.text.analogy_words import EXAMPLES, cosine_of, why_unknown
from gui.widgets.analogy_answers import ROWS
from gui.widgets.analogy_examples import ExampleRow
from gui.widgets.analogy_question import OFFERED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.analogies import Analogy, Parallelogram
    from core.language_model import LanguageModel
    from core.tokenizer import Tokenizer
    from core.words import Words

AROUND, ON_PLANE = 8, 5  # words around each corner; answers that are always on the plane
Typed = tuple[str, str, str]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """A model's words and directions.

    Attributes:
        words: To find what is typed.
        directions: To compare.
        tokenizer: For labels.
        folder: Of the model.
    """

    words: Words
    directions: Directions
    tokenizer: Tokenizer
    folder: str

    def complete(self, typed: str, n: int) -> list[str]:
        """Words that begin as typed."""
        return lookup.complete(self.words, typed, n)


@dataclass(frozen=True)
class Unknown:
    """A word that cannot be part of a question.

    Attributes:
        place: 0 for a, 1 for b, 2 for c.
        sentence: Why not.
        offered: Known words that are spelled nearly so.
    """

    place: int
    sentence: str
    offered: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Study:
    """An answered question.

    Attributes:
        analogy: The answers.
        own: Tokens that are words of the question, in any spelling.
        made: The plane; None where only the answers were asked for.
        labels: Of the words on the plane, at least of a, b and c.
        cosines: Of the same words to b - a + c.
    """

    analogy: Analogy
    own: frozenset[int]
    made: Parallelogram | None
    labels: tuple[str, ...]
    cosines: tuple[float, ...]


def open_vocabulary(model: LanguageModel) -> Vocabulary:
    """What there is to ask of a model.

    Raises:
        UserError: Its embeddings are not finite numbers.
    """
    directions = Directions.of(model.weights.wte)
    return Vocabulary(lookup.words_of(model), directions, model.tokenizer, model.info.folder)


def answer(vocabulary: Vocabulary, typed: Typed, *, with_plane: bool) -> Study | Unknown:
    """Answer a question of three words, all of them typed.

    Args:
        vocabulary: Of the model.
        typed: a, b and c.
        with_plane: Whether to lay the words around it on a plane.
    """
    found = [vocabulary.words.find(word) for word in typed]
    if None in found:
        place = found.index(None)
        alike = vocabulary.words.alike(typed[place], OFFERED)
        offered = tuple(map(vocabulary.words.word, alike))
        return Unknown(place, why_unknown(typed[place], vocabulary.tokenizer), offered)
    a, b, c = (token_id for token_id in found if token_id is not None)
    three, directions, label = (a, b, c), vocabulary.directions, vocabulary.tokenizer.label
    own = frozenset(at for token_id in three for at in vocabulary.words.spellings(token_id))
    analogy = solve(directions, three, own, ROWS)
    if not with_plane:
        return Study(analogy, own, None, tuple(map(label, three)), ())
    first = [token_id for token_id, _ in analogy.others[:ON_PLANE]]
    around = near(directions, three, vocabulary.words.is_whole, AROUND)
    made = parallelogram(directions, three, list(dict.fromkeys([*first, *around])))
    ids = made.ids.tolist()
    cosines = tuple(cosine_of(directions, three, token_id) for token_id in ids)
    return Study(analogy, own, made, tuple(map(label, ids)), cosines)


def put_examples(
    vocabulary: Vocabulary,
    cancelled: Callable[[], bool],
    examples: Sequence[tuple[str, str, str, str]] = EXAMPLES,
) -> list[ExampleRow]:
    """Put questions to a model whose words it all knows; the others are left out.

    Args:
        vocabulary: Of the model.
        cancelled: Asked before every question.
        examples: a, b, c and what one would expect.
    """
    rows = []
    for words in examples:
        if cancelled():
            break
        expected = vocabulary.words.find(words[3])
        study = answer(vocabulary, words[:3], with_plane=False)
        if expected is None or isinstance(study, Unknown) or not study.analogy.others:
            continue
        first = study.analogy.others[0][0]
        said = vocabulary.tokenizer.text(first).strip()
        is_right = first in vocabulary.words.spellings(expected)
        rows.append(ExampleRow(words, said or vocabulary.tokenizer.label(first), is_right))
    return rows
