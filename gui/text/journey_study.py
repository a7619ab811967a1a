"""The journey of one word in two texts, worked out from their traces; nothing of the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.clues import Clues
from core.errors import UserError
from core.interventions import Patch, place_of
from core.journey import (
    common_plane,
    likeness,
    parting_kept,
    parting_plane,
    patch,
    path,
    pinned,
    word_at,
)
from core.sampling import best, softmax
from gui.text import lookup
from gui.text.held_out import HELD_OUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from core.interventions import Change, Part
    from core.journey import Doubles, Plane
    from core.language_model import LanguageModel
    from core.trace import Trace
    from core.words import Words
    from gui.widgets.pair_hues import Kind

ROWS = 7  # tokens that predictions are compared for
OFFERED = 3  # known words in place of an unknown one


# --- the word


def places(
    first: Trace, second: Trace | None, selected: int | None, chosen: int | None
) -> tuple[int, int | None]:
    """Which token is followed in each text.

    Args:
        first: A text.
        second: The other, if there is one.
        selected: The token of the first text that the user chose; else the last word of both.
        chosen: Likewise of the second; else the same word as in the first.
    """
    last = len(first.tokens) - 1
    if second is None:
        return (last if selected is None else min(selected, last)), None
    end = len(second.tokens) - 1
    common = pinned(first, second)
    if selected is None:
        at, other = common if common is not None else (last, end)
    else:
        at = min(selected, last)
        other = same_word(first, second, at)
    return at, other if chosen is None else min(chosen, end)


def same_word(first: Trace, second: Trace, at: int) -> int:
    """Where the second text has a token of the first: at the same place, else as the last one."""
    end = len(second.tokens) - 1
    if at <= end and second.ids[at] == first.ids[at]:
        return at
    same = np.flatnonzero(second.ids == first.ids[at])
    if len(same):
        return int(same[-1])
    word = word_at(first, at)
    found = pinned(first, second, word) if word else None
    return min(at, end) if found is None else found[1]


# --- the paths


@dataclass(frozen=True, eq=False)
class Journey:
    """One word in two texts.

    Attributes:
        first: The first text's pass, unchanged.
        second: The other's, if there is one.
        changed: The first's pass with the changes that act, if any.
        at: Position of the word in the first text, and in the second.
        paths: (D, C) each, by text.
        parting: The plane on which one sees them part.
        whole: The plane of the most differences.
        kept: How much of the parting each plane shows.
        ids: Tokens that predictions are compared for.
        probabilities: (R,) of these, by text.
    """

    first: Trace
    second: Trace | None
    changed: Trace | None
    at: tuple[int, int | None]
    paths: dict[Kind, Doubles]
    parting: Plane
    whole: Plane
    kept: tuple[float, float]
    ids: tuple[int, ...]
    probabilities: dict[Kind, Doubles]

    @property
    def traces(self) -> dict[Kind, Trace]:
        """The passes, by text."""
        every: dict[Kind, Trace | None] = {
            "first": self.first,
            "second": self.second,
            "changed": self.changed,
        }
        return {kind: trace for kind, trace in every.items() if trace is not None}

    def is_like(self, other: Journey) -> bool:
        """Whether it is of the same words in the same texts, whatever is changed."""
        kinds: tuple[Kind, ...] = ("first", "second")
        mine, others = ([each.traces.get(kind) for kind in kinds] for each in (self, other))
        return self.at == other.at and all(
            np.array_equal(() if a is None else a.ids, () if b is None else b.ids)
            for a, b in zip(mine, others, strict=True)
        )

    def position(self, kind: Kind) -> int:
        """Of the word in a text."""
        at = self.at[1] if kind == "second" else self.at[0]
        assert at is not None
        return at

    @property
    def label(self) -> str:
        """The word's token in the first text."""
        return self.first.tokens[self.at[0]].label


def follow(
    first: Trace,
    second: Trace | None,
    changed: Trace | None,
    selected: int | None = None,
    chosen: int | None = None,
) -> Journey:
    """Follow a word through the layers, in two texts if there are two.

    Raises:
        UserError: The model's numbers are not finite.
    """
    at = places(first, second, selected, chosen)
    paths: dict[Kind, Doubles] = {"first": path(first, at[0])}
    whole = parting = common_plane([paths["first"]])
    kept = (1.0, 1.0)
    if second is not None and at[1] is not None:
        paths["second"] = path(second, at[1])
        both = paths["first"], paths["second"]
        parting, whole = parting_plane(*both), common_plane(both)
        kept = parting_kept(parting, *both), parting_kept(whole, *both)
    if changed is not None:
        paths["changed"] = path(changed, at[0])
    everything: dict[Kind, Doubles] = {"first": softmax(first.logits[-1])}
    if second is not None:
        everything["second"] = softmax(second.logits[-1])
    if changed is not None:
        everything["changed"] = softmax(changed.logits[-1])
    ids = best(np.max(list(everything.values()), axis=0), ROWS)
    return Journey(
        first,
        second,
        changed,
        at,
        paths,
        parting,
        whole,
        kept,
        tuple(ids.tolist()),
        {kind: each[ids] for kind, each in everything.items()},
    )


