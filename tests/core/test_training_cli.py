import argparse
import contextlib
import io
import json
import random
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from core import training, training_cli
from core.checkpoint import load_folder
from core.config import PRESETS, ModelConfig
from core.errors import UserError
from core.gpt import GPT
from core.run_folder import RESUME, RunFolder
from core.training import evaluate
from core.training_cli import _clock, _Display
from core.training_data import prepare

SMALL = replace(
    PRESETS["tiny"],
    model=ModelConfig(n_layers=1, n_heads=2, d_model=16, context=32, vocab_size=300),
    steps=600,
    batch_size=4,
    eval_every=30,
    eval_windows=4,
)


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "numbers.txt"
    path.write_text("".join(f"{n} and {n + 1} make {2 * n + 1}.\n" for n in range(4000)))
    return path


@pytest.fixture
def train(monkeypatch, text, tmp_path):
    """Runs `train` in this process with a tiny preset made smaller still."""
    monkeypatch.setitem(PRESETS, "tiny", SMALL)

    def run(*words, out=tmp_path / "out", data=text, steps=6):
        parser = argparse.ArgumentParser()
        training_cli.add_arguments(parser)
        given = ["--data", data, "--preset", "tiny", "--out", out, "--precision", "fp32"]
        if steps is not None:
            given += ["--steps", steps]
        return training_cli.run(parser.parse_args([str(word) for word in (*given, *words)]))

    return run


def reports_of(output):
    return [json.loads(line) for line in output.splitlines()]


def test_json_is_a_line_for_each_measurement_and_one_for_the_result(train, tmp_path, capsys):
    assert train("--json", steps=40) == 0
    captured = capsys.readouterr()
    reports = reports_of(captured.out)
    assert captured.err == ""
    assert [report["step"] for report in reports] == [*range(0, 41, 2), 40]
    for report in reports[1:]:
        assert report["train_loss"] > 0
        assert report["val_loss"] > 0
        assert report["tokens_per_second"] > 0
    assert reports[-2]["val_loss"] < reports[0]["val_loss"]
    result = reports[-1]
    assert result["finished"] is True
    assert result["baselines"].keys() == {"uniform", "unigram", "bigram", "trigram"}
    training = json.loads((tmp_path / "out" / "training.json").read_text())
    assert training["finished"] is True
    assert training["val_loss"] == result["val_loss"]
    assert training["baselines"] == result["baselines"]


def test_people_read_the_result_beside_what_counting_reaches(train, tmp_path, capsys):
    assert train() == 0
    captured = capsys.readouterr()
    for name in ("model", "uniform", "unigram", "bigram", "trigram"):
        assert f"  {name} " in captured.out
    assert str(tmp_path / "out") in captured.out
    assert captured.err.splitlines()[-1].startswith("step 6/6  loss ")


def test_training_json_has_the_command_that_makes_the_model_again(train, tmp_path, text):
    train("--seed", 5, "--half", "--learning-rate", 0.002)
    training = json.loads((tmp_path / "out" / "training.json").read_text())
    assert training["command"] == (
        f"python -m core train --data {text} --preset tiny --steps 6 --seed 5 "
        f"--learning-rate 0.002 --device cpu --precision fp32 --half --out {tmp_path / 'out'}"
    )
    assert (training["name"], training["dtype"]) == ("numbers", "float16")
    assert training["settings"]["learning_rate"] == 0.002


def test_the_loss_that_is_told_is_that_of_the_weights_on_disk(train, tmp_path):
    train("--half")
    config, state, _, training, _ = load_folder(tmp_path / "out")
    gpt = GPT.of(config, state)
    settings = replace(SMALL, steps=6)
    data = prepare(training["command"].split()[5], settings)
    assert evaluate(gpt, data.held_out, settings) == training["val_loss"]


def interrupt_at(monkeypatch, step, number=signal.SIGINT):
    """Press Ctrl-C when a step has been reported."""
    report_step = _Display.step

    def reported(self, report):
        report_step(self, report)
        if report.step == step:
            signal.raise_signal(number)

    monkeypatch.setattr(_Display, "step", reported)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("step", [0, 1, 5])
def test_ctrl_c_saves_and_resume_makes_the_same_model(
    train, tmp_path, monkeypatch, capsys, step, number
):
    handlers = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with monkeypatch.context() as patch:
        interrupt_at(patch, step, number)
        assert train() == 130
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == handlers
    assert capsys.readouterr().err.endswith(
        f"Saved at step {step}; the same command with --resume goes on.\n"
    )
    assert load_folder(tmp_path / "out")[3]["step"] == step
    assert train("--resume") == 0
    assert not (tmp_path / "out" / RESUME).exists()
    train(out=tmp_path / "whole")
    assert weights_equal(tmp_path / "out", tmp_path / "whole")


def weights_equal(one, other):
    first, second = load_folder(one)[1], load_folder(other)[1]
    return all(np.array_equal(first[name], second[name]) for name in first | second)


