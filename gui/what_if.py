"""What is changed in the model's pass: the list, step by step to be undone, and where it fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from core.change_words import grouped
from core.interventions import Look, Off, Patch, place_of, why_not
from gui.following import followed
from gui.jobs import Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from core.interventions import Change
    from core.language_model import LanguageModel
    from core.trace import Trace

    Step = tuple[tuple[Change, ...], tuple[Change, ...]]  # what was changed before it, and after it

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
        self._after: list[tuple[Change, ...]] = []  # what was undone, the last step first to redo
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
        self.now, self._place, self._after = changes, place, []

    def undo(self) -> None:
        """Go back by one step."""
        if self._before:
            self._after.append(self.now)
            self.now, self._place = self._before.pop(), None

    def redo(self) -> None:
        """Go on again by one step that was undone."""
        if self._after:
            self._before.append(self.now)
            self.now, self._place = self._after.pop(), None

    def go_back_to(self, changes: tuple[Change, ...]) -> None:
        """Have those of an earlier moment, as if nothing had been done since."""
        while self._before and self.now != changes:
            self.undo()
        self.now, self._place, self._after = changes, None, []

    def forget(self, changes: tuple[Change, ...]) -> None:
        """Have these; what was before cannot come back, as it was made in another model."""
        self.now, self._before, self._after, self._place = changes, [], [], None

    def move(self, to: Callable[[tuple[Change, ...]], tuple[Change, ...]]) -> None:
        """Have the same changes, now and at every step, at other places."""
        self.now, self._place = to(self.now), None
        self._before = [to(before) for before in self._before]
        self._after = [to(after) for after in self._after]

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to go back by."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone step to go on by."""
        return bool(self._after)

    @property
    def step(self) -> Step | None:
        """The one that `undo` goes back by."""
        return (self._before[-1], self.now) if self._before else None

    @property
    def next_step(self) -> Step | None:
        """The one that `redo` goes on by."""
        return (self.now, self._after[-1]) if self._after else None


class WhatIf(QObject):
    """The changes in force, and what they need to be acted out.

    Signals:
        changed: (tuple[Change, ...]) other ones are wanted.
        measuring_changed: (float | None) share of the standard text that was read for changes
            which need it; None when that has ended.
        measured: changes that waited for that can be acted out.
        failed: (BaseException) it cannot be measured; those changes are taken back.
    """

    changed = Signal(object)
    measuring_changed = Signal(object)
    measured = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.measuring: float | None = None
        self._changes = Changes()
        self._good: tuple[Change, ...] = ()  # with these there was an answer
        self._lane = Lane("average", self)

    @property
    def now(self) -> tuple[Change, ...]:
        """What is changed in the pass, in the order in which it was made."""
        return self._changes.now

    @property
    def can_undo(self) -> bool:
        """Whether there is a step that `undo` goes back by."""
        return self._changes.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone step that `redo` goes on by."""
        return self._changes.can_redo

    @property
    def step(self) -> Step | None:
        """The one that `undo` goes back by: the changes before it and after it."""
        return self._changes.step

    @property
    def next_step(self) -> Step | None:
        """The one that `redo` goes on by."""
        return self._changes.next_step

    # --- steps

    def add(self, change: Change) -> None:
        """See `Changes`, as for the next three."""
        self._step(lambda: self._changes.add(change))

    def remove(self, change: Change) -> None:
        """Take one back."""
        self._step(lambda: self._changes.remove(change))

    def replace(self, changes: tuple[Change, ...]) -> None:
        """Have these instead."""
        self._step(lambda: self._changes.replace(changes))

    def clear(self) -> None:
        """The model as it is."""
        self.replace(())

    def undo(self) -> None:
        """Go back to the changes before the last step; a drag is one step."""
        self._step(self._changes.undo)

    def redo(self) -> None:
        """Go on by one step that was undone."""
        self._step(self._changes.redo)

    def renew(self, to: Callable[[tuple[Change, ...]], tuple[Change, ...]]) -> None:
        """Have others in place of these, now and at every step that can be undone."""
        self._step(lambda: self._changes.move(to))

    def accept(self, changes: tuple[Change, ...]) -> None:
        """The model has acted them out."""
        self._good = changes

    def refuse(self) -> None:
        """The model cannot act them out: go back to what it could.

        If these were possible until the text was another one, no head is made to look elsewhere.
        """
        if self.now != self._good:
            self._step(lambda: self._changes.go_back_to(self._good))
        else:
            self.replace(tuple(each for each in self.now if not isinstance(each, Look)))

    def follow(self, old: Trace | None, new: Trace | None) -> bool:
        """Move changes along with their tokens, from one text to the next; tells nothing.

        Returns:
            Whether any was moved.
        """
        if new is None:
            return False
        tokens, n_before, was = (*new.before, *new.tokens), len(new.before), self.now

        def to(changes: tuple[Change, ...]) -> tuple[Change, ...]:
            return followed(changes, old, tokens, n_before)

        if to(was) == was:
            return False
        self._good = to(self._good)
        self._changes.move(to)
        return True

    def carry(self, old: LanguageModel | None, new: LanguageModel) -> int:
        """Into another model go those that make sense there.

        Returns:
            How many do not.
        """
        self._stop_measuring()
        kept = () if old is None else carried(self.now, old, new)
        n_lost = len(grouped(each for each in self.now if each not in kept))
        self._good = ()
        self._changes.forget(kept)
        return n_lost

    def _step(self, act: Callable[[], None]) -> None:
        before = self.now
        act()
        if self.now != before:
            if not any(map(is_mean, self.now)):
                self._stop_measuring()
            self.changed.emit(self.now)

    # --- what can be acted out

    def ready(self, model: LanguageModel) -> tuple[Change, ...]:
        """Those that can be acted out now; what the others wait for is set going."""
        if model.is_measured:
            return self.now
        found = tuple(each for each in self.now if not is_mean(each))
        if len(found) < len(self.now) and not self._lane.is_busy():
            self._lane.submit(
                "average",
                lambda job: model.measure(job.report, job.cancelled),
                self._on_measured,
                self._on_not_measured,
                self._tell,
            )
            self._tell(0.0)
        return found

    def states(self, model: LanguageModel, ids: Sequence[int]) -> tuple[tuple[Change, str], ...]:
        """Each change with the reason why it does not act on a text; "" where it does."""
        waiting = "" if model.is_measured else MEASURING
        return tuple(
            (each, why_not(each, model.config, ids) or (waiting if is_mean(each) else ""))
            for each in self.now
        )

    def _on_measured(self, _means: object) -> None:
        self._tell(None)
        self.measured.emit()

    def _on_not_measured(self, error: BaseException) -> None:
        self._tell(None)
        self.replace(tuple(each for each in self.now if not is_mean(each)))
        self.failed.emit(error)

    def _stop_measuring(self) -> None:
        self._lane.cancel()
        self._tell(None)

    def _tell(self, share: float | None) -> None:
        if share != self.measuring:
            self.measuring = share
            self.measuring_changed.emit(share)

    def shutdown(self) -> None:
        """Stop measuring, for good."""
        self._lane.shutdown()


def is_mean(change: Change) -> bool:
    """Whether a change needs to know what parts of the model give on average."""
    return isinstance(change, Off) and change.instead == "mean"


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
