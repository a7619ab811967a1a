"""Torch models of sizes that no transposition can hide in, their like in transformers, traces."""

from __future__ import annotations

import pytest
import torch

from core.config import ModelConfig
from core.gpt import GPT
from core.inference import Weights
from tests.core.conftest import redraw
from tests.core.traces import exact_trace

SHAPES = [
    # L, H, D, context, V, M
    (1, 1, 3, 5, 7, 11),
    (2, 3, 5, 11, 7, 13),
    (3, 5, 7, 11, 13, 4 * 35),
    (5, 2, 11, 13, 3, 17),
]


def config_of(n_layers, n_heads, d_head, context, vocab_size, d_mlp):
    epsilon = n_layers / 100  # so large that it counts
    return ModelConfig(n_layers, n_heads, n_heads * d_head, context, vocab_size, d_mlp, epsilon)


def model_of(shape):
    return redraw(GPT(config_of(*shape)).double())


def some_ids(config, n_batch=3):
    generator = torch.Generator().manual_seed(1)
    return torch.randint(config.vocab_size, (n_batch, config.context), generator=generator)


def reference_of(gpt):
    transformers = pytest.importorskip("transformers")
    config = transformers.GPT2Config(
        vocab_size=gpt.config.vocab_size,
        n_positions=gpt.config.context,
        n_embd=gpt.config.d_model,
        n_layer=gpt.config.n_layers,
        n_head=gpt.config.n_heads,
        n_inner=gpt.config.d_mlp,
        layer_norm_epsilon=gpt.config.epsilon,
        attn_implementation="eager",
        bos_token_id=None,
        eos_token_id=None,
    )
    reference = transformers.GPT2LMHeadModel(config).double().eval()
    reference.transformer.load_state_dict(gpt.state_dict())
    return reference


def traced(shape):
    """A model, ids that fill its context, its weights as arrays, and the trace of the ids."""
    gpt = model_of(shape)
    ids = some_ids(gpt.config, n_batch=1)[0].tolist()
    weights = Weights.of(gpt)
    return gpt, ids, weights, exact_trace(weights, ids)