def test_ctrl_c_before_training_stops_at_once(train, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(_Display, "preparing", lambda *_: signal.raise_signal(signal.SIGINT))
    assert train() == 130
    assert capsys.readouterr().err.startswith("Stopped at once")
    assert not (tmp_path / "out").exists()


def test_ctrl_c_after_the_last_step_does_not_wait_for_the_measurements(
    train, tmp_path, monkeypatch, capsys
):
    def measure(*_):
        signal.raise_signal(signal.SIGINT)
        pytest.fail("it went on")

    with monkeypatch.context() as patch:
        patch.setattr(training, "baselines", measure)
        assert train() == 130
    assert "Stopped at once" in capsys.readouterr().err
    assert load_folder(tmp_path / "out")[3]["finished"] is False
    assert train("--resume") == 0
    assert load_folder(tmp_path / "out")[3]["finished"] is True


def test_a_second_ctrl_c_does_not_wait(train, tmp_path, monkeypatch, capsys):
    saves = []

    def save(self, run):
        saves.append(run.step)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(RunFolder, "save", save)
    assert train() == 130
    assert saves == [0, 0]
    assert "Stopped at once" in capsys.readouterr().err


def test_a_diverged_run_keeps_its_last_good_snapshot(train, tmp_path):
    with pytest.raises(UserError) as caught:
        train("--learning-rate", 1e30, steps=40)
    assert "Training diverged at step" in str(caught.value)
    _, state, _, training, _ = load_folder(tmp_path / "out")
    assert f"The model of step {training['step']} is in" in str(caught.value)
    assert all(np.isfinite(weight).all() for weight in state.values())


def spoil_at(monkeypatch, step, value, then=lambda: None):
    """Let the weights go wrong once a step has been reported."""
    begin, report_step, runs = _Display.begin, _Display.step, []

    def begun(self, run, config):
        runs.append(run)
        begin(self, run, config)

    def reported(self, report):
        report_step(self, report)
        if report.step == step:
            with torch.no_grad():
                runs[-1].gpt.ln_f.weight.fill_(value)
            then()

    monkeypatch.setattr(_Display, "begin", begun)
    monkeypatch.setattr(_Display, "step", reported)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_ctrl_c_does_not_save_weights_that_have_diverged(train, tmp_path, monkeypatch, value):
    spoil_at(monkeypatch, 3, value, then=lambda: signal.raise_signal(signal.SIGINT))
    with pytest.raises(UserError) as caught:
        train(steps=40)
    assert "Training diverged at step 3: the next loss is nan" in str(caught.value)
    assert "The model of step 2 is in" in str(caught.value)
    _, state, _, training, _ = load_folder(tmp_path / "out")
    assert training["step"] == 2
    assert all(np.isfinite(weight).all() for weight in state.values())


def test_a_run_that_diverges_after_a_resume_says_which_step_was_kept(train, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        interrupt_at(patch, 6)
        train(steps=60)  # measured every third step
    with monkeypatch.context() as patch:
        interrupt_at(patch, 7)
        train("--resume", steps=60)
    spoil_at(monkeypatch, 8, np.nan)
    with pytest.raises(UserError, match="The model of step 7 is in"):
        train("--resume", steps=60)
    assert load_folder(tmp_path / "out")[3]["step"] == 7


def test_a_folder_in_use_is_refused_before_any_work(train, tmp_path, capsys):
    train()
    with pytest.raises(UserError, match="--overwrite replaces it"):
        train(data="there is no such file")
    with pytest.raises(UserError, match="is finished"):
        train("--resume")
    with pytest.raises(UserError, match="give one of them"):
        train("--resume", "--overwrite")
    assert train("--overwrite", "--seed", 1) == 0
    assert load_folder(tmp_path / "out")[3]["seed"] == 1


def test_resume_where_nothing_is_yet_begins_and_says_so(train, capsys):
    assert train("--resume") == 0
    assert "There is no run in" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--steps", "0"], "steps must be 1 or more"),
        (["--seed", "-1"], "seed must be 0 or more"),
        (["--learning-rate", "nan"], "learning_rate must be more than 0"),
        (["--threads", "-2"], "threads must be from 0 to 256"),
        (["--threads", "257"], "threads must be from 0 to 256"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_one_sentence(train, tmp_path, words, reason):
    with pytest.raises(UserError, match=reason):
        train(*words, steps=None)
    assert not (tmp_path / "out").exists()


def test_the_bar_fits_its_terminal(monkeypatch, train):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(training_cli, "REDRAW_S", -1.0)
    monkeypatch.setenv("COLUMNS", "60")
    train()
    lines = terminal.getvalue().split("\r\x1b[K")
    assert any(line.startswith("Learning the tokenizer") for line in lines)
    assert any(line.startswith("3/6 [============            ] loss ") for line in lines)
    assert max(map(len, lines)) < 60


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0:00"), (59.6, "1:00"), (3599, "59:59"), (3661, "1:01:01")]
)
def test_clock(seconds, text):
    assert _clock(seconds) == text


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_at_any_moment_it_can_be_resumed_to_the_same_model(text, tmp_path):
    script = (
        "import sys; from core.config import *; from core.__main__ import main;"
        f"PRESETS['tiny'] = {SMALL!r}; sys.exit(main())"
    )

    def child(out, *words):
        given = ["--data", text, "--preset", "tiny", "--steps", 60, "--out", out, "--json"]
        return subprocess.Popen(
            [sys.executable, "-c", script, "train", *map(str, (*given, *words))],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    whole = child(tmp_path / "whole", "--precision", "fp32")
    n_lines = len(whole.communicate()[0].splitlines())
    assert whole.returncode == 0
    rng = random.Random(0)
    broken = tmp_path / "broken"
    for _ in range(3):
        process = child(broken, "--precision", "fp32", "--resume")
        for _ in range(rng.randrange(1, n_lines // 4)):
            process.stdout.readline()  # from now on it is training
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(rng.uniform(0, 0.01))  # anywhere in a step or a save
        process.kill()
        process.communicate()
        assert load_folder(broken)[3]["finished"] is False
    process = child(broken, "--resume")
    steps = [report["step"] for report in reports_of(process.communicate()[0])]
    assert process.returncode == 0
    assert steps[0] > 2
    assert weights_equal(tmp_path / "whole", broken)
    assert sorted(path.name for path in broken.iterdir()) == sorted(
        path.name for path in (tmp_path / "whole").iterdir()
    )
