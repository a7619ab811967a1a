from __future__ import annotations

import pytest

from gui.tabs.autocomplete import PAGES, AutocompleteTab


@pytest.fixture
def tab(at_rest, session, qtbot):
    made = AutocompleteTab(session)
    qtbot.addWidget(made)
    made.resize(1000, 640)
    made.show()
    return made


@pytest.mark.parametrize("name", AutocompleteTab.VIEWS)
def test_every_view_can_be_opened_by_its_name(tab, name):
    tab.show_view(name)
    assert tab.view == name
    assert tab.write.isVisible() == (name not in PAGES)


def test_a_view_of_the_first_page_is_left_and_another_page_stays_open(tab):
    tab.show_view("origin")
    tab.leave_view("origin")
    assert tab.view == "bars"
    for page in list(PAGES)[1:]:
        tab.show_view(page)
        tab.leave_view(page)
        assert tab.view == page


def test_the_text_is_typed_on_every_page(tab, session, qtbot):
    assert tab.editor.objectName() == "autocompleteEdit"
    assert not tab.prompt_bar.isVisible()
    session.set_prompt("They walked")
    for page in list(PAGES)[1:]:
        tab.show_view(page)
        assert tab.editor.isVisible()
        assert tab.editor.text() == session.prompt
        qtbot.keyClicks(tab.editor, "!")
    assert session.prompt == "They walked" + "!" * (len(PAGES) - 1)
    tab.show_view("bars")
    assert tab.editor.toPlainText() == session.prompt
