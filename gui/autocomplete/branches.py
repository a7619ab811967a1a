"""The texts of this session as a tree: each branch leaves another one where a token was swapped.

Nothing is ever taken out of it by writing on: a branch grows with its text, and another beginning
is another trunk.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

MOST = 60  # branches; the oldest without branches of its own goes first


@dataclass(frozen=True)
class Branch:
    """One text.

    Attributes:
        number: Its name, from 1, never given twice.
        parent: The number of the one that it left; None for a trunk.
        at: Characters that it shares with that one.
        text: All of it, as it was when last written on.
    """

    number: int
    parent: int | None
    at: int
    text: str


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

        A text that another branch has is that branch; one that shares no start with the present
        one is a new trunk; no text is no branch, and what there was stays.
        """
        current = self.current
        if current is not None and text == current.text:
            return
        same = next((one.number for one in self._all.values() if one.text == text), None)
        if not text or same is not None:
            self.now = same
        elif current is None or not _n_common(current.text, text):
            self._add(None, 0, text)
        else:
            at = min(current.at, _n_common(current.text, text))
            self._all[current.number] = replace(current, text=text, at=at)

    def branch(self, at: int, text: str) -> None:
        """Leave the present text after so many characters and go on with another one."""
        if self.current is None:
            self.follow(text)
        elif text != self.current.text:
            same = next((one.number for one in self._all.values() if one.text == text), None)
            if same is None:
                self._add(self.now, at, text)
            else:
                self.now = same

    def tree(self) -> list[tuple[Branch, int]]:
        """Every branch below the one it left, with how deep it is."""
        return [row for one in self._all.values() if one.parent is None for row in self._below(one)]

    def _below(self, one: Branch, depth: int = 0) -> list[tuple[Branch, int]]:
        children = [each for each in self._all.values() if each.parent == one.number]
        rows = [(one, depth)]
        for child in children:
            rows += self._below(child, depth + 1)
        return rows

    def _add(self, parent: int | None, at: int, text: str) -> None:
        self._n_made += 1
        self.now = self._n_made
        self._all[self.now] = Branch(self.now, parent, at, text)
        parents = {one.parent for one in self._all.values()}
        for number in list(self._all):
            if len(self._all) > MOST and number not in parents and number != self.now:
                del self._all[number]


def _n_common(one: str, other: str) -> int:
    shorter = min(len(one), len(other))
    return next((i for i in range(shorter) if one[i] != other[i]), shorter)
