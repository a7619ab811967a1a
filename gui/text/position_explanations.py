"""How the numbers of the positions page came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.positions import BASE
from gui.explanation import Explanation, exactly, script, vector

if TYPE_CHECKING:
    from core.language_model import LanguageModel
    from core.trace import Array

LEARNED, FORMULA = "learned", "formula"
SINUSOIDAL = "from core.positions import sinusoidal"


def learned_number(model: LanguageModel, row: int, column: int) -> Explanation:
    """A number that training found."""
    return Explanation(
        f"Number {column + 1} of the vector of place {row + 1}",
        "learned: training moved it, step by step, to where the model's guesses were best",
        (("row of the table", f"{row + 1}, the place"), ("column", str(column + 1))),
        exactly(model.weights.wpe[row, column]),
        script(model.info.folder, [f"print(model.weights.wpe[{row}, {column}])"]),
    )


def formula_number(table: Array, row: int, column: int) -> Explanation:
    """A number of the fixed encoding.

    Args:
        table: (P, C) of `core.positions.sinusoidal`.
        row: Position, from 0.
        column: Which number, from 0.
    """
    n_positions, width = table.shape
    pair, is_cosine = divmod(column, 2)
    wave = "cos" if is_cosine else "sin"
    divisor = BASE ** (2 * pair / width)
    return Explanation(
        f"Number {column + 1} of place {row + 1} by the formula",
        f"number = {wave}(pos / {BASE:.0f}^(2i / C))\nVaswani et al. 2017, section 3.5",
        (
            ("pos, counted from 0", str(row)),
            ("i, the pair of numbers, from 0", str(pair)),
            ("C, numbers in a vector", str(width)),
            (f"{BASE:.0f}^(2i / C)", exactly(divisor)),
            ("pos divided by that", exactly(row / divisor)),
        ),
        exactly(table[row, column]),
        f"{SINUSOIDAL}\n\nprint(sinusoidal({n_positions}, {width})[{row}, {column}])",
    )


def similarity(
    model: LanguageModel, which: str, table: Array, cosine: float, a: int, b: int
) -> Explanation:
    """How alike two positions are.

    Args:
        model: The model.
        which: `LEARNED` or `FORMULA`.
        table: (P, C) the vectors.
        cosine: What is shown.
        a: One position, from 0.
        b: The other.
    """
    one, other = (table[at].astype(np.float64) for at in (a, b))
    dot = "print(a @ b / np.linalg.norm(a) / np.linalg.norm(b))"
    if which == LEARNED:
        lines = [f"a, b = model.weights.wpe[{a}], model.weights.wpe[{b}]", dot]
        python = script(model.info.folder, lines, ["import numpy as np"])
    else:
        n_positions, width = table.shape
        python = (
            f"import numpy as np\n{SINUSOIDAL}\n\n"
            f"table = sinusoidal({n_positions}, {width})\na, b = table[{a}], table[{b}]\n{dot}"
        )
    return Explanation(
        f"How alike place {a + 1} and place {b + 1} are",
        "cosine = a · b / (length of a · length of b)",
        (
            (f"a, vector of place {a + 1}", vector(one)),
            (f"b, vector of place {b + 1}", vector(other)),
            ("a · b", exactly(one @ other)),
            ("length of a", exactly(float(np.linalg.norm(one)))),
            ("length of b", exactly(float(np.linalg.norm(other)))),
        ),
        exactly(cosine),
        python,
    )
