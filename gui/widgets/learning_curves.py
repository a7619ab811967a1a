"""Loss and accuracy, step by step, with a mark where one is.

Curves and axes are pyqtgraph's. Importing it takes half a second: it is imported when the first
curve is to be seen, long after the window is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.keyboard_focus import BY_KEYBOARD
from gui.widgets.painting import GUEST, checked

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QResizeEvent, QShowEvent

HINT = "Press Play or One step, and the curves grow here."
LINE_PX = 1.6
LOW_PX = 180  # a lower figure does without the word below it: the reading says what is counted
KEYS = "Left and Right walk along the curves."
PAGE = 20  # points that Page Up and Page Down walk
RING_PX = 14
FEWEST = 10  # steps that the axis spans
TITLES = ("loss", "right, %", "step")
LOW_TITLES = ("loss", "right", "step")  # whose axes are no longer than a short word


class LearningCurves(QWidget):
    """Two figures above each other, of one width: the loss falls, the accuracy rises.

    The mouse reads the point that it is nearest to. So do Left and Right, Page Up and Page Down,
    Home and End; Escape leads back to where one is.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("learningCurves")
        self.setAccessibleName("Curves of loss and accuracy")
        self._steps = self._losses = self._shares = np.zeros(0, np.float32)
        self._step, self._ceiling = 0, 0.0
        self._read: int | None = None  # the step that is read; None for where one is
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._figure: _Figure | None = None
        self._reading = ElidedLabel(HINT)
        self._reading.setObjectName("curveReading")
        self._reading.setProperty("role", "caption")
        self._reading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(2)
        self._box.addStretch(1)
        self._foot = QHBoxLayout()
        self._foot.setSpacing(theme.BETWEEN)
        self._foot.addWidget(self._reading, 1)
        self._box.addLayout(self._foot)
        theme.sizes.changed.connect(self._restyle)

    def put_beside(self, control: QWidget) -> None:
        """Give a control the spare room beside the words that are read."""
        if control.parent() is not self:
            control.setProperty(GUEST, True)
            self._foot.addWidget(control)

    def set_data(
        self,
        steps: NDArray[Any],
        losses: NDArray[Any],
        shares: NDArray[Any],
        step: int,
        ceiling: float,
    ) -> None:
        """Show curves.

        Args:
            steps: (M,) in increasing order.
            losses: (M,) 0 or more.
            shares: (M,) of pictures that are right, from 0 to 1.
            step: Where one is.
            ceiling: The loss of a net that knows nothing.

        Raises:
            ValueError: The shapes do not fit together or a number is not finite.
        """
        n = len(steps)
        self._steps = checked(steps, "steps", n)
        self._losses = checked(losses, "losses", n)
        self._shares = checked(shares, "shares", n)
        self._step, self._ceiling = step, ceiling
        self._show()

    def _show(self) -> None:
        self._describe()
        if self._figure is not None:
            self._figure.set_data(
                self._steps, self._losses, 100 * self._shares, self._here(), self._ceiling
            )
            self._figure.ring(-1 if self._read is None else self._point())

    def _here(self) -> int:
        """The point where one is, or the last one before it; -1 if there is none."""
        return int(np.searchsorted(self._steps, self._step, side="right")) - 1

    def _point(self) -> int:
        """The point that is read."""
        if self._read is None or not len(self._steps):
            return self._here()
        return int(np.abs(self._steps - self._read).argmin())

    def _describe(self) -> None:
        text = self.reading(self._point())
        self._reading.setText(text)
        self.setAccessibleDescription(f"{text}. {KEYS}" if len(self._steps) else text)

    def reading(self, point: int) -> str:
        """The numbers of a point, in words."""
        if not 0 <= point < len(self._steps):
            return HINT
        step, loss = int(self._steps[point]), float(self._losses[point])
        said = f"Step {step:,}: loss {loss:.4f}, {self._shares[point]:.0%} right"
        first = int(self._steps[0])
        return f"{said}. Steps before {first:,} were not kept." if first else said

    # --- the figure itself

    def sizeHint(self) -> QSize:
        """Wide and not too low."""
        return QSize(400, 240)

    def minimumSizeHint(self) -> QSize:
        """Two figures that can still be read."""
        return QSize(160, theme.px(136, 0.5))

    def showEvent(self, event: QShowEvent) -> None:
        """Now it is worth its import."""
        super().showEvent(event)
        if self._figure is None:
            self._figure = _Figure(self)
            self._box.takeAt(0)
            self._box.insertWidget(0, self._figure.widget, 1)
            self._figure.widget.viewport().installEventFilter(self)
            self._restyle()
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody points at what is not there."""
        super().hideEvent(event)
        self.hover(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The mouse over the curves; pyqtgraph tells neither of all its moves nor of its end."""
        if isinstance(event, QMouseEvent) and self._figure is not None:
            self.hover(self._figure.step_at(event.position()))
        elif event.type() == QEvent.Type.Leave:
            self.hover(None)
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low one has room for one curve only."""
        super().resizeEvent(event)
        self._restyle()

    def changeEvent(self, event: QEvent) -> None:
        """Other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._restyle()

    def _restyle(self) -> None:
        if self._figure is not None:
            self._figure.restyle()
            self._show()

    def hover(self, step: float | None) -> None:
        """Read the point nearest to a step; without one, that where one is."""
        self._read = None
        if step is not None and len(self._steps):
            self._read = int(self._steps[np.abs(self._steps - step).argmin()])
        self._describe()
        if self._figure is not None:
            self._figure.ring(-1 if self._read is None else self._point())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk along the curves."""
        last, here = len(self._steps) - 1, self._point()
        places = {
            Qt.Key.Key_Left: here - 1,
            Qt.Key.Key_Right: here + 1,
            Qt.Key.Key_PageUp: here - PAGE,
            Qt.Key.Key_PageDown: here + PAGE,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if event.key() in places and last >= 0:
            self.hover(float(self._steps[min(max(places[Qt.Key(event.key())], 0), last)]))
        elif event.key() == Qt.Key.Key_Escape and self._read is not None:
            self.hover(None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """By keyboard: a ring shows what is read."""
        super().focusInEvent(event)
        if event.reason() in BY_KEYBOARD and len(self._steps):
            self.hover(float(self._steps[self._here()]))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Back to where one is."""
        super().focusOutEvent(event)
        self.hover(None)


