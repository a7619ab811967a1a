import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from core import ngrams, training
from core.config import PRESETS, ModelConfig, TrainConfig, shortened
from core.errors import UserError
from core.gpt import GPT
from core.run_folder import begin
from core.training import (
    Diverged,
    baselines,
    batch,
    evaluate,
    faster_precision,
    learning_rate,
    loss_of,
    measured_part,
    pick_device,
    train,
)
from core.training_data import prepare

CPU = torch.device("cpu")
CONFIG = TrainConfig(
    ModelConfig(n_layers=2, n_heads=2, d_model=16, context=24, vocab_size=300),
    steps=12,
    batch_size=5,
    learning_rate=1e-2,
    warmup_steps=2,
    eval_every=5,
    eval_windows=7,
    seed=3,
)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "animals.txt"
    rng = np.random.default_rng(0)
    animals, acts = ("cat", "dog", "hen", "fox", "owl"), ("runs", "sleeps", "eats", "sings")
    lines = [
        f"The {animal} {act} because the {animal} likes it.\n"
        for animal, act in zip(
            rng.choice(animals, size=1500), rng.choice(acts, size=1500), strict=True
        )
    ]
    path.write_text("".join(lines))
    return prepare(str(path), replace(CONFIG, steps=10_000))


def weights_of(run):
    return {name: weight.detach().clone() for name, weight in run.gpt.named_parameters()}


def same(a, b):
    return all(torch.equal(a[name], b[name]) for name in a | b)


def test_the_reports_count_from_the_untrained_model_to_the_last_step(data):
    reports = list(train(begin(data, CONFIG, CPU), data, CONFIG))
    assert [report.step for report in reports] == list(range(13))
    assert [report.step for report in reports if report.val_loss is not None] == [0, 5, 10, 12]
    assert reports[0].val_loss == pytest.approx(math.log(data.tokenizer.vocab_size), abs=0.1)
    assert reports[3].learning_rate == learning_rate(2, CONFIG)
    assert all(report.tokens_per_second > 0 for report in reports[1:])


def test_it_learns_more_than_which_token_follows_which(data):
    config = replace(CONFIG, steps=150, batch_size=16, eval_every=150)
    run = begin(data, config, CPU)
    *_, last = train(run, data, config)
    losses = baselines(data, config)
    assert losses["uniform"] > losses["unigram"] > losses["bigram"] > losses["trigram"]
    assert last.train_loss < 0.6
    assert last.val_loss < losses["bigram"] - 0.05
    assert last.val_loss == evaluate(run.gpt, data.held_out, config)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(data):
    runs = [begin(data, replace(CONFIG, seed=seed), CPU) for seed in (3, 3, 4)]
    for run, seed in zip(runs, (3, 3, 4), strict=True):
        list(train(run, data, replace(CONFIG, seed=seed)))
    first, again, other = map(weights_of, runs)
    assert same(first, again)
    assert not same(first, other)


def test_a_pause_or_a_cancel_leaves_a_run_that_goes_on_as_if_nothing_had_been(data):
    whole, broken = begin(data, CONFIG, CPU), begin(data, CONFIG, CPU)
    reports = list(train(whole, data, CONFIG))
    session = train(broken, data, CONFIG)
    assert next(session).step == 0
    assert next(session).step == 1
    session.close()
    assert broken.step == 1
    rest = list(train(broken, data, CONFIG))
    assert [report.train_loss for report in rest] == [r.train_loss for r in reports[2:]]
    assert same(weights_of(whole), weights_of(broken))
    assert list(train(broken, data, CONFIG)) == []


def test_loss_is_the_mean_surprise_at_the_next_token(data):
    run = begin(data, CONFIG, CPU)
    torch.nn.init.normal_(run.gpt.wte.weight, generator=torch.Generator().manual_seed(0))
    windows = batch(data.train, 0, CONFIG)
    logits = run.gpt(windows[:, :-1]).double()
    surprise = -(logits - logits.logsumexp(dim=-1, keepdim=True))
    expected = surprise.gather(2, windows[:, 1:, None]).mean()
    assert loss_of(run.gpt, windows, "fp32").item() == pytest.approx(expected.item(), rel=1e-5)
    bf16 = loss_of(run.gpt, windows, "bf16")
    assert bf16.dtype == torch.float32
    assert bf16.item() == pytest.approx(expected.item(), rel=1e-2)
    assert bf16.item() != loss_of(run.gpt, windows, "fp32").item()


def test_the_rate_rises_in_a_line_and_falls_as_half_a_cosine():
    config = replace(CONFIG, steps=11, warmup_steps=4, learning_rate=0.8, final_rate=0.25)
    rates = [learning_rate(step, config) for step in range(11)]
    assert rates[:4] == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert rates[4] == pytest.approx(0.8)
    assert rates[7] == pytest.approx((0.8 + 0.2) / 2)
    assert rates[10] == pytest.approx(0.2)
    assert rates[4:] == sorted(rates[4:], reverse=True)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_the_rate_of_the_shortest_runs_is_defined(steps):
    config = shortened(CONFIG, steps)
    assert all(0 < learning_rate(step, config) <= 0.01 for step in range(steps))


