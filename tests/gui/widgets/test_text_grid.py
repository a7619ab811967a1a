"""Pieces of text in their boxes: single bytes side by side look alike, whatever fits."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from gui import theme
from gui.widgets.text_grid import draw_piece


def drawn(raw: bytes, width: int) -> np.ndarray:
    """(height, width) which pixels are not the ground."""
    image = QImage(width, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    painter.setFont(theme.font(theme.TITLE))
    draw_piece(painter, QRectF(0, 0, width, 40), raw, QColor("#000000"))
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(40, width)
    return pixels != pixels[0, 0]


def height(ink: np.ndarray) -> int:
    rows = np.flatnonzero(ink.any(axis=1))
    return int(rows[-1] - rows[0])


@pytest.mark.parametrize("width", [30, 44, 50, 56, 90])
def test_single_bytes_are_as_large_as_each_other_in_any_box(qapp, width):
    heights = [height(drawn(bytes([byte]), width)) for byte in (0xC3, 0xAF, 0x80, 0xE2)]
    assert max(heights) - min(heights) <= 1


def test_they_are_small_only_where_there_is_no_room(qapp):
    assert height(drawn(b"\xc3", 44)) > height(drawn(b"\xc3", 20)) > 0


def test_a_byte_is_told_from_the_letters_of_the_same_digits(qapp):
    assert not np.array_equal(drawn(b"\xc3", 60), drawn(b"C3", 60))
