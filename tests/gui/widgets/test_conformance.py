"""What every widget must withstand, whatever it shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gui.widgets.attention_grid import AttentionGrid
from gui.widgets.attention_map import AttentionMap
from gui.widgets.embedding_plane import EmbeddingPlaneView
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.prompt_editor import PromptEditor
from gui.widgets.sampling_controls import SamplingControls
from gui.widgets.token_strip import TokenStrip
from tests.gui.traces import WORDS, random_plane, random_prediction, random_trace, tokens_of

# One entry a widget: name -> (make, fill, wrong).
#   make() constructs it; fill(widget) gives it ordinary data; wrong(widget) gives data of a wrong
#   shape and must raise ValueError (None where no array goes in).
CASES: dict[str, tuple] = {
    "token_strip": (TokenStrip, lambda widget: widget.set_data(tokens_of(WORDS)), None),
    "embedding_plane": (
        EmbeddingPlaneView,
        lambda widget: widget.set_data(random_plane()),
        lambda widget: widget.set_data(replace(random_plane(), points=np.zeros((400, 3)))),
    ),
    "attention_grid": (
        AttentionGrid,
        lambda widget: widget.set_data(random_trace().pattern),
        lambda widget: widget.set_data(np.zeros((2, 5, 5), dtype=np.float32)),
    ),
    "attention_map": (
        AttentionMap,
        lambda widget: widget.set_data(random_trace(3).pattern[0, 0], ["a", "b", "c"]),
        lambda widget: widget.set_data(np.zeros((3, 2), dtype=np.float32), ["a", "b", "c"]),
    ),
    "probability_bars": (
        ProbabilityBars,
        lambda widget: widget.set_data(random_prediction()),
        lambda widget: widget.set_data(replace(random_prediction(), others=0.9)),
    ),
    "prompt_editor": (PromptEditor, lambda widget: widget.set_text("They walked"), None),
    "sampling_controls": (
        SamplingControls,
        lambda widget: widget.set_data(0.5, 40, 0.9),
        lambda widget: widget.set_data(-1.0, 0, 1.0),
    ),
}


@pytest.fixture(params=sorted(CASES), ids=str)
def case(request):
    return CASES[request.param]
