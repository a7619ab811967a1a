"""The map of all pictures: its colours, the mouse, the keyboard, what a screen reader is told."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton

from core import picture_map
from core.picture_map import N_COLUMNS, NO_RULE, PICTURES, RIGHT, WRONG, look_at_all, place_of
from core.pixel_lesson import examples, fitting
from core.pixelnet import SYMBOLS, PixelNet, picture
from gui import pixel_map, theme
from gui.widgets import picture_map_page
from gui.widgets.answer_counts import AnswerCounts, Count
from gui.widgets.answer_hues import GREYS, HUES, WEAKEST, mixed
from gui.widgets.map_picture import lay_out
from gui.widgets.picture_closeup import PictureCloseup
from gui.widgets.picture_map import PictureMap
from gui.widgets.picture_map_page import PictureMapPage
from gui.widgets.switch import Switch
from tests.core.pixelnets import trained

LEFT = Qt.MouseButton.LeftButton
PLUS = place_of(SYMBOLS[2].picture)


class FakePixels:
    """As much of the tab's state as the map asks for."""

    symbols = SYMBOLS

    def __init__(self, net: PixelNet, *, nonsense: bool = False) -> None:
        self.net = net
        self.learnt = SimpleNamespace(lesson=examples(SYMBOLS, nonsense=nonsense))


def shrunk(net: PixelNet) -> PixelNet:
    """A net that is less sure of everything, and wrong about some of it."""
    return PixelNet(tuple(weight / 2 for weight in net.weights), net.biases)


@pytest.fixture
def page(qtbot):
    page = PictureMapPage(PICTURES)
    qtbot.addWidget(page)
    page.resize(440, 420)
    with qtbot.waitExposed(page):
        page.show()
    page.set_data(pixel_map.answers_of(FakePixels(trained().net)))
    page.set_current(*pixel_map.whereabouts(SYMBOLS[2].picture))
    return page


def color_of(sheet: PictureMap, place: int) -> tuple[int, int, int]:
    """Of a cell's frame, which is as its white pixels are."""
    shown = sheet.grab().toImage().pixelColor(sheet.rect_of(place).topLeft().toPoint())
    return shown.red(), shown.green(), shown.blue()


def closeup(page) -> str:
    return page.findChild(PictureCloseup).text()


def test_each_picture_has_the_colour_of_its_answer(page):
    sheet = page.findChild(PictureMap)
    sheet.set_current(None, ())
    white = place_of(picture("... ... ..."))  # all nine pixels and the frame have one colour
    seen = look_at_all(trained().net, np.zeros((512, 5), bool))
    answer, sure = int(seen.answers[white]), float(seen.confidences[white])
    strength = WEAKEST + (1 - WEAKEST) * (2 * sure - 1)
    expected = mixed(np.array([answer]), np.array([strength]), HUES)[0]
    assert color_of(sheet, white) == pytest.approx(expected, abs=1)


def test_black_pixels_are_darker_than_white_ones_of_the_same_picture(page):
    sheet = page.findChild(PictureMap)
    sheet.set_current(None, ())
    image, cell = sheet.grab().toImage(), sheet.rect_of(PLUS)
    middle = image.pixelColor(cell.center().toPoint()).lightnessF()
    corner = image.pixelColor((cell.topLeft() + cell.center() * 0).toPoint()).lightnessF()
    assert middle < 0.8 * corner


def test_other_weights_recolour_it_at_once(page):
    sheet, counts = page.findChild(PictureMap), page.findChild(AnswerCounts)
    before, said = sheet.grab().toImage(), counts.accessibleDescription()
    page.set_data(pixel_map.answers_of(FakePixels(shrunk(trained().net))))
    assert sheet.grab().toImage() != before
    assert counts.accessibleDescription() != said


def test_the_counts_are_the_legend(page):
    seen = look_at_all(trained().net, fitting(examples(SYMBOLS)))
    names = ("x", "o", "+", "T", "nothing")
    said = ", ".join(f"{name} {n}" for name, n in zip(names, seen.n_answers, strict=True))
    assert page.findChild(AnswerCounts).accessibleDescription() == said


