"""Figures copied and saved with real menus, keys and dialogs, and read back."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog

from core import pixelnet
from core.pixelnet import SYMBOLS, PixelNet
from gui import export, figure_tables, figures, theme
from gui.export import Figure, Table
from gui.widgets.network_diagram import NetworkDiagram
from gui.widgets.pixel_grid import PixelGrid
from tests.gui.traces import random_plane, random_prediction, random_trace
from tests.gui.widgets.test_network_diagram import data

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def grid(qtbot):
    widget = PixelGrid()
    qtbot.addWidget(widget)
    widget.resize(200, 180)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.set_data(np.array([-1, 1, 0.25, *[1] * 6]))
    return widget


@pytest.fixture
def button(qtbot, grid, monkeypatch, tmp_path):
    monkeypatch.setattr(figures.FigureButton, "_folder", str(tmp_path))
    figure = Figure("picture", grid, lambda: figure_tables.picture_table(SYMBOLS[0].picture))
    made = figures.FigureButton("saveButton", lambda: figure)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def action(button, text):
    return next(each for each in button.menu().actions() if text in each.text())


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_the_picture_on_the_clipboard_is_the_figure_twice_as_sharp(button, grid):
    action(button, "Copy").trigger()
    seen = QGuiApplication.clipboard().image()
    assert (seen.width(), seen.height()) == (400, 360)
    assert seen.pixelColor(2, 2).name() == theme.active().surface
    at = grid._rects[0].center().toPoint() * 2 - QPoint(20, 20)
    assert seen.pixelColor(at).getRgb()[:3] == (0, 0, 0)


@pytest.mark.parametrize("kind", ["png", "svg", "csv"])
def test_a_file_chosen_in_the_dialog_is_written_and_told(button, qtbot, tmp_path, kind):
    action(button, f"&{kind.upper()}").trigger()
    dialog = button.findChild(QFileDialog) or QApplication.activeWindow()
    assert dialog.selectedFiles()[0].endswith(f"picture.{kind}")
    target = tmp_path / f"mine.{kind}"
    dialog.selectFile(str(target))
    with qtbot.waitSignal(button.told) as told:
        dialog.accept()
    assert told.args == [f"Saved mine.{kind} in {tmp_path}."]
    data = target.read_bytes()
    if kind == "png":
        assert QImage.fromData(data).width() == 400
    elif kind == "svg":
        assert ET.fromstring(data).tag.endswith("svg")
    else:
        assert [float(row["value"]) for row in read(data)] == SYMBOLS[0].picture.tolist()


def test_a_place_where_nothing_can_be_written_is_one_sentence_and_no_file(button, tmp_path, qtbot):
    (tmp_path / "file").write_bytes(b"")  # no folder
    with qtbot.waitSignal(button.failed) as failed, qtbot.assertNotEmitted(button.told):
        button.save(button._figure(), "png", tmp_path / "file" / "a.png")
    assert failed.args[0].startswith("Cannot write to ")
    assert failed.args[0].count(". ") == 0
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_keyboard_and_right_button_open_the_menu(button, grid, qtbot):
    button.attach(grid, by_mouse=False)
    at = QPoint(50, 50)
    reasons = QContextMenuEvent.Reason
    mouse = QContextMenuEvent(reasons.Mouse, at, grid.mapToGlobal(at))
    QApplication.sendEvent(grid, mouse)
    assert not button.menu().isVisible()  # there the right button draws white
    QApplication.sendEvent(grid, QContextMenuEvent(reasons.Keyboard, at, grid.mapToGlobal(at)))
    assert button.menu().isVisible()
    button.menu().close()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert button.menu().isVisible()
    button.menu().close()


def test_an_svg_of_the_net_has_its_lines_as_lines_and_its_words_as_words(qtbot):
    diagram = NetworkDiagram()
    qtbot.addWidget(diagram)
    diagram.resize(700, 460)
    with qtbot.waitExposed(diagram):
        diagram.show()
    diagram.set_data(*data())
    drawing = export.svg_of(Figure("net", diagram, lambda: Table((), []))).decode()
    assert drawing.count("<polyline") + drawing.count("<path") > 100
    assert "7 hidden" in drawing
    assert not diagram.is_exported


def test_the_nets_table_adds_up():
    net = PixelNet.fresh(np.random.default_rng(0), (3, 5), 2)
    passed = pixelnet.forward(net, SYMBOLS[1].picture[None])
    rows = read(export.csv_of(figure_tables.net_table(net, passed)))
    assert sum(row["part"] == "edge" for row in rows) == 9 * 3 + 3 * 5 + 5 * 2
    for layer, size in enumerate(net.sizes[1:], start=1):
        for neuron in range(size):
            mine = [
                row
                for row in rows
                if (row["layer"], row["neuron"]) == (str(layer), str(neuron + 1))
            ]
            (end,) = (row for row in mine if row["part"] == "neuron")
            products = sum(float(row["product"]) for row in mine if row["part"] == "edge")
            assert products + float(end["bias"]) == pytest.approx(float(end["sum"]), abs=1e-12)
            value = passed.activations[layer][0, neuron]
            assert float(end["value"]) == value  # all digits


def test_tables_of_a_text_say_what_its_figures_show():
    trace = random_trace(4)
    rows = read(export.csv_of(figure_tables.head_table(trace, 1, 0)))
    assert len(rows) == 4 + 3 + 2 + 1
    last = rows[-1]
    assert (last["layer"], last["head"], last["looks at position"]) == ("2", "1", "4")
    assert float(last["weight"]) == trace.pattern[1, 0, 3, 3]
    n_heads = trace.pattern.shape[0] * trace.pattern.shape[1]
    assert len(read(export.csv_of(figure_tables.heads_table(trace)))) == 10 * n_heads
    order = read(export.csv_of(figure_tables.order_table(trace)))
    assert float(order[0]["sum"]) == trace.resid_pre[0, 0, 0]
    assert [row["token"] for row in read(export.csv_of(figure_tables.tokens_table(trace.tokens)))]
    plane = random_plane()
    dots = read(export.csv_of(figure_tables.plane_table(plane)))
    assert float(dots[-1]["y"]) == plane.points[-1, 1]


def test_tables_without_a_text_have_a_header_and_nothing_else():
    for table in (
        figure_tables.tokens_table(()),
        figure_tables.plane_table(None),
        figure_tables.order_table(None),
        figure_tables.heads_table(None),
        figure_tables.head_table(None, 0, 0),
        figure_tables.origin_table(None, None),
    ):
        assert len(export.csv_of(table).splitlines()) == 1
        assert len(table.header) > 2


def test_what_led_to_a_prediction_is_in_its_table():
    trace, prediction = random_trace(3), random_prediction()
    rows = read(export.csv_of(figure_tables.origin_table(trace, prediction)))
    assert sum(row["part"] == "neuron" for row in rows) == trace.mlp_post[:, -1].size
    assert float(rows[-1]["value"]) == prediction.candidates[-1].logit


def test_a_predictions_table_adds_up_to_one():
    rows = read(export.csv_of(figure_tables.prediction_table(random_prediction())))
    assert sum(float(row["probability"]) for row in rows) == pytest.approx(1, abs=1e-6)
    assert len(read(export.csv_of(figure_tables.prediction_table(None)))) == 0


def test_odd_names_survive_a_csv():
    odd = ['a,"b"', "line\nbreak", "\ud800", "=1+1"]
    text = export.csv_of(Table(("name",), [(name,) for name in odd])).decode(
        "utf-8", "surrogatepass"
    )
    assert [row[0] for row in csv.reader(io.StringIO(text))][1:] == odd
