"""The texts of this session as a tree, so that nothing that the model wrote is lost.

A branch grows and shrinks with its text. What is to be kept of it stays: a text without that is
another branch, which leaves this one where the two part. What was only typed on the way to another
text is no branch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

MOST = 60  # branches; the oldest without branches of its own goes first


@dataclass(frozen=True)
class Branch:
    """One text.

    Attributes:
        number: Its name, from 1, never given twice.
        parent: The number of the one that it leaves; None for a trunk.
        at: After so many characters.
        text: All of it, as it was when last written on.
        n_kept: Characters at its start that stay.
    """

    number: int
    parent: int | None
    at: int
    text: str
    n_kept: int = 0

    @property
    def kept(self) -> str:
        """What stays of its text."""
        return self.text[: self.n_kept]


class Branches:
    """All of them, one of which is written on.

    Attributes:
        now: The number of that one; None before there is any text.
    """

    def __init__(self) -> None:
        self.now: int | None = None
        self._all: dict[int, Branch] = {}
        self._n_made = 0

    def __len__(self) -> int:
        return len(self._all)

    @property
    def current(self) -> Branch | None:
        """The one that is written on."""
        return None if self.now is None else self._all[self.now]

    def get(self, number: int) -> Branch:
        """A branch by its number."""
        return self._all[number]

    def follow(self, text: str) -> None:
        """The text is this now: the branch grows or shrinks, or it is another one.

        A text that another branch has is that branch; one without what is kept of the present
        one leaves it; one that shares no start with it is a new trunk. No text is no branch, and
        what there was stays.
        """
        current = self.current
        if current is not None and text == current.text:
            return
        same = next((one.number for one in self._all.values() if one.text == text), None)
        if not text or same is not None:
            self._go_to(same)
        elif current is None or not _goes_on(current, text):
            self._add(text)
        elif current.n_kept:
            self._all[current.number] = replace(current, text=text)
        else:
            parent, at = self._place_of(text)
            self._all[current.number] = replace(current, text=text, parent=parent, at=at)

    def keep(self, began: int | None = None, n_kept: int | None = None) -> None:
        """Let the present text stay, whatever is written next.

        Args:
            began: Characters of it after which what is worth keeping began, if not with all of it:
                there it leaves the branch above, even if it goes on with the same words at first.
            n_kept: Characters that stay; None for all.
        """
        current = self.current
        if current is not None:
            at = current.at if began is None else min(current.at, began)
            parent, at = self._above(current.parent, at)
            stays = max(current.n_kept, len(current.text) if n_kept is None else n_kept)
            self._all[current.number] = replace(current, parent=parent, at=at, n_kept=stays)

    def tree(self) -> list[tuple[Branch, int]]:
        """Every branch below the one it left, with how deep it is."""
        return [row for one in self._all.values() if one.parent is None for row in self._below(one)]

    def _below(self, one: Branch, depth: int = 0) -> list[tuple[Branch, int]]:
        children = [each for each in self._all.values() if each.parent == one.number]
        rows = [(one, depth)]
        for child in children:
            rows += self._below(child, depth + 1)
        return rows

    def _place_of(self, text: str) -> tuple[int | None, int]:
        """The branch that a text leaves, and where: the one with most of its start."""
        parent, at = None, 0
        for one in self._all.values():
            n = _n_common(one.kept, text)
            if n > at:
                parent, at = one.number, n
        return self._above(parent, at)

    def _above(self, parent: int | None, at: int) -> tuple[int | None, int]:
        """Of the branches that have the same start up to there, the one that all others leave."""
        while parent is not None and at <= self._all[parent].at:
            parent = self._all[parent].parent
        return parent, at

    def _add(self, text: str) -> None:
        parent, at = self._place_of(text)
        self._n_made += 1
        self._all[self._n_made] = Branch(self._n_made, parent, at, text)
        self._go_to(self._n_made)
        parents = {one.parent for one in self._all.values()}
        for number in list(self._all):
            if len(self._all) > MOST and number not in parents and number != self.now:
                del self._all[number]

    def _go_to(self, number: int | None) -> None:
        """Leave the present one, and forget it if it was only on the way to another."""
        left, self.now = self.current, number
        if left is None or left.number == number or left.n_kept:
            return
        others = (one for one in self._all.values() if one is not left)
        if len(left.text) == 1 or any(one.text.startswith(left.text) for one in others):
            del self._all[left.number]


def _goes_on(one: Branch, text: str) -> bool:
    """Whether a text can be that of a branch without a loss."""
    return text.startswith(one.kept) if one.n_kept else _n_common(one.text, text) > 0


def _n_common(one: str, other: str) -> int:
    shorter = min(len(one), len(other))
    return next((i for i in range(shorter) if one[i] != other[i]), shorter)
