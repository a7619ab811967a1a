from __future__ import annotations

import json

import pytest

from core.config import SamplingConfig
from core.errors import UserError
from core.language_model import LanguageModel
from gui.autocomplete.share import State, fingerprint, from_bytes, to_line
from gui.session import MAX_PROMPT
from tests.gui.models import save_tiny

STATE = State('Ünï\n\t"🦊" \u2028', "Tiny", "abc", SamplingConfig(0.5, 7, 0.25), 12)


def changed(**values):
    found = json.loads(to_line(STATE)) | values
    return json.dumps({name: value for name, value in found.items() if value is not None}).encode()


def test_one_line_says_all_and_comes_back():
    line = to_line(STATE)
    assert line.splitlines() == [line]
    assert from_bytes(line.encode(), "It") == STATE


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
