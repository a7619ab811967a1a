"""A model with numbers that are none is opened all the same, and every page says so."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QToolButton

from core.inference import Weights
from core.language_model import LanguageModel
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.shared_words import BROKEN
from gui.text.overview import Overview
from tests.gui.models import save_tiny
from tests.gui.windows import child, idle


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    model = LanguageModel.load(save_tiny(tmp_path_factory.mktemp("models") / "tiny"))
    arrays = {name: array.copy() for name, array in model.weights.arrays().items()}
    arrays["wte.weight"][3, 0] = np.nan
    path = tmp_path_factory.mktemp("models") / "broken"
    LanguageModel(Weights(model.config, arrays), model.tokenizer, "broken").save(path)
    return path


def test_one_broken_number_in_the_vocabulary_is_survived(qtbot, folder, failures):
    window = MainWindow(Settings(tab="text", reduce_motion=True, prompt="They walked"))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    with qtbot.waitSignal(window.session.model_changed):
        window.open_model(str(folder))
    session = window.session
    qtbot.waitUntil(lambda: not session.is_busy() and not session.studies.is_busy())
    assert "contains non-finite values" in child(window, "modelButton", QToolButton).text()
    overview = window.findChild(Overview)
    assert overview.plane._hint == BROKEN
    for tab in ("text", "autocomplete"):
        window.show_tab(tab)
        page = window.tabs.currentWidget()
        for view in page.VIEWS:
            page.show_view(view)
            idle(qtbot, window)
            qtbot.wait(50)  # what is studied of it may come, or fail
            assert not window.grab().isNull()
    assert {failure.details for failure in failures} <= {""}  # sentences, nothing unexpected
    window.close()
