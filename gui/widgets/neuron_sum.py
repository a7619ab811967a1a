"""A neuron's arithmetic in real numbers, term by term, as it would be written on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.painting import checked, tooltip
from gui.widgets.pixel_painting import MINUS, number

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QResizeEvent

HINT = (
    "Point at a neuron to see how it adds up, or at a line to see its weight. "
    "A click keeps it; Esc, a second click or one beside it lets go."
)
CHANGE = "Drag up or down, or type; double click: undo"
TIMES = "\N{MULTIPLICATION SIGN}"
SPACING = 2
LINES = 4  # enough for twelve terms and their sum in 430 pixels, if small
WIDE_PX = 560  # from here on, hint and terms are larger
SQUASHES = {  # what the functions do, for somebody who never met them
    "tanh": f"tanh squashes: it presses any sum to between {MINUS}1 and 1.",
    "sigmoid": "sigmoid squashes: it presses any sum to between 0 and 1, a probability.",
    "softmax": "softmax turns the sums of all answers into shares of one whole.",
}
_TIE = "\u00a0"  # a space at which a line does not break


class NeuronSum(QWidget):
    """A heading, and below it the sum or the product that it is about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("neuronSum")
        self.setAccessibleName("How the number comes about")
        self._heading, self._terms = QLabel(self), QLabel(self)
        for label in (self._heading, self._terms):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._terms.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        column.addWidget(self._heading)
        column.addWidget(self._terms, 1)
        self.setFixedHeight(self.text_px)
        theme.sizes.changed.connect(self._on_text_size)
        self.clear()

    @property
    def text_px(self) -> int:
        """The height that it needs: always the same, for the figure above must not jump."""
        heading, terms = (
            QFontMetrics(font).lineSpacing() for font in (theme.font(), theme.mono(theme.SMALLEST))
        )
        # A kept neuron's heading may take two lines; then its nine terms take one less.
        return 2 * heading + SPACING + (LINES - 1) * terms

    def _on_text_size(self) -> None:
        self.setFixedHeight(self.text_px)
        self._size()

    def text(self) -> str:
        """What can be read, without the unbreakable spaces."""
        return f"{self._heading.text()}\n{self._terms.text()}".replace(_TIE, " ").strip()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a wide figure, write larger."""
        super().resizeEvent(event)
        self._size()

    def _size(self) -> None:
        is_wide = self.width() >= theme.px(WIDE_PX)
        is_hint = not self._terms.text()
        heading_px = theme.HEADING if is_wide and is_hint else theme.BODY
        theme.set_font(self._heading, heading_px)
        theme.set_font(self._terms, theme.BODY if is_wide else theme.SMALLEST, is_mono=True)

    # --- what is shown

    def clear(self) -> None:
        """Say what to do."""
        self._say(HINT, "")

    def set_sum(
        self,
        name: str,
        weights: NDArray[Any],
        inputs: NDArray[Any],
        bias: float,
        total: float,
        squash: str,
        activation: float,
    ) -> None:
        """Show weights times inputs, added up and squashed.

        Args:
            name: Of the neuron.
            weights: (n,).
            inputs: (n,) what arrives.
            bias: The neuron's own constant.
            total: What it all adds up to.
            squash: Name of the function that follows.
            activation: Its result.

        Raises:
            ValueError: `weights` and `inputs` differ in length.
        """
        pairs = zip(
            checked(weights, "weights", None),
            checked(inputs, "inputs", len(weights)),
            strict=True,
        )
        terms = [f"{_two(weight)} {TIMES} {_two(received)}" for weight, received in pairs]
        end = f"= {_two(total)} → {squash} → {_two(activation)}"
        parts = [*(f"{term} +" for term in terms), f"{_two(bias)} (bias)", end]
        self._say(
            f"{name} adds up weight {TIMES} input (rounded):",
            " ".join(part.replace(" ", _TIE) for part in parts),
            SQUASHES.get(squash, ""),
        )

    def set_product(
        self,
        name: str,
        weight: float,
        received: float,
        product: float,
        slope: float | None = None,
    ) -> None:
        """Show one term: what a line carries.

        Args:
            name: Of the line.
            weight: Its weight.
            received: What the neuron at its start passes on.
            product: What arrives at its end.
            slope: The weight's gradient; None when nothing is being learnt.
        """
        lines = [f"{_two(weight)} {TIMES} {_two(received)} = {_two(product)}".replace(" ", _TIE)]
        if slope is not None:
            lines.append(_gradient(slope))
        self._say(f"{name}, weight {TIMES} input (rounded):", "\n".join((*lines, CHANGE)))

    def set_value(self, name: str, value: float, words: str) -> None:
        """Show a number that nothing was added up for: a pixel's."""
        self._say(f"{name} is {words}.", f"input = {number(value)}")

    def _say(self, heading: str, terms: str, meaning: str = "") -> None:
        self._heading.setText(heading)
        self.setToolTip(tooltip(meaning) if meaning else "")
        self._terms.setText(terms)
        self._terms.setVisible(bool(terms))
        self._size()
        self.setAccessibleDescription(f"{self.text()} {meaning}".strip())


def _gradient(slope: float) -> str:
    """What a weight's gradient means for its next step."""
    sign = MINUS if slope < 0 else ""
    does = "raises" if slope < 0 else "lowers" if slope > 0 else "leaves"
    return f"gradient {sign}{abs(slope):.5f}: training {does} this weight"


def _two(value: float) -> str:
    """Two decimals in the room of a sign and two: terms stand in columns."""
    return number(value, fixed=True).rjust(5, _TIE)
