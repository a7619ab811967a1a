"""Two processes that train one model, started by torchrun."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from core.checkpoint import load_folder

pytestmark = pytest.mark.slow

WORDS = ("the", "cat", "and", "a", "dog", "walked", "along", "river", "to", "bank", "where", "sun")
TORCHRUN = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node"]


@pytest.fixture
def text(tmp_path):
    rng = np.random.default_rng(0)
    path = tmp_path / "text.txt"
    path.write_text(" ".join(rng.choice(WORDS, size=20_000)), encoding="utf-8")
    return path


def command(text, out, n_processes, *options):
    launcher = [*TORCHRUN, str(n_processes)] if n_processes > 1 else []
    options = ("--preset", "tiny", "--threads", "1", "--precision", "fp32", *options)
    return [
        *(sys.executable, *launcher, "-m", "core", "train"),
        *("--data", str(text), "--out", str(out), *options),
    ]


def run(*args):
    return subprocess.run(command(*args), capture_output=True, text=True, timeout=100)


def assert_same_model(one, other):
    first, second = load_folder(one)[1], load_folder(other)[1]
    for name, weight in first.items():
        # Muon iterates in bfloat16, where the last bits of a gradient are seen again: single
        # weights part by more than the mean may.
        np.testing.assert_allclose(weight, second[name], atol=1e-2, err_msg=name)
        assert np.abs(weight - second[name]).mean() < 2e-4, name


def test_two_learn_what_one_learns(text, tmp_path):
    alone = run(text, tmp_path / "alone", 1, "--steps", "12")
    together = run(text, tmp_path / "together", 2, "--steps", "12")
    assert alone.returncode == together.returncode == 0, together.stderr
    assert together.stdout.count("Trained 12 steps, 12,288 tokens") == 1
    assert together.stderr.count("step 12/12") == 1
    assert_same_model(tmp_path / "alone", tmp_path / "together")
    training = load_folder(tmp_path / "together")[3]
    assert training["processes"] == 2
    assert training["command"].startswith("torchrun --standalone --nproc-per-node=2 -m core train")


def test_an_interrupted_team_goes_on_where_it_was(text, tmp_path):
    out = tmp_path / "out"
    team = subprocess.Popen(
        command(text, out, 2, "--steps", "150"), stderr=subprocess.PIPE, text=True
    )
    for line in team.stderr:
        if line.startswith("step"):
            break
    time.sleep(0.5)
    os.kill(team.pid, signal.SIGTERM)
    said = team.communicate(timeout=60)[1]
    step = load_folder(out)[3]["step"]
    assert f"Saved at step {step:,}" in said
    assert 0 < step < 150
    resumed = run(text, out, 2, "--steps", "150", "--resume")
    assert resumed.returncode == 0, resumed.stderr
    whole = run(text, tmp_path / "whole", 1, "--steps", "150")
    assert whole.returncode == 0, whole.stderr
    assert load_folder(out)[3]["step"] == 150
    resumed_loss, whole_loss = (
        load_folder(folder)[3]["val_loss"] for folder in (out, tmp_path / "whole")
    )
    assert resumed_loss == pytest.approx(whole_loss, rel=0.02)


def test_what_the_first_one_refuses_is_said_without_a_traceback(text, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").touch()
    done = run(text, tmp_path / "out", 2, "--steps", "5")
    assert done.returncode != 0
    assert done.stderr.count("out holds other files") == 1
    assert "[rank1]: Traceback" not in done.stderr


def test_a_batch_that_cannot_be_shared_is_refused(text, tmp_path):
    done = run(text, tmp_path / "out", 3, "--steps", "5")
    assert done.returncode != 0
    assert "8 windows in a batch cannot be shared evenly by 3 processes" in done.stderr
