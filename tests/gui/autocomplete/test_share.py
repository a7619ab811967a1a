from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.config import SamplingConfig
from core.errors import UserError
from core.language_model import LanguageModel
from gui.autocomplete.share import State, fingerprint, from_bytes, to_line
from gui.session import MAX_PROMPT
from tests.gui.models import save_tiny

SAMPLING = SamplingConfig(0.5, 7, 0.25, 0.05, 1.3)
STATE = State('Ünï\n\t"🦊" \u2028', "Tiny", "abc", SAMPLING, 12, 3, (5, 6))


def changed(**values):
    found = json.loads(to_line(STATE)) | values
    return json.dumps({name: value for name, value in found.items() if value is not None}).encode()


def test_one_line_says_all_and_comes_back():
    line = to_line(STATE)
    assert line.splitlines() == [line]
    assert from_bytes(line.encode(), "It") == STATE


def test_a_line_of_before_the_extras_says_nothing_of_them():
    old = changed(min_p=None, repetition_penalty=None, changes=None, tokens=None)
    assert from_bytes(old, "It") == replace(
        STATE, sampling=SamplingConfig(0.5, 7, 0.25), changes=0, tokens=None
    )
    assert "note" in json.loads(to_line(STATE))
    plain = json.loads(to_line(replace(STATE, changes=0, tokens=None)))
    assert not {"note", "changes", "tokens"} & set(plain)
    odd = from_bytes(changed(changes="x", tokens=[1, "x"]), "It")
    assert (odd.changes, odd.tokens) == (0, None)
    assert from_bytes(changed(thrown=7), "It").thrown == 7
    assert from_bytes(changed(thrown=-1), "It").thrown == 0


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"They walked", "not JSON"),
        (b"[1]", "no settings"),
        (b"{}", "no settings"),
        (b'{"glassbox": 1, "glassbox": 1}', "twice"),
        (changed(glassbox=2), "another version"),
        (changed(seed=None), "“seed”"),
        (changed(seed="1"), "“seed”"),
        (changed(seed=True), "“seed”"),
        (changed(seed=-1), "seed that is not"),
        (changed(seed=2**40), "seed that is not"),
        (changed(top_k=-1), "top-k"),
        (changed(top_p=1.5), "top-p"),
        (changed(min_p=2), "min-p"),
        (changed(min_p="x"), "“min_p”"),
        (changed(repetition_penalty=0), "repetition penalty"),
        (changed(temperature=-1), "temperature"),
        (changed(temperature=10**400), "cannot be used"),
        (changed(temperature=float("nan")), "temperature"),
        (changed(text="a" * (MAX_PROMPT + 1)), "shorten"),
        (changed(text=5), "“text”"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(data, says):
    with pytest.raises(UserError, match=says) as told:
        from_bytes(data, "The file x.json")
    sentence = str(told.value)
    assert sentence.startswith("The file x.json")
    assert "\n" not in sentence


def test_another_models_numbers_have_another_fingerprint(tmp_path):
    models = []
    for name, seed in (("one", 0), ("same", 0), ("other", 1)):
        save_tiny(tmp_path / name, seed=seed)
        models.append(fingerprint(LanguageModel.load(tmp_path / name)))
    assert models[0] == models[1] != models[2]
