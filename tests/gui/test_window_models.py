"""The window and its models: opened, refused, offered again; and the banner that tells of it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QPushButton, QToolButton

from core.errors import UserError
from gui.session import MAX_PROMPT
from tests.gui.models import FakeModel
from tests.gui.windows import child, idle, said


def test_the_model_is_named_and_counted(window):
    assert "Small World" in child(window, "modelButton", QToolButton).text()
    assert said(window, "statusModel") == "Small World, 12 M parameters"
    assert said(window, "statusTraining") == "not training"


def test_while_a_model_is_opened_the_status_says_so(qtbot, opened):
    window = opened(wait=False)
    assert said(window, "statusModel") == "Loading small-world…"
    idle(qtbot, window)


def test_a_broken_model_has_a_badge(qtbot, window, folders):
    folders["broken"] = FakeModel("broken", non_finite=True)
    window.open_model("broken")
    idle(qtbot, window)
    assert "contains non-finite values" in child(window, "modelButton", QToolButton).text()


def test_a_refused_model_is_a_banner_and_changes_nothing(qtbot, window, folders, failures):
    folders["bad"] = UserError("x.json says y.")
    window.open_model("/somewhere/bad")
    idle(qtbot, window)
    assert window.banner.isVisible()
    assert window.banner.sentence == "There is no folder “bad”: it was moved or deleted."
    assert said(window, "bannerDetails") == "x.json says y."
    assert said(window, "statusModel").startswith("Small World")
    assert window.settings().recent == ()


def test_after_a_refused_folder_another_can_be_chosen(qtbot, window, folders, failures):
    folders["bad"] = UserError("No.")
    window.open_model("bad")
    idle(qtbot, window)
    button = child(window, "bannerAction", QPushButton)
    assert button.text() == "Choose another folder…"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not window.banner.isVisible()
    dialog = window.findChild(QFileDialog)
    assert dialog.isVisible()
    dialog.close()


def test_other_failures_are_not_blamed_on_the_folder(qtbot, window, folders, failures):
    folders["small-world"].error = UserError("Type less.")
    window.session.set_prompt("break")
    idle(qtbot, window)
    assert window.banner.sentence == "Type less."
    assert not child(window, "bannerAction").isVisible()


def test_a_bad_model_at_the_start_gives_way_to_small_world(qtbot, opened, folders, failures):
    folders["bad"] = UserError("No.")
    window = opened(model=None)
    window.open_first_model(Path("bad"))
    idle(qtbot, window)
    assert window.banner.isVisible()
    assert window.session.model.name == "Small World"


def test_opened_folders_are_offered_again(qtbot, window, folders):
    for name in ("first", "second", "first"):
        window.open_model(name)
        idle(qtbot, window)
    assert window.settings().recent == ("/models/first", "/models/second")
    names = [action.text() for action in window.model_button.menu().actions()]
    assert names[-2:] == ["first", "second"]
    window.model_button.menu().actions()[-1].trigger()
    idle(qtbot, window)
    assert window.session.model.name == "second"


def ticked(window):
    return [each.text() for each in window.model_button.menu().actions() if each.isChecked()]


def test_the_menu_marks_the_open_model_and_forgets_folders_that_are_gone(
    qtbot, window, folders, tmp_path
):
    for name in ("first", "second"):
        folders[name] = FakeModel(name, folder=str(tmp_path / name))
        (tmp_path / name).mkdir()
    assert ticked(window) == ["Small World (comes with Glassbox)"]
    for name in ("first", "second"):
        window.open_model(str(tmp_path / name))
        idle(qtbot, window)
        assert ticked(window) == [name]
    (tmp_path / "first").rmdir()
    qtbot.mouseClick(window.model_button, Qt.MouseButton.LeftButton)
    texts = [action.text() for action in window.model_button.menu().actions()]
    assert "second" in texts
    assert "first" not in texts
    assert window.settings().recent == (str(tmp_path / "second"),)
    window.model_button.menu().close()


def test_the_opened_model_is_opened_again_unless_it_is_gone(qtbot, opened, folders, tmp_path):
    folder = tmp_path / "first"
    folder.mkdir()
    folders["first"] = FakeModel("first", folder=str(folder))
    window = opened()
    window.open_model(str(folder))
    idle(qtbot, window)
    remembered = window.settings()
    assert remembered.model == str(folder)
    for expected in ("first", "Small World"):
        again = opened(remembered, model=None)
        assert again.settings().model == str(folder)
        again.open_first_model(None)
        idle(qtbot, again)
        assert again.session.model.name == expected
        if folder.exists():
            folder.rmdir()
    assert again.settings().model == ""


# --- the banner


def test_the_banner_lies_over_the_page_and_moves_nothing(qtbot, window, failures):
    places = [child(window, name).geometry() for name in ("tabs", "pixelsTab", "storyPanel")]
    window.banner.say("It broke. " * 30, details="here", error=True)
    QApplication.processEvents()
    after = [child(window, name).geometry() for name in ("tabs", "pixelsTab", "storyPanel")]
    assert after == places
    low = window.banner.geometry()
    assert window.rect().contains(low)
    assert low.bottom() > window.height() - 10
    child(window, "bannerMore", QPushButton).click()
    QApplication.processEvents()
    assert window.banner.height() > low.height()
    assert window.banner.geometry().bottom() == low.bottom()
    window.resize(1024, 680)
    QApplication.processEvents()
    assert window.rect().contains(window.banner.geometry())


@pytest.mark.parametrize("size", [(1280, 800), (1024, 680)])
@pytest.mark.parametrize("tab", ["text", "autocomplete", "pixels"])
def test_the_banner_covers_no_button(qtbot, window, size, tab):
    window.resize(*size)
    window.show_tab(tab)
    window.banner.say(f"The text is longer than {MAX_PROMPT:,} characters: only its end was kept.")
    window.grab()
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and not window.banner.isAncestorOf(button):
            place = QRect(button.mapTo(window, QPoint(0, 0)), button.size())
            assert not place.intersects(window.banner.geometry()), button.objectName()
