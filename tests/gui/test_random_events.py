"""Ten thousand things that a hand, a child or a cat might do, the same ones every time."""

from __future__ import annotations

import math
import random

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget

from core.interventions import Look, Off, Patch
from gui.main_window import MainWindow
from gui.settings import Settings
from gui.tabs.text import TextTab
from tests.gui.models import save_tiny

SEED = 2017
KEYS = (
    *(getattr(Qt.Key, f"Key_{name}") for name in "ABCEMORTWXYZ"),
    *(getattr(Qt.Key, f"Key_{name}") for name in ("Left", "Right", "Up", "Down", "Home", "End")),
    *(getattr(Qt.Key, f"Key_{name}") for name in ("Space", "Return", "Tab", "Backtab", "Escape")),
    *(getattr(Qt.Key, f"Key_{name}") for name in ("Backspace", "Delete", "PageUp", "PageDown")),
    *(getattr(Qt.Key, f"Key_{name}") for name in ("F1", "F10", "Plus", "Minus", "1", "2", "3")),
)
MODIFIERS = (
    *(Qt.KeyboardModifier.NoModifier,) * 6,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
)
BUTTONS = (*(Qt.MouseButton.LeftButton,) * 5, Qt.MouseButton.RightButton)
TEXTS = (
    "",
    "They walked along the river to the bank",
    "🦛🏳️‍🌈 e\u0301 שלום \u202eabc",
    "a\nb\r\n\tc\u2029\x00",
    "<b>bold</b> &amp; <img src=x>",
    "word " * 400,
    "W" * 3000,
)
REFUSED = {"An attention weight is", "A token must look some"}  # what the hand may be told
SIZES = ((0, 0), (1, 1), (20_000, 10), (1024, 680), (1280, 800), (700, 2000), (3840, 2160))


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Two real models of different shapes, and one folder that holds none."""
    folder = tmp_path_factory.mktemp("models")
    return (
        save_tiny(folder / "one"),
        save_tiny(folder / "two", n_layers=3, n_heads=4, d_model=24, context=16, seed=1),
    )


class Hand:
    """Does one random thing after another to a window."""

    def __init__(self, window, models, seed):
        self.window, self.models = window, models
        self.dice = random.Random(seed)
        self.deeds = {
            self.press_a_key: 30,
            self.click: 25,
            self.drag: 10,
            self.hover: 10,
            self.turn_the_wheel: 6,
            self.go_to_a_tab: 5,
            self.put_a_text: 4,
            self.resize: 3,
            self.change_the_theme: 1,
            self.swap_the_model: 1,
            self.go_to_a_page: 3,
            self.change_the_pass: 4,
            self.compare: 1,
            self.wait_for_the_model: 2,
        }

    def act(self, n):
        deeds, weights = list(self.deeds), list(self.deeds.values())
        for _ in range(n):
            self.dice.choices(deeds, weights)[0]()
            QApplication.processEvents()

    def somewhere(self):
        """A visible widget, and a point that can be seen of it."""
        widgets = [each for each in self.window.findChildren(QWidget) if each.isVisible()]
        widget = self.dice.choice([self.window, *widgets])
        seen = widget.visibleRegion().boundingRect()
        x = self.dice.randint(seen.left(), max(seen.right(), seen.left()))
        y = self.dice.randint(seen.top(), max(seen.bottom(), seen.top()))
        return widget, QPoint(x, y)

    def press_a_key(self):
        key, modifier = self.dice.choice(KEYS), self.dice.choice(MODIFIERS)
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)

    def click(self):
        widget, point = self.somewhere()
        click = QTest.mouseDClick if self.dice.random() < 0.15 else QTest.mouseClick
        click(widget, self.dice.choice(BUTTONS), self.dice.choice(MODIFIERS), point)

    def drag(self):
        widget, point = self.somewhere()
        button = self.dice.choice(BUTTONS)
        QTest.mousePress(widget, button, Qt.KeyboardModifier.NoModifier, point)
        for _ in range(4):
            point += QPoint(self.dice.randint(-60, 60), self.dice.randint(-60, 60))
            QTest.mouseMove(widget, point)
        QTest.mouseRelease(widget, button, Qt.KeyboardModifier.NoModifier, point)

    def hover(self):
        widget, point = self.somewhere()
        QTest.mouseMove(widget, point)

    def turn_the_wheel(self):
        widget, point = self.somewhere()
        turn = QPoint(0, self.dice.choice((-1200, -120, 120, 1200)))
        wheel = QWheelEvent(
            QPointF(point),
            QPointF(widget.mapToGlobal(point)),
            turn / 8,
            turn,
            Qt.MouseButton.NoButton,
            self.dice.choice(MODIFIERS),
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, wheel)

    def go_to_a_tab(self):
        self.window.tabs.setCurrentIndex(self.dice.randrange(3))

    def go_to_a_page(self):
        self.window._show_view("text", self.dice.choice(TextTab.VIEWS))

    def change_the_pass(self):
        """At places that exist and at others, with weights that make sense and others."""
        session, dice = self.window.session, self.dice
        layer, head, at = dice.randrange(4), dice.randrange(5), dice.randrange(6)
        deeds = (
            lambda: session.add_change(Off(layer, "head", head)),
            lambda: session.add_change(Off(layer, dice.choice(("attention", "mlp")), 0, "mean")),
            lambda: session.add_change(Patch(layer, "layer", 0, at, (0.5,) * 16)),
            lambda: session.add_change(Look(layer, head, at, 0, dice.random(), 5, 6)),
            lambda: session.look(layer, head, 0, 0, dice.choice((0.0, 0.5, -1.0, math.nan))),
            session.what_if.undo,
            session.what_if.clear,
        )
        dice.choice(deeds)()

    def compare(self):
        self.window.session.set_second_prompt(self.dice.choice(TEXTS))

    def put_a_text(self):
        text = self.dice.choice(TEXTS)
        QGuiApplication.clipboard().setText(self.dice.choice(TEXTS))
        self.window.findChild(QLineEdit, "promptEdit").setText(text)

    def resize(self):
        self.window.resize(*self.dice.choice(SIZES))

    def change_the_theme(self):
        self.window.appearance.choose(self.dice.choice(("light", "dark", "system")))

    def swap_the_model(self):
        self.window.open_model(str(self.dice.choice(self.models)))

    def wait_for_the_model(self):
        for _ in range(50):
            QApplication.processEvents()


@pytest.fixture
def closer(qapp):
    """Closes every menu and dialog that comes up, so that none waits for an answer."""

    def close():
        popup = QApplication.activePopupWidget()
        dialogs = [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog)]
        for each in (popup, *dialogs):
            if each is not None and each.isVisible():
                each.close()

    timer = QTimer()
    timer.timeout.connect(close)
    timer.start(0)
    yield
    timer.stop()


@pytest.mark.parametrize(
    "n", [500, pytest.param(10_000, marks=[pytest.mark.slow, pytest.mark.timeout(600)])]
)
def test_random_events_are_survived(qtbot, models, closer, failures, n):
    window = MainWindow(Settings(reduce_motion=True))
    qtbot.addWidget(window)
    window.show()
    window.open_model(str(models[0]))
    qtbot.waitUntil(lambda: window.session.model is not None, timeout=20_000)
    Hand(window, models, SEED).act(n)
    assert window.isVisible()
    window.session.stop()
    window.session.set_prompt("They walked")
    qtbot.waitUntil(lambda: not window.session.is_busy(), timeout=20_000)
    assert window.session.trace.text == "They walked"
    assert not window.banner.isVisible() or "unexpected" not in window.banner.sentence
    assert {failure.sentence[:22] for failure in failures} <= REFUSED
