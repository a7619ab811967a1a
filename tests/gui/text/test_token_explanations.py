"""Every number that the Tokens page explains: its Python, run by itself, gives what is shown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QLabel

from core.geometry import plane
from core.language_model import LanguageModel
from core.splits import merges_of
from gui.session import Session
from gui.text import token_explanations
from gui.text.tokens_page import TokensPage
from gui.widgets.cut_rows import KINDS
from tests.gui.explained import number, printed, shown
from tests.gui.models import save_tiny

TEXT = "They walked to 'the' bank<|endoftext|> 🦊é\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return LanguageModel.load(save_tiny(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.mark.parametrize("word", [None, 0, 1])
def test_merges(model, word):
    words = model.tokenizer.explain(TEXT)
    played = merges_of(words if word is None else words[word : word + 1])
    for step in {1, played.n_steps}:
        made = token_explanations.merge(model, TEXT, word, played, step)
        rank = int(played.ranks[step - 1]) + 1
        assert printed(made.python) == str(rank)
        assert made.result == made.operands[0][1] == f"merge {rank}"
        others = [number(value.removeprefix("merge ")) for _, value in made.operands[:-1]]
        assert others == sorted(others)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_learnt", [0, 7, 10**6])
def test_counts(model, kind, n_learnt):
    merges = merges_of(model.tokenizer.explain(TEXT))
    made = token_explanations.count(model, TEXT, merges, kind, n_learnt)
    assert printed(made.python) == made.result.replace(",", "")


def test_the_tokens_are_those_of_the_library(model):
    merges = merges_of(model.tokenizer.explain(TEXT))
    made = token_explanations.count(model, TEXT, merges, "tokens", model.tokenizer.n_merges)
    assert int(made.result) == len(model.tokenizer.encode_many([TEXT])[0])


def test_a_rank_is_known_for_learnt_pairs_only(model):
    tokenizer = model.tokenizer
    for word in tokenizer.explain(TEXT):
        merges = merges_of([word])
        for step in range(1, merges.n_steps + 1):
            one = merges.merge(step)
            left, right = merges.raw[one.start : one.middle], merges.raw[one.middle : one.end]
            assert tokenizer.rank_of(left, right) == one.rank
    assert tokenizer.rank_of(b"#", b"#") is None
    assert tokenizer.rank_of(b"no such piece", b"t") is None


@pytest.fixture
def page(qtbot, model):
    session = Session()
    made = TokensPage(session)
    qtbot.addWidget(made)
    made.resize(1200, 640)
    made.show()
    made.player.picture.number_asked.emit(1, QPoint(0, 0))  # without a model nothing happens
    made.cuts.number_asked.emit(1, QPoint(0, 0))
    session._on_loaded((model, plane(model.token_embeddings(), model.labels())))
    session.set_prompt("They walked to the bank")
    qtbot.waitUntil(lambda: made._reading is not None)
    yield made
    session.shutdown()


def said(page):
    card = shown(page.window())
    text = card.findChild(QLabel, "explanationResult").text()
    card.close()
    return text


def test_a_click_on_a_count_explains_it(page, qtbot):
    for kind, count in enumerate(page.cuts.counts):
        at = QPoint(page.cuts.width() * (2 * kind + 1) // 8, 10)
        assert page.cuts._count_at(QPointF(at)) == kind
        qtbot.mouseClick(page.cuts, Qt.MouseButton.LeftButton, pos=at)
        assert said(page) == str(count)
    qtbot.keyClick(page.cuts, "?")
    assert said(page) == str(page.cuts.counts[1])


def test_a_click_on_a_merge_explains_it(page, qtbot):
    picture, merges = page.player.picture, page.player._merges
    at = QPoint(10, picture._pitch() + 10)
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=at)
    assert said(page) == f"merge {merges.ranks[0] + 1}"
    qtbot.keyClick(picture, "?")
    assert said(page) == f"merge {merges.ranks[-1] + 1}"
    page._merges_card.scope.choose(1)
    qtbot.keyClick(picture, "?")
    assert said(page) == f"merge {page._reading.merges.ranks[-1] + 1}"
    page.player.go_to(0)
    qtbot.keyClick(picture, "?")
