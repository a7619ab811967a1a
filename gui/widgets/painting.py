"""What hand-painted widgets share: when to prepare, pictures from arrays, text that fits."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPointF, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from gui import theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QFocusEvent, QMouseEvent, QPaintEvent, QResizeEvent

SPACE = "␣"  # what `TokenInfo.label` shows for a space
LINE_END = "⏎"  # in a text shown on one line
GLIDE_MS = 160
GUEST = "isGuest"  # property of a control that stands in a figure and is no part of its picture
_ANEW = (
    QEvent.Type.PaletteChange,
    QEvent.Type.FontChange,
    QEvent.Type.DevicePixelRatioChange,
)


class Canvas(QWidget):
    """A hand-painted figure: `prepare` does the work, `paintEvent` only draws what it left.

    `prepare` is called after a change of data (by `refresh`), size, colours or resolution.
    """

    paints_ground = False  # its card's colour too, so that nothing below it is painted for nothing
    is_exported = False  # painted into a file now: nothing is to depend on the screen's pixels
    _mouse: QPointF | None = None  # where it was last seen, until it leaves

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if self.paints_ground:
            self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def painter(self, event: QPaintEvent) -> QPainter:
        """A painter for what is to be painted, on the ground."""
        painter = QPainter(self)
        if self.paints_ground:
            painter.fillRect(event.rect(), QColor(theme.active().surface))
        return painter

    def prepare(self) -> None:
        """Lay out and colour for this size, theme and resolution."""

    def refresh(self) -> None:
        """Prepare anew and repaint."""
        self.prepare()
        self.update()

    def hover_at(self, point: QPointF) -> None:
        """Stress what lies under the pointer."""

    def look_again(self) -> None:
        """After other data: a resting pointer is over something else now."""
        if self._mouse is not None:
            QToolTip.hideText()
            self.hover_at(self._mouse)

    def event(self, event: QEvent) -> bool:
        """Prepare anew for other colours, fonts or screens; know where the mouse is."""
        if event.type() in _ANEW:
            self.refresh()
            if event.type() == QEvent.Type.FontChange:
                self.updateGeometry()
        elif event.type() == QEvent.Type.MouseMove:
            move: QMouseEvent = event  # type: ignore[assignment]
            self._mouse = move.position()
        elif event.type() == QEvent.Type.Leave:
            self._mouse = None
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Prepare anew for another size."""
        super().resizeEvent(event)
        self.refresh()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focus ring."""
        super().focusOutEvent(event)
        self.update()


class Glide(QObject):
    """One short motion from 0 to 1, again and again; at once where motion is not wanted.

    Args:
        step: Gets the share of the way, eased; 1.0 comes last.
        parent: Qt's.
    """

    def __init__(self, step: Callable[[float], None], parent: QObject) -> None:
        super().__init__(parent)
        self._step = step
        self._motion = QVariantAnimation(self)
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.setDuration(GLIDE_MS)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.valueChanged.connect(step)

    def start(self) -> None:
        """Begin, from 0, whether or not one is under way."""
        self._motion.stop()
        app = QApplication.instance()
        if app is not None and app.property("reduceMotion"):
            self._step(1.0)
        else:
            self._motion.start()

    def stop(self) -> None:
        """Stay where it is."""
        self._motion.stop()


# --- numbers


def checked(values: NDArray[Any], name: str, *shape: int | None) -> NDArray[np.float32]:
    """The one gate for numbers that a widget is given.

    Args:
        values: An array of numbers.
        name: What it is called in the complaint.
        shape: The size of each axis; None for any.

    Returns:
        The same numbers as float32.

    Raises:
        ValueError: Not an array of numbers, of another shape, or with NaN or infinity in it.
    """
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "fiub":
        raise ValueError(f"{name} is not an array of numbers")
    fits = len(shape) == values.ndim and all(
        wanted is None or size == wanted for size, wanted in zip(values.shape, shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{name} has shape {values.shape}, expected {shape}")
    if not np.isfinite(values).all():
        raise ValueError(f"{name} has values that are not finite")
    return values.astype(np.float32, copy=False)


def picture(pixels: NDArray[np.uint8]) -> QImage:
    """The one gate from an array to a picture.

    Args:
        pixels: (height, width, 4) uint8 BGRA, opaque.

    Returns:
        A picture that owns its bytes.

    Raises:
        ValueError: Another shape or dtype, nothing in it, or too large for a picture.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 4 or pixels.dtype != np.uint8 or not pixels.size:
        raise ValueError(f"no picture can be made of {pixels.dtype} {pixels.shape}")
    height, width, _ = pixels.shape
    held = np.ascontiguousarray(pixels)
    image = QImage(held.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
    if image.isNull():
        raise ValueError(f"{width} x {height} pixels are too many for a picture")
    return image


def shrunk(maps: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    """Square maps made small by the largest value of each block, so that thin lines stay visible.

    Args:
        maps: (..., T, T).
        most: Largest side of the result.

    Returns:
        (..., n, n) with n <= `most`; the maps themselves if they are small enough.
    """
    n_tokens = maps.shape[-1]
    step = -(-n_tokens // max(most, 1))
    if step <= 1:
        return maps
    # Strided maxima of whole rows: 4 to 8 times faster than np.maximum.reduceat, measured.
    rows = maps[..., ::step, :].copy()  # (..., n, T)
    for start in range(1, step):
        part = maps[..., start::step, :]
        into = rows[..., : part.shape[-2], :]
        np.maximum(into, part, out=into)
    small = rows[..., ::step].copy()  # (..., n, n)
    for start in range(1, step):
        part = rows[..., start::step]
        into = small[..., : part.shape[-1]]
        np.maximum(into, part, out=into)
    return small


# --- text


def to_utf16(text: str, index: int) -> int:
    """Qt's position in a string (UTF-16 units) for Python's (code points)."""
    return len(text[:index].encode("utf-16-le", "surrogatepass")) // 2


def to_code_points(text: str, units: int) -> int:
    """Python's position in a string for Qt's; the inside of a pair belongs to its character."""
    index = 0
    for character in text:
        units -= 2 if ord(character) > 0xFFFF else 1
        if units < 0:
            break
        index += 1
    return index


def tooltip(text: str) -> str:
    """Text for a tooltip, shown as it is: Qt would take `<b>` for markup."""
    lines = html.escape(text).replace("\n", "<br>")
    return f"<qt><div style='white-space:pre-wrap'>{lines}</div></qt>"


def parted(name: str, font: QFont, width: float) -> str:
    """A name as it is, or parted at its space or hyphen where it is wider than so many pixels."""
    if QFontMetricsF(font).horizontalAdvance(name) <= width:
        return name
    return name.replace(" ", "\n").replace("-", "-\n")


def elided(text: str, font: QFont, width: float) -> str:
    """Shortened with an ellipsis to fit a width in device-independent pixels."""
    return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, max(width, 0.0))


def in_lines(text: str, font: QFont, width: float, most: int) -> list[str]:
    """Broken between words into at most so many lines; the last one is shortened if need be."""
    metrics, words = QFontMetricsF(font), text.split()
    lines: list[str] = []
    while words and len(lines) < most - 1:
        n = 1
        while n < len(words) and metrics.horizontalAdvance(" ".join(words[: n + 1])) <= width:
            n += 1
        lines.append(elided(" ".join(words[:n]), font, width))
        words = words[n:]
    return [*lines, elided(" ".join(words), font, width)] if words else lines


def fitted(words: Sequence[str], font: QFont, width: float) -> str:
    """As many of these, from the first on, as fit a width; one that is too long is shortened."""
    metrics = QFontMetricsF(font)
    for n in range(len(words), 1, -1):
        line = "  ".join(words[:n])
        if metrics.horizontalAdvance(line) <= width:
            return line
    return elided(words[0], font, width)


def draw_token(
    painter: QPainter,
    rect: QRectF,
    label: str,
    color: QColor,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Draw a token's label in the painter's font, its leading space marks muted, shortened to fit.

    Args:
        painter: Its font is used.
        rect: Where; the text is centred from top to bottom.
        label: `TokenInfo.label`.
        color: Of the text behind the marks.
        align: Left, right or centred.
    """
    metrics = QFontMetricsF(painter.font())
    width = metrics.horizontalAdvance(label)
    if width > rect.width():
        label = metrics.elidedText(label, Qt.TextElideMode.ElideRight, max(rect.width(), 0.0))
        width = metrics.horizontalAdvance(label)
    word = label.lstrip(SPACE)
    marks = label[: len(label) - len(word)]
    spare = rect.width() - width
    share = {Qt.AlignmentFlag.AlignRight: 1.0, Qt.AlignmentFlag.AlignHCenter: 0.5}.get(align, 0.0)
    x = rect.x() + max(spare, 0.0) * share
    y = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2
    if marks:
        faint = QColor(color)
        faint.setAlphaF(color.alphaF() * (0.5 if word else 1.0))  # a lone space is the token
        painter.setPen(faint)
        painter.drawText(QPointF(x, y), marks)
        x += metrics.horizontalAdvance(marks)
    painter.setPen(color)
    painter.drawText(QPointF(x, y), word)


# --- what every figure may show


def draw_hint(painter: QPainter, rect: QRectF, hint: str) -> None:
    """An empty state: one sentence in the middle that says what to do."""
    room = rect.adjusted(theme.BETWEEN, theme.INSIDE, -theme.BETWEEN, -theme.INSIDE)
    painter.setFont(theme.font(theme.BODY))
    painter.setPen(QColor(theme.active().muted))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(room, flags, hint)


def draw_focus_ring(painter: QPainter, rect: QRectF) -> None:
    """The accent's frame just inside a figure that the keyboard now speaks to."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.active().accent), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)
    painter.restore()
