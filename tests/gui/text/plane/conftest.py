"""The map of tokens, with the bundled model."""

from __future__ import annotations

import json

import numpy as np
import pytest
import safetensors.numpy

from core.geometry import plane
from core.language_model import LanguageModel
from core.paths import SMALL_WORLD_MODEL
from gui.text import map_colours
from gui.text.plane_page import PlanePage
from tests.gui.text.plane.helpers import open_model, settle


@pytest.fixture(scope="module")
def model():
    return LanguageModel.load(SMALL_WORLD_MODEL)


@pytest.fixture(scope="module")
def components(model):
    return plane(model.token_embeddings(), model.labels())


@pytest.fixture(scope="module")
def stored():
    """Embeddings from the file, (V, C) float64, and ids by token."""
    table = safetensors.numpy.load_file(SMALL_WORLD_MODEL / "model.safetensors")
    ids = json.loads((SMALL_WORLD_MODEL / "tokenizer.json").read_text())["model"]["vocab"]
    return table["transformer.wte.weight"].astype(np.float64), ids


@pytest.fixture(autouse=True)
def counts(monkeypatch, model):
    """Nobody waits for the training text."""
    made = np.arange(model.info.vocab_size)[::-1].copy()
    monkeypatch.setattr(map_colours, "counts_of", lambda info, _cancelled: made)
    return made


@pytest.fixture
def page(at_rest, session, qtbot, model, components):
    made = PlanePage(session)
    qtbot.addWidget(made)
    made.resize(960, 575)
    made.show()
    open_model(session, model, components)
    settle(qtbot, made)
    return made