def test_an_epoch_shows_every_token_once_and_the_next_in_another_order(data):
    config = replace(CONFIG, batch_size=1)
    tokens = np.arange(1000, dtype=np.uint16)
    n_windows = (1000 - 1) // 24 - 1
    first, second = (
        [batch(tokens, epoch * n_windows + step, config) for step in range(n_windows)]
        for epoch in (0, 1)
    )
    for epoch in (first, second):
        targets = torch.cat(epoch)[:, 1:].flatten().sort().values
        assert torch.equal(targets, torch.arange(targets[0], targets[0] + 24 * n_windows))
        starts = torch.cat(epoch)[:, 0]
        assert (starts.diff() < 0).sum() > n_windows / 4  # not as they stand in the text
    assert not torch.equal(torch.cat(first), torch.cat(second))
    windows = batch(data.train, 5, CONFIG)
    assert windows.shape == (5, 25)
    assert windows.dtype == torch.int64
    assert torch.equal(windows, batch(data.train, 5, CONFIG))


@pytest.mark.parametrize("n_tokens", [25, 26, 49, 60])
def test_a_text_shorter_than_a_batch_is_shown_again_and_again(n_tokens):
    tokens = np.arange(n_tokens, dtype=np.uint16)
    for step in range(20):
        windows = batch(tokens, step, CONFIG)
        assert windows.shape == (5, 25)
        assert torch.equal(windows - windows[:, :1], torch.arange(25).expand(5, 25))


def test_the_measured_tokens_are_those_that_counting_is_measured_on(data):
    run = begin(data, CONFIG, CPU)
    part = measured_part(data.held_out, CONFIG)
    assert len(part) == 7 * 24 + 1
    losses = [
        loss_of(run.gpt, torch.from_numpy(part[None, at : at + 25].astype(np.int64)), "fp32").item()
        for at in range(0, 7 * 24, 24)
    ]
    assert evaluate(run.gpt, data.held_out, CONFIG) == pytest.approx(np.mean(losses), rel=1e-6)
    bigram = ngrams.fit(data.train, data.tokenizer.vocab_size, 2)
    by_hand = [-math.log(bigram.probabilities(part[:n])[part[n]]) for n in range(1, len(part))]
    assert baselines(data, CONFIG)["bigram"] == pytest.approx(np.mean(by_hand))


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_training_stops_before_it_makes_a_broken_step(data, bad):
    run = begin(data, CONFIG, CPU)
    session = train(run, data, CONFIG)
    for _ in itertools.islice(session, 3):
        pass
    with torch.no_grad():
        run.gpt.get_parameter("h.0.mlp.c_proj.weight")[0, 0] = bad
    before = weights_of(run)
    with pytest.raises(Diverged, match=r"diverged at step 3: .* learning rate below 0\.01"):
        next(session)
    assert run.step == 2
    assert all(
        torch.equal(a.nan_to_num(), b.nan_to_num())
        for a, b in zip(before.values(), weights_of(run).values(), strict=True)
    )


def test_a_rate_that_is_far_too_high_is_noticed(data):
    config = replace(CONFIG, learning_rate=1e30, warmup_steps=0)
    with pytest.raises(Diverged):
        list(train(begin(data, config, CPU), data, config))


def test_nothing_of_the_model_is_bound_to_the_cpu():
    # The "meta" device has shapes only; a tensor that is made on the CPU is an error there.
    with torch.device("meta"):
        gpt = GPT(CONFIG.model)
    gpt(torch.zeros(3, 24, dtype=torch.int64, device="meta")).sum().backward()
    assert gpt.wte.weight.grad.device.type == "meta"


def test_devices_and_precisions_are_found(monkeypatch):
    assert pick_device("cpu") == CPU
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert pick_device("auto") == CPU
    with pytest.raises(UserError, match="no CUDA device"):
        pick_device("cuda")


@pytest.mark.parametrize(("seconds", "faster"), [(0.7, "bf16"), (0.9, "fp32"), (16, "fp32")])
def test_bfloat16_is_taken_where_it_is_much_faster(monkeypatch, seconds, faster):
    times = {torch.float32: 1.0, torch.bfloat16: seconds}
    monkeypatch.setattr(training, "_seconds_of_product", lambda a: times[a.dtype])
    assert faster_precision(CPU) == faster


@pytest.mark.parametrize(
    "change",
    [
        {"steps": 0},
        {"batch_size": -1},
        {"learning_rate": math.nan},
        {"learning_rate": 0.0},
        {"beta2": 1.5},
        {"seed": -1},
        {"precision": "int8"},
    ],
)
def test_settings_that_make_no_sense_are_refused(change):
    with pytest.raises(UserError, match=next(iter(change))):
        replace(CONFIG, **change)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_reread_their_text_a_few_times_at_most(name):
    config = PRESETS[name]
    tokens = config.text_characters / 4
    assert config.steps * config.tokens_per_step < 5 * tokens
    short = shortened(config, 40)
    assert short.steps == 40
    assert short.warmup_steps <= 4
    assert short.eval_every >= 1
