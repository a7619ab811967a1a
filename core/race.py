"""`python -m core bench --race MINUTES`: who learns more in the same time, we or nanoGPT's way?

Both get the same text, the same sizes, the same batches and all threads, one after the other, and
as many updates as fit the minutes: each one's own schedule runs to its end.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

import torch

from core.config import PRESETS, shortened
from core.stock import StockRun
from core.training import baselines, batch, evaluate, faster_precision, mean_loss, start, update
from core.training import learning_rate as rate_at
from core.training_data import SMALL_WORLD, prepare

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.config import TrainConfig
    from core.training_data import TrainingData

TEXT_CHARACTERS = 12_000_000
_TRIED = 12  # updates that tell how many fit
_CPU = torch.device("cpu")


def race(minutes: float, as_json: bool, preset: str = "base") -> int:
    """Train both and print tokens a second and the loss on held-out text, nats a token."""
    config = replace(
        PRESETS[preset], precision=faster_precision(_CPU), text_characters=TEXT_CHARACTERS
    )
    data = prepare(SMALL_WORLD, config)
    config = replace(config, model=replace(config.model, vocab_size=data.tokenizer.vocab_size))
    results = {"ours": _ours(data, config, 60 * minutes)}
    results["nanoGPT's way"] = _stock(data, config, 60 * minutes)
    if as_json:
        ratio = results["ours"]["tokens_per_second"] / results["nanoGPT's way"]["tokens_per_second"]
        print(json.dumps({"ratio": ratio, "minutes": minutes, **results}))
        return 0
    print(f"{minutes:g} minutes each; a trigram has {baselines(data, config)['trigram']:.3f} nats")
    for name, result in results.items():
        speed, loss = result["tokens_per_second"], result["loss"]
        print(f"{name:14} {speed:8,.0f} tokens/s  held-out loss {loss:.3f} nats a token")
    return 0


def _ours(data: TrainingData, config: TrainConfig, seconds: float) -> dict[str, float]:
    trial = start(config.model, config, _CPU)
    steps = _steps(lambda n: update(trial, batch(data.train, n, config), 0.0, config), seconds)
    config = shortened(config, steps)
    run = start(config.model, config, _CPU)
    started = time.perf_counter()
    for step in range(steps):
        update(run, batch(data.train, step, config), rate_at(step, config), config)
    speed = steps * config.tokens_per_step / (time.perf_counter() - started)
    return {"tokens_per_second": speed, "loss": evaluate(run.gpt, data.held_out, config)}


def _stock(data: TrainingData, config: TrainConfig, seconds: float) -> dict[str, float]:
    trial = StockRun(config.model, _TRIED)
    steps = _steps(lambda n: trial.update(batch(data.train, n, config)), seconds)
    run = StockRun(config.model, steps)
    started = time.perf_counter()
    for step in range(steps):
        run.update(batch(data.train, step, config))
    speed = steps * config.tokens_per_step / (time.perf_counter() - started)
    return {"tokens_per_second": speed, "loss": mean_loss(run.model, data.held_out, config)}


def _steps(update_number: Callable[[int], object], seconds: float) -> int:
    """How many updates fit the time, by the median of a few after the first."""
    times = []
    for number in range(_TRIED):
        started = time.perf_counter()
        update_number(number)
        times.append(time.perf_counter() - started)
    return max(_TRIED, int(seconds / median(times[1:])))