def test_hovering_enlarges_and_says_the_answer_in_words_and_numbers(page, qtbot):
    sheet, place = page.findChild(PictureMap), place_of(SYMBOLS[3].picture)
    assert closeup(page).startswith("It says: a plus. x 1.9%, ")
    qtbot.mouseMove(sheet, sheet.rect_of(place).center().toPoint())
    seen = look_at_all(trained().net, np.zeros((512, 5), bool)).probabilities[place]
    assert closeup(page).startswith("It says: a T. ")
    assert f"T {seen[3]:.1%}" in closeup(page)
    assert closeup(page).endswith("Right: it is a T.")
    qtbot.mouseMove(sheet, QPoint(1, sheet.height() - 1))
    assert closeup(page).startswith("It says: a plus.")


def test_a_click_chooses_the_picture_under_the_mouse(page, qtbot):
    sheet = page.findChild(PictureMap)
    for place in (0, 31, 200, 511):
        with qtbot.waitSignal(page.picture_chosen) as chosen:
            qtbot.mouseClick(sheet, LEFT, pos=sheet.rect_of(place).center().toPoint())
        assert chosen.args == [place]


def test_the_keyboard_walks_around_the_edges_and_enters(page, qtbot):
    sheet = page.findChild(PictureMap)
    page.set_current(0, ())
    sheet.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(sheet, Qt.Key.Key_Left)
    assert sheet.focus == N_COLUMNS - 1
    assert "Row 1 of 16, column 32 of 32. It says: " in sheet.accessibleDescription()
    qtbot.keyClick(sheet, Qt.Key.Key_Up)
    with qtbot.waitSignal(page.picture_chosen) as chosen:
        qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert chosen.args == [511]
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert sheet.focus == 0


def test_the_drawn_picture_and_its_neighbours_are_outlined(page):
    sheet = page.findChild(PictureMap)
    with_them = sheet.grab().toImage()
    sheet.set_current(None, ())
    without = sheet.grab().toImage()
    outlined = (PLUS, *picture_map.neighbours(PLUS))
    for place in (*outlined, 300):
        at = (sheet.rect_of(place).topLeft() + QPoint(0, 3)).toPoint()
        assert (with_them.pixel(at) != without.pixel(at)) == (place in outlined)


def test_a_grey_picture_is_nowhere_and_that_is_said(page):
    page.set_current(*pixel_map.whereabouts(np.linspace(-1, 1, 9)))
    assert page.findChild(PictureCloseup).accessibleDescription() == picture_map_page.GREYS


def test_the_second_colouring_counts_right_and_wrong(page, qtbot):
    net = shrunk(trained().net)
    page.set_data(pixel_map.answers_of(FakePixels(net)))
    qtbot.mouseClick(page.findChild(QPushButton, "mapColours2"), LEFT)
    seen = look_at_all(net, fitting(examples(SYMBOLS)))
    right, wrong, neither = seen.n_verdicts[[RIGHT, WRONG, NO_RULE]]
    assert wrong > 0
    assert (
        page.findChild(AnswerCounts).accessibleDescription()
        == f"right {right}, wrong {wrong}, no right answer {neither}. "
        + "Right is what training asks for."
    )
    sheet, place = page.findChild(PictureMap), int(np.flatnonzero(seen.verdicts == WRONG)[0])
    qtbot.mouseMove(sheet, sheet.rect_of(place).center().toPoint())
    assert "Wrong: it is a" in closeup(page)


