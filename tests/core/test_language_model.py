import time
from itertools import islice

import numpy as np
import pytest
import torch

from core import writing
from core.config import ModelConfig, SamplingConfig
from core.errors import UserError
from core.generation import continuation, n_in_sight, word
from core.gpt import GPT
from core.inference import Weights, head, read_all
from core.interventions import Interventions, Look, Off, why_not
from core.language_model import Cancelled, LanguageModel
from core.sampling import draw, shape, softmax
from core.standard_text import DOCUMENTS
from tests.core.conftest import redraw

GREEDY = SamplingConfig(temperature=0)
PLAIN = SamplingConfig()
LONG = "The cat saw the dog at the bank. The dog saw the banker with the money by the river."


def logits_after(model, ids):
    gpt = GPT.of(model.config, model.weights.arrays())
    with torch.no_grad():
        return gpt(torch.tensor([ids]))[0, -1].numpy()


def test_a_saved_model_opens_with_the_same_numbers(tiny_model, tmp_path):
    tiny_model.save(tmp_path / "Mine")
    loaded = LanguageModel.load(tmp_path / "Mine")
    text = "The cat saw"
    weights = tiny_model.weights.arrays()
    for name, kept in loaded.weights.arrays().items():
        np.testing.assert_array_equal(kept, weights[name], err_msg=name)
    # What the tiny model remembers of other tests' texts may change the last digits.
    np.testing.assert_allclose(loaded.trace(text).logits, tiny_model.trace(text).logits, atol=1e-6)
    assert loaded.config == tiny_model.config


def test_facts(tiny_folder, tiny_gpt):
    info = LanguageModel.load(tiny_folder).info
    assert info.name == "Tiny"
    assert info.folder == str(tiny_folder)
    assert info.n_parameters == tiny_gpt.n_parameters
    assert (info.n_layers, info.n_heads, info.d_model, info.context) == (3, 5, 35, 11)
    assert info.training == {"name": "Tiny", "steps": 5}
    assert not info.non_finite


def test_a_text_without_tokens_has_no_trace(tiny_model):
    assert tiny_model.trace("") is None


def test_a_trace_tells_its_text_and_tokens(tiny_model):
    trace = tiny_model.trace("the \ud800 cat")
    assert trace.text == "the \ufffd cat"
    assert [token.id for token in trace.tokens] == trace.ids.tolist()
    assert trace.ids.tolist() == tiny_model.tokenizer.ids("the \ufffd cat")
    assert trace.before == ()


def test_of_a_long_text_the_last_tokens_are_read(tiny_model):
    tokens = tiny_model.tokenizer.encode(LONG)
    trace = tiny_model.trace(LONG)
    assert trace.before + trace.tokens == tuple(tokens)
    n = len(trace.tokens)
    assert n == n_in_sight(len(tokens), 11) < len(tokens)
    expected = logits_after(tiny_model, [token.id for token in tokens[-n:]])
    np.testing.assert_allclose(trace.logits[-1], expected, atol=1e-5)


def test_a_cancelled_trace(tiny_model):
    with pytest.raises(Cancelled):
        tiny_model.trace("the river", lambda: True)
    assert tiny_model.trace("the river").ids.size


def test_a_prediction_is_the_softmax_of_the_last_logits(tiny_model):
    trace = tiny_model.trace("the cat")
    prediction = tiny_model.predict(trace, PLAIN, top=5)
    expected = softmax(logits_after(tiny_model, trace.ids.tolist()))
    best = np.argsort(-expected)[:5]
    assert [candidate.id for candidate in prediction.candidates] == best.tolist()
    for candidate in prediction.candidates:
        assert candidate.raw == pytest.approx(expected[candidate.id], abs=1e-5)
        assert candidate.text == tiny_model.tokenizer.text(candidate.id)


