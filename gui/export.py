"""Figures as files: what is seen as PNG or SVG, what it shows in numbers as CSV."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRect
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from core.errors import UserError
from core.files import write_whole
from gui import theme
from gui.widgets.painting import GUEST, Canvas

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from PySide6.QtGui import QPaintDevice

SHARPER = 2  # pixels of a picture for each that is seen, across and down
KINDS = {"png": "PNG picture", "svg": "SVG drawing", "csv": "CSV table"}
Value = str | int | float


@dataclass(frozen=True)
class Table:
    """The numbers that a figure shows.

    Attributes:
        header: A name for each column.
        rows: As many values each; floats keep all their digits.
    """

    header: tuple[str, ...]
    rows: Iterable[Sequence[Value]]


@dataclass(frozen=True, eq=False)
class Figure:
    """Something that can be copied and saved.

    Attributes:
        name: Of the file, without its ending.
        widget: What is seen of it.
        table: Makes its numbers.
    """

    name: str
    widget: QWidget
    table: Callable[[], Table]


def save(figure: Figure, kind: str, path: Path) -> None:
    """Write a figure to a file, whole or not at all.

    Args:
        figure: What to save.
        kind: One of `KINDS`.
        path: Where; a file that is there is replaced.

    Raises:
        UserError: It cannot be written, or is too large for a picture.
    """
    if kind == "csv":
        data = csv_of(figure.table())
    else:
        data = svg_of(figure) if kind == "svg" else png_of(picture_of(figure.widget))
    write_whole(path, data)


def picture_of(widget: QWidget) -> QImage:
    """What is seen, sharper than on most screens.

    Raises:
        UserError: It is too large for a picture.
    """
    image = QImage(widget.size() * SHARPER, QImage.Format.Format_RGB32)
    if image.isNull():
        raise UserError("This figure is too large for a picture: make the window smaller.")
    image.setDevicePixelRatio(SHARPER)
    _render(widget, image)
    return image


def png_of(image: QImage) -> bytes:
    """The content of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())


def svg_of(figure: Figure) -> bytes:
    """The content of an SVG file: lines and words stay lines and words."""
    from PySide6.QtSvg import QSvgGenerator  # needed by few, and not at the start

    widget, buffer = figure.widget, QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setSize(widget.size())
    drawing.setViewBox(QRect(QPoint(), widget.size()))
    drawing.setTitle(widget.accessibleName() or figure.name)
    drawing.setDescription(widget.accessibleDescription())
    _render(widget, drawing)
    return bytes(buffer.data().data())


def csv_of(table: Table) -> bytes:
    """The content of a CSV file: UTF-8, commas, one line of names, then one a row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(table.rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


def _render(widget: QWidget, device: QPaintDevice) -> None:
    """Paint a figure without the controls that lie on it; a page with all its parts."""
    parts = QWidget.RenderFlag.DrawChildren
    flags = parts & ~parts if isinstance(widget, Canvas) else parts
    painter = QPainter(device)
    painter.fillRect(widget.rect(), QColor(theme.active().surface))
    with _exported(widget):
        widget.render(painter, QPoint(), _without_guests(widget), flags)
    painter.end()


def _without_guests(widget: QWidget) -> QRegion:
    """All of it but the controls that stand there for want of room elsewhere."""
    seen = QRegion(widget.rect())
    for part in widget.findChildren(QWidget):
        if part.property(GUEST) and part.isVisible():
            seen -= QRect(part.mapTo(widget, QPoint()), part.size())
    return seen


@contextmanager
def _exported(widget: QWidget) -> Iterator[None]:
    """Let it paint lines where it would show a picture of them made for the screen."""
    if isinstance(widget, Canvas):
        widget.is_exported = True
    try:
        yield
    finally:
        if isinstance(widget, Canvas):
            widget.is_exported = False
