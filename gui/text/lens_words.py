"""What the lens page says: of a guess, of a place, how their numbers came about, and as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.lens import guess
from gui.explanation import Explanation, exactly, script, vector
from gui.export import Table
from gui.text.explanations import NUMPY, SOFTMAX, read_again
from gui.text.naming import naming
from gui.widgets.lens_scene import depth_names
from gui.widgets.prediction_rows import percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.language_model import LanguageModel
    from core.lens import Lens
    from core.trace import Array, Trace

GUESS = "from core.lens import guess"
# Measured on the bundled model: the last norm makes embeddings of length 1.8 as long as what six
# layers leave, 34; a token then scores 29 to 51, and any other 13 to 24 at most.
ITSELF = (
    "No layer has worked yet. The last norm makes the token's own numbers as large as an\n"
    "answer's, and guesses are read with the table that they come from: it names itself."
)
NOT_ITSELF = "No layer has worked yet: of all tokens, its own numbers are the most like this one's."


def tip(
    made: Lens, column: int, depth: int, token: str, label: Callable[[int], str], plain: str = ""
) -> str:
    """All there is to say about a cell.

    Args:
        made: The lens.
        column: Of its positions, which one.
        depth: How deep.
        token: The token after which is guessed.
        label: What tokens are called.
        plain: The top guess without the changes, if that is another one.
    """
    name = depth_names(len(made.ids) - 1)[depth]
    lines = [f"After {token}, {name}:"]
    rows = zip(made.ids[depth, column], made.probabilities[depth, column], strict=True)
    lines += [
        f"{place}. {label(int(one))}  {percent(float(share))}"
        for place, (one, share) in enumerate(rows, start=1)
    ]
    answer, rank = int(made.targets[column, 0]), int(made.target_ranks[depth, column, 0])
    if depth < len(made.ids) - 1:
        share = percent(float(made.target_probabilities[depth, column, 0]))
        lines.append(f"The final answer {label(answer)}: place {rank:,}, {share}")
    lines.append(f"Openness: {float(made.entropy_bits[depth, column]):.2f} bits")
    if depth == 0:
        is_itself = label(int(made.ids[0, column, 0])) == token
        lines.append(ITSELF if is_itself else NOT_ITSELF)
    if plain:
        lines.append(f"Without your changes: {plain}")
    return "\n".join(lines)


def share(model: LanguageModel, trace: Trace, depth: int, position: int, token: int) -> Explanation:
    """How probable a token is, if the model stopped at a depth.

    Args:
        model: The model.
        trace: The pass.
        depth: 0 before the first layer.
        position: After which token is guessed.
        token: Id of the guess.
    """
    logits = guess(trace, model.weights, depth, position).astype(np.float64)
    highest = float(logits.max())
    powers = np.exp(logits - highest)
    power, total = float(powers[token]), float(powers.sum())
    label = naming(model)(token)
    lines = [
        *read_again(model, trace),
        f"logits = guess(trace, model.weights, {depth}, {position})",
        f"print(softmax(logits)[{token}])",
    ]
    return Explanation(
        _title(f"How probable {label} is", trace, depth, position),
        "probability = e^(score \N{MINUS SIGN} highest) / sum of such over all tokens\n"
        "score = the stream, through the last norm, times the token's embedding",
        (
            ("the stream", vector(_stream(trace, depth, position))),
            ("score (logit)", exactly(float(logits[token]))),
            ("highest score", exactly(highest)),
            ("e^(score \N{MINUS SIGN} highest)", exactly(power)),
            (f"sum over {len(logits):,} tokens", exactly(total)),
        ),
        f"{exactly(power / total)} = {percent(power / total)}",
        script(model.info.folder, lines, (GUESS, SOFTMAX)),
    )


def place(
    model: LanguageModel, trace: Trace, depth: int, position: int, token: int, rank: int
) -> Explanation:
    """Which place a token has among all; arguments as of `share`, and the place."""
    logits = guess(trace, model.weights, depth, position)
    label = naming(model)(token)
    lines = [
        *read_again(model, trace),
        f"logits = guess(trace, model.weights, {depth}, {position})",
        f"print(1 + (logits > logits[{token}]).sum())",
    ]
    n_equal = int((logits[:token] == logits[token]).sum())
    if n_equal:
        lines[-1] = lines[-1][:-1] + f" + (logits[:{token}] == logits[{token}]).sum())"
    operands = [
        ("the stream", vector(_stream(trace, depth, position))),
        (f"score of {label}", exactly(float(logits[token]))),
        ("tokens with a higher score", f"{int((logits > logits[token]).sum()):,}"),
    ]
    if n_equal:
        operands.append(("equals with a lower id", f"{n_equal:,}"))
    return Explanation(
        _title(f"Place of {label}", trace, depth, position),
        "place = 1 + how many tokens have a higher score",
        tuple(operands),
        f"{rank:,}",
        script(model.info.folder, lines, (NUMPY, GUESS)),
    )


def table(trace: Trace | None, made: Lens | None, label: Callable[[int], str]) -> Table:
    """Every guess, best first, and how the final answer fares."""
    header = (
        *("depth", "position", "token", "place", "guess id", "guess", "probability"),
        *("final answer", "its place", "its probability", "entropy in bits"),
    )
    if trace is None or made is None:
        return Table(header, [])
    n_depths, n_positions, n_guesses = made.ids.shape
    rows = (
        (
            depth,
            int(made.positions[at]) + 1,
            trace.tokens[int(made.positions[at])].label,
            n + 1,
            int(made.ids[depth, at, n]),
            label(int(made.ids[depth, at, n])),
            float(made.probabilities[depth, at, n]),
            label(int(made.targets[at, 0])),
            int(made.target_ranks[depth, at, 0]),
            float(made.target_probabilities[depth, at, 0]),
            float(made.entropy_bits[depth, at]),
        )
        for depth in range(n_depths)
        for at in range(n_positions)
        for n in range(n_guesses)
    )
    return Table(header, rows)


def _title(what: str, trace: Trace, depth: int, position: int) -> str:
    after = trace.tokens[position].label
    stop = "before the first layer" if depth == 0 else f"after layer {depth}"
    return f"{what}, stopped {stop}, at {after}"


def _stream(trace: Trace, depth: int, position: int) -> Array:
    stream = trace.resid_post[depth - 1] if depth else trace.resid_pre[0]
    own: Array = stream[position]
    return own
