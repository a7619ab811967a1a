import json
import shutil

import numpy as np
import pytest
import torch

from core import exams
from core.__main__ import main
from core.checkpoint import save_folder
from core.config import ModelConfig
from core.errors import UserError
from core.exams import card, facts, material, pairs, prediction, senses
from core.exams.result import Result
from core.gpt import GPT
from core.language_model import LanguageModel
from core.paths import SMALL_WORLD_MODEL
from core.tokenizer import Tokenizer
from core.trace import ModelInfo

EXAMS = {
    *("analogies", "word_senses", "word_senses_anew", "bank_walk", "paraphrases", "agreement"),
    *("names", "names_anew", "facts", "facts_anew", "chat", "chat_anew", "beginnings"),
    *("induction", "loss"),
}
TRAINING = {
    "name": "Tiny",
    "command": "python -m core train --data small-world --out tiny",
    "seconds": 120.0,
    "settings": {"seed": 3, "batch_size": 4},
    "text": {"name": "small-world", "characters": 1000, "train_tokens": 250},
    "val_loss": 2.5,
    "baselines": {"trigram": 3.5},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "tiny"
    sentences = ["The dog, the dogs and the king go to the bank of the river with money. "] * 20
    sentences.append(" the animals puppy cat kitten queen boy girl man woman son daughter" * 20)
    sentences.append("Then he saw her and she saw him and his friends Anna Ben Lucy Tom Mia" * 20)
    tokenizer = Tokenizer.train(sentences, 450)
    gpt = GPT(ModelConfig(2, 2, 8, context=64, vocab_size=tokenizer.vocab_size))
    gpt.init_weights(torch.Generator().manual_seed(0))
    save_folder(path, gpt, tokenizer, TRAINING)
    return path


@pytest.fixture
def fewer_questions(monkeypatch):
    monkeypatch.setattr(material, "_N_DOCUMENTS", 150)
    monkeypatch.setattr(material, "_TRAINING_CHARACTERS", 200_000)
    monkeypatch.setattr(material, "_N_OF_SENSES", 20)
    monkeypatch.setattr(facts, "_MOST_OF_A_KIND", 1)
    monkeypatch.setattr(facts, "_REPLY_TOKENS", 3)
    monkeypatch.setattr(pairs, "_FILLINGS", 1)
    monkeypatch.setattr(pairs, "_STORIES", 30)
    monkeypatch.setattr(prediction, "_SEQUENCES", 2)
    monkeypatch.setattr(prediction, "_LOSS_DOCUMENTS", 5)
    monkeypatch.setattr(senses, "_KNOWN", 1)
    monkeypatch.setattr(senses, "_ASKED", 1)


@pytest.mark.usefixtures("fewer_questions")
def test_all_exams_as_json_the_same_each_time(folder, capsys):
    assert main(["exam", "--model", str(folder), "--json"]) == 0
    out, err = capsys.readouterr()
    assert (out.count("\n"), err) == (1, "")
    said = json.loads(out)
    assert set(said) == {"exams"}
    assert set(said["exams"]) == EXAMS
    for name, exam in said["exams"].items():
        assert {"score", "n", "chance", "baseline", "baseline_is", "aim", "seen"} <= set(exam)
        assert exam["n"] > 0, name
        assert exam["asks"].endswith("?")
        assert np.isfinite(exam["score"])
        if name != "loss":
            assert 0 <= exam["score"] <= 1
    untrained = said["exams"]["loss"]
    assert untrained["score"] == pytest.approx(untrained["chance"], rel=0.1)
    assert untrained["baseline"] < untrained["score"]
    assert main(["exam", "--model", str(folder), "--json"]) == 0
    assert capsys.readouterr().out == out


@pytest.mark.usefixtures("fewer_questions")
def test_the_card_and_the_results_land_in_the_model_folder(folder, tmp_path, capsys):
    copy = shutil.copytree(folder, tmp_path / "copy")
    assert main(["exam", "--model", str(copy), "--card"]) == 0
    table = capsys.readouterr().out
    assert all(f"| {name}" in table for name in EXAMS)
    model = LanguageModel.load(copy)
    assert {**model.info.training, "exams": 0} == {**TRAINING, "exams": 0}
    assert set(model.info.training["exams"]) == EXAMS
    page = (copy / "README.md").read_text()
    assert page.startswith("# Tiny\n")
    assert TRAINING["command"] in page
    assert f"python -m core exam --card --model {copy}\n" in page
    assert "2 minutes" in page
    assert "model 2.500, trigram 3.500" in page
    assert table.partition("\n\n")[0] in page


def test_a_bad_folder_is_one_line(tmp_path, capsys):
    assert main(["exam", "--model", str(tmp_path / "none")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: There is no folder")
    assert err.count("\n") == 1


def test_broken_weights_are_not_examined(folder, tmp_path, capsys):
    broken = LanguageModel.load(folder)
    broken.weights.wte[3] = np.nan
    broken.save(tmp_path / "broken")
    assert main(["exam", "--model", str(tmp_path / "broken"), "--json"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "not numbers" in err


def info(training):
    return ModelInfo("Tiny", "", 1000, 2, 2, 8, 64, 300, False, training)


def test_a_model_that_does_not_say_how_it_was_trained_gets_no_card(tmp_path):
    with pytest.raises(UserError, match=r"no training\.json"):
        card.write(tmp_path, info(None), {"loss": Result(1.0, 5, 2.0)})
    assert list(tmp_path.iterdir()) == []


def test_that_is_said_before_hours_of_exams(folder, tmp_path, capsys, monkeypatch):
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "training.json").unlink()
    monkeypatch.setattr(exams, "run", lambda *_: pytest.fail("it was examined"))
    assert main(["exam", "--model", str(copy), "--card"]) == 2
    assert "no training.json" in capsys.readouterr().err


@pytest.mark.usefixtures("fewer_questions")
def test_a_card_that_cannot_be_written_does_not_lose_the_table(folder, tmp_path, capsys):
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "README.md").mkdir()
    (copy / "README.md" / "mine").touch()
    assert main(["exam", "--model", str(copy), "--card"]) == 2
    out, err = capsys.readouterr()
    assert "| agreement" in out
    assert err.startswith("error: ")


@pytest.mark.usefixtures("fewer_questions")
def test_a_model_that_read_something_else_is_not_held_against_the_small_world(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    training = {**TRAINING, "text": {"name": "novel.txt"}, "settings": {"seed": None}}
    (copy / "training.json").write_text(json.dumps(training))
    results = exams.run(LanguageModel.load(copy))
    assert all(result.seen is None for result in results.values())
    assert results == exams.run(LanguageModel.load(copy))


def test_the_card_names_what_is_weakest():
    weak = Result(0.2, 10, 0.1, aim=0.9, kinds={"a": (0.1, 5), "b": (0.3, 5)}, mistakes=("x\ny",))
    page = card.card(
        SMALL_WORLD_MODEL, info({}), {"facts": weak, "names": Result(1.0, 5, 0.5, aim=0.9)}
    )
    assert "- facts: a 10%, b 30%; for example `x\\ny`\n" in page
    assert "python -m core exam --card\n" in page
    assert "None" not in page.partition("## Exams")[2]
    good = {"names": Result(1.0, 5, 0.5, aim=0.9)}
    assert card.weaknesses(good) == "Every exam reaches its aim.\n"
