import gc

import numpy as np
import pytest
import torch

from core import tracing
from core.config import ModelConfig
from core.errors import UserError
from core.gpt import GPT
from core.inference import Weights, read
from core.interventions import Look, Off
from core.trace import TokenInfo
from core.tracing import MOST_MEMORIES, Cancelled, Tracer
from tests.core.conftest import redraw

TOKEN = TokenInfo(0, "", "", 0, 0, b"")
CONTEXT = 150  # more than two memories of 64 tokens


@pytest.fixture(scope="module")
def gpt():
    return redraw(GPT(ModelConfig(3, 5, 35, CONTEXT, 50, d_mlp=23)))


@pytest.fixture
def tracer(gpt):
    return Tracer(Weights.of(gpt))


def trace_of(tracer, ids, cancelled=lambda: False):
    return tracer.trace(ids, "text", (TOKEN,) * len(ids), (), cancelled)


def some_ids(n, seed=0):
    return np.random.default_rng(seed).integers(50, size=n).tolist()


def copied(trace):
    return {name: array.copy() for name, array in trace.arrays().items()}


def assert_equal(trace, copies):
    for name, array in trace.arrays().items():
        np.testing.assert_array_equal(array, copies[name], err_msg=name)


def assert_as_computed_at_once(gpt, trace):
    """Every activation is that of one pass over the whole text by a recorder of its own."""
    seen = {}

    def record(layer, name, value):
        seen[layer, name] = value.numpy()
        return value

    with torch.inference_mode():
        logits = gpt(torch.tensor(trace.ids)[None])[0].numpy()
        gpt(torch.tensor(trace.ids)[None], recorder=record)
    np.testing.assert_allclose(trace.logits, logits, atol=1e-5)
    for (layer, name), value in seen.items():
        array = trace.arrays()[name]
        array = array if name in ("token_embed", "pos_embed", "logits") else array[layer]
        np.testing.assert_allclose(array, value, atol=1e-5, err_msg=name)


class Counted:
    """Which tokens were given to the model."""

    def __init__(self, monkeypatch):
        self.computed = []

        def counted(weights, ids, *args):
            self.computed += ids
            return read(weights, ids, *args)

        monkeypatch.setattr("core.tracing.read", counted)

    def since(self):
        computed, self.computed = self.computed, []
        return computed


@pytest.fixture
def counted(monkeypatch):
    return Counted(monkeypatch)


@pytest.mark.parametrize("n", [1, 2, 13, 64, 65, CONTEXT])
def test_a_trace_is_the_plain_forward_pass(gpt, tracer, n):
    trace = trace_of(tracer, some_ids(n))
    assert_as_computed_at_once(gpt, trace)
    assert trace.ids.tolist() == some_ids(n)


def test_what_must_add_up_adds_up(gpt, tracer):
    trace = trace_of(tracer, some_ids(13))
    np.testing.assert_array_equal(trace.resid_pre[0], trace.token_embed + trace.pos_embed)
    np.testing.assert_array_equal(trace.resid_mid, trace.resid_pre + trace.attn_out)
    np.testing.assert_array_equal(trace.resid_post, trace.resid_mid + trace.mlp_out)
    np.testing.assert_array_equal(trace.resid_pre[1:], trace.resid_post[:-1])
    np.testing.assert_allclose(trace.pattern.sum(axis=-1), 1, atol=1e-6)
    np.testing.assert_allclose(trace.z, trace.pattern @ trace.v, atol=1e-5)
    future = ~np.tri(13, dtype=bool)
    assert (trace.pattern[..., future] == 0).all()
    assert (trace.scores[..., future] == -np.inf).all()
    scores = trace.q @ trace.k.swapaxes(-1, -2) / np.sqrt(7)
    np.testing.assert_allclose(trace.scores[..., ~future], scores[..., ~future], atol=1e-5)


def test_the_weights_are_not_shared(gpt, tracer):
    trace = trace_of(tracer, some_ids(5))
    for name, array in trace.arrays().items():
        assert not array.flags.writeable, name
        for weight in gpt.parameters():
            assert not np.shares_memory(array, weight.detach().numpy()), name


def test_only_what_changed_is_computed(gpt, tracer, counted):
    ids = some_ids(20)
    for text, computed in (
        (ids, ids),
        (ids, []),  # nothing new
        ([*ids, 7], [7]),  # typed on
        ([*ids, 7, 8], [8]),
        (ids, []),  # went back
        ([*ids, 9], [9]),  # and on in another way
        ([*ids[:10], 49 - ids[10], *ids[11:]], [49 - ids[10], *ids[11:]]),  # changed the middle
        ([*ids, 9, 3], [3]),  # and changed it back
    ):
        trace = trace_of(tracer, text)
        assert counted.since() == computed
        assert_as_computed_at_once(gpt, trace)
        counted.since()