def test_each_token_is_drawn_from_the_scores_after_all_before_it(tiny_model):
    ids, rng = tiny_model.tokenizer.ids("the cat"), np.random.default_rng(3)
    for token_id in tiny_model.generate("the cat", PLAIN, 3, 11 - len(ids)):
        assert token_id == draw(softmax(logits_after(tiny_model, ids)), rng)
        ids.append(token_id)
    assert len(ids) == 11


def test_greedy_text_is_the_likeliest_token_each_time(tiny_model):
    ids = tiny_model.tokenizer.ids("the cat")
    (token_id,) = tiny_model.generate("the cat", GREEDY, 0, 1)
    assert token_id == logits_after(tiny_model, ids).argmax()


def test_a_seed_gives_its_text_every_time(tiny_model):
    first, same, other = (
        list(tiny_model.generate("the cat", PLAIN, seed, 30)) for seed in (3, 3, 4)
    )
    assert first == same != other


def test_drawn_tokens_have_the_models_probabilities(tiny_model):
    """Against a chi-squared test that a wrong temperature fails."""
    sampling = SamplingConfig(temperature=0.5, top_k=4)
    ids = tiny_model.tokenizer.ids("the cat")
    drawn = [next(tiny_model.generate("the cat", sampling, seed, 1)) for seed in range(1000)]
    logits = logits_after(tiny_model, ids).astype(float)
    kept = np.argsort(-logits)[:4]
    expected = softmax(logits[kept] / 0.5) * len(drawn)
    counts = np.array([drawn.count(token_id) for token_id in kept])
    assert counts.sum() == len(drawn)
    assert ((counts - expected) ** 2 / expected).sum() < 16.3  # 3 degrees of freedom, p = 0.001


def test_a_full_context_forgets_its_older_half(tiny_model):
    """11 tokens fit; then the newest 5 are read again from the first position."""
    ids = tiny_model.tokenizer.ids(LONG)
    window, rng = [], np.random.default_rng(3)
    for token_id in ids:  # as if it had been written, too
        window = [*window, token_id] if len(window) < 11 else [*window[-4:], token_id]
    for token_id in tiny_model.generate(LONG, PLAIN, 3, 20):
        assert token_id == draw(softmax(logits_after(tiny_model, window)), rng)
        window.append(token_id)
        if len(window) > 11:
            window = window[-5:]


