"""Every figure of the Pixels tab is saved as what is seen, by mouse and by keyboard."""

from __future__ import annotations

import csv
import io

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from core.pixelnet import SYMBOLS
from gui import export, figures, theme
from gui.figures import FigureButton
from gui.session import Session
from gui.tabs.pixels import PixelsTab
from gui.widgets.learning_curves import LearningCurves
from tests.gui.tabs.test_pixels import part, tab  # noqa: F401


def saved(page, name, kind, folder) -> bytes:
    button = part(page, FigureButton, name)
    figure = button._figure()
    button.save(figure, kind, folder / f"{figure.name}.{kind}")
    return (folder / f"{figure.name}.{kind}").read_bytes()


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(figures.FigureButton, "_folder", str(tmp_path))


@pytest.mark.parametrize("kind", export.KINDS)
@pytest.mark.parametrize("name", ["savePictureButton", "saveNetButton", "saveAnswerButton"])
def test_every_figure_can_be_saved_in_every_form(tab, tmp_path, name, kind):  # noqa: F811
    assert len(saved(tab, name, kind, tmp_path)) > 50


def test_the_csv_of_the_answer_is_what_the_net_says(tab, tmp_path):  # noqa: F811
    rows = list(
        csv.DictReader(io.StringIO(saved(tab, "saveAnswerButton", "csv", tmp_path).decode()))
    )
    assert [row["symbol"] for row in rows] == [symbol.name for symbol in SYMBOLS]
    assert [float(row["probability"]) for row in rows] == tab.pixels.passed.probabilities[
        0
    ].tolist()


@pytest.mark.parametrize(
    ("page", "name", "n_rows"),
    [
        (1, "net", 9 + 9 * 9 * 2 + 9 * 4 + 22),
        (2, "pictures", 512),
        (4, "steps", 9 * 9 * 2 + 36 + 22),
    ],
)
def test_the_page_that_is_seen_is_the_one_that_is_saved(tab, qtbot, tmp_path, page, name, n_rows):  # noqa: F811
    qtbot.mouseClick(part(tab, QPushButton, f"netPages{page}"), Qt.MouseButton.LeftButton)
    table = saved(tab, "saveNetButton", "csv", tmp_path).decode()
    assert (tmp_path / f"{name}.csv").exists()
    assert len(table.splitlines()) == 1 + n_rows
    assert len(saved(tab, "saveNetButton", "png", tmp_path)) > 5000
    assert len(saved(tab, "saveNetButton", "svg", tmp_path)) > 5000


def test_the_curves_of_a_training_are_saved(tab, qtbot, tmp_path):  # noqa: F811
    qtbot.mouseClick(part(tab, QPushButton, "netPages3"), Qt.MouseButton.LeftButton)
    for _ in range(3):
        tab.pixels.one_step()
    rows = list(csv.DictReader(io.StringIO(saved(tab, "saveNetButton", "csv", tmp_path).decode())))
    assert float(rows[-1]["loss"]) == tab.pixels.learnt.loss
    assert int(rows[-1]["step"]) == tab.pixels.learnt.step
    assert len(saved(tab, "saveNetButton", "png", tmp_path)) > 2000


def test_what_cannot_be_saved_is_a_failure_for_the_banner(tab, tmp_path, failures):  # noqa: F811
    (tmp_path / "file").write_bytes(b"")
    button = part(tab, FigureButton, "saveNetButton")
    button.save(button._figure(), "png", tmp_path / "file" / "a.png")
    assert [failure.sentence.startswith("Cannot write to") for failure in failures] == [True]


def test_what_was_saved_is_told():
    session, said = Session(), []
    session.noticed.connect(said.append)
    page = PixelsTab(session)
    part(page, FigureButton, "savePictureButton").told.emit("Saved.")
    assert said == ["Saved."]
    page.deleteLater()
    session.shutdown()


def test_the_right_button_shows_the_menu_on_the_net_and_draws_on_the_picture(tab):  # noqa: F811
    for figure, button, shows in (
        ("networkDiagram", "saveNetButton", True),
        ("pixelGrid", "savePictureButton", False),
    ):
        widget, menu = part(tab, QWidget, figure), part(tab, FigureButton, button).menu()
        at = QPoint(20, 20)
        asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at))
        QApplication.sendEvent(widget, asked)
        assert menu.isVisible() == shows
        menu.close()


def test_the_speed_beside_the_curves_is_no_part_of_their_picture(tab, qtbot):  # noqa: F811
    tab.resize(720, 588)
    qtbot.mouseClick(part(tab, QPushButton, "netPages3"), Qt.MouseButton.LeftButton)
    speed, curves = part(tab, QWidget, "speedSlider"), tab.findChild(LearningCurves)
    qtbot.waitUntil(speed.isVisible)
    figure = part(tab, FigureButton, "saveNetButton")._figure()
    picture = export.picture_of(figure.widget)
    place = QRect(2 * speed.mapTo(curves, QPoint()), 2 * speed.size())
    slider = picture.copy(place)
    blank = QImage(slider.size(), slider.format())
    blank.fill(QColor(theme.active().surface))
    assert slider == blank
    words = part(tab, QLabel, "curveReading")
    place = QRect(2 * words.mapTo(curves, QPoint()), 2 * words.size())
    reading = picture.copy(place)
    blank = blank.scaled(reading.size())
    assert reading != blank
