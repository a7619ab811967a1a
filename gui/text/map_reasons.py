"""Why tokens lie near each other, told from the training text: where in it they were found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.token_contexts import company, shared_frames
from gui.widgets.text_grid import label_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    import numpy as np
    from numpy.typing import NDArray

    from core.nearness import Vicinity
    from core.token_contexts import Companion, Shared
    from gui.jobs import Job
    from gui.text.map_study import Known

FRAMES, COMPANY = 2, 3  # that two tokens share and that are told
TOLD, CONSIDERED = 8, 40  # companions of a token that are told, and that may be shared
GAP = "___"  # where the token stands
AGAIN = 2  # less often than this it may be by chance


@dataclass(frozen=True)
class Reason:
    """What two tokens share.

    Attributes:
        frames: What stands around both.
        company: Ids of what is often near both.
    """

    frames: tuple[Shared, ...]
    company: tuple[int, ...]


@dataclass(frozen=True)
class Reasons:
    """What the training text tells of a token and its neighbours.

    Attributes:
        company: What stands near the token far more often than by chance.
        of: What it shares with each neighbour.
    """

    company: tuple[Companion, ...]
    of: dict[int, Reason]


def reasons(known: Known, found: Vicinity, ids: NDArray[np.int64], job: Job) -> Reasons:
    """Look for a token and its neighbours in a text.

    Args:
        known: Of the model.
        found: The token and its neighbours.
        ids: (N,) the text.
        job: Ends it early.
    """
    end = known.model.tokenizer.end_of_text

    def around(token_id: int) -> list[Companion]:
        return company(ids, token_id, CONSIDERED, end, known.words.is_whole)

    own = around(found.token_id)
    of = {}
    for other in sorted({one.id for one in (*found.by_cosine, *found.by_distance)}):
        if job.cancelled():
            break
        frames = shared_frames(ids, found.token_id, other, FRAMES, end)
        theirs = {one.id for one in around(other)}
        both = [one.id for one in own if one.id in theirs]
        of[other] = Reason(tuple(frames), tuple(both[:COMPANY]))
    return Reasons(tuple(own[:TOLD]), of)


def in_words(known: Known, reason: Reason, n_frames: int = FRAMES) -> str:
    """“is called a ___” (13 times; the other 20 times), near young, baby; "" for nothing."""
    frames = [_in_words(known, one) for one in reason.frames[:n_frames]]
    words = ", ".join(known.words.word(each) for each in reason.company)
    return ", ".join([*frames, *([f"near {words}"] if words else [])])


def _in_words(known: Known, one: Shared) -> str:
    before, after = (_text(known, each) for each in (one.before, one.after))
    framed = f"{before} {GAP}{after}".strip()  # the one after brings its own space, or none
    return f"“{framed}” ({one.n_first:,} times; the other {one.n_second:,} times)"


def _text(known: Known, ids: Sequence[int]) -> str:
    """As it stands in a sentence, but for what cannot be seen."""
    label = label_of(b"".join(map(known.model.tokenizer.raw, ids)))
    return label.replace("␣", " ")


def company_in_words(known: Known, companions: Sequence[Companion], most: int) -> str:
    """Words alone."""
    return ", ".join(known.words.word(one.id) for one in companions[:most])


def most_telling(
    reasons: Reasons, near: Sequence[int], before: int | None, typed: AbstractSet[int]
) -> int | None:
    """The neighbour to speak of: one that was looked at or typed, else where the text tells most.

    Args:
        reasons: What is known.
        near: Ids of the neighbours, nearest first.
        before: The token that was looked at before.
        typed: Ids of the prompt.
    """
    told = [
        other
        for other in near
        if other in reasons.of and reasons.of[other].frames[:1] and _is_told(reasons, other)
    ]

    def telling(other: int) -> tuple[bool, bool, int, float]:
        first = reasons.of[other].frames[0]
        return other == before, other in typed, len(first), first.weight

    return max(told, key=telling, default=None)


def _is_told(reasons: Reasons, other: int) -> bool:
    first = reasons.of[other].frames[0]
    return min(first.n_first, first.n_second) >= AGAIN
