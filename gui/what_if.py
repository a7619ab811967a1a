"""What is changed in the model's pass: the list, step by step to be undone, and where it fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.interventions import Look, Off, Patch, place_of, why_not

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.interventions import Change
    from core.language_model import LanguageModel

MOST_STEPS = 100  # that can be undone
MEASURING = "Its average is being measured\N{HORIZONTAL ELLIPSIS}"


class Changes:
    """The changes that the user wants, in the order in which they were made.

    Attributes:
        now: All of them; at most one at a place.
    """

    def __init__(self) -> None:
        self.now: tuple[Change, ...] = ()
        self._before: list[tuple[Change, ...]] = []
        self._place: Any = None  # of the last step: as one is dragged, all is one step

    def add(self, change: Change) -> None:
        """Make a change; one at the same place gives way to it, and keeps its rank for it."""
        places = [place_of(each) for each in self.now]
        place = place_of(change)
        if place in places:
            at = places.index(place)
            new = (*self.now[:at], change, *self.now[at + 1 :])
        else:
            new = (*self.now, change)
        self.replace(new, place)

    def remove(self, change: Change) -> None:
        """Take back what was changed at the place of this one."""
        place = place_of(change)
        self.replace(tuple(each for each in self.now if place_of(each) != place))

    def replace(self, changes: tuple[Change, ...], place: object = None) -> None:
        """Have these instead.

        Args:
            changes: The new ones.
            place: The one place that differs, if it is one; several such steps are undone at once.
        """
        if changes == self.now:
            return
        if place is None or place != self._place:
            self._before = [*self._before, self.now][-MOST_STEPS:]
        self.now, self._place = changes, place

    def undo(self) -> None:
        """Go back by one step."""
        if self._before:
            self.now, self._place = self._before.pop(), None

    def go_back_to(self, changes: tuple[Change, ...]) -> None:
        """Have those of an earlier moment, as if nothing had been done since."""
        while self._before and self.now != changes:
            self.undo()
        self.now, self._place = changes, None

    def forget(self, changes: tuple[Change, ...]) -> None:
        """Have these; what was before cannot come back, as it was made in another model."""
        self.now, self._before, self._place = changes, [], None

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to go back by."""
        return bool(self._before)


def is_mean(change: Change) -> bool:
    """Whether a change needs to know what parts of the model give on average."""
    return isinstance(change, Off) and change.instead == "mean"


def ready(changes: Iterable[Change], model: LanguageModel) -> tuple[Change, ...]:
    """Those that can be acted out already."""
    return tuple(each for each in changes if model.is_measured or not is_mean(each))


def states(
    changes: Iterable[Change], model: LanguageModel, ids: Sequence[int]
) -> tuple[tuple[Change, str], ...]:
    """Each change with the reason why it does not act on a text; "" where it does."""
    waiting = MEASURING if not model.is_measured else ""
    return tuple(
        (each, why_not(each, model.config, ids) or (waiting if is_mean(each) else ""))
        for each in changes
    )


def carried(
    changes: Iterable[Change], old: LanguageModel, new: LanguageModel
) -> tuple[Change, ...]:
    """Those that make sense in another model: it has the part, and means the same by a token.

    What was patched in are numbers of the old one: they mean nothing elsewhere.
    """
    return tuple(each for each in changes if _fits(each, old, new))


def _fits(change: Change, old: LanguageModel, new: LanguageModel) -> bool:
    if isinstance(change, Patch):
        return False
    if not isinstance(change, Look):
        return not why_not(change, new.config, ())
    ids = (change.row_id, change.column_id)
    return (
        change.layer < new.config.n_layers
        and change.head < new.config.n_heads
        and max(ids) < new.config.vocab_size
        and all(old.tokenizer.text(each) == new.tokenizer.text(each) for each in ids)
    )