@pytest.mark.parametrize("context", [1, 2, 3, 11, 16])
def test_how_many_are_in_sight_by_letting_a_text_grow(context):
    n_seen = 0
    for n_tokens in range(5 * context + 3):
        assert n_in_sight(n_tokens, context) == n_seen
        n_seen = n_seen + 1 if n_seen < context else max(1, context // 2)


def test_going_on_from_anywhere_is_as_if_one_had_not_stopped(tiny_model):
    """Also in a text that has filled the context several times over."""
    text, sampling = "the cat saw", SamplingConfig(0.9, 30, 0.95, 0.01, 1.3)
    start = tiny_model.tokenizer.ids(text)
    whole = list(tiny_model.generate(text, sampling, 5, 40))
    assert len(whole) == 40  # in a context of 11
    for n_thrown in (1, 8, 9, 15, 22, 39):
        so_far = start + whole[:n_thrown]
        rest = tiny_model.generate(so_far, sampling, 5, 40 - n_thrown, n_thrown)
        assert list(rest) == whole[n_thrown:]
        *_, last = tiny_model.write(so_far, sampling, 5, 40 - n_thrown, n_thrown=n_thrown)
        assert [one.id for one in (*last.before, *last.tokens)] == start + whole
        assert last.text == tiny_model.trace_ids(start + whole).text


def test_the_repetition_penalty_looks_at_what_is_in_sight(tiny_model):
    sampling, rng = SamplingConfig(repetition_penalty=4.0, min_p=0.05), np.random.default_rng(3)
    ids = tiny_model.tokenizer.ids("the cat saw")
    for token_id in tiny_model.generate("the cat saw", sampling, 3, 20):
        trace = tiny_model.trace_ids(ids)
        assert len(trace.ids) == n_in_sight(len(ids), 11)
        prediction = tiny_model.predict(trace, sampling, 5000)
        shaped = np.zeros(tiny_model.config.vocab_size)
        shaped[[one.id for one in prediction.candidates]] = [
            one.probability for one in prediction.candidates
        ]
        np.testing.assert_array_equal(shaped, shape(trace.logits[-1], sampling, trace.ids))
        assert token_id == draw(shaped, rng)
        ids.append(token_id)


def test_dice_that_were_thrown_before_go_on_from_there(tiny_gpt):
    whole = list(islice(continuation(Weights.of(tiny_gpt), [3, 4], PLAIN, 3), 6))
    rest = continuation(Weights.of(tiny_gpt), [3, 4, *whole[:2]], PLAIN, 3, n_thrown=2)
    assert list(islice(rest, 4)) == whole[2:]


def test_a_context_of_one_token():
    gpt = redraw(GPT(ModelConfig(1, 1, 8, 1, 20)))
    written, rng = continuation(Weights.of(gpt), [3, 4], PLAIN, 3), np.random.default_rng(3)
    last = 4
    for _ in range(20):
        with torch.no_grad():
            expected = draw(softmax(gpt(torch.tensor([[last]]))[0, 0].numpy()), rng)
        last = next(written)
        assert last == expected


@pytest.fixture(scope="module")
def silent(tiny_tokenizer):
    """It always says that the text is over."""
    gpt = GPT(ModelConfig(1, 1, 4, 11, tiny_tokenizer.vocab_size))
    with torch.no_grad():  # every scores 0 but one
        gpt.ln_f.bias.fill_(1)
        gpt.wte.weight[tiny_tokenizer.end_of_text] = 1
    return LanguageModel(Weights.of(gpt), tiny_tokenizer, "Silent")


def test_the_end_of_text_ends_it(silent):
    assert list(silent.generate("the cat", GREEDY, 0, 30)) == []


def test_without_a_text_it_begins_one(tiny_gpt, tiny_model):
    """As after the mark that a text is over; from then on that mark is no part of the text."""
    end = tiny_model.tokenizer.end_of_text
    with torch.no_grad():
        expected = tiny_gpt(torch.tensor([[end]]))[0, 0].numpy()
    np.testing.assert_allclose(tiny_model.beginning(), expected, rtol=1e-4, atol=1e-5)
    rng = np.random.default_rng(3)
    rng.random(1)
    first = draw(softmax(tiny_model.beginning()), rng)
    ids = list(tiny_model.generate("", PLAIN, 3, 4, n_thrown=1))
    rest = continuation(tiny_model.weights, [first], PLAIN, 3, n_thrown=2)
    assert ids == [first, *islice(rest, 3)]
    traces = list(tiny_model.write("", PLAIN, 3, 4, n_thrown=1))
    assert [trace.ids.tolist() for trace in traces] == [ids[:n] for n in range(1, 5)]


def test_a_beginning_feels_what_is_changed(tiny_model):
    changed = tiny_model.beginning((Off(0, "mlp"),))
    assert not np.allclose(changed, tiny_model.beginning())


def test_nothing_to_continue_is_said(tiny_model, monkeypatch):
    monkeypatch.setattr(type(tiny_model.tokenizer), "end_of_text", None)
    assert tiny_model.beginning() is None
    with pytest.raises(UserError, match="nothing to continue"):
        next(tiny_model.generate("", PLAIN, 0, 3))


@pytest.mark.parametrize("changes", [(), (Off(1, "head", 2),)])
def test_the_likeliest_word_is_what_greedy_dice_write_up_to_the_next_word(tiny_model, changes):
    for text in ("the", "They saw", "It's a", "12 dogs b"):
        trace = tiny_model.trace(text, changes=changes)
        found = tiny_model.likeliest_word(trace)
        greedy = list(tiny_model.generate(text, GREEDY, 0, 9, changes=changes))
        assert list(found) == greedy[: len(found)]
        raws = [tiny_model.tokenizer.raw(token_id) for token_id in greedy]
        assert len(found) == word(raws[:8])


@pytest.mark.parametrize(
    ("raws", "n"),
    [
        ([b" bank", b"er", b" saw"], 2),
        ([b" dog", b"'s", b" tail"], 2),
        ([b".", b" They"], 1),
        ([b" ", b"walk", b"ed", b"\n"], 3),
        ([b"\xf0\x9f", b"\xa6\x8a", b" fox"], 2),
        ([b" caf", "é".encode()[:1], "é".encode()[1:], b"!"], 3),
        ([b" dog", b"'", b" and"], 1),
        ([], 0),
    ],
)
def test_where_a_word_ends(raws, n):
    assert word(raws) == n


def test_the_likeliest_word_can_be_cancelled_and_is_none_where_the_text_ends(silent):
    assert silent.likeliest_word(silent.trace("the")) == ()
    with pytest.raises(Cancelled):
        silent.likeliest_word(silent.trace("the"), lambda: True)


def test_written_text_is_the_generated_one_with_traces(tiny_model):
    text = "the cat 🦊"
    traces = list(tiny_model.write(text, PLAIN, 5, 40))
    ids = list(tiny_model.generate(text, PLAIN, 5, 40))
    assert [trace.tokens[-1].id for trace in traces] == ids
    raw = text.encode()
    for trace, token_id in zip(traces, ids, strict=True):
        raw += tiny_model.tokenizer.raw(token_id)
        assert trace.text == raw.decode(errors="replace")
        last = trace.tokens[-1]
        assert 0 <= last.start < last.end == len(trace.text)
    final = traces[-1]
    expected = logits_after(tiny_model, final.ids.tolist())
    np.testing.assert_allclose(final.logits[-1], expected, atol=1e-5)


def test_drawn_tokens_are_traced_again_as_they_were_drawn(tiny_model):
    *_, last = tiny_model.write("the cat 🦊", PLAIN, 5, 40)
    ids = [token.id for token in (*last.before, *last.tokens)]
    again = tiny_model.trace_ids(ids)
    assert tiny_model.tokenizer.ids(last.text) != ids
    assert (again.text, again.ids.tolist()) == (last.text, last.ids.tolist())
    np.testing.assert_allclose(again.logits, last.logits, atol=1e-5)
    assert tiny_model.trace_ids([]) is None


def test_a_character_of_several_tokens_belongs_to_each(tiny_model, monkeypatch):
    fox = tiny_model.tokenizer.ids("🦊")
    assert len(fox) == 4
    drawn = iter(fox)
    monkeypatch.setattr(writing, "draw", lambda *_args: next(drawn))
    *_, last = tiny_model.write("a", PLAIN, 0, 4)
    assert last.text == "a🦊"
    assert [(token.start, token.end) for token in last.tokens[1:]] == [(1, 2)] * 4


def test_writing_can_be_cancelled(tiny_model):
    answers = iter([False] * 7 + [True])
    writing = tiny_model.write("the cat", PLAIN, 0, 40, lambda: next(answers))
    next(writing)
    next(writing)
    with pytest.raises(Cancelled):
        next(writing)


def test_embeddings_are_a_copy_and_labels_are_complete(tiny_model, tiny_gpt):
    table = tiny_model.token_embeddings()
    np.testing.assert_array_equal(table, tiny_gpt.wte.weight.detach().numpy())
    assert table.dtype == np.float32
    assert not table.flags.writeable
    assert not np.shares_memory(table, tiny_gpt.wte.weight.detach().numpy())
    assert len(tiny_model.labels()) == tiny_model.config.vocab_size
    assert tiny_model.labels()[tiny_model.tokenizer.ids(" cat")[0]] == "␣cat"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_broken_weights_open_with_a_mark_and_say_so_when_asked(
    value, tiny_tokenizer, tiny_gpt, tmp_path
):
    gpt = GPT(tiny_gpt.config)
    gpt.load_state_dict(tiny_gpt.state_dict())
    with torch.no_grad():
        gpt.wte.weight[5] = value
    LanguageModel(Weights.of(gpt), tiny_tokenizer, "Broken").save(tmp_path)
    model = LanguageModel.load(tmp_path)
    assert model.info.non_finite
    trace = model.trace("the cat")
    with pytest.raises(UserError, match="not numbers"):
        model.predict(trace, PLAIN)
    with pytest.raises(UserError, match="not numbers"):
        next(model.generate("the cat", PLAIN, 0, 1))


def test_a_long_paste_takes_no_longer_than_its_window(tiny_model):
    start = time.perf_counter()
    assert 5 <= len(tiny_model.trace("the cat saw the dog " * 5000).tokens) <= 11
    assert time.perf_counter() - start < 10


def test_a_trace_can_be_changed_and_what_makes_no_sense_is_left_out(tiny_model):
    text = "They walked along"
    plain = tiny_model.trace(text)
    off = tiny_model.trace(text, changes=[Off(1, "head", 2), Off(7, "mlp")])
    assert not off.z[1, 2].any()
    assert np.abs(off.logits - plain.logits).max() > 1e-3
    np.testing.assert_array_equal(tiny_model.trace(text).logits, plain.logits)
    usual = tiny_model.trace(text, changes=[Off(1, "mlp", 0, "mean")])
    np.testing.assert_allclose(usual.mlp_out[1, 0], tiny_model.average.mlp_out[1])


def test_the_altered_model_writes_what_its_own_scores_say(tiny_folder):
    """With changes that fit at the start and no more once a full context was cut."""
    model = LanguageModel.load(tiny_folder)
    ids = model.tokenizer.ids("The cat saw the dog")
    look = Look(1, 2, 3, 0, 0.9, ids[3], ids[0])
    changes = (Off(0, "head", 2), Off(2, "mlp", 0, "mean"), look)
    text = "The cat saw the dog"
    drawn = [*model.generate(text, PLAIN, 0, 12, changes=changes)]
    assert len(drawn) == 12
    rng, window = np.random.default_rng(0), list(ids)
    for token_id in drawn:
        if len(window) > model.config.context:
            window = window[-(model.config.context // 2) :]
        fits = [each for each in changes if not why_not(each, model.config, window)]
        acted = Interventions(fits, model.average, model.config.n_layers)
        logits = head(model.weights, read_all(model.weights, window, acted.see))[-1]
        assert token_id == draw(softmax(logits), rng)
        window.append(token_id)
    assert drawn != [*model.generate(text, PLAIN, 0, 12)]


def test_the_same_tokens_without_changes(tiny_folder):
    model = LanguageModel.load(tiny_folder)
    plain = model.trace("The cat")
    assert model.unchanged(plain) is plain
    *_, altered = model.write("The cat", PLAIN, 3, 4, changes=[Off(1, "mlp")])
    assert altered.changes == (Off(1, "mlp"),)
    same = model.unchanged(altered)
    assert same.changes == ()
    assert same.tokens == altered.tokens
    expected = LanguageModel.load(tiny_folder).trace_ids(altered.ids.tolist())
    np.testing.assert_allclose(same.logits, expected.logits, atol=1e-6)


def test_the_average_is_measured_once_and_can_be_stopped(tiny_folder):
    model, shares = LanguageModel.load(tiny_folder), []
    answers = iter([False, False, True])
    with pytest.raises(Cancelled):
        model.measure(shares.append, lambda: next(answers))
    assert not model.is_measured
    assert shares == [0.0, 1 / DOCUMENTS]
    measured = model.measure(shares.append)
    assert model.is_measured
    assert model.measure(shares.append) is measured is model.average
    assert len(shares) == 2 + DOCUMENTS
