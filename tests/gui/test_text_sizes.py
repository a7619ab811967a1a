"""Whatever the order of text sizes, looks and pages: all is as in a window made in that size."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QToolButton, QVBoxLayout, QWidget

from gui import theme
from gui.main_window import MainWindow
from gui.settings import Settings
from tests.gui.models import save_tiny
from tests.gui.test_small_windows import PAGES, pages


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def opened(qtbot, qapp, folder):
    """Windows whose text has some size from the start, one at a time."""
    windows = []

    def make(percent):
        leave()
        qapp.setProperty("reduceMotion", True)
        window = MainWindow(
            Settings(
                theme="light",
                reduce_motion=True,
                prompt="The dog ran.",
                text_size=percent,
                story_open=False,
            )
        )
        windows.append(window)
        window.show()
        window.resize(1280, 800)
        window.session.open_model(folder)
        qtbot.waitUntil(lambda: window.session.trace is not None and not window.session.is_busy())
        return window

    def leave():
        """At once: a look that is chosen later would be made for its widgets too."""
        while windows:
            window = windows.pop()
            window.close()
            window.deleteLater()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    yield make
    leave()


def visit(qtbot, window, tab):
    assert list(pages(qtbot, window, [tab]))


def fonts(window):
    """For each place in the tree of widgets: the fonts there, and those kept for painting."""
    return _by_place(window, _fonts)


def _by_place(widget, of, path="window"):
    found = {path: [of(widget)]}
    for child in widget.children():
        if isinstance(child, QWidget):
            name = child.objectName() or type(child).__name__
            for place, entries in _by_place(child, of, f"{path}/{name}").items():
                found.setdefault(place, []).extend(entries)
    return found


def _fonts(widget):
    kept = {name: font for name, font in vars(widget).items() if isinstance(font, QFont)}
    if not widget.isVisible():
        kept = {}  # prepared when it is shown
    return {
        name: (font.family(), font.pixelSize(), font.weight())
        for name, font in {"font": widget.font(), **kept}.items()
    }


def assert_same(got, wanted):
    both = [place for place in wanted if len(got.get(place, ())) == len(wanted[place])]
    assert len(both) > 300
    others = [f"{place}: {got[place]}" for place in both if got[place] != wanted[place]]
    assert not others, "\n".join(others)


@pytest.mark.parametrize("tab", PAGES)
def test_sizes_and_looks_in_any_order_leave_the_text_of_no_page_behind(qtbot, opened, tab):
    fresh = opened(150)
    visit(qtbot, fresh, tab)
    large = fonts(fresh)
    window = opened(100)
    visit(qtbot, window, tab)
    usual = fonts(window)
    for choices, wanted in (
        ((150,), large),
        (("dark",), large),
        ((100,), usual),
        (("light", 175, "dark", 150), large),
    ):
        choose(window, choices)
        assert_same(fonts(window), wanted)
    visit(qtbot, window, tab)
    assert_same(fonts(window), large)


@pytest.mark.parametrize("tab", ["text", "autocomplete"])
def test_a_page_that_was_made_with_large_text_shrinks_with_it(qtbot, opened, tab):
    fresh = opened(100)
    visit(qtbot, fresh, tab)
    usual = fonts(fresh)
    window = opened(100)
    choose(window, ("dark", 150, "light"))
    visit(qtbot, window, tab)
    choose(window, (100,))
    assert_same(fonts(window), usual)
    visit(qtbot, window, tab)
    assert_same(fonts(window), usual)


def choose(window, choices):
    """One after the other: percents, and names of looks."""
    for choice in choices:
        if isinstance(choice, str):
            window.appearance.choose(choice)
        else:
            window.appearance.choose_text_size(choice)


def test_a_font_of_its_own_stays_with_another_parent_and_another_look(qtbot, qapp):
    top, other = QWidget(), QWidget()
    qtbot.addWidget(top)
    label = QLabel("1.00")
    theme.set_font(label, theme.BODY, is_mono=True)
    assert label.font().pixelSize() == theme.BODY  # whoever measures before it is shown
    column = QVBoxLayout(top)
    column.addWidget(label)
    column.addWidget(other)
    top.show()
    theme.apply(qapp, theme.LIGHT, 150)
    wanted = theme.mono(theme.BODY)
    for change in (
        lambda: theme.apply(qapp, theme.DARK, 150),
        lambda: label.setParent(other),
        lambda: theme.apply(qapp, theme.LIGHT, 150),
    ):
        change()
        label.show()
        assert (label.font().family(), label.font().pixelSize()) == (
            wanted.family(),
            wanted.pixelSize(),
        )


def test_another_font_is_worn_at_once(qtbot):
    label = QLabel("1.00")
    qtbot.addWidget(label)
    theme.set_font(label, theme.SMALLEST, is_mono=True)
    label.show()
    theme.set_font(label, theme.HEADING, bold=True)
    assert label.font().pixelSize() == theme.HEADING
    assert label.font().weight() == QFont.Weight.DemiBold


def test_lengths_for_text_grow_and_shrink_with_it(qtbot, qapp):
    field = QLabel()
    qtbot.addWidget(field)
    theme.set_px(field, minimumWidth=80, maximumWidth=200)
    for percent in (100, 150, 175, 100):
        theme.apply(qapp, theme.LIGHT, percent)
        assert (field.minimumWidth(), field.maximumWidth()) == (theme.px(80), theme.px(200))
    assert field.minimumWidth() == 80


@pytest.mark.parametrize(("look", "percent"), [(theme.LIGHT, 100), (theme.DARK, 150)])
def test_buttons_of_the_file_dialog_show_their_icons(qtbot, qapp, tmp_path, look, percent):
    theme.apply(qapp, look, percent)
    dialog = QFileDialog(None, "Open", str(tmp_path))
    qtbot.addWidget(dialog)
    dialog.show()
    up = dialog.findChild(QToolButton, "newFolderButton")
    picture = up.grab().toImage()
    edge, ground = 3, picture.pixelColor(4, up.height() // 2)
    inside = [
        (x, y)
        for x in range(edge, up.width() - edge)
        for y in range(edge, up.height() - edge)
        if picture.pixelColor(x, y) != ground
    ]
    wide = max(x for x, _ in inside) - min(x for x, _ in inside)
    high = max(y for _, y in inside) - min(y for _, y in inside)
    assert min(wide, high) >= theme.px(12)
