"""A curve in pieces looks like a curve in one piece."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter, QPolygonF

from gui.widgets.predictor_look import PIECE, draw_curve, pen_of


def painted(draw) -> np.ndarray:
    """(height, width) how dark it is."""
    image = QImage(300, 120, QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter)
    painter.end()
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return bits[:, : image.width()].astype(float)


def points(n):
    heights = np.random.default_rng(n).uniform(40, 80, size=n)
    return [QPointF(10 + 280 * at / n, float(y)) for at, y in enumerate(heights)]


@pytest.mark.parametrize("series", range(4))
def test_pieces_join_and_their_dashes_go_on(qapp, series):
    way, pen = points(3 * PIECE + 2), pen_of(series, 4)
    pen.setColor("black")

    def in_one(painter):
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(way))

    pieces, whole = painted(lambda painter: draw_curve(painter, way, pen)), painted(in_one)
    assert (whole < 128).sum() > 200
    assert (abs(pieces - whole) > 64).mean() < 0.001


@pytest.mark.parametrize("n", [0, 1, 2, PIECE + 1, PIECE + 2])
def test_every_length_is_drawn_to_its_end(qapp, n):
    way = points(n)
    dark = painted(lambda painter: draw_curve(painter, way, pen_of(3, 4))) < 128
    assert dark.any() == (n > 1)
    if n > 1:
        y = round(way[-1].y())
        assert dark[y - 3 : y + 4, round(way[-1].x())].any()
