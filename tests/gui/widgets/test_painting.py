from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.widgets import painting


@pytest.mark.parametrize("text", ["plain", "a🐶b", "👨‍👩‍👧 é e\u0301", "", "x\ud800y"])
def test_string_positions_translate_both_ways(text):
    units = [painting.to_utf16(text, i) for i in range(len(text) + 1)]
    back = [painting.to_code_points(text, unit) for unit in units]
    assert back == list(range(len(text) + 1))


def test_inside_of_a_surrogate_pair_belongs_to_its_character():
    assert painting.to_code_points("a🐶b", 2) == 1


def test_picture_owns_its_bytes_and_keeps_colours(qapp):
    pixels = np.zeros((3, 5, 4), dtype=np.uint8)
    pixels[1, 2] = (10, 20, 30, 255)
    image = painting.picture(pixels)
    pixels[:] = 0
    assert (image.width(), image.height()) == (5, 3)
    assert image.pixelColor(2, 1) == QColor(30, 20, 10)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((3, 5), dtype=np.uint8),
        np.zeros((3, 5, 3), dtype=np.uint8),
        np.zeros((3, 5, 4), dtype=np.float32),
        np.zeros((0, 5, 4), dtype=np.uint8),
    ],
)
def test_picture_refuses_what_is_none(pixels):
    with pytest.raises(ValueError, match="no picture"):
        painting.picture(pixels)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        (np.zeros((2, 3)), "shape"),
        (np.zeros(2), "shape"),
        (np.array([["a", "b"]]), "numbers"),
        ([[1.0, 2.0]], "numbers"),
        (np.array([[1.0, np.nan]]), "finite"),
        (np.array([[1.0, -np.inf]]), "finite"),
    ],
)
def test_checked_refuses_shape_kind_and_nan(values, complaint):
    with pytest.raises(ValueError, match=complaint):
        painting.checked(values, "values", None, 2)


def test_tooltips_show_markup_as_it_was_typed():
    assert "&lt;b&gt;" in painting.tooltip("<b>\n")


@pytest.mark.parametrize("most", [1, 2, 3, 9])
@pytest.mark.parametrize("width", [40, 90, 1000])
def test_text_is_broken_into_lines_that_fit_and_nothing_is_lost_while_there_is_room(
    qapp, most, width
):
    text, font = "They walked along the river to the bank", theme.font(12)
    lines = painting.in_lines(text, font, width, most)
    assert 1 <= len(lines) <= most
    assert all(QFontMetricsF(font).horizontalAdvance(line) <= width for line in lines)
    if all("…" not in line for line in lines):
        assert " ".join(lines) == text
    else:
        assert len(lines) == most or width == 40
    assert painting.in_lines("", font, width, most) == []


def test_a_space_mark_is_paler_than_its_word_unless_it_is_the_token(qapp):
    def darkest(label, columns):
        image = QImage(60, 30, QImage.Format.Format_RGB32)
        image.fill(QColor("#ffffff"))
        painter = QPainter(image)
        painter.setFont(theme.font(22))
        painting.draw_token(painter, QRectF(0, 0, 60, 30), label, QColor("#000000"))
        painter.end()
        return min(image.pixelColor(x, y).lightness() for x in columns for y in range(30))

    mark = range(int(QFontMetricsF(theme.font(22)).horizontalAdvance("␣")))
    assert darkest("␣l", mark) > 80
    assert darkest("␣l", range(mark.stop, 60)) < 40
    assert darkest("␣", mark) < 40


def test_glide_ends_at_one(qtbot):
    owner, seen = QObject(), []
    glide = painting.Glide(seen.append, owner)
    glide.start()
    qtbot.waitUntil(lambda: bool(seen) and seen[-1] == 1.0)
    assert seen == sorted(seen)


def test_glide_jumps_where_motion_is_not_wanted(qapp):
    qapp.setProperty("reduceMotion", True)
    owner, seen = QObject(), []
    painting.Glide(seen.append, owner).start()
    qapp.setProperty("reduceMotion", None)
    assert seen == [1.0]


def test_canvas_prepares_for_new_size_and_colours(qtbot):
    class Counting(painting.Canvas):
        times = 0

        def prepare(self):
            self.times += 1

    canvas = Counting()
    qtbot.addWidget(canvas)
    canvas.show()
    before = canvas.times
    canvas.resize(300, 200)
    assert canvas.times == before + 1
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.PaletteChange))
    assert canvas.times == before + 2


@pytest.mark.parametrize("font", [theme.font, theme.mono])
def test_a_font_that_one_figure_changes_is_no_other_figures(qapp, font):
    before = font()
    changed = font()
    changed.setUnderline(True)
    changed.setPixelSize(40)
    assert font() == before
    assert not font().underline()
