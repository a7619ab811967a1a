"""What the page Futures says, and how its numbers came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.futures import parting
from gui.explanation import Explanation, exactly, script
from gui.text.explanations import read_again
from gui.widgets.prediction_rows import percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.futures import Futures
    from core.language_model import LanguageModel
    from core.trace import Trace

TITLE = "The tree of futures"
CAPTION = (
    "What may come, the likeliest first. On each token its probability after what is before it; at "
    "the right their product, the probability of the whole path. Greedy takes the likeliest token "
    "each time, beam search looks for the likeliest path. Click a token to go on so."
)
POINT = "Point at a token for the arithmetic of its path."
NO_MODEL = "Open a model to see what may come."
EMPTY = "Type the start of a sentence above to see in how many ways it may go on."
BROKEN = "This model's scores are not numbers: nothing can be foreseen."
WRITING = "The model is writing. The tree grows again when it stops."
TIMES = "\N{MULTIPLICATION SIGN}"
SOFTMAX = "from core.sampling import softmax"
TIPS = {
    "depth": "How many tokens to look ahead.",
    "width": "After each path, only so many of the likeliest tokens are looked at.",
    "beam": (
        "Beam search keeps this many paths at each step, and goes on from each.\n"
        "Greedy keeps one: the likeliest token, each time."
    ),
    "n_nodes": "How many tokens the tree may have: then it stops growing.",
}


def facts(found: Futures, ms: float, *, was_stopped: bool) -> str:
    """How large the tree is, in a line."""
    n = len(found.nodes)
    covered = f"Its paths hold {percent(found.covered)} of all that may come."
    read = f"{found.n_read:,} of them read in {ms:,.0f} ms"
    state = (
        "" if found.is_done else " Stopped." if was_stopped else " It grows\N{HORIZONTAL ELLIPSIS}"
    )
    forgotten = ""
    if found.n_forgotten:
        tokens = "token" if found.n_forgotten == 1 else f"{found.n_forgotten:,} tokens"
        forgotten = f" To make room, the first {tokens} of the text had to be forgotten."
    return f"{n:,} tokens, {read}. {covered}{state}{forgotten}"


def searches(found: Futures, label: Callable[[int], str]) -> str:
    """Where greedy and beam search part, in a sentence."""
    if not found.greedy or not found.beams or not found.beams[0]:
        return ""
    greedy, beam = found.nodes[found.greedy[-1]], found.nodes[found.beams[0][-1]]
    depth = parting(found)
    if depth is None:
        return f"Greedy and beam search take the same path ({percent(greedy.path)})."
    one, other = (found.nodes[way[depth - 1]] for way in (found.greedy, found.beams[0]))
    n, better = len(found.beams), "likelier"
    if beam.path <= greedy.path:
        better = f"less likely, as only {n} are kept" if beam.path < greedy.path else "as likely"
    return (
        f"At token {depth} they part: greedy takes {label(one.token)} "
        f"({percent(one.probability)}), beam search {label(other.token)} "
        f"({percent(other.probability)}). Its whole path is {better}: {percent(beam.path)} "
        f"against {percent(greedy.path)}."
    )


# --- how numbers came about


def _longer(
    model: LanguageModel, trace: Trace, found: Futures, tokens: list[int]
) -> tuple[list[str], str]:
    """Python that reads the text and a path, and how it names the text's ids."""
    text = (
        f"trace.ids.tolist()[{found.n_forgotten}:]" if found.n_forgotten else "trace.ids.tolist()"
    )
    changes = ", changes=changes" if trace.changes else ""
    lines = [
        *read_again(model, trace),
        f"text = {text}",
        f"path = {tokens}",
        f"longer = model.trace_ids([*text, *path[:-1]]{changes})",
    ]
    return lines, "longer.logits[len(text) - 1 + at]"


def share(
    model: LanguageModel,
    trace: Trace,
    found: Futures,
    node: int,
    label: Callable[[int], str],
) -> Explanation:
    """How probable a token is after the path to it."""
    way = found.path(node)
    one = found.nodes[node]
    lines, _ = _longer(model, trace, found, [found.nodes[each].token for each in way])
    lines.append("print(softmax(longer.logits[-1])[path[-1]])")
    before = " ".join(label(found.nodes[each].token) for each in way[:-1])
    return Explanation(
        f"How probable {label(one.token)} is after the path to it",
        "share = e^score / sum of e^score over all tokens",
        (
            ("what is before it", f"the text, then {before}" if before else "the text"),
            ("its place there", f"{one.rank + 1} of {model.config.vocab_size:,}"),
        ),
        f"{exactly(one.probability)} = {percent(one.probability)}",
        script(model.info.folder, lines, (SOFTMAX,)),
    )


def product(
    model: LanguageModel,
    trace: Trace,
    found: Futures,
    node: int,
    label: Callable[[int], str],
) -> Explanation:
    """How probable a whole path is."""
    way = [found.nodes[each] for each in found.path(node)]
    lines, place = _longer(model, trace, found, [each.token for each in way])
    lines += [
        f"shares = [softmax({place})[token] for at, token in enumerate(path)]",
        "print(np.prod(shares))",
    ]
    return Explanation(
        "How probable the whole path is",
        f"path = share of the first {TIMES} share of the second after it {TIMES} …",
        tuple(
            (f"{at}. {label(each.token)}", exactly(each.probability))
            for at, each in enumerate(way, start=1)
        ),
        f"{exactly(way[-1].path)} = {percent(way[-1].path)}",
        script(model.info.folder, lines, ("import numpy as np", SOFTMAX)),
    )
