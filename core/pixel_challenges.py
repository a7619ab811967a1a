"""Challenges for the nine-pixel net: what is to be brought about, and whether it has been.

They are written in assets/challenges.toml. A check looks at a `Situation`, which is all that is on
the screen, and says whether it is solved and, in a sentence, how things stand.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core import pixel_symbols
from core.paths import ASSETS
from core.pixelnet import ANSWERED, SYMBOLS, PixelNet, forward

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.pixel_training import TrainStep
    from core.pixelnet import Array, Symbol

CHALLENGES_FILE = ASSETS / "challenges.toml"


@dataclass(frozen=True)
class Challenge:
    """One thing to bring about.

    Attributes:
        name: In the settings, where it is remembered as solved.
        title: A few words.
        task: What to do, in a sentence.
        hint: How.
        learnt: What has been learnt, once it is solved.
        check: Which of the checks below notices it; what follows are their numbers.
        drawn: Name of a symbol.
        says: Name of the symbol that the net is to see in it.
        most_steps: Steps of training.
        apart: Largest difference between two probabilities.
        least: Smallest probability.
        sure: Smallest probability of an answer that is sure.
    """

    name: str
    title: str
    task: str
    hint: str
    learnt: str
    check: str
    drawn: str = ""
    says: str = ""
    most_steps: int = 0
    apart: float = 0.0
    least: float = 0.0
    sure: float = 1.0

    def look(self, at: Situation) -> Progress:
        """How things stand."""
        return _CHECKS[self.check](self, at)


@dataclass(frozen=True, eq=False)
class Situation:
    """What a check can look at.

    Attributes:
        learnt: The net, and where its training stands.
        untouched: The same net before all changes by hand; itself if there are none.
        picture: (9,) what is drawn.
        before: (9,) what was drawn before the latest change; the same if nothing has changed yet.
    """

    learnt: TrainStep
    untouched: PixelNet
    picture: Array
    before: Array

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """What the net tells apart."""
        return self.learnt.lesson.symbols

    @property
    def knows_all(self) -> bool:
        """Whether it is right about all that it was taught."""
        return self.learnt.n_right == self.learnt.n_examples

    @property
    def n_changed(self) -> int:
        """Weights and biases that were changed by hand."""
        now, then = self.learnt.net, self.untouched
        pairs = zip((*now.weights, *now.biases), (*then.weights, *then.biases), strict=True)
        return int(sum((mine != its).sum() for mine, its in pairs))

    def answers(self, picture: Array) -> Array:
        """(K,) what the net says about a picture, (9,)."""
        return np.asarray(forward(self.learnt.net, picture[None]).probabilities[0])


class Progress(NamedTuple):
    """How a challenge stands.

    Attributes:
        solved: It is done, at this very moment.
        now: How things are, in a sentence or two.
    """

    solved: bool
    now: str


@cache
def challenges() -> tuple[Challenge, ...]:
    """All of them, in the order in which they are offered."""
    with CHALLENGES_FILE.open("rb") as file:
        return tuple(Challenge(**entry) for entry in tomllib.load(file)["challenge"])


# --- the checks


def _one_number(challenge: Challenge, at: Situation) -> Progress:
    names = [symbol.name for symbol in at.symbols]
    if not {challenge.drawn, challenge.says} <= set(names):
        return Progress(False, f"This needs the symbols {challenge.says} and {challenge.drawn}.")
    drawn, says = names.index(challenge.drawn), names.index(challenge.says)
    symbol, n = at.symbols[drawn], at.n_changed
    answers = at.answers(symbol.picture)
    was_right = forward(at.untouched, symbol.picture[None]).probabilities[0].argmax() == drawn
    told = f"For {symbol.spoken} it says {_two_best(answers, at)}."
    if not was_right:
        return Progress(False, f"{told} Train it first, until it knows {symbol.spoken}.")
    solved = n == 1 and int(answers.argmax()) == says and answers[says] > ANSWERED
    changed = {0: "Nothing is changed.", 1: "One number is changed."}
    return Progress(solved, f"{told} {changed.get(n, f'{n} numbers are changed: undo some.')}")


def _few_steps(challenge: Challenge, at: Situation) -> Progress:
    learnt, most = at.learnt, challenge.most_steps
    if not pixel_symbols.same(at.symbols, SYMBOLS):
        return Progress(False, "This needs the four symbols of the beginning.")
    if learnt.is_edited:
        return Progress(False, "The net was changed by hand, or opened: start afresh.")
    told = f"After {_steps(learnt.step)}, {learnt.n_right} of {learnt.n_examples} are right."
    if learnt.step > most or (learnt.step == most and not at.knows_all):
        told += " Reset, or New start, begins again."
    return Progress(0 < learnt.step <= most and at.knows_all, told)


def _torn(challenge: Challenge, at: Situation) -> Progress:
    answers = at.answers(at.picture)
    second, first = np.sort(answers)[-2:].tolist()
    told = f"It says {_two_best(answers, at)}."
    if not at.knows_all:
        return Progress(False, f"{told} Train it first, until all its pictures are right.")
    return Progress(second >= challenge.least and first - second <= challenge.apart, told)


def _one_pixel(challenge: Challenge, at: Situation) -> Progress:
    then, now = at.answers(at.before), at.answers(at.picture)
    n_pixels = int((at.before != at.picture).sum())
    solved = n_pixels == 1 and then.max() >= challenge.sure and _tells_otherwise(then, now)
    told = f"It says {_two_best(now, at)}."
    if now.max() >= challenge.sure:
        return Progress(solved, f"{told} It is sure: which pixel could break that?")
    return Progress(solved, f"{told} Begin with one of which it is {challenge.sure:.0%} sure.")


def _tells_otherwise(then: Array, now: Array) -> bool:
    return bool(now.argmax() != then.argmax() and now.max() > ANSWERED)


_CHECKS: dict[str, Callable[[Challenge, Situation], Progress]] = {
    "one number": _one_number,
    "few steps": _few_steps,
    "torn": _torn,
    "one pixel": _one_pixel,
}


def _two_best(answers: Array, at: Situation) -> str:
    order = np.argsort(-answers, kind="stable")[:2].tolist()
    return ", ".join(f"{at.symbols[i].name} {answers[i]:.1%}" for i in order)


def _steps(n: int) -> str:
    return "1 step" if n == 1 else f"{n:,} steps"
