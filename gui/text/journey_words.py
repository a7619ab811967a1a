"""What the journey page says, and the words of two meanings that it offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.clues import looked_at
from core.journey import word_at
from gui.widgets.pixel_painting import MINUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.interventions import Patch
    from gui.text.journey_study import Found, Journey

NO_MODEL = "Open a model to follow a word through its layers."
EMPTY = "Type a sentence above, or choose a double meaning: here one of its words travels."
NO_SECOND = "With a second sentence to compare, the same word may go another way."
BROKEN = "This model's numbers are not finite: there is no way to be seen."
CURVES = (
    "Where a curve is at 1.00, “{word}” points just as the clue does. From both, what all tokens "
    "have in common is taken away first: else all would look alike."
)
FOUND = " The clues are words of this sentence that it looks back at most; type others if you like."
NO_CLUE = "Type a clue word above: one that the followed word may come to resemble."
PATCH = (
    "Click a part: at “{word}”, sentence 1 then gets what this part gives in sentence 2. The "
    "stronger its colour, the further it takes the word by itself."
)
LOOKING = "Looking for the clue words in other texts\N{HORIZONTAL ELLIPSIS}"
PARTS = {"head": "head", "attention": "attention", "mlp": "feed-forward", "layer": "whole layer"}


@dataclass(frozen=True)
class Sense:
    """A word of two meanings in two sentences.

    Attributes:
        word: The word.
        first: A sentence in which it means one thing.
        second: A sentence in which it means the other.
        clues: A word for each meaning.
        remark: What to look at.
    """

    word: str
    first: str
    second: str
    clues: tuple[str, str]
    remark: str = ""

    @property
    def name(self) -> str:
        """For a menu."""
        asked = f"{self.word}: {self.clues[0]} or {self.clues[1]}?"
        return f"{asked} {self.remark}" if self.remark else asked


SENSES = (
    Sense(
        "bank",
        "They walked along the river to the bank",
        "They walked with the money to the bank",
        ("river", "money"),
    ),
    Sense(
        "bank",
        "They walked to the bank of the river",
        "They walked to the bank with the money",
        ("river", "money"),
        "The clues come too late",
    ),
    Sense(
        "bat",
        "The owl and the bird saw a bat",
        "The boy hit the ball with a bat",
        ("bird", "ball"),
    ),
    Sense(
        "nail",
        "With the hammer he hit the nail",
        "On her finger she hurt the nail",
        ("hammer", "finger"),
    ),
    Sense(
        "ring",
        "The queen has a crown and a ring",
        "The children heard the school bell ring",
        ("crown", "bell"),
    ),
    Sense(
        "orange",
        "She ate an apple and then an orange",
        "Her dress is yellow, red and orange",
        ("apple", "red"),
    ),
    Sense(
        "spring",
        "After the winter comes the spring",
        "They drank water at the spring",
        ("winter", "water"),
    ),
    Sense(
        "bark",
        "In the garden we heard the dog bark",
        "In the garden the old tree has bark",
        ("dog", "tree"),
    ),
    Sense(
        "light",
        "In the dark room we saw a light",
        "This bag is not heavy but light",
        ("lamp", "heavy"),
    ),
    Sense(
        "key",
        "He opened the old door with the key",
        "He wrote on the computer with the key",
        ("door", "computer"),
    ),
    Sense(
        "watch",
        "What time is it on the clock and watch",
        "We sat down to see the game and watch",
        ("clock", "game"),
    ),
    Sense(
        "mouse",
        "The cat ran and caught the little mouse",
        "The computer has a screen and a mouse",
        ("cat", "computer"),
    ),
    Sense(
        "leaves",
        "In autumn the tree lost all its leaves",
        "At noon from the station the train leaves",
        ("tree", "train"),
    ),
)


def sense_of(journey: Journey) -> Sense | None:
    """The word of two meanings that is followed, if it is one of these."""
    word = word_at(journey.first, journey.at[0])
    return next((each for each in SENSES if word and each.word == word.lower()), None)


def clues_to(journey: Journey) -> Sequence[str]:
    """Words for the followed one to be compared with: of its meanings, else out of its sentence."""
    sense = sense_of(journey)
    return looked_at(journey.first, journey.at[0]) if sense is None else sense.clues


def about_curves(journey: Journey, *, is_found: bool) -> str:
    """What one is seeing, and where the clues come from if nobody has chosen them."""
    word = journey.label.strip("␣") or journey.label
    said = CURVES.format(word=word)
    return said + FOUND if is_found and sense_of(journey) is None else said


def start_of(journey: Journey) -> str:
    """What the two have in common at the start, in a sentence."""
    at, other = journey.at
    if journey.second is None or other is None:
        return NO_SECOND
    one, two = journey.first.tokens[at], journey.second.tokens[other]
    if one.id != two.id:
        return (
            f"{one.label} and {two.label} are different tokens, so the two paths start apart: "
            "click others to follow."
        )
    if at != other:
        return (
            f"{one.label} stands at place {at + 1} and at place {other + 1}: they share dot 0, but "
            "some of what parts them is the place."
        )
    return (
        f"{one.label} at place {at + 1} in both starts as one vector: only the words before it can "
        "part them."
    )


def plane_caption(journey: Journey, *, is_parting: bool) -> str:
    """What the plane shows and how much of it."""
    numbers = "Dot 0 is the word's own vector, then one dot after each layer. "
    if journey.second is None:
        return numbers + "The plane keeps most of the way."
    if is_parting:
        return numbers + "Up and down is what parts the two; to the right goes what both share."
    return numbers + "The plane of most differences: most of it is the way that both take."


def plane_notes(journey: Journey, *, is_parting: bool) -> tuple[str, ...]:
    """How honest the plane is."""
    plane = journey.parting if is_parting else journey.whole
    share = f"{sum(plane.shares):.0%}"
    if journey.second is None:
        said = f"Flat as paper, it shows {share} of all there is between the dots."
        return (said, f"Shows {share}.")
    kept = f"{journey.kept[0 if is_parting else 1]:.0%}"
    return (
        f"Flat as paper, it shows {share} of all there is between the dots, and {kept} of how far "
        "the two paths are from each other.",
        f"Shows {share} of all there is between dots, {kept} of that between the two paths.",
        f"Shows {share}; between the paths {kept}.",
    )


def part_name(layer: int, part: str, head: int) -> str:
    """A part, for the eye."""
    if part == "layer":
        return f"layer {layer + 1}"
    return f"layer {layer + 1} {PARTS[part]}" + (f" {head + 1}" if part == "head" else "")


def way_share(share: float) -> str:
    """How far along the way, in percent; less than 0 leads away."""
    return f"{share:.0%}".replace("-0%", "0%").replace("-", MINUS)


def patches_text(patches: list[Patch], n_elsewhere: int) -> str:
    """Which outputs are carried over."""
    names = ", ".join(part_name(each.layer, each.part, each.head) for each in patches)
    parts = [f"Carried over: {names}." if patches else "Nothing is carried over yet."]
    if n_elsewhere:
        changes = "change acts" if n_elsewhere == 1 else "changes act"
        parts.append(f"{n_elsewhere} more {changes} elsewhere.")
    return " ".join(parts)


def clue_remark(found: Found) -> tuple[str, tuple[str, ...], int]:
    """What is the matter with a clue word: a sentence, words that would do, and which field."""
    for place, clue in enumerate(found.clues):
        if clue.typed and clue.token is None:
            offered = "Did you mean one of these?" if clue.offered else "Type another one."
            return f"“{clue.typed}” is not one token of this model. {offered}", clue.offered, place
    return "", (), 0
