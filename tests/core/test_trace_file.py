import subprocess
import sys

import numpy as np
import pytest

from core.errors import UserError
from core.trace_file import save

TEXT = "The dog 🐕\nsaw the cat and the dog saw"


def test_everything_is_read_back_by_numpy_alone(tiny_model, tmp_path):
    trace = tiny_model.trace(TEXT)
    assert trace.before
    path = tmp_path / "a trace.npz"
    save(trace, path, ["layer 1, head 2 switched off"])
    assert [each.name for each in tmp_path.iterdir()] == ["a trace.npz"]
    with np.load(path) as file:
        assert set(file) == {
            *trace.arrays(),
            *("text", "text_utf8", "token_text", "token_start", "token_end", "before", "changes"),
        }
        for name, array in trace.arrays().items():
            assert file[name].dtype == array.dtype
            np.testing.assert_array_equal(file[name], array, err_msg=name)
        assert file["text"].item() == TEXT
        assert file["token_text"].tolist() == [token.text for token in trace.tokens]
        spans = zip(file["token_start"], file["token_end"], strict=True)
        assert [tuple(span) for span in spans] == [(t.start, t.end) for t in trace.tokens]
        assert file["before"].tolist() == [token.id for token in trace.before]
        assert file["changes"].tolist() == ["layer 1, head 2 switched off"]
    code = (
        "import sys, numpy\n"
        "file = numpy.load(sys.argv[1])\n"
        "shares = file['pattern'][1, 2].sum(axis=-1)\n"
        "assert abs(shares - 1).max() < 1e-5\n"
        "assert file['text'].item().startswith('The dog')\n"
        "assert 'core' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, cwd=tmp_path, timeout=60)


def test_every_character_is_kept(tiny_model, tmp_path):
    path = tmp_path / "trace.npz"
    save(tiny_model.trace("cat\0"), path)
    with np.load(path) as file:
        assert bytes(file["text_utf8"]).decode() == "cat\0"


def test_a_shorter_trace_takes_the_place_of_a_longer_one(tiny_model, tmp_path):
    path = tmp_path / "trace.npz"
    for text in (TEXT, "cat"):
        save(tiny_model.trace(text), path)
    with np.load(path) as file:
        assert file["text"].item() == "cat"
        assert file["before"].size == file["changes"].size == 0


def test_where_it_cannot_be_written_the_old_file_stays(tiny_model, tmp_path, monkeypatch):
    path = tmp_path / "trace.npz"
    path.write_bytes(b"old")

    def full(file, **_arrays):
        file.write(b"half")
        raise OSError("No space left")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(UserError, match="unchanged"):
        save(tiny_model.trace("cat"), path)
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1
