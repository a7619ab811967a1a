from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.widgets.boxes import scrolling


class Figure(QWidget):
    def sizeHint(self):
        return QSize(250, 500)

    def minimumSizeHint(self):
        return QSize(50, 100)


@pytest.mark.parametrize(("height", "scrolls"), [(300, False), (90, True)])
def test_a_page_scrolls_only_where_its_least_height_does_not_fit(qtbot, height, scrolls):
    page, figure = QWidget(), Figure()
    figure.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    text = QLabel("words that wrap " * 9)
    text.setWordWrap(True)
    column = QVBoxLayout(page)
    column.addWidget(text)
    column.addWidget(figure, 1)
    area = scrolling(page)
    qtbot.addWidget(area)
    area.resize(600, height)
    area.show()
    QApplication.processEvents()
    assert area.verticalScrollBar().isVisible() == scrolls


class Fickle(QWidget):
    """Higher where it is wide: as a page that leaves out words where it is narrow."""

    full = 600

    def minimumSizeHint(self):
        return QSize(50, 400 if self.width() >= self.full else 200)

    def resizeEvent(self, event):
        super().resizeEvent(event)
        self.updateGeometry()
        parent = self.parentWidget()
        parent.layout().invalidate()
        parent.layout().activate()


def test_a_bar_that_makes_itself_needless_stays(qtbot):
    page = Fickle()
    area = scrolling(page)
    qtbot.addWidget(area)
    area.resize(600, 300)  # too low without the bar, high enough with it
    area.show()
    QApplication.processEvents()
    assert area.verticalScrollBar().isVisible()
    area.resize(560, 300)  # fits in any case
    QApplication.processEvents()
    assert not area.verticalScrollBar().isVisible()
