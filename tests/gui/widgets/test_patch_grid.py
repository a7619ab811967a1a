"""The grid of parts: what a click and a key choose, and sizes in which cells can be told apart."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from gui import theme
from gui.widgets import patch_grid
from gui.widgets.patch_grid import SHORT, TITLES, PartPlace, PatchGrid


@pytest.fixture
def grid(qtbot):
    made = PatchGrid()
    qtbot.addWidget(made)
    made.resize(400, 200)
    with qtbot.waitExposed(made):
        made.show()
    made.set_data(2, 3, [PartPlace(1, "mlp", 0)], str)
    return made


def test_every_cell_is_a_part_and_every_part_a_cell(grid, qtbot):
    clicked = []
    grid.place_clicked.connect(clicked.append)
    for row in range(2):
        for column in range(6):
            at = grid.cell_rect((row, column)).center().toPoint()
            qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=at)
            assert grid.column_of(clicked[-1]) == column
    parts = [("head", 0), ("head", 1), ("head", 2), ("attention", 0), ("mlp", 0), ("layer", 0)]
    assert clicked == [PartPlace(row, *part) for row in range(2) for part in parts]


def test_the_keyboard_chooses_and_asks(grid, qtbot):
    clicked, asked = [], []
    grid.place_clicked.connect(clicked.append)
    grid.number_asked.connect(lambda place, _at: asked.append(place))
    grid.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Space):
        qtbot.keyClick(grid, key)
    assert clicked == [PartPlace(1, "mlp", 0)]
    assert grid.accessibleDescription() == str(PartPlace(1, "mlp", 0))
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    qtbot.keyClick(grid, "?")
    assert asked == [PartPlace(1, "head", 0)]


def test_the_colour_says_how_far_a_part_goes(grid):
    effects = np.zeros((2, 6))
    effects[0, 5], effects[1, 0], effects[1, 1] = 1.0, -3.0, np.nan
    grid.set_data(2, 3, [], str, effects)
    picture = grid.grab().toImage()

    def color(cell):
        at = grid.cell_rect(cell).center() * picture.devicePixelRatio()
        return picture.pixelColor(at.toPoint())

    assert color((0, 0)) == color((1, 0))  # backwards is not forwards
    assert color((0, 5)) != color((0, 0))
    assert color((1, 1)) != color((1, 0))  # not known is not none


@pytest.mark.parametrize(("n_layers", "n_heads"), [(1, 1), (12, 12), (48, 25)])
def test_cells_of_any_model_lie_apart(grid, n_layers, n_heads):
    grid.set_data(n_layers, n_heads, [], str)
    cells = [(row, column) for row in range(n_layers) for column in range(n_heads + 3)]
    rects = [grid.cell_rect(cell) for cell in cells]
    assert all(rect.width() > 2 and rect.height() > 2 for rect in rects)
    assert grid._cell_at(rects[-1].center()) == cells[-1]
    with pytest.raises(ValueError, match="use clear"):
        grid.set_data(0, 3, [], str)


def test_titles_are_never_cut(grid):
    wide = QFontMetricsF(theme.font(theme.SMALL)).horizontalAdvance
    seen = set()
    for width in range(190, 640, 10):
        grid.resize(width, 200)
        shown = grid._titles(grid._sizes()[1])
        seen.add(shown)
        for word in " ".join(shown).replace("-", "- ").split():
            assert wide(word) <= grid._sizes()[1]
    assert seen == {SHORT, TITLES}


def test_the_end_of_the_scale_is_never_cut(grid, monkeypatch):
    written = []

    class Recorder(QPainter):
        def drawText(self, *given):
            written.append((given[-1], given[0]))
            super().drawText(*given)

    monkeypatch.setattr(patch_grid, "QPainter", Recorder)
    grid.set_data(2, 3, [], str, np.zeros((2, 6)))
    wide = QFontMetricsF(theme.font(theme.SMALL)).horizontalAdvance
    for width in range(grid.minimumSizeHint().width(), 400, 10):
        written.clear()
        grid.resize(width, 200)
        grid.grab()
        ((text, at),) = [one for one in written if one[0].startswith("100%")]
        assert text in patch_grid.FAR
        assert at.x() + wide(text) <= width
    assert text == patch_grid.FAR[0]
