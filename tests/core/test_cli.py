import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from core.__main__ import main
from core.checkpoint import save_folder
from core.config import ModelConfig, SamplingConfig
from core.generation import n_in_sight
from core.gpt import GPT
from core.language_model import LanguageModel
from core.tokenizer import Tokenizer

ROOT = Path(__file__).resolve().parent.parent.parent
PROMPT = "The river runs to the bank"
CONTEXT = 16


def tiny_model(folder: Path, broken: bool = False) -> None:
    text = "The river runs to the bank. The banker walks to the bank by the river. "
    tokenizer = Tokenizer.train([text] * 5, 280)
    config = ModelConfig(2, 3, 12, context=CONTEXT, vocab_size=tokenizer.vocab_size)
    gpt = GPT(config)
    gpt.init_weights(torch.Generator().manual_seed(0))
    with torch.no_grad():
        for weight in gpt.parameters():
            weight.mul_(4)  # far from uniform, so that wrong numbers differ
        if broken:
            next(gpt.parameters())[3] = float("nan")
    save_folder(folder, gpt, tokenizer, None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("model")
    tiny_model(path)
    return str(path)


@pytest.fixture(scope="module")
def model(folder: str) -> LanguageModel:
    return LanguageModel.load(Path(folder))


@pytest.fixture
def run(capsys, folder):
    """Run a command on the tiny model; gives exit code, stdout and stderr."""

    def run(*words: str, model: str = folder) -> tuple[int, str, str]:
        code = main([*words, "--model", model])
        return code, *capsys.readouterr()

    return run


def one_object(answer: tuple[int, str, str]) -> dict:
    code, out, err = answer
    assert (code, err) == (0, "")
    assert out.endswith("}\n")
    assert out.count("\n") == 1
    return json.loads(out)


def test_predict_says_what_the_model_says(run, model):
    said = one_object(run("predict", "--prompt", PROMPT, "--json"))
    assert set(said) == {"tokens", "predictions"}
    assert said["tokens"] == [
        {"id": token.id, "text": token.text} for token in model.tokenizer.encode(PROMPT)
    ]
    expected = model.predict(model.trace(PROMPT), SamplingConfig(), 10)
    assert said["predictions"] == [
        {"id": c.id, "text": c.text, "probability": c.probability, "logit": c.logit}
        for c in expected.candidates
    ]
    probabilities = [p["probability"] for p in said["predictions"]]
    assert len(probabilities) == 10
    assert probabilities == sorted(probabilities, reverse=True)


def test_predict_shapes_and_counts_as_asked(run, model):
    ask = ("predict", "--prompt", PROMPT, "--json", "--top", "100000")
    everything = one_object(run(*ask))["predictions"]
    assert len(everything) == model.config.vocab_size
    assert sum(p["probability"] for p in everything) == pytest.approx(1, abs=1e-12)
    shaped = one_object(run(*ask, "--top-k", "3", "--temperature", "0.5"))["predictions"]
    assert [p["id"] for p in shaped] == [p["id"] for p in everything]
    squares = [p["probability"] ** 2 for p in everything[:3]]
    assert [p["probability"] for p in shaped[:3]] == pytest.approx(
        [s / sum(squares) for s in squares]
    )
    assert not any(p["probability"] for p in shaped[3:])
    certain = one_object(run(*ask, "--temperature", "0", "--top-p", "0"))["predictions"]
    assert [p["probability"] for p in certain[:2]] == [1, 0]


def test_predict_for_people(run, model):
    code, out, err = run("predict", "--prompt", PROMPT, "--top", "3")
    assert (code, err) == (0, "")
    best = model.predict(model.trace(PROMPT), SamplingConfig(), 3).candidates
    assert [line.split(maxsplit=1)[1] for line in out.splitlines()] == [c.label for c in best]
    assert out.split()[0] == f"{best[0].probability:.4%}"


def test_sample_is_the_same_for_the_same_seed(run, model):
    ask = ("sample", "--prompt", PROMPT, "--tokens", "30", "--json")
    first, again, other = (one_object(run(*ask, "--seed", seed)) for seed in ("7", "7", "8"))
    assert first == again != other
    assert set(first) == {"prompt", "text", "tokens", "seed"}
    assert first["seed"] == 7
    ids = list(model.generate(PROMPT, SamplingConfig(), 7, 30))
    assert [token["id"] for token in first["tokens"]] == ids
    assert first["text"] == model.tokenizer.decode(ids)
    assert 0 < len(ids) <= 30


def test_sample_without_a_seed_says_which_it_took(run):
    ask = ("sample", "--prompt", PROMPT, "--tokens", "12", "--json")
    free = one_object(run(*ask))
    assert one_object(run(*ask, "--seed", str(free["seed"]))) == free


def test_sample_for_people_is_the_prompt_and_what_follows(run):
    ask = ("sample", "--prompt", PROMPT, "--tokens", "25", "--seed", "3")
    text = one_object(run(*ask, "--json"))["text"]
    assert run(*ask) == (0, PROMPT + text + "\n", "")


def test_trace_writes_every_array(run, model, tmp_path):
    out = tmp_path / "deeper" / "trace.npz"
    code, said, err = run("trace", "--prompt", PROMPT, "--out", str(out))
    assert (code, err) == (0, "")
    assert str(out) in said
    expected = model.trace(PROMPT).arrays()
    with np.load(out, allow_pickle=False) as arrays:
        assert str(arrays["text"]) == PROMPT  # and all else that `core.trace_file` tells
        for name, array in expected.items():
            np.testing.assert_allclose(arrays[name], array, atol=1e-5)
    assert {"ids", "pattern", "resid_mid", "logits"} <= set(expected)
    assert [path.name for path in out.parent.iterdir()] == ["trace.npz"]


def test_a_trace_that_cannot_be_written_leaves_what_was_there(run, tmp_path, monkeypatch):
    out = tmp_path / "trace.npz"
    out.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    refused(run("trace", "--prompt", PROMPT, "--out", str(out)), "No space left")
    assert out.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["trace.npz"]


def test_a_prompt_longer_than_the_context_is_said_to_be(run, model, tmp_path):
    long = PROMPT * 20
    n = len(model.tokenizer.ids(long))
    for words in (
        ("predict", "--json"),
        ("sample", "--json", "--tokens", "2"),
        ("trace", "--out", str(tmp_path / "t.npz")),
    ):
        code, out, err = run(*words, "--prompt", long)
        assert code == 0
        assert err.startswith(f"note: the prompt has {n} tokens")
        assert f"last {n_in_sight(n, CONTEXT)} were" in err
        assert err.count("\n") == 1
        if "--json" in words:
            json.loads(out)


def test_a_prompt_that_just_fits_needs_no_note(run, model):
    tokenizer = model.tokenizer
    ids = tokenizer.ids(PROMPT * 20)
    fits, too_long = tokenizer.decode(ids[:CONTEXT]), tokenizer.decode(ids[: CONTEXT + 1])
    assert [len(tokenizer.ids(text)) for text in (fits, too_long)] == [CONTEXT, CONTEXT + 1]
    assert run("predict", "--prompt", fits)[2] == ""
    assert run("predict", "--prompt", too_long)[2].startswith("note: ")


def test_odd_prompts(run):
    for prompt in (" ", "\n", "\0", "\udcff\ud800", "👩\u200d👧", "<|endoftext|>", "\u202eab", "-"):
        said = one_object(run("predict", f"--prompt={prompt}", "--json"))
        assert said["tokens"]
        assert run("sample", f"--prompt={prompt}", "--tokens", "3", "--seed", "1")[0] == 0


def refused(answer: tuple[int, str, str], why: str) -> None:
    code, out, err = answer
    assert code == 2
    assert out == ""
    assert err.startswith("error: ")
    assert err.endswith("\n")
    assert err.count("\n") == 1
    assert why in err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("predict", "--prompt"),
        ("predict --prompt=", "prompt is empty"),
        ("sample --prompt=", "prompt is empty"),
        ("trace --prompt= --out x.npz", "prompt is empty"),
        ("predict --prompt a --top 0", "from 1"),
        ("predict --prompt a --top x", "--top"),
        ("predict --prompt a --top 9999999999999999999999", "whole number"),
        ("predict --prompt a --temperature -1", "temperature"),
        ("predict --prompt a --temperature nan", "temperature"),
        ("predict --prompt a --temperature inf", "temperature"),
        ("predict --prompt a --temperature warm", "--temperature"),
        ("predict --prompt a --top-k -1", "--top-k"),
        ("predict --prompt a --top-k 1.5", "--top-k"),
        ("predict --prompt a --top-p 1.5", "top-p"),
        ("predict --prompt a --top-p nan", "top-p"),
        ("predict --prompt a --pro b", "--pro"),
        ("predict --prompt a two\nlines", "two lines"),
        ("sample --prompt a --tokens 0", "from 1"),
        ("sample --prompt a --seed -1", "from 0"),
        ("sample --prompt a --seed 1e3", "--seed"),
        ("sample --prompt a --top-p -0.1", "top-p"),
        ("trace --prompt a", "--out"),
        ("guess --prompt a", "guess"),
        ("train", "--data"),
        ("train --data small-world --out x --steps many", "--steps"),
    ],
)
def test_bad_words_are_refused_in_one_line(run, words, why):
    refused(run(*words.split(" ")), why)


