"""What the tests of most pages begin with: a session, and a model whose parts all count."""

from __future__ import annotations

import pytest

from core.language_model import LanguageModel
from gui.session import Session
from tests.gui.models import save_sure


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """With weights so large that every layer, head and neuron makes a difference."""
    folder = tmp_path_factory.mktemp("models")
    return LanguageModel.load(save_sure(folder, seed=3, n_layers=3))


@pytest.fixture
def session(qapp):
    made = Session()
    yield made
    made.shutdown()
