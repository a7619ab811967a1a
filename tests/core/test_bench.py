import argparse
import json
import sys

import pytest

from core import bench


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(bench, "ROUNDS", 8)
    monkeypatch.setattr(bench, "LENGTHS", (2, 5))
    monkeypatch.setattr(bench, "GENERATED", 4)
    monkeypatch.setattr(bench, "keep_memory", lambda: None)  # it would last


def test_ratios_come_first(capsys):
    pytest.importorskip("transformers")
    assert bench.main(argparse.Namespace(json=True)) == 0
    printed = json.loads(capsys.readouterr().out)
    assert next(iter(printed)) == "ratios"
    assert len(printed["ratios"]) == len(printed["rows"]) == 2 * 3 + 2
    for row in printed["rows"]:
        assert row["ratio"] == printed["ratios"][row["name"]]
        assert row["ratio"] > 0
        assert row["ours"] > 0


def test_without_transformers_it_says_so_and_gives_our_times(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    assert bench.main(argparse.Namespace(json=False)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "transformers is not installed" in lines[1]
    assert len(lines) == 2 + 8
    assert not any("x  " in line for line in lines[2:])
