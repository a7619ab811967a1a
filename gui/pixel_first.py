"""The net that is there at the start, and how it was trained."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from core import pixel_training
from core.pixel_options import Options
from gui.pixel_history import History

if TYPE_CHECKING:
    from core.pixel_training import TrainStep


def first_net() -> TrainStep:
    """The same numbers each time: one training is enough for all windows of a process."""
    return _first_training()[0]


def first_history() -> History:
    """What that training went through, step by step."""
    return _first_training()[1]


@cache
def _first_training() -> tuple[TrainStep, History]:
    history = History()
    for reached in pixel_training.train(Options()):
        history = history.reaching(reached)
    return reached, history
