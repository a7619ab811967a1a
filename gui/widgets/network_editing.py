"""Changing a drawn net by hand: drag a line or a circle up or down, or type a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from gui import theme
from gui.widgets.figure_note import FigureNote
from gui.widgets.network_layout import Edge, Neuron
from gui.widgets.number_field import NumberField

if TYPE_CHECKING:
    from gui.widgets.network_diagram import NetworkDiagram

PX_PER_UNIT = 100  # dragged over 200 pixels, a weight goes from -1 to 1
LEAST_PX = 4  # a hand that moves less has clicked
KEY_STEP = 0.05
FIELD_PX = QSize(84, 28)
Key = Qt.Key
_CHANGES = {Key.Key_Up: KEY_STEP, Key.Key_Down: -KEY_STEP}
_ENTER = (Key.Key_Return, Key.Key_Enter)


class NetworkEditor(QObject):
    """Watches a diagram for what changes its net, and leaves everything else to it.

    A weight belongs to a line, a bias to a circle. With the keyboard: Enter goes from a circle to
    the lines that lead to it, Up and Down walk over them, Shift with Up and Down changes the number
    of what is kept, a digit or a minus begins to type it, Backspace takes the changes back.

    Signals:
        weight_wanted: (Edge, float) give it this weight.
        bias_wanted: (Neuron, float) give it this bias.
        reset_wanted: (Neuron | Edge) give it back what it had learnt.
        stroke_ended: a drag, a key or a typed number is complete: one step for Undo.

    Args:
        diagram: What it watches; its owner too.
        limit: The largest weight.
    """

    weight_wanted = Signal(object, float)
    bias_wanted = Signal(object, float)
    reset_wanted = Signal(object)
    stroke_ended = Signal()

    def __init__(self, diagram: NetworkDiagram, limit: float = 1.0) -> None:
        super().__init__(diagram)
        self._diagram, self._limit, self._why = diagram, limit, ""
        self._pressed: Neuron | Edge | None = None
        self._from = QPointF()  # where the button went down
        self._start = 0.0  # the number then
        self._is_dragging = False
        self._field = NumberField(diagram)
        self._typed_for: Neuron | Edge | None = None
        self._note = FigureNote(diagram)
        self._field.changed.connect(self._on_typed)
        self._field.refused.connect(self._on_refused)
        self._field.closed.connect(self._on_closed)
        diagram.installEventFilter(self)
        diagram.looked_at.connect(self._on_looked_at)

    def set_limit(self, limit: float, why: str = "") -> None:
        """Allow weights and biases up to this size.

        Args:
            limit: The size.
            why: What is said where a larger one is wanted.
        """
        self._why = why
        if limit != self._limit:
            self._note.hide()
        self._limit = limit

    def type_number(self, part: Neuron | Edge, text: str = "") -> None:
        """Let the user type the number of a line or a circle.

        Args:
            part: Of which; a pixel has none.
            text: What was typed already.
        """
        if not self._is_editable(part):
            return
        self._diagram.keep(part)
        self._typed_for = part
        size = FIELD_PX * (theme.text_size() / 100)
        at = self._diagram.centre_of(part)
        box = QRectF(at.x() - size.width() / 2, at.y() - size.height() / 2, 1, 1).toRect()
        right = max(self._diagram.width() - size.width(), 0)
        bottom = max(self._diagram.height() - size.height(), 0)
        self._field.setGeometry(
            min(max(box.x(), 0), right), min(max(box.y(), 0), bottom), size.width(), size.height()
        )
        what = "Weight" if isinstance(part, Edge) else "Bias"
        name = f"{what}: {self._diagram.name_of(part)}"
        self._field.open(self._diagram.number_of(part), self._limit, name, text)

    # --- what happens on the diagram

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take what changes the net."""
        kind = event.type()
        if kind == QEvent.Type.Resize:
            self._note.hide()
        if isinstance(event, QMouseEvent):
            if kind == QEvent.Type.MouseButtonPress:
                return self._on_press(event)
            if kind == QEvent.Type.MouseMove:
                return self._on_move(event)
            if kind == QEvent.Type.MouseButtonRelease:
                return self._on_release(event)
            if kind == QEvent.Type.MouseButtonDblClick:
                return self._on_double_click(event)
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event)
        return False

    def _is_editable(self, part: Neuron | Edge | None) -> bool:
        return part is not None and part.layer > 0

    def _on_press(self, event: QMouseEvent) -> bool:
        part = self._diagram.part_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and part is not None and part.layer > 0:
            self._pressed, self._from = part, event.position()
            self._start = self._diagram.number_of(part)
        return self._is_dragging  # another button does not disturb a drag

    def _on_move(self, event: QMouseEvent) -> bool:
        if self._pressed is None:
            part = self._diagram.part_at(event.position())
            can = self._is_editable(part)
            shape = Qt.CursorShape.SizeVerCursor if can else Qt.CursorShape.ArrowCursor
            if self._diagram.cursor().shape() != shape:
                self._diagram.setCursor(shape)
            return False
        up = self._from.y() - event.position().y()
        if not self._is_dragging and abs(up) < LEAST_PX:
            return True
        if not self._is_dragging:
            self._is_dragging = True
            self._diagram.keep(self._pressed)
        self._want(self._pressed, round(self._start + up / PX_PER_UNIT, 2))
        return True

    def _on_release(self, event: QMouseEvent) -> bool:
        was_dragging = self._is_dragging
        if event.button() != Qt.MouseButton.LeftButton:
            return was_dragging
        self._pressed, self._is_dragging = None, False
        if was_dragging:
            self.stroke_ended.emit()
        return was_dragging

    def _on_double_click(self, event: QMouseEvent) -> bool:
        part = self._diagram.part_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or part is None or part.layer == 0:
            return False
        self._diagram.keep(part)
        self._reset(part)
        return True

    def _on_key(self, event: QKeyEvent) -> bool:
        part, key = self._diagram.focus, event.key()
        if part is None or part.layer == 0:
            return False
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if modifiers == Qt.KeyboardModifier.ShiftModifier and key in _CHANGES:
            self._diagram.keep(part)
            self._want(part, round(self._diagram.number_of(part) + _CHANGES[Key(key)], 2))
            self.stroke_ended.emit()
        elif modifiers != Qt.KeyboardModifier.NoModifier:
            return False
        elif key == Key.Key_Backspace:
            self._reset(part)
        elif event.text() and event.text() in "0123456789.,-":
            self.type_number(part, event.text())
        elif isinstance(part, Neuron):
            if key not in _ENTER:
                return False
            self._diagram.keep(self._diagram.strongest_to(part))
        elif key in _ENTER:
            self.type_number(part)
        else:
            return self._walk(part, key)
        return True

    def _walk(self, edge: Edge, key: int) -> bool:
        """From line to line of one neuron; to the sides, to the neurons that it joins."""
        n_sources = self._diagram.sizes[edge.layer - 1]
        if key == Key.Key_Left:
            self._diagram.keep(Neuron(edge.layer - 1, edge.source))
        elif key == Key.Key_Right:
            self._diagram.keep(Neuron(edge.layer, edge.target))
        elif key in _CHANGES:
            source = edge.source + (1 if key == Key.Key_Down else -1)
            self._diagram.keep(Edge(edge.layer, min(max(source, 0), n_sources - 1), edge.target))
        else:
            return False
        return True

    # --- what is wanted

    def _want(self, part: Neuron | Edge, value: float) -> None:
        self._note.hide()
        if abs(value) > self._limit:
            self._refuse(part)
            value = min(max(value, -self._limit), self._limit)
        if isinstance(part, Edge):
            self.weight_wanted.emit(part, value)
        else:
            self.bias_wanted.emit(part, value)

    def _refuse(self, part: Neuron | Edge) -> None:
        """Say where the eye is why a number goes no further."""
        about = self._field.geometry()
        if self._typed_for is None:
            about = QRectF(self._diagram.centre_of(part), FIELD_PX / 2).toRect()
        self._note.say(self._why or f"At most {self._limit:,g}.", about)

    def _reset(self, part: Neuron | Edge) -> None:
        self.reset_wanted.emit(part)
        self.stroke_ended.emit()

    def _on_typed(self, value: float) -> None:
        if self._typed_for is not None:
            self._want(self._typed_for, value)

    def _on_refused(self) -> None:
        if self._typed_for is not None:
            self._refuse(self._typed_for)

    def _on_closed(self) -> None:
        self._typed_for = None
        self.stroke_ended.emit()

    def _on_looked_at(self, part: Neuron | Edge | None) -> None:
        """Where there is another net, what was to be changed is no longer there."""
        self._note.hide()
        if part is None and self._typed_for is not None:
            self._typed_for = None
            self._field.close_silently()
