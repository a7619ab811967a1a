"""What the tests of most pages begin with: a session, and a model whose parts all count."""

from __future__ import annotations

import numpy as np
import pytest

from core.inference import Weights
from core.language_model import LanguageModel
from gui.session import Session
from tests.gui.models import save_tiny


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """With weights so large that every layer, head and neuron makes a difference."""
    made = LanguageModel.load(save_tiny(tmp_path_factory.mktemp("models") / "tiny", n_layers=3))
    rng = np.random.default_rng(3)
    arrays = {
        name: array + rng.normal(0, 0.3, array.shape).astype(np.float32)
        for name, array in made.weights.arrays().items()
    }
    folder = tmp_path_factory.mktemp("models") / "larger"
    LanguageModel(Weights(made.config, arrays), made.tokenizer, "larger").save(folder)
    return LanguageModel.load(folder)


@pytest.fixture
def session(qapp):
    made = Session()
    yield made
    made.shutdown()
