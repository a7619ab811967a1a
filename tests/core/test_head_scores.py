"""Heads on a standard set: patterns of the torch model, scored one row at a time."""

import numpy as np
import pytest
import torch

from core.corpus import some
from core.gpt import GPT
from core.head_scores import N_ROWS, Tally, repeated, standard_scores, standard_steps
from core.heads import KINDS
from core.inference import Weights
from core.language_model import LanguageModel
from core.tracing import Cancelled
from tests.core.gpts import SHAPES, config_of, model_of
from tests.core.test_heads import rows_by_hand


def scores_by_hand(gpt, texts):
    rows = {(kind, layer, head): [] for kind in KINDS for layer in range(3) for head in range(5)}

    for ids in texts:

        def record(layer, name, value, ids=ids):
            if name == "pattern":
                for head in range(5):
                    for kind, weights in rows_by_hand(value[head].numpy(), ids).items():
                        rows[kind, layer, head] += weights
            return value

        with torch.no_grad():
            gpt(torch.tensor([ids]), recorder=record)
    return rows


def assert_equal(made, rows):
    assert made.keys() == KINDS.keys()
    for (kind, layer, head), weights in rows.items():
        own = made[kind][layer, head]
        assert own == pytest.approx(np.mean(weights), abs=1e-6) if weights else np.isnan(own), kind


def scores_on(weights, texts):
    tally = Tally(weights)
    for ids in texts:
        tally.read(ids)
    return tally.scores()


@pytest.mark.parametrize("lengths", [(11, 1, 2, 6), (2, 1)])
def test_all_rows_of_all_texts_count_the_same(lengths):
    gpt = model_of(SHAPES[2])
    rng = np.random.default_rng(0)
    texts = [rng.integers(4, size=n).tolist() for n in lengths]
    assert_equal(scores_on(Weights.of(gpt), texts), scores_by_hand(gpt, texts))


def test_the_standard_set_is_the_standard_text_and_for_induction_repeated_tokens(
    tiny_model, tiny_gpt, monkeypatch
):
    texts = [tiny_model.tokenizer.ids("the dog saw the cat saw the")[:11], [5, 6, 5, 6]]
    model = LanguageModel(tiny_model.weights, tiny_model.tokenizer, "Tiny")
    monkeypatch.setitem(model.__dict__, "standard", texts)
    steps = list(standard_steps(model))
    made = steps[-1].scores
    rows = scores_by_hand(tiny_gpt, texts)
    repeats = repeated(model.config.vocab_size, 11, model.tokenizer.end_of_text)
    for (kind, *which), weights in scores_by_hand(tiny_gpt, repeats).items():
        if kind == "induction":
            rows[kind, *which] = weights
    assert_equal(made, rows)
    assert_equal(standard_scores(model), rows)
    n_texts = N_ROWS + len(texts)
    assert [step.done for step in steps] == [n / n_texts for n in range(1, n_texts + 1)]


def test_the_standard_text_is_held_out_and_fits(tiny_model):
    standard = tiny_model.standard
    held_out = some(0, "held-out", 60)
    assert list(standard) == [tiny_model.tokenizer.ids(text)[:11] for text in held_out]
    assert {len(ids) for ids in standard} == {11}
    made = standard_scores(tiny_model)
    assert all(0 <= each.min() <= each.max() <= 1 for each in made.values())


def test_repeated_rows_come_twice_and_are_always_the_same():
    rows = repeated(500, 30, end_of_text=3)
    assert rows == repeated(500, 30, end_of_text=3)
    assert len(rows) == N_ROWS
    for row in rows:
        assert row[:15] == row[15:]
        assert len(set(row)) == 15
        assert 3 not in row
    assert {len(row) for row in repeated(5, 100, 0)} == {8}
    assert repeated(7, 1) == repeated(1, 8, end_of_text=0) == []


def test_a_head_made_for_induction_scores_1():
    """Layer 0 looks one back and writes who stood there; layer 1 asks for it."""
    vocab, n_positions = 7, 16
    config = config_of(2, 1, 2 * vocab + n_positions, n_positions, vocab, 1)
    gpt = GPT(config).double()
    width, sharp = config.d_model, 60.0
    own, former, place = slice(0, vocab), slice(vocab, 2 * vocab), slice(2 * vocab, width)
    with torch.no_grad():
        gpt.wte.weight[:, own] = torch.eye(vocab)
        gpt.wpe.weight[:, place] = torch.eye(n_positions)
        for block in gpt.h:
            block.ln_1.weight.fill_(1)
        first, second = gpt.h
        wq, wk, wv = first.attn["c_attn"].weight.split(width, dim=1)
        wq[place, place] = sharp * torch.eye(n_positions).roll(-1, dims=1)  # one back
        wk[place, place] = torch.eye(n_positions)
        wv[own, former] = torch.eye(vocab)
        first.attn["c_proj"].weight.copy_(torch.eye(width))
        wq, wk, _ = second.attn["c_attn"].weight.split(width, dim=1)
        wq[own, own] = sharp * torch.eye(vocab)
        wk[former, own] = torch.eye(vocab)
    made = scores_on(Weights.of(gpt), repeated(vocab, n_positions))
    assert made["previous"][0, 0] > 0.99
    # The very first token has nobody before it and writes its own name: its copy looks at both.
    assert made["induction"][1, 0] == pytest.approx(1 - 0.5 / 7, abs=1e-3)
    assert made["induction"][0, 0] < 0.2


def test_it_can_be_cancelled(tiny_model):
    with pytest.raises(Cancelled):
        next(standard_steps(tiny_model, cancelled=lambda: True))
    asked = []
    Tally(tiny_model.weights).read([1, 2], lambda: asked.append(1))
    assert len(asked) == tiny_model.config.n_layers  # before every block
