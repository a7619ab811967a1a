from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from gui import theme
from gui.widgets.token_chips import CHIP_HEIGHT, OLDER_SHOWN
from gui.widgets.token_strip import TokenStrip
from tests.gui.traces import WORDS, tokens_of


@pytest.fixture
def strip(qtbot):
    made = TokenStrip()
    qtbot.addWidget(made)
    made.resize(420, 150)
    made.set_data(tokens_of(WORDS))
    made.show()
    return made


def chips_of(strip):
    return [chip for row in strip._rows for chip in row]


def middle_of(strip, position) -> QPoint:
    chip = next(chip for chip in chips_of(strip) if chip.position == position)
    return chip.rect.center().toPoint() - QPoint(0, strip._bar.value())


def test_chips_wrap_inside_the_width_and_are_equally_high(strip):
    rects = [chip.rect for chip in chips_of(strip)]
    assert len(strip._rows) == 2
    assert {rect.height() for rect in rects} == {CHIP_HEIGHT}
    assert max(rect.right() for rect in rects) <= strip.width()
    assert all(not a.intersects(b) for i, a in enumerate(rects) for b in rects[i + 1 :]), (
        "chips overlap"
    )


def test_a_very_long_token_is_shortened_to_the_width(strip):
    strip.set_data(tokens_of(["pneumono" * 50]))
    strip.resize(150, 60)
    assert chips_of(strip)[0].rect.right() <= 150


def test_hovering_says_which_token_and_leaving_says_none(strip, qtbot):
    with qtbot.waitSignal(strip.token_hovered) as said:
        qtbot.mouseMove(strip, middle_of(strip, 4))
    assert said.args == [4]
    with qtbot.waitSignal(strip.token_hovered) as said:
        QApplication.sendEvent(strip, QEvent(QEvent.Type.Leave))
    assert said.args == [None]


def test_clicking_says_which_token(strip, qtbot):
    with qtbot.waitSignal(strip.token_clicked) as said:
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=middle_of(strip, 7))
    assert said.args == [7]


def test_clicks_between_chips_and_of_other_buttons_say_nothing(strip, qtbot):
    with qtbot.assertNotEmitted(strip.token_clicked):
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(415, 145))
        qtbot.mouseClick(strip, Qt.MouseButton.RightButton, pos=middle_of(strip, 7))


def test_keys_move_select_and_let_go(strip, qtbot):
    hovered, clicked = [], []
    strip.token_hovered.connect(hovered.append)
    strip.token_clicked.connect(clicked.append)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Left):
        qtbot.keyClick(strip, key)
    assert hovered == [0, 1, 10, 9]
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert clicked == [9]
    strip.set_selection(9, None)
    qtbot.keyClick(strip, Qt.Key.Key_Escape)
    assert clicked == [9, None]


def test_up_and_down_go_to_the_nearest_chip_of_the_next_line(strip, qtbot):
    qtbot.keyClick(strip, Qt.Key.Key_Home)
    with qtbot.waitSignal(strip.token_hovered) as said:
        qtbot.keyClick(strip, Qt.Key.Key_Down)
    assert said.args == [strip._rows[1][0].position]
    with qtbot.waitSignal(strip.token_hovered) as said:
        qtbot.keyClick(strip, Qt.Key.Key_Up)
    assert said.args == [0]


def test_the_keyboards_cursor_goes_with_the_focus(strip, qtbot):
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Home)
    with qtbot.waitSignal(strip.token_hovered) as said:
        strip.clearFocus()
    assert said.args == [None]


def test_many_lines_scroll_to_the_end_and_to_what_is_selected(strip, qtbot):
    strip.set_data(tokens_of(WORDS * 20))
    assert strip._bar.isVisible()
    assert strip._bar.value() == strip._bar.maximum()
    strip.set_selection(0, None)
    assert strip._bar.value() == 0
    with qtbot.waitSignal(strip.token_clicked) as said:
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=middle_of(strip, 0))
    assert said.args == [0]


