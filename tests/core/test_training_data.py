import os
import random
import subprocess
import sys
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from core.config import ModelConfig, TrainConfig
from core.errors import UserError
from core.training_data import prepare

CONFIG = TrainConfig(
    ModelConfig(n_layers=1, n_heads=1, d_model=8, context=16, vocab_size=400),
    steps=1000,
    batch_size=4,
    learning_rate=1e-3,
    eval_windows=8,
    text_characters=300_000,
)
WORDS = ("the", "a", "old", "new", "red", "cat", "dog", "bird", "sees", "likes", "river", "today")


def story(n_characters, seed=0):
    """Paragraphs of different lengths, all different."""
    rng = random.Random(seed)
    paragraphs, length = [], 0
    while length < n_characters:
        words = rng.choices(WORDS, k=rng.randrange(20, 80))
        paragraphs.append(f"{length} {' '.join(words)}.\n\n")
        length += len(paragraphs[-1])
    return "".join(paragraphs)


def documents_of(data, part):
    return data.tokenizer.decode(part).split("<|endoftext|>")


def test_a_file_is_divided_into_text_to_learn_from_and_text_to_measure_on(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text(story(100_000))
    data = prepare(str(path), CONFIG)
    train, held_out = documents_of(data, data.train), documents_of(data, data.held_out)
    assert train.pop() == held_out.pop() == ""
    assert len(held_out) > 10
    # In the order of the file, each held-out block fits in behind a stretch of the rest.
    pieces = [piece for pair in zip(train, [*held_out, ""], strict=False) for piece in pair]
    assert "".join(pieces) == path.read_text()
    assert 0.05 < sum(map(len, held_out)) / 100_000 < 0.15


def test_of_a_long_file_evenly_spread_parts_are_kept(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text(story(3_000_000))
    data = prepare(str(path), CONFIG)
    kept = documents_of(data, data.train)
    assert 0.8 * CONFIG.text_characters < sum(map(len, kept)) < 1.2 * CONFIG.text_characters
    whole = path.read_text()
    places = [whole.index(piece) / len(whole) for piece in kept if piece]
    assert np.allclose(places, np.linspace(0, max(places), len(places)), atol=0.02)
    assert max(places) > 0.9
    assert data.n_characters == sum(map(len, kept))
    assert not set(kept) & set(documents_of(data, data.held_out)) - {""}


def test_of_a_file_that_is_a_little_too_long_little_is_left_out(tmp_path):
    path = tmp_path / "novel.txt"
    path.write_text(story(CONFIG.text_characters * 21 // 20))
    data = prepare(str(path), CONFIG)
    n_characters = sum(map(len, documents_of(data, data.train)))
    assert data.n_characters == n_characters
    assert 0.85 * CONFIG.text_characters < n_characters < CONFIG.text_characters


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "long.txt"
    paragraph = story(1_000_000)
    with path.open("w") as file:
        for _ in range(40):
            file.write(paragraph)
    tracemalloc.start()
    prepare(str(path), CONFIG)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert path.stat().st_size > 40_000_000
    assert peak < 25_000_000


def test_the_tokenizer_is_learnt_from_the_text(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text(story(20_000).replace("cat", "glumph"))
    tokenizer = prepare(str(path), CONFIG).tokenizer
    assert tokenizer.vocab_size <= 400
    assert len(tokenizer.ids(" glumph")) == 1


def test_a_file_that_marks_its_documents_has_them_kept_apart(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("<|endoftext|>".join(story(3_000, seed) for seed in range(20)))
    data = prepare(str(path), CONFIG)
    n_marks = np.count_nonzero(data.train == data.tokenizer.end_of_text)
    assert n_marks > 15


@pytest.mark.parametrize("n_characters", [1, 100, 700])
def test_a_file_that_is_too_short_is_refused(tmp_path, n_characters):
    path = tmp_path / "short.txt"
    path.write_text(story(n_characters)[:n_characters])
    with pytest.raises(UserError, match=r"short\.txt is too short: .* Choose a longer text\."):
        prepare(str(path), CONFIG)


def test_one_line_without_spaces_is_a_text_like_any_other(tmp_path):
    path = tmp_path / "line.txt"
    path.write_text("abcdefghij" * 30_000)
    data = prepare(str(path), CONFIG)
    assert set(data.tokenizer.decode(data.train[:-1]).replace("<|endoftext|>", "")) <= set(
        "abcdefghij"
    )


def test_small_world_comes_as_documents_that_the_two_parts_do_not_share():
    data = prepare("small-world", CONFIG)
    train, held_out = documents_of(data, data.train), documents_of(data, data.held_out)
    assert train.pop() == held_out.pop() == ""
    assert not set(train) & set(held_out)
    assert CONFIG.text_characters <= sum(map(len, train)) < CONFIG.text_characters + 10_000
    assert len(data.held_out) > CONFIG.eval_windows * CONFIG.model.context
    assert data.train.dtype == np.uint16


def test_a_short_run_prepares_no_more_text_than_it_reads():
    data = prepare("small-world", replace(CONFIG, steps=50))
    read = 50 * CONFIG.tokens_per_step
    assert read < len(data.train) < 4 * read


def test_the_same_settings_give_the_same_tokens_in_every_process():
    text = replace(CONFIG, steps=50)
    script = (
        "from core.training_data import prepare; from core.config import *;"
        f"print(prepare('small-world', {text!r}).fingerprint)"
    )
    fingerprints = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in (1, 2)
    }
    assert fingerprints == {prepare("small-world", text).fingerprint}
    assert prepare("small-world", replace(text, seed=1)).fingerprint not in fingerprints


def test_progress_is_told():
    told = []
    prepare("small-world", CONFIG, lambda what, share: told.append((what, share)))
    assert told[0][0] == "Learning the tokenizer"
    assert all(0 <= share <= 1 for _, share in told)