def test_no_command_is_refused(capsys):
    code = main([])
    refused((code, *capsys.readouterr()), "command")


def test_help_is_no_error(capsys):
    for words in (["--help"], ["predict", "--help"], ["train", "--help"]):
        with pytest.raises(SystemExit) as leaving:
            main(words)
        assert leaving.value.code == 0
        assert "usage: python -m core" in capsys.readouterr().out


def test_a_missing_or_broken_model_is_refused(run, tmp_path):
    for command in (("predict",), ("sample",), ("trace", "--out", str(tmp_path / "t.npz"))):
        missing = run(*command, "--prompt", "a", model=str(tmp_path / "nowhere"))
        refused(missing, "nowhere")
    (tmp_path / "empty").mkdir()
    refused(run("predict", "--prompt", "a", model=str(tmp_path / "empty")), "empty")
    tiny_model(tmp_path / "nan", broken=True)
    refused(run("predict", "--prompt", "a", model=str(tmp_path / "nan")), "not numbers")


def test_names_that_the_system_does_not_take_are_named(run, tmp_path):
    long = str(tmp_path / ("x" * 300))
    refused(run("predict", "--prompt", "a", model=long), "There is no folder")
    refused(run("trace", "--prompt", "a", "--out", long), f"{long} cannot be used")


