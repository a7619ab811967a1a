import argparse
import json
import sys

import pytest
import torch

from core import bench, race
from core.config import ModelConfig
from core.gpt import GPT
from core.stock import LOWEST_RATE, RATE, StockGPT, StockRun
from core.training import loss_of


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(bench, "ROUNDS", 8)
    monkeypatch.setattr(bench, "LENGTHS", (2, 5))
    monkeypatch.setattr(bench, "GENERATED", 4)
    monkeypatch.setattr(bench, "FUTURES", 20)
    monkeypatch.setattr(bench, "keep_memory", lambda: None)  # it would last


def test_ratios_come_first(capsys):
    pytest.importorskip("transformers")
    assert bench.main(argparse.Namespace(json=True, race=None)) == 0
    printed = json.loads(capsys.readouterr().out)
    assert next(iter(printed)) == "ratios"
    assert len(printed["ratios"]) == len(printed["rows"]) == 2 * 3 + 3 + 3
    for row in printed["rows"]:
        assert row["ratio"] == printed["ratios"][row["name"]]
        assert row["ratio"] > 0
        assert row["ours"] > 0


def test_without_transformers_it_says_so_and_gives_our_times(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    assert bench.main(argparse.Namespace(json=False, race=None)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "transformers is not installed" in lines[1]
    assert len(lines) == 2 + 12
    mine = [line for line in lines[2:-2] if "without re-use" not in line]
    assert not any("x  " in line for line in mine)
    assert len(mine) == 2 * 3 + 1
    assert "nanoGPT's way" in lines[-2]
    assert "each path anew" in lines[-1]


def test_the_race_is_run_by_both(capsys, monkeypatch):
    monkeypatch.setattr(race, "TEXT_CHARACTERS", 200_000)
    assert race.race(1 / 60, as_json=True, preset="tiny") == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["ratio"] > 0
    for name in ("ours", "nanoGPT's way"):
        assert 0 < printed[name]["loss"] < 8
        assert printed[name]["tokens_per_second"] > 0


@pytest.mark.parametrize("steps", [1, 12, 50, 1200])
def test_the_peers_schedule_runs_to_its_end_in_a_race_of_any_length(steps):
    run, rates = StockRun(ModelConfig(1, 1, 4, 3, 5), steps), []
    for _ in range(steps):
        run.update(torch.zeros(1, 4, dtype=torch.long))
        rates.append(run.optimizer.param_groups[0]["lr"])
    assert max(rates) == pytest.approx(RATE, rel=0.01)
    assert rates.index(max(rates)) <= steps // 10
    if steps > 1:
        assert rates[-1] == pytest.approx(LOWEST_RATE, rel=0.2)


def test_the_peer_is_the_same_model():
    """Stock and our own compute the same loss from the same weights."""
    config = ModelConfig(2, 3, 24, 16, 50)
    stock, gpt = StockGPT(config), GPT(config)
    names = {"qkv": "attn.c_attn", "proj": "attn.c_proj", "up": "mlp.c_fc", "down": "mlp.c_proj"}
    with torch.no_grad():
        for weight in stock.parameters():
            weight.normal_(0, 0.3, generator=torch.Generator().manual_seed(weight.numel()))
        for name, weight in stock.named_parameters():
            *path, part, kind = name.split(".")
            ours = ".".join([*path, names.get(part, part), kind]).replace("blocks.", "h.")
            transposed = part in names and kind == "weight"
            gpt.get_parameter(ours).copy_(weight.t() if transposed else weight)
    windows = torch.randint(50, (3, 17), generator=torch.Generator().manual_seed(1))
    # Stock's GELU is the exact one, GPT-2's its approximation by tanh.
    torch.testing.assert_close(stock(windows), loss_of(gpt, windows, "fp32"), rtol=0, atol=2e-3)
