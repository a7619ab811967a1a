"""Tiny models, made once and only read."""

import pytest
import torch

from core.checkpoint import save_folder
from core.config import ModelConfig
from core.exams import material
from core.gpt import GPT
from core.inference import Weights
from core.language_model import LanguageModel
from core.tokenizer import Tokenizer

SENTENCES = [
    "They walked along the river to the bank. The dog saw the cat and the cat saw the dog.",
    "The banker walked to the bank with the money. It's a cat's life, isn't it? 12 dogs bark.",
] * 3


def redraw(gpt: GPT, seed: int = 0, std: float = 0.2) -> GPT:
    """Weights so large, norms and biases included, that every part of the net matters."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in gpt.parameters():
            weight.normal_(0, std, generator=generator)
    return gpt


@pytest.fixture(scope="session")
def tiny_tokenizer():
    return Tokenizer.train(SENTENCES, 300)


@pytest.fixture(scope="session")
def tiny_gpt(tiny_tokenizer):
    """All sizes differ: 3 layers, 5 heads of width 7, context 11, feed-forward width 23."""
    return redraw(GPT(ModelConfig(3, 5, 35, 11, tiny_tokenizer.vocab_size, d_mlp=23)))


@pytest.fixture(scope="session")
def tiny_model(tiny_gpt, tiny_tokenizer):
    return LanguageModel(Weights.of(tiny_gpt), tiny_tokenizer, "Tiny")


@pytest.fixture(scope="session")
def tiny_folder(tiny_gpt, tiny_tokenizer, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "tiny"
    save_folder(folder, tiny_gpt, tiny_tokenizer, {"name": "Tiny", "steps": 5})
    return folder


@pytest.fixture(scope="session")
def small_world():
    """The real one, of a few documents."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(material, "_N_DOCUMENTS", 60)
        patch.setattr(material, "_TRAINING_CHARACTERS", 300_000)
        world = material.Material()
        assert len(world.held_out) == 60
        assert world.training
    return world
