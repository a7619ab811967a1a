"""Typing for `gui.bench`: which page is looked at, and how long each key takes to be seen there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.bench_watch import Spent, Watch, find, pause, press

if TYPE_CHECKING:
    from collections.abc import Callable

LENGTHS = (8, 32, 128)
PRESSES = 40
# The tab, where one types, and which of its pages; of Layers, which figure too.
PAGES = (
    ("text", "promptEdit", ""),
    ("text", "promptEdit", "attention"),
    ("text", "promptEdit", "change"),
    ("text", "promptEdit", "journey"),
    *(("text", "promptEdit", f"layers {number}") for number in range(1, 5)),
    ("autocomplete", "autocompleteEdit", ""),
    *(("autocomplete", "pagePromptEdit", page) for page in ("choose", "futures", "count")),
)
READ = "They walked along the river to the bank. The old woman saw a small boat on the water. "
TYPED = " and then the little dog ran to the garden with the girl"


def named(tab: str, page: str) -> str:
    """What is in view, as the window calls it."""
    if not page:
        return "Text, Overview" if tab == "text" else "Autocomplete, Write"
    if tab == "autocomplete":
        return f"Autocomplete, {page.title()}"
    name, _, figure = page.partition(" ")
    figures = ("Lens", "Why this word?", "Stream", "Neurons")
    return f"Text, {name.title()}" + (f", {figures[int(figure) - 1]}" if figure else "")


def key_times(watch: Watch, tab: str, field: str, n_tokens: int, page: str = "") -> list[Spent]:
    """From each key of a sentence to the end of the paint that shows its answer.

    Args:
        watch: The window.
        tab: That is in view.
        field: `objectName` of where is typed.
        n_tokens: Of the text at first.
        page: Of the tab, and of Layers which figure, by its number; "" for the tab as it opens.

    Returns:
        None of them if the model cannot look at so many tokens.
    """
    window, session = watch.window, watch.window.session
    assert session.model is not None
    if n_tokens + PRESSES > session.model.context:
        return []
    window.show_tab(tab)
    read(watch, READ * (1 + n_tokens // 8))
    assert session.trace is not None
    tokens = session.trace.before + session.trace.tokens
    read(watch, session.prompt[: tokens[n_tokens - 1].end])
    is_seen = _open(watch, tab, page)
    editor = find(window, field)
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    times = []
    for character in TYPED[:PRESSES]:
        shown = partial(is_seen, session.prompt + character)
        times.append(watch.spent(partial(press, editor, character), shown))
        pause()
    return times


def _open(watch: Watch, tab_name: str, page: str) -> Callable[[str], bool]:
    """Bring a page into view; returns what tells that it shows a text.

    What is worked out behind the first answer counts where it is what the page is about: the
    figures of Layers, and all of the Autocomplete tab; of the tree of Futures its first branches.
    What each part alone would do, on Change and Journey, may come later.
    """
    if tab_name == "autocomplete":
        return open_autocomplete(watch, page)
    if not page:
        return watch.shows
    from gui.tabs.text import TextTab  # a start is timed with this module: it stays slim
    from gui.text.comparing import ComparingTab
    from gui.text.layers_page import LayersPage

    tab = watch.window.findChild(TextTab)
    assert tab is not None
    name, _, figure = page.partition(" ")
    tab.show_view(name)
    is_seen: Callable[[str], bool] = watch.shows
    if figure:
        layers = tab.findChild(LayersPage)
        assert layers is not None
        layers.switch.choose(int(figure) - 1)
        shows = layers.figures.currentWidget()
        assert isinstance(shows, ComparingTab)

        def is_seen(text: str) -> bool:
            return watch.shows(text) and shows.shown is watch.window.session.trace

    pause()
    return is_seen


def open_autocomplete(watch: Watch, page: str) -> Callable[[str], bool]:
    """Bring a page of Autocomplete into view, "" for Write; returns what tells what it shows."""
    from gui.tabs.autocomplete import AutocompleteTab

    tab = watch.window.findChild(AutocompleteTab)
    assert tab is not None
    tab.show_view(page or "bars")
    pause()
    if not page:
        return watch.shows
    shows = find(watch.window, f"{page}Page")

    def is_shown(text: str) -> bool:
        shown = shows.shown  # type: ignore[attr-defined]
        return watch.shows(text) and shown is watch.window.session.trace

    watch.milliseconds(shows.update, lambda: is_shown(watch.window.session.prompt))
    if page == "count":
        shows.study.stop()  # type: ignore[attr-defined]  # more would take the keys' time
    return is_shown


def read(watch: Watch, text: str) -> None:
    """Have the model read a text, and wait until that is seen."""
    watch.milliseconds(partial(watch.window.session.set_prompt, text), partial(watch.shows, text))
