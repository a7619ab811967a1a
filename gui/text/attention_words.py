"""What the page of the attention says: captions, and verdicts that the numbers bear out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.heads import KINDS, OFTEN, OFTEN_LOCAL, in_words
from gui.widgets.attention_picture import ATTENTION, Scale
from gui.widgets.head_model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.head_scores import Scores

MAP, ARCS, CARRIES, MEAN, ROLLOUT = range(5)
VIEWS = {
    "Map": "Rows look at columns",
    "Arcs": "Lines between the words",
    "Carries": "How much each look brings along",
    "Mean": "The average of all heads of this layer",
    "Rollout": "What all layers up to this one amount to",
}
CAPTIONS = (
    "Rows look at columns; the stronger, the more. Each row adds up to 1.",
    "Words at the left look at words at the right; the thicker and stronger a line, the more.",
    "How much each look brings along: how strongly it looks, times how much there is to fetch.",
    "How much rows look at columns on average over all heads of the layer.",
    "How much of each column's token has reached each row, if attention alone moved it: in every "
    "layer half of a token stays, and half is mixed as the heads do on average.",
)
MINUS_FIRST = "The second text minus the first: orange where it has more there, blue where less."
UNEQUAL = (
    "The table shows the difference. The two maps have different numbers of tokens: they stand "
    "side by side."
)
UNEQUAL_ALONE = (
    "The table shows the difference. The two texts have different numbers of tokens: this map is "
    "the first one's."
)
NOTHING_REPEATED = "no token of this text repeats an earlier one"
TOO_SHORT = "this text is too short for that"
NO_HABIT = "has no single habit"
NEXT_TO_NONE = 0.1
TITLES = {  # of the kinds of look, so that one need not know what the field calls them
    "previous": "previous",
    "self": "itself",
    "first": "first",
    "copies": "same word",
    "induction": "came next",
    "local": "nearby",
}
SHARPEST = {"local": OFTEN_LOCAL}  # from which a head is a specialist; else `OFTEN`

AVERAGED = Scale(does="{row} looks at {column}, on average", most="{row} looks most at")
ROLLED = Scale(does="of {row} is by now {column}", most="{row} is mostly")


def kinds() -> tuple[Kind, ...]:
    """The columns of the table."""
    repeating = ("copies", "induction")
    return tuple(
        Kind(name, words, NOTHING_REPEATED if name in repeating else TOO_SHORT, TITLES[name])
        for name, words in KINDS.items()
    )


def carries_scale(top: float) -> Scale:
    """Of the lengths of what is carried; their unit is that of the vectors."""
    does, most = "this long is what {row} gets from {column}", "{row} gets most from"
    return Scale(top if top > 0 else 1.0, "long", does=does, most=most)


def scale_of(view: int, top: float) -> Scale:
    """What the numbers of a view mean."""
    return {CARRIES: carries_scale(top), MEAN: AVERAGED, ROLLOUT: ROLLED}.get(view, ATTENTION)


def title_of(view: int, layer: int, head: int) -> str:
    """What is shown."""
    if view == MEAN:
        return f"Layer {layer + 1}, all heads"
    if view == ROLLOUT:
        return "Layer 1" if layer == 0 else f"Layers 1 to {layer + 1}"
    return f"Layer {layer + 1}, head {head + 1}"


def of_head(here: Mapping[str, str], usual: Scores | None, layer: int, head: int) -> str:
    """What one head does on this text, or on two, and in general.

    Args:
        here: What it mostly does, if there is such a thing, "on this text" or on another.
        usual: Of all heads on the standard set, if they were measured.
        layer: Of the head.
        head: Which one.
    """
    said = [f"O{where[1:]} it {words or NO_HABIT}." for where, words in here.items()]
    if usual is not None:
        words = in_words({kind: float(each[layer, head]) for kind, each in usual.items()})
        said.append(f"On the standard set it {words or NO_HABIT}.")
    return " ".join(said)


def specialists(usual: Scores) -> str:
    """For which kinds of look this model has a sharp head, and for which it has none."""
    has: list[str] = []
    lacks: list[str] = []
    most: dict[str, float] = {}
    for kind in KINDS:
        scores = np.nan_to_num(usual[kind], nan=-1.0)
        layer, head = divmod(int(scores.argmax()), scores.shape[1])
        most[kind] = best = float(scores[layer, head])
        if best >= 0:
            found = f"“{TITLES[kind]}” ({best:.2f} in {layer + 1}.{head + 1})"
            (has if best > SHARPEST.get(kind, OFTEN) else lacks).append(found)
    said = []
    if has:
        said.append(f"On the standard set this model has sharp heads for {_listed(has)}.")
    if lacks:
        nothing = (
            "It has none for" if has else "On the standard set this model has no sharp head for"
        )
        said.append(f"{nothing} {_listed(lacks)}, which is the most of any head.")
    if 0 <= most["induction"] < NEXT_TO_NONE:
        said.append(
            "It has not learned to go on as a text went on the last time (called induction)."
        )
    return " ".join(said)


def in_brief(usual: Scores) -> str:
    """The same where there is little room; the numbers stand in the table."""
    most = {kind: float(np.nan_to_num(each, nan=-1.0).max()) for kind, each in usual.items()}
    lacks = [f"“{TITLES[kind]}”" for kind in KINDS if 0 <= most[kind] <= SHARPEST.get(kind, OFTEN)]
    return f"No head is sharp on the standard set for {_listed(lacks)}." if lacks else ""


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
