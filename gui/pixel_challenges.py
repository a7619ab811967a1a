"""What there is to try with the nine-pixel net: noticed when it is solved, and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.pixel_challenges import Situation, challenges
from gui.widgets.challenge_list import ChallengeList, ChallengeRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gui.pixel_session import PixelSession

# One line at the window's foot, which covers no button; what was learnt stands on the page.
SOLVED = "Solved: {title}. What there was to learn is on the page Challenges."


class Challenges(QObject):
    """Looks at every change of picture and net.

    Args:
        pixels: The state of the tab.
        parent: Qt's.

    Attributes:
        page: Shows them; told by `show_page`.
        solved: Names of those that were ever solved, in the order in which they were.

    Signals:
        solved_changed: one more was solved; it is in `solved`.
        told: (str) which, and where it says what was learnt.
    """

    solved_changed = Signal()
    told = Signal(str)

    def __init__(self, pixels: PixelSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pixels = pixels
        self._picture = self._before = pixels.picture
        self.solved: tuple[str, ...] = ()
        self.page = ChallengeList()
        pixels.picture_changed.connect(self._on_picture)
        pixels.net_changed.connect(self._look)

    def remember(self, solved: Iterable[str]) -> None:
        """Those that were solved in the past, as the settings know them."""
        self.solved = tuple(dict.fromkeys(solved))

    def show_page(self) -> None:
        """How all of them stand."""
        at = self._situation()
        self.page.set_data(
            [
                ChallengeRow(
                    title=challenge.title,
                    task=challenge.task,
                    hint=challenge.hint,
                    now=challenge.look(at).now,
                    learnt=challenge.learnt if challenge.name in self.solved else "",
                )
                for challenge in challenges()
            ]
        )

    def _on_picture(self) -> None:
        self._before, self._picture = self._picture, self._pixels.picture
        self._look()

    def _look(self) -> None:
        """Notice what has just been solved for the first time."""
        if not self._pixels.is_ready:
            return
        at = self._situation()
        for challenge in challenges():
            if challenge.name not in self.solved and challenge.look(at).solved:
                self.solved = (*self.solved, challenge.name)
                self.solved_changed.emit()
                self.told.emit(SOLVED.format(title=challenge.title))

    def _situation(self) -> Situation:
        pixels = self._pixels
        return Situation(pixels.learnt, pixels.by_hand.untouched, self._picture, self._before)