def test_where_nonsense_is_taught_nothing_is_right_and_the_legend_says_so(page, qtbot):
    net = trained().net  # has not learnt it
    page.set_data(pixel_map.answers_of(FakePixels(net, nonsense=True)))
    qtbot.mouseClick(page.findChild(QPushButton, "mapColours2"), LEFT)
    fits = fitting(examples(SYMBOLS, nonsense=True))
    seen = look_at_all(net, fits)
    counts, sheet = page.findChild(AnswerCounts), page.findChild(PictureMap)
    assert f"wrong {seen.n_verdicts[WRONG]}" in counts.accessibleDescription()
    assert counts.accessibleDescription().endswith("training asks for the answer “nothing”.")
    for verdict, said in ((WRONG, "Wrong: it is nothing."), (RIGHT, "Right: it is nothing.")):
        place = int(np.flatnonzero(fits[:, -1] & (seen.verdicts == verdict))[0])
        qtbot.mouseMove(sheet, sheet.rect_of(place).center().toPoint())
        assert closeup(page).endswith(said)


@pytest.mark.parametrize("size", [(452, 590), (440, 336), (700, 800)])
def test_the_page_leaves_no_room_empty_and_the_map_its_size(page, qtbot, size):
    page.resize(*size)
    sheet, counts = page.findChild(PictureMap), page.findChild(AnswerCounts)
    qtbot.waitUntil(lambda: counts.mapTo(page, counts.rect().bottomLeft()).y() >= size[1] - 24)
    assert counts.mapTo(page, counts.rect().bottomLeft()).y() < size[1]
    assert sheet.height() >= sheet.height_for(sheet.width())
    is_tall = size[1] - sheet.height() > picture_map_page.TALL_PX
    switch = page.findChild(Switch)
    assert (counts.mapTo(page, QPoint()).y() > switch.mapTo(page, QPoint()).y()) == is_tall


def test_pointing_at_a_count_lets_its_pictures_stand_out(page, qtbot):
    sheet, counts = page.findChild(PictureMap), page.findChild(AnswerCounts)
    sheet.set_current(None, ())
    seen = look_at_all(trained().net, np.zeros((512, 5), bool))
    own, other = (int(np.flatnonzero(seen.answers == answer)[5]) for answer in (1, 0))
    before = color_of(sheet, own), color_of(sheet, other)
    qtbot.mouseMove(counts, counts._row_rect(1).center().toPoint())
    assert color_of(sheet, own) == before[0]
    assert min(color_of(sheet, other)) > min(before[1])  # nearly the white ground
    counts.setFocus()
    qtbot.keyClick(counts, Qt.Key.Key_Down)
    assert color_of(sheet, other) == before[1]


def test_the_sheet_is_as_large_as_fits_and_every_point_of_it_is_one_picture():
    layout = lay_out(PICTURES, 440, 400)
    assert layout.entries.shape[1] <= 440
    assert layout.entries.shape[1] + N_COLUMNS > 440 - 4
    for place in range(0, 512, 19):
        middle = layout.cell(place).center()
        assert layout.place_at(middle.x(), middle.y()) == place
    assert layout.place_at(0, 0) is None
    assert layout.place_at(439, 399) is None


def test_what_does_not_fit_is_refused(page):
    sheet = page.findChild(PictureMap)
    for groups, strengths in ((np.zeros(5), np.ones(512)), (np.full(512, 9), np.ones(512))):
        with pytest.raises(ValueError, match="groups"):
            sheet.set_data(groups, strengths, HUES)
    with pytest.raises(ValueError, match="negative"):
        AnswerCounts.set_data(page.findChild(AnswerCounts), [Count("x", HUES[0], -1)])


# --- colours


# Machado, Oliveira and Fernandes 2009, full severity, on linear RGB.
SIGHTS = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])


def lab(rgb: np.ndarray, sight: str) -> np.ndarray:
    share = rgb / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(SIGHTS[sight]) @ linear, 0, 1)
    x, y, z = TO_XYZ @ seen / [0.9505, 1, 1.0888]
    x, y, z = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=lambda look: look.name)
@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize(("strength", "apart"), [(1.0, 25), (WEAKEST, 15)])
def test_colours_are_told_apart_by_every_sight(look, sight, strength, apart, qapp):
    theme.apply(qapp, look)
    hues = (*HUES, GREYS[look.name])
    shown = mixed(np.arange(len(hues)), np.full(len(hues), strength), hues)
    points = [lab(rgb, sight) for rgb in shown]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(points, 2)) > apart