def test_the_wheel_scrolls(strip):
    strip.set_data(tokens_of(WORDS * 20))
    before = strip._bar.value()
    at = QPointF(50, 50)
    wheel = QWheelEvent(
        at,
        QPointF(strip.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(strip, wheel)
    assert strip._bar.value() < before


def test_thousands_of_older_tokens_are_counted_not_drawn(strip):
    tokens = tokens_of(WORDS * 500)
    strip.set_data(tokens[-20:], tokens[:-20])
    older = [chip for chip in chips_of(strip) if chip.position is None]
    assert len(older) == OLDER_SHOWN + 1
    assert older[0].label == f"{len(tokens) - 20 - OLDER_SHOWN:,} more"
    strip.set_data(tokens[5:], tokens[:5])
    assert len([chip for chip in chips_of(strip) if chip.position is None]) == 5


def test_older_tokens_cannot_be_selected(strip, qtbot):
    tokens = tokens_of(WORDS)
    strip.set_data(tokens[3:], tokens[:3])
    at = chips_of(strip)[1].rect.center().toPoint()
    with qtbot.assertNotEmitted(strip.token_clicked):
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=at)


def test_tooltips_tell_bytes_and_place_and_never_markup(strip):
    strip.set_data(tokens_of(["<b>é</b>"]))
    at = middle_of(strip, 0)
    QApplication.sendEvent(strip, QHelpEvent(QEvent.Type.ToolTip, at, strip.mapToGlobal(at)))
    text = QToolTip.text()
    assert "&lt;b&gt;é&lt;/b&gt;" in text
    assert "9 bytes (in base 16): 3C 62 3E C3 A9 3C 2F 62 3E" in text
    assert "Characters 1 to 8" in text
    QToolTip.hideText()


def test_it_asks_for_two_lines_whatever_it_shows_and_scrolls_from_the_third_on(strip):
    height = strip.sizeHint().height()
    strip.resize(420, height)
    for n_tokens, n_lines in ((1, 1), (9, 2), (22, 4)):
        strip.set_data(tokens_of((WORDS * 2)[:n_tokens]))
        assert len(strip._rows) == n_lines
        assert strip.sizeHint().height() == height
        assert strip._bar.isHidden() is (n_lines <= 2)


def test_the_selected_chip_wears_the_accent(strip):
    def accent_pixels():
        image = strip.grab().toImage()
        row = middle_of(strip, 0).y()
        accent = theme.active().accent
        return [x for x in range(image.width()) if image.pixelColor(x, row).name() == accent]

    strip.clearFocus()
    assert accent_pixels() == []
    strip.set_selection(2, None)
    rect = chips_of(strip)[2].rect
    assert accent_pixels()
    assert all(rect.left() - 2 <= x <= rect.right() + 2 for x in accent_pixels())


def test_fewer_tokens_than_the_selection_and_the_cursor_are_survived(strip, qtbot):
    qtbot.keyClick(strip, Qt.Key.Key_End)
    strip.set_selection(10, 9)
    strip.set_data(tokens_of(WORDS[:2]))
    strip.set_selection(5, None)
    strip.grab()
    with qtbot.waitSignal(strip.token_hovered) as said:
        qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert said.args == [1]


def test_keys_on_nothing_are_survived(strip, qtbot):
    strip.clear()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_End, Qt.Key.Key_Return):
        qtbot.keyClick(strip, key)


def test_odd_characters_are_drawn(strip):
    odd = ["🐶", " 👨‍👩‍👧", " مرحبا", " שלום", "◌\u0301", "⟨U+202E⟩", "\n", "\t", "\x00", ""]
    strip.set_data(tokens_of(odd))
    assert not strip.grab().isNull()


def test_the_ring_is_round_the_cursors_chip_and_only_for_the_keyboard(strip, qtbot):
    def ringed() -> list[int]:
        """Where the accent is just above the chips of the first line."""
        image, accent = strip.grab().toImage(), theme.active().accent
        row = range(image.width())
        return [x for x in row if any(image.pixelColor(x, y).name() == accent for y in (0, 1))]

    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=middle_of(strip, 1))
    assert ringed() == []
    qtbot.keyClick(strip, Qt.Key.Key_Home)
    rect = chips_of(strip)[0].rect
    assert ringed()
    assert all(rect.left() - 4 <= x <= rect.right() + 4 for x in ringed())


class Painted(QObject):
    """Notes which parts of a widget are painted."""

    def __init__(self, watched):
        super().__init__(watched)
        self.areas = []
        watched.installEventFilter(self)

    def eventFilter(self, _watched, event):
        if event.type() == QEvent.Type.Paint:
            self.areas += list(event.region())
        return False


def test_typing_repaints_the_last_chips_alone(strip, qapp):
    strip.set_data(tokens_of(WORDS[:5]))
    qapp.processEvents()
    painted = Painted(strip)
    strip.set_data(tokens_of((*WORDS[:4], " riverbank", "s")))
    qapp.processEvents()
    first = strip._find(4)[1].rect
    assert painted.areas
    assert all(area.left() >= first.left() - 4 for area in painted.areas)


def test_another_text_repaints_all_that_differs(strip, qapp):
    strip.set_data(tokens_of(WORDS[:5]))
    qapp.processEvents()
    painted = Painted(strip)
    strip.set_data(tokens_of(WORDS[1:4]))
    qapp.processEvents()
    for row in strip._rows:
        for chip in row:
            assert any(area.contains(chip.rect.center().toPoint()) for area in painted.areas)