def test_while_one_looks_token_is_dragged_only_what_comes_after_it_is_computed(tracer, counted):
    ids, held = some_ids(20), []
    held.append(trace_of(tracer, ids))
    for weight in (0.1, 0.2, 0.3):
        counted.since()
        look = Look(1, 2, 15, 3, weight, ids[15], ids[3])
        held = [trace_of(tracer, ids), tracer.trace(ids, "", (TOKEN,) * 20, changes=(look,))]
        assert counted.since() == ids[15:]
        np.testing.assert_allclose(held[1].pattern[1, 2, 15, 3], weight, atol=1e-6)


def test_three_texts_at_once_do_not_drive_each_other_out(tracer, counted):
    """As the prompt, the same without changes, and another beside it are typed on and edited."""
    look = (Off(1, "mlp"),)
    ids, second = some_ids(30), some_ids(30, seed=5)
    held = []
    for n in range(6):
        ids = [*ids[: 20 - n], (ids[20 - n] + 1) % 50, *ids[21 - n :]]
        second = [*second, n]
        counted.since()
        held = [
            trace_of(tracer, ids),
            tracer.trace(ids, "", (TOKEN,) * 30, changes=look),
            trace_of(tracer, second),
        ]
        if n:
            assert counted.since() == [*ids[20 - n :], *ids[20 - n :], n]
    assert held


def test_going_back_copies_nothing(tracer):
    ids = some_ids(20)
    longer = trace_of(tracer, ids)
    assert np.shares_memory(trace_of(tracer, ids[:10]).logits, longer.logits)


def test_a_full_context_starts_anew(gpt, tracer, counted):
    ids = some_ids(CONTEXT + 1)
    trace_of(tracer, ids[:-1])
    counted.since()
    trace = trace_of(tracer, ids[1:])
    assert counted.since() == ids[1:]
    assert_as_computed_at_once(gpt, trace)


@pytest.mark.parametrize("kept", ["traces", "patterns"])
@pytest.mark.parametrize("seed", range(3))
def test_what_was_published_never_changes(gpt, tracer, seed, kept):
    """Somebody types, goes back and edits; others hold on to some of what they were shown."""
    rng = np.random.default_rng(seed)
    ids = some_ids(3)
    held = []
    for _ in range(50):
        action = rng.choice(["type", "type", "back", "edit", "paste", "same"])
        if action == "type":
            ids = [*ids, int(rng.integers(50))]
        elif action == "back":
            ids = ids[: max(1, len(ids) - int(rng.integers(1, 4)))]
        elif action == "edit":
            ids = [*ids]
            ids[rng.integers(len(ids))] = int(rng.integers(50))
        elif action == "paste":
            ids = [*ids, *some_ids(20, seed=int(rng.integers(3)))]
        ids = ids[-CONTEXT:]
        trace = trace_of(tracer, ids)
        assert_as_computed_at_once(gpt, trace)
        held.append(
            (trace, copied(trace)) if kept == "traces" else (trace.pattern, trace.pattern.copy())
        )
        del trace
        held = [pair for pair in held if rng.random() < 0.8]
        for value, copy in held:
            if kept == "traces":
                assert_equal(value, copy)
            else:
                np.testing.assert_array_equal(value, copy)


def test_memories_are_used_again_when_nobody_holds_their_traces(gpt, tracer):
    for n in range(60):
        trace_of(tracer, [n % 50, *some_ids(10, seed=n)])
    gc.collect()
    assert len(tracer._memories) == 1


def test_held_traces_do_not_pile_up_in_the_tracer(gpt, tracer):
    held = [trace_of(tracer, [n, *some_ids(10)]) for n in range(20)]
    assert len(tracer._memories) == MOST_MEMORIES
    assert len({array.ctypes.data for array in (trace.logits for trace in held)}) == 20


def test_a_large_model_keeps_one_memory(gpt, tracer, monkeypatch):
    monkeypatch.setattr("core.tracing.MOST_BYTES", 1)
    held = [trace_of(tracer, [n, *some_ids(10)]) for n in range(3)]
    assert len(tracer._memories) == 1
    assert held


def test_cancelled_at_any_block_and_usable_afterwards(gpt, tracer):
    ids = some_ids(20)
    before = trace_of(tracer, ids)
    copies = copied(before)
    for n_blocks in range(gpt.config.n_layers):
        answers = iter([False] * n_blocks + [True])
        with pytest.raises(Cancelled):
            trace_of(tracer, [*ids[:10], 1, 2, 3], lambda answers=answers: next(answers))
    assert_equal(before, copies)
    after = trace_of(tracer, [*ids[:10], 1, 2, 3])
    assert_as_computed_at_once(gpt, after)


def test_cancelled_in_the_memory_of_the_last_trace(gpt, tracer):
    ids = some_ids(20)
    trace_of(tracer, ids)  # nobody holds it: its memory is written on
    with pytest.raises(Cancelled):
        trace_of(tracer, [*ids[:10], 1, 2], lambda: True)
    assert_as_computed_at_once(gpt, trace_of(tracer, ids))


def test_a_text_for_which_there_is_no_memory_is_refused_in_a_sentence(tracer, monkeypatch):
    def none_left(*_):
        raise MemoryError

    monkeypatch.setattr(tracing.np, "zeros", none_left)
    with pytest.raises(UserError, match="GB of memory"):
        trace_of(tracer, [1, 2, 3])