class _Figure:
    """The part that needs pyqtgraph, put together without its menus."""

    def __init__(self, owner: LearningCurves) -> None:
        import pyqtgraph

        self._owner = owner
        self.widget = pyqtgraph.GraphicsLayoutWidget(parent=owner)
        for part in (self.widget, self.widget.viewport()):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.widget.ci.setContentsMargins(0, 0, 0, 0)
        self.widget.ci.setSpacing(theme.INSIDE)
        self._views, self._axes, self._lines, self._marks = [], [], [], []
        self._rings: list[Any] = []
        self._values: tuple[NDArray[np.float32], ...] = (np.zeros(0, np.float32),) * 3
        for row in (0, 1):
            view = self.widget.addViewBox(row, 1, enableMenu=False, enableMouse=False)
            axis = pyqtgraph.AxisItem("left")
            self.widget.addItem(axis, row, 0)
            axis.linkToView(view)
            line = pyqtgraph.PlotCurveItem(antialias=True)
            mark = pyqtgraph.ScatterPlotItem(size=9, antialias=True)
            ring = pyqtgraph.ScatterPlotItem(size=RING_PX, antialias=True)
            for item in (line, mark, ring):
                view.addItem(item)
            self._rings.append(ring)
            self._views.append(view)
            self._axes.append(axis)
            self._lines.append(line)
            self._marks.append(mark)
        self._views[1].setXLink(self._views[0])
        bottom = pyqtgraph.AxisItem("bottom")
        self.widget.addItem(bottom, 2, 1)
        bottom.linkToView(self._views[1])
        self._axes.append(bottom)
        for axis in self._axes:  # asked for again later, it would keep the prefix of that moment
            axis.enableAutoSIPrefix(False)
        self._ceiling = pyqtgraph.InfiniteLine(angle=0)
        self._views[0].addItem(self._ceiling, ignoreBounds=True)
        self._make_pen = pyqtgraph.mkPen

    def restyle(self) -> None:
        """Colours and type of the theme in use."""
        look, font = theme.active(), theme.font(theme.SMALL)
        self.widget.setBackground(QColor(look.surface))
        for line, mark in zip(self._lines, self._marks, strict=True):
            line.setPen(self._make_pen(look.text, width=LINE_PX))
            mark.setBrush(QColor(look.accent))
            mark.setPen(QColor(look.surface))
        for ring in self._rings:
            ring.setBrush(None)
            ring.setPen(self._make_pen(look.accent, width=2))
        is_low = self._owner.height() < theme.px(LOW_PX)
        top = font.pixelSize() // 2 if is_low else 0  # half of the uppermost number
        self.widget.ci.setContentsMargins(0, top, 0, 0)
        for axis, title in zip(self._axes, LOW_TITLES if is_low else TITLES, strict=True):
            axis.setTickFont(font)
            axis.setPen(look.border)
            axis.setTextPen(look.muted)
            axis.setStyle(maxTickLevel=0)
            axis.setLabel(title, **{"color": look.muted, "font-size": f"{font.pixelSize()}px"})
        for axis in self._axes[:2]:
            axis.setWidth(theme.px(52))
        self._axes[1].setTicks([[(share, str(share)) for share in (0, 50, 100)]])
        self._axes[2].showLabel(not is_low)
        self._axes[2].setHeight(theme.px(20 if is_low else 36))
        self._ceiling.setPen(self._make_pen(look.muted, style=Qt.PenStyle.DashLine))

    def set_data(
        self,
        steps: NDArray[np.float32],
        losses: NDArray[np.float32],
        shares: NDArray[np.float32],
        here: int,
        ceiling: float,
    ) -> None:
        """Draw both curves, and a dot where one is."""
        self._values = steps, losses, shares
        for line, mark, values in zip(self._lines, self._marks, (losses, shares), strict=True):
            line.setData(steps, values)
            at = slice(here, here + 1) if here >= 0 else slice(0, 0)
            mark.setData(steps[at], values[at])
        top = max(float(losses.max(initial=0)), ceiling, 1e-6)
        self._views[0].setYRange(0, top, padding=0.1)
        self._views[1].setYRange(0, 100, padding=0.1)
        first, last = (float(steps[0]), float(steps[-1])) if len(steps) else (0.0, 0.0)
        # So wide that the axis has no steps between two steps.
        self._views[0].setXRange(first, max(last, first + FEWEST), padding=0.03)
        self._ceiling.setValue(ceiling)

    def ring(self, point: int) -> None:
        """Mark the point that is read; -1 for none."""
        at = slice(point, point + 1) if point >= 0 else slice(0, 0)
        steps, *both = self._values
        for ring, values in zip(self._rings, both, strict=True):
            ring.setData(steps[at], values[at])

    def step_at(self, at: QPointF) -> float | None:
        """The step at a place of the picture; None beside the curves."""
        scene = self.widget.mapToScene(at.toPoint())
        for view in self._views:
            if view.sceneBoundingRect().contains(scene):
                return float(view.mapSceneToView(scene).x())
        return None
