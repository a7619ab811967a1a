"""A stand-in for `LanguageModel` that answers at once, and as wrongly or slowly as a test wants."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import SimpleNamespace

from core.config import ModelConfig
from core.trace import ModelInfo
from tests.gui.traces import random_plane, random_prediction, random_trace, tokens_of

VOCAB = 400


def info(name: str = "Made up", n_layers: int = 2, n_heads: int = 3, **changes) -> ModelInfo:
    facts = ModelInfo(
        name=name,
        folder=f"/models/{name}",
        n_parameters=12_345_678,
        n_layers=n_layers,
        n_heads=n_heads,
        d_model=4 * n_heads,
        context=16,
        vocab_size=VOCAB,
        non_finite=False,
        training=None,
    )
    return replace(facts, **changes)


class FakeModel:
    """One token a word; `calls` tells what was asked of it."""

    def __init__(self, name: str = "Made up", n_layers: int = 2, n_heads: int = 3, **changes):
        self.info = info(name, n_layers, n_heads, **changes)
        self.tokenizer = SimpleNamespace(
            text=lambda token_id: f" w{token_id}",
            label=lambda token_id: f"␣w{token_id}",
            ids=lambda text: [token.id for token in tokens_of(tuple(_words(text)))],
            encode=lambda text: list(tokens_of(tuple(_words(text)))),
            raw=lambda token_id: f" w{token_id}".encode(),
            end_of_text=0,
        )
        self.calls: list[tuple] = []
        self.gate = None  # an Event that `trace` waits for
        self.error: BaseException | None = None  # `trace` raises it
        self.ends_after = sys.maxsize  # a writer has no more to say after this many tokens

    is_measured = True

    @property
    def config(self):
        one = self.info
        return ModelConfig(one.n_layers, one.n_heads, one.d_model, one.context, one.vocab_size)

    def unchanged(self, trace, _cancelled=lambda: False):
        return replace(self._trace(trace.text), changes=()) if trace.changes else trace

    def trace(self, text, cancelled=lambda: False, changes=()):
        self.calls.append(("trace", text))
        if self.gate is not None:
            assert self.gate.wait(10)
        if self.error is not None:
            raise self.error
        if cancelled():
            raise RuntimeError("cancelled")
        made = self._trace(text)
        return made and replace(made, changes=changes)

    def predict(self, trace, sampling, top=20):
        self.calls.append(("predict", trace.text, sampling))
        return replace(random_prediction(top), n_kept=sampling.top_k)

    def beginning(self, changes=()):
        return None

    def likeliest_word(self, trace, cancelled=lambda: False):
        return (int(trace.logits[-1].argmax()),)

    def writer(self, text, sampling, seed, n_thrown=0, changes=()):
        self.calls.append(("write", text, seed, n_thrown))
        return FakeWriter(self, text, sampling, seed, changes)

    def _trace(self, text):
        words = tuple(_words(text))
        if not words:
            return None
        n_before = max(len(words) - self.info.context, 0)
        made = random_trace(
            len(words) - n_before,
            self.info.n_layers,
            self.info.n_heads,
            words=words,
            vocab_size=VOCAB,
        )
        tokens = tokens_of(words)
        return replace(made, text=text, tokens=tokens[n_before:], before=tokens[:n_before])


class FakeWriter:
    def __init__(self, model, text, sampling, seed, changes):
        self.model, self.text, self.sampling, self.changes = model, text, sampling, changes
        self.word, self.n_left = f" w{seed}", model.ends_after

    def go_on(self, cancelled=lambda: False):
        if cancelled():
            raise RuntimeError("cancelled")
        if not self.n_left:
            return False
        self.n_left -= 1
        self.text += self.word
        return True

    def trace(self, cancelled=lambda: False):
        return self.model.trace(self.text, cancelled, self.changes)


def fake_plane():
    return random_plane(VOCAB)


def _words(text):
    word = ""
    for character in text:
        if character == " " and word:
            yield word
            word = ""
        word += character
    if word:
        yield word


def save_tiny(folder, n_layers=2, n_heads=2, d_model=16, context=32, seed=0):
    """A real model of random numbers on a real tokenizer, in a folder."""
    import torch

    from core.gpt import GPT
    from core.inference import Weights
    from core.language_model import LanguageModel
    from core.tokenizer import Tokenizer

    text = "They walked along the river to the bank. The cat climbed up the tree. " * 20
    tokenizer = Tokenizer.train([text], 300)
    gpt = GPT(ModelConfig(n_layers, n_heads, d_model, context, tokenizer.vocab_size))
    gpt.init_weights(torch.Generator().manual_seed(seed))
    LanguageModel(Weights.of(gpt), tokenizer, folder.name).save(folder)
    return folder


def save_sure(folder, seed, **shape):
    """As `save_tiny`, with weights so large that every part counts and some tokens are likely."""
    import numpy as np

    from core.inference import Weights
    from core.language_model import LanguageModel

    made = LanguageModel.load(save_tiny(folder / "tiny", **shape))
    rng = np.random.default_rng(seed)
    arrays = {
        name: array + rng.normal(0, 0.3, array.shape).astype(np.float32)
        for name, array in made.weights.arrays().items()
    }
    LanguageModel(Weights(made.config, arrays), made.tokenizer, "larger").save(folder / "larger")
    return folder / "larger"


def shorten_standard_text(monkeypatch):
    """Let models measure themselves on two sentences: as good a text for tests, and soon read."""
    from core.language_model import LanguageModel

    texts = ("The cat climbed up the tree.", "They walked along the river to the bank.")
    ids = property(lambda self: tuple(map(self.tokenizer.ids, texts)))
    monkeypatch.setattr(LanguageModel, "standard", ids)


def held_back(monkeypatch):
    """Let models wait with measuring themselves until the event that this returns is set."""
    from threading import Event

    from core.language_model import LanguageModel

    gate, measure = Event(), LanguageModel.measure

    def held(self, report, *rest):
        assert gate.wait(60)
        return measure(self, report, *rest)

    monkeypatch.setattr(LanguageModel, "measure", held)
    return gate
