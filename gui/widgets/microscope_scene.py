"""What the back-propagation microscope shows at one step, and how it writes numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gui.widgets.painting import checked
from gui.widgets.pixel_painting import MINUS, N_PIXELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gui.widgets.network_layout import Edge, Neuron


@dataclass(frozen=True, eq=False)
class Scene:
    """One step. n_l neurons in layer l; layer 0 is the picture, the last one the K answers.

    Attributes:
        step: From 0.
        n_steps: Of all.
        title: What happens, in a few words.
        sentence: The same for somebody who never saw a neuron.
        names: (K) of the answers.
        spoken: (K) likewise, in a sentence.
        symbols: (K, 9) what they look like.
        target: Which answer it should be.
        layers: One array, (n_l,), a layer: values, or deltas once they are known.
        n_known: Layers, from the first on, whose numbers are known already.
        has_deltas: For each layer whether its numbers are deltas.
        lines: One array, (n_l, n_l+1), between each two layers: strength from -1 to 1 of lines that
            stand out; all zero where they do not matter now.
        is_backward: Whether numbers travel from right to left.
        focus: The neuron or line that the table is about.
        table: Its numbers, one line each.
        note: What was measured or done last.
        question: What is asked; empty unless signs are guessed.
        is_answered: Whether that was answered.
        score: Of the guesses so far.
        can_undo: Whether the last update can be taken back.
    """

    step: int
    n_steps: int
    title: str
    sentence: str
    names: Sequence[str]
    spoken: Sequence[str]
    symbols: NDArray[Any]
    target: int
    layers: Sequence[NDArray[Any]]
    n_known: int
    has_deltas: Sequence[bool]
    lines: Sequence[NDArray[Any]]
    is_backward: bool
    focus: Neuron | Edge | None
    table: Sequence[str]
    note: str = ""
    question: str = ""
    is_answered: bool = False
    score: str = ""
    can_undo: bool = False

    def __post_init__(self) -> None:
        """Check the shapes.

        Raises:
            ValueError: They do not fit together.
        """
        sizes = [len(checked(values, "layers", None)) for values in self.layers]
        if len(sizes) < 2 or sizes[0] != N_PIXELS or sizes[-1] != len(self.names):
            raise ValueError(f"layers of {sizes} neurons do not fit {len(self.names)} names")
        for i, strength in enumerate(self.lines):
            checked(strength, "lines", sizes[i], sizes[i + 1])
        checked(self.symbols, "symbols", len(self.names), N_PIXELS)


def spell(value: float) -> str:
    """A number with as many decimals as it takes to say something: 0.98, -0.0123, 0.000004."""
    size = abs(value)
    if size == 0:
        return "0"
    decimals = 2 if size >= 1 else 3 if size >= 0.1 else 4 if size >= 0.01 else 6
    text = f"{value:.{decimals}f}"
    return text.replace("-", MINUS if float(text) else "")


def short(value: float) -> str:
    """The same for the inside of a small circle: .98, -.012, a dot where it is nearly nothing."""
    size = abs(value)
    if size < 0.0005:
        return "≈0"
    text = f"{size:.2f}" if size >= 0.1 else f"{size:.3f}"
    return (MINUS if value < 0 else "") + (text[1:] if text.startswith("0") else text)