# --- clue words


@dataclass(frozen=True, eq=False)
class Clue:
    """A word that the followed one may come to resemble.

    Attributes:
        typed: As it was typed.
        token: Its id; None if no token is that word.
        vectors: (D, C) what it is on average in texts without the followed word; None if it
            stands in none.
        n_texts: In how many it stands.
        offered: Known words that are spelled nearly so.
    """

    typed: str
    token: int | None
    vectors: Doubles | None
    n_texts: int
    offered: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Knowledge:
    """What there is to ask about a model's words.

    Attributes:
        model: The model.
        words: To find what is typed.
        clues: To find out what it is on average.
    """

    model: LanguageModel
    words: Words
    clues: Clues

    @classmethod
    def of(cls, model: LanguageModel) -> Knowledge:
        """Look through the vocabulary."""
        return cls(model, lookup.words_of(model), Clues(model, HELD_OUT.first))

    def complete(self, typed: str, n: int) -> list[str]:
        """Words that begin as typed."""
        return lookup.complete(self.words, typed, n)


@dataclass(frozen=True, eq=False)
class Found:
    """Clue words, as they are far from a followed word.

    Attributes:
        beside: Id of the followed word's token.
        clues: In the order of the fields.
        centre: (D, C) what all tokens are on average.
    """

    beside: int
    clues: tuple[Clue, ...]
    centre: Doubles


def find_clues(
    knowledge: Knowledge, typed: Sequence[str], beside: int, cancelled: Callable[[], bool]
) -> Found:
    """Find out what typed words are on average; on the lane.

    Args:
        knowledge: Of the model.
        typed: The words.
        beside: Id of the followed word's token; texts with it are not read.
        cancelled: Asked again and again.

    Raises:
        Cancelled: It said yes.
    """
    centre, words = knowledge.clues.centre(cancelled), knowledge.words
    clues = []
    for word in typed:
        token = words.find(word)
        if token is None:
            offered = tuple(map(words.word, words.alike(word, OFFERED)))
            clues.append(Clue(word, None, None, 0, offered))
        else:
            vectors, n_texts = knowledge.clues.clue(token, beside, cancelled)
            clues.append(Clue(word, token, vectors, n_texts))
    return Found(beside, tuple(clues), centre)


def clue_inside(
    journey: Journey, knowledge: Knowledge, clue: Clue
) -> tuple[Doubles, Kind, int] | None:
    """(D, C) what a clue is where it stands in one of the two texts, in which, and where."""
    if clue.token is None:
        return None
    spellings = knowledge.words.spellings(clue.token)
    kinds: tuple[Kind, ...] = ("first", "second")
    for kind in kinds:
        trace = journey.traces.get(kind)
        if trace is not None:
            places = np.flatnonzero(np.isin(trace.ids, spellings))
            places = places[places != journey.position(kind)]
            if len(places):
                return path(trace, int(places[-1])), kind, int(places[-1])
    return None


def curves_of(journey: Journey, clue: Doubles, centre: Doubles) -> dict[Kind, Doubles]:
    """(D,) likeness of the word to a clue at every depth, by text."""
    return {kind: likeness(way, clue, centre) for kind, way in journey.paths.items()}


# --- patches


def patch_of(journey: Journey, layer: int, part: Part, head: int) -> Patch:
    """What a part gives at the word in the second text, to be given in the first.

    Raises:
        UserError: There is no second text, or it has no such place.
    """
    at, other = journey.at
    if journey.second is None or other is None:
        raise UserError("Write a second sentence first: an output is carried over from there.")
    made = patch(journey.second, layer, part, head, other, at)
    return replace(made, token_id=int(journey.first.ids[at]), source=journey.second.text)


def renewed(journey: Journey, old: Patch) -> Patch | None:
    """A patch as the second text gives it now; None where nothing can be taken from that text."""
    try:
        return patch_of(journey, old.layer, old.part, old.head)
    except UserError:
        return None


def patches_at(changes: Iterable[Change], journey: Journey) -> list[Patch]:
    """Those of some changes that act on the followed word of the first text."""
    at = journey.at[0]
    token = int(journey.first.ids[at])
    return [
        each
        for each in changes
        if isinstance(each, Patch) and each.position == at and each.token_id in (None, token)
    ]


def same_place(one: Patch, others: Iterable[Patch]) -> Patch | None:
    """That of some patches which is at the place of this one."""
    return next((each for each in others if place_of(each) == place_of(one)), None)
