"""What the tests of several pages need: small models that foretell something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.checkpoint import save_folder
from core.config import ModelConfig
from core.gpt import GPT
from core.language_model import LanguageModel
from core.tokenizer import Tokenizer
from gui.autocomplete.write_page import WritePage
from tests.core.conftest import SENTENCES, redraw
from tests.gui.autocomplete.pages import CONTEXT, read
from tests.gui.models import save_sure

if TYPE_CHECKING:
    from pathlib import Path

    from gui.widgets.prompt_editor import PromptEditor


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Of a model that writes."""
    tokenizer = Tokenizer.train(SENTENCES, 300)
    gpt = redraw(GPT(ModelConfig(2, 3, 12, CONTEXT, tokenizer.vocab_size)), std=0.4)
    folder = tmp_path_factory.mktemp("models") / "tiny"
    save_folder(folder, gpt, tokenizer, {"name": "Tiny"})
    return folder


@pytest.fixture(scope="module")
def sure_model(tmp_path_factory) -> LanguageModel:
    """With weights so large that some tokens are far likelier than others."""
    folder = tmp_path_factory.mktemp("models")
    return LanguageModel.load(save_sure(folder, seed=8))


@pytest.fixture
def write_page(session, qtbot, folder, at_rest) -> WritePage:
    """With a model that writes."""
    made = WritePage(session)
    qtbot.addWidget(made)
    made.resize(1000, 720)
    made.show()
    qtbot.waitExposed(made)
    with qtbot.waitSignal(session.model_changed):
        session.open_model(folder)
    read(qtbot, session)
    return made


@pytest.fixture
def editor(write_page) -> PromptEditor:
    """Of that page."""
    return write_page.text.editor
