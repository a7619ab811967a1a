"""The choices that make a document, and how surprising they are.

The surprise of a choice is -ln of its probability, in nats. Those of a document add up to the
surprise of being made in just this way.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

T = TypeVar("T")

_TRIES = 5


class Chance:
    """Makes all choices for the grammar. What is taken is known by identity.

    Args:
        random: Where they come from, uniform in [0, 1).
        measured: Whether their surprise is added up.

    Attributes:
        nats: Surprise of the choices so far, if it is measured; anyone may set it back to 0.
        stories: Plot and filling (see `core.corpus.stories`) of each story told so far; anyone may
            set it back to an empty list.
    """

    __slots__ = ("measured", "nats", "random", "stories")

    def __init__(self, random: Callable[[], float], measured: bool = False) -> None:
        self.random = random
        self.measured = measured
        self.nats = 0.0
        self.stories: list[str] = []

    def one_of(self, options: Sequence[T]) -> T:
        """Any option; what stands there three times is three times as likely."""
        option = self._any(options)
        if self.measured:
            self._add(options.count(option) / len(options))
        return option

    def one_unused(self, options: Sequence[T], taken: set[int]) -> T:
        """An option that is not taken, if the first few tries find one."""
        for _ in range(_TRIES):
            option = self._any(options)
            if id(option) not in taken:
                break
        if self.measured:
            share = options.count(option) / len(options)
            used = sum(id(other) in taken for other in options) / len(options)
            # What is not taken may come after 0, 1, ... tries in vain, the rest after all others.
            in_vain = range(_TRIES) if id(option) not in taken else [_TRIES - 1]
            self._add(share * sum(used**tries for tries in in_vain))
        return option

    def one_free(self, options: Sequence[T], taken: set[int], here: Collection[T]) -> T:
        """An option that is not taken; if all are, one that is not `here`; if all are, any.

        Args:
            options: No option stands there twice.
            taken: Identities of what is to be avoided.
            here: What is to be avoided above all.
        """
        option = self._any(options)
        if id(option) in taken:
            option = self._any(_free(options, taken, here))
        if self.measured:
            # All free ones are equally likely: the second draw spreads evenly what the first
            # gives to the others.
            self._add(1 / len(_free(options, taken, here)))
        return option

    def _any(self, options: Sequence[T]) -> T:
        return options[int(self.random() * len(options))]

    def _add(self, probability: float) -> None:
        self.nats -= log(probability)


def _free(options: Sequence[T], taken: set[int], here: Collection[T]) -> Sequence[T]:
    free = [option for option in options if id(option) not in taken]
    return free or [option for option in options if option not in here] or options
