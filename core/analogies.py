"""Analogies as arithmetic: a is to b as c is to what? To the word nearest to b - a + c.

Embeddings count by their direction alone: each is brought to length 1 before it is added, and the
answer is the one at the smallest angle to the sum, as in the exam (`core.exams.analogies`).

Notation: V vocabulary, C model width, n words on a plane.
Source: Mikolov, Yih and Zweig 2013 (3CosAdd, as Levy and Goldberg 2014 call it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import UserError
from core.sampling import best

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Three = tuple[int, int, int]  # ids of a, b and c

FLAT = 1e-9  # a vector shorter than this, beside vectors of length 1, has no direction


@dataclass(frozen=True, eq=False)
class Directions:
    """Every embedding of a vocabulary as a direction.

    Attributes:
        vectors: (V, C) the embeddings, as they are.
        lengths: (V,) their lengths, 1 for one that is all 0.
    """

    vectors: NDArray[Any]
    lengths: Floats

    @classmethod
    def of(cls, embeddings: NDArray[Any]) -> Directions:
        """Those of a model; the embeddings are not copied.

        Args:
            embeddings: (V, C), finite.

        Raises:
            UserError: An embedding is not a finite number, or too large to be squared.
        """
        squares = np.einsum("vc,vc->v", embeddings, embeddings, dtype=np.float64)  # no copy
        lengths = np.sqrt(squares)
        if not np.isfinite(lengths).all():
            raise UserError("Some embeddings are not finite numbers, so nothing is like another.")
        return cls(embeddings, np.where(lengths > 0, lengths, 1))

    def unit(self, ids: Sequence[int] | NDArray[np.int64]) -> Floats:
        """(n, C) embeddings brought to length 1; one that is all 0 stays so."""
        at = np.asarray(ids, dtype=np.int64)
        return np.asarray(self.vectors[at].astype(np.float64) / self.lengths[at][:, None])

    def cosines(self, directions: Floats) -> Floats:
        """How nearly each embedding points each way.

        Args:
            directions: (n, C) of any length.

        Returns:
            (V, n) from -1 to 1; 0 for what points nowhere.
        """
        unit = _unit(directions).T.astype(self.vectors.dtype)  # (C, n)
        return np.asarray((self.vectors @ unit) / self.lengths[:, None], dtype=np.float64)


@dataclass(frozen=True)
class Analogy:
    """An answered question.

    Attributes:
        words: Ids of a, b and c.
        answers: (id, cosine) of the best answers, the question's own words among them.
        others: The same without the question's own words, in any spelling.
    """

    words: Three
    answers: tuple[tuple[int, float], ...]
    others: tuple[tuple[int, float], ...]


def solve(directions: Directions, words: Three, own: Collection[int], n: int) -> Analogy:
    """The tokens nearest to b - a + c, by cosine.

    Args:
        directions: Of the vocabulary.
        words: Ids of a, b and c.
        own: Tokens that are words of the question, in any spelling.
        n: Answers, at most.
    """
    goal = target(directions, words)
    cosines = directions.cosines(goal[None])[:, 0]  # (V,)
    ids = best(cosines, n + len(own))
    exact = directions.unit(ids) @ _unit(goal[None])[0]  # with all digits
    answers = [(int(at), float(cosine)) for at, cosine in zip(ids, exact, strict=True)]
    answers.sort(key=lambda answer: (-answer[1], answer[0]))
    others = [answer for answer in answers if answer[0] not in own]
    return Analogy(words, tuple(answers[:n]), tuple(others[:n]))


def target(directions: Directions, words: Three) -> Floats:
    """(C,) the sum b - a + c of three directions."""
    a, b, c = directions.unit(words)
    return np.asarray(b - a + c)


@dataclass(frozen=True, eq=False)
class Parallelogram:
    """Words on the plane through a, b and c, in which b - a + c lies too.

    The way from a to b goes across; c lies above it. All embeddings have length 1.

    Attributes:
        ids: (n,) the words; the first three are a, b and c.
        points: (n, 2) where they lie, a at (0, 0).
        kept: (n,) the share of each word's squared distance from a that the plane keeps; 1 for
            a, b and c.
        tip: (2,) where b - a + c lies: b + c, as a is at 0.
    """

    ids: NDArray[np.int64]
    points: Floats
    kept: Floats
    tip: Floats


def parallelogram(directions: Directions, words: Three, others: Sequence[int]) -> Parallelogram:
    """Lay words on a plane chosen for one question.

    Its directions are b - a, and what c - a has besides. Where one of these is missing (a and b
    are one word, or all three lie on a line), the other words say which way it goes.

    Args:
        directions: Of the vocabulary.
        words: Ids of a, b and c.
        others: More words to show, each once.
    """
    ids = np.array([*words, *(at for at in others if at not in words)], dtype=np.int64)
    ways = directions.unit(ids)  # (n, C)
    ways = ways - ways[0]
    basis = _basis([ways[1], ways[2], *ways[3:], *np.eye(ways.shape[1])[:2]])
    points = ways @ basis.T  # (n, 2)
    squares = np.square(ways).sum(axis=1)
    inside = np.square(points).sum(axis=1)
    kept = np.divide(inside, squares, out=np.ones_like(inside), where=squares > FLAT**2)
    kept[:3] = 1  # but for rounding
    return Parallelogram(ids, points, kept, points[1] + points[2])


def near(
    directions: Directions, words: Three, is_shown: NDArray[np.bool_], n_each: int
) -> list[int]:
    """Words around a question: those nearest to its three words and to b - a + c.

    Args:
        directions: Of the vocabulary.
        words: Ids of a, b and c.
        is_shown: (V,) which tokens may be among them.
        n_each: Words around each of the four, at most.

    Returns:
        Their ids, the nearest of all four before the next nearest.
    """
    centres = np.concatenate([target(directions, words)[None], directions.unit(words)])  # (4, C)
    cosines = np.where(is_shown[:, None], directions.cosines(centres), -2)  # (V, 4)
    cosines[list(words)] = -2
    rows = [best(cosines[:, centre], n_each) for centre in range(len(centres))]
    found = dict.fromkeys(int(at) for together in zip(*rows, strict=True) for at in together)
    return [at for at in found if is_shown[at] and at not in words]


def _basis(ways: Sequence[Floats]) -> Floats:
    """(2, C) two directions at right angles, of the first ways that have any."""
    found: list[Floats] = []
    for way in ways:
        rest = way
        for _ in range(2):  # once more, for what rounding left
            rest = rest - sum((rest @ one) * one for one in found)
        length = float(np.linalg.norm(rest))
        if length > 1e-6:
            found.append(rest / length)
        if len(found) == 2:
            break
    width = len(ways[0])
    return np.array([*found, *np.zeros((2 - len(found), width))])


def _unit(vectors: Floats) -> Floats:
    """(n, C) of length 1; what points nowhere stays 0."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > FLAT, lengths, 1))