def test_an_out_that_is_no_place_for_a_file_is_refused(run, tmp_path):
    (tmp_path / "file").write_text("x")
    for out, why in (
        (str(tmp_path), "not a file"),
        ("", "not a file"),
        ("/", "not a file"),
        (os.devnull, "not a file"),
        (str(tmp_path / "file" / "t.npz"), "Cannot write"),
    ):
        refused(run("trace", "--prompt", "a", "--out", out), why)
    assert (tmp_path / "file").read_text() == "x"


# In processes of their own, as a shell starts them


def start(*words: str, **more) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "core", *words],
        cwd=ROOT,
        stdout=more.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        env=os.environ | more.pop("env", {}),
    )


def test_from_a_shell(folder):
    with start("predict", "--prompt", PROMPT, "--model", folder, "--json") as good:
        out, err = good.communicate(timeout=60)
    assert (good.returncode, err) == (0, b"")
    assert len(json.loads(out)["predictions"]) == 10
    with start("predict", "--prompt", PROMPT, "--model", folder + "-not") as bad:
        out, err = bad.communicate(timeout=60)
    refused((bad.returncode, out.decode(), err.decode()), "-not")


def test_predicting_needs_no_training_and_no_screen(folder):
    code = (
        "import sys; from core.__main__ import main\n"
        f"assert main(['predict', '--prompt', 'a', '--model', {folder!r}]) == 0\n"
        "assert not {'core.training', 'PySide6', 'gui'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)


ENDLESS = ("sample", "--prompt", PROMPT, "--tokens", "1000000", "--temperature", "0")


def test_the_endless_text_does_not_end(model):
    ids = list(model.generate(PROMPT, SamplingConfig(temperature=0), 0, 500))
    assert len(ids) == 500


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGPIPE")
def test_a_reader_that_goes_away_is_no_disaster(folder):
    with start(*ENDLESS, "--model", folder) as process:
        process.stdout.read(len(PROMPT) + 10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_ends_quietly(folder):
    with start(*ENDLESS, "--model", folder) as process:
        process.stdout.read(len(PROMPT) + 10)
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.stderr.read() == b""
    assert process.returncode == 130


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_output_that_is_full_is_said(folder):
    with (
        open("/dev/full", "w") as full,
        start("predict", "--prompt", PROMPT, "--model", folder, stdout=full) as process,
    ):
        err = process.stderr.read().decode()
    refused((process.returncode, "", err), "No space left")


def in_a_shell(words: str) -> subprocess.CompletedProcess[bytes]:
    script = f'"{sys.executable}" -m core {words}'
    return subprocess.run(["/bin/sh", "-c", script], cwd=ROOT, capture_output=True, timeout=60)


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "2>/dev/full", ">&- 2>&-"])
def test_closed_and_full_streams_change_neither_the_exit_code_nor_the_other_stream(closed):
    done = in_a_shell(f"predict --prompt= {closed}")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"error: ") == (closed == ">&-")
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_nowhere_to_print_to_is_no_disaster(folder):
    done = in_a_shell(f"predict --prompt a --model '{folder}' >&-")
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_terminal_that_lacks_characters_shows_their_escapes(folder):
    words = ("sample", "--prompt", "a é 🙂", "--tokens", "2", "--temperature", "0")
    with start(*words, "--model", folder, env={"PYTHONIOENCODING": "ascii"}) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert out.startswith(b"a \\xe9 \\U0001f642")
