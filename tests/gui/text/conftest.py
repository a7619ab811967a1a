"""What the tests of most pages begin with: a model whose parts all count."""

from __future__ import annotations

import pytest

from core import head_scores, standard_text
from core.language_model import LanguageModel
from tests.gui.models import save_sure, save_tiny


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """With weights so large that every layer, head and neuron makes a difference."""
    folder = tmp_path_factory.mktemp("models")
    return LanguageModel.load(save_sure(folder, seed=3, n_layers=3))


@pytest.fixture(scope="module")
def short_standard():
    """A standard set that is read in no time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standard_text, "DOCUMENTS", 3)
        patch.setattr(head_scores, "N_ROWS", 2)
        yield


@pytest.fixture(scope="module")
def measured_soon(tmp_path_factory, short_standard):
    """A model whose standard set is short, and written now: that takes a moment."""
    made = LanguageModel.load(save_tiny(tmp_path_factory.mktemp("models") / "tiny", n_layers=3))
    assert made.standard
    return made
