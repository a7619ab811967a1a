"""How the numbers of the window's foot come about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.explanation import Explanation, explain, script
from gui.text.explanations import read_again
from gui.widgets.status_line import ANSWER, MODEL, TOKENS

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

    from core.language_model import LanguageModel
    from core.trace import Trace
    from gui.answers import Spent
    from gui.session import Session
    from gui.widgets.status_line import StatusLine


def answer_questions(status: StatusLine, session: Session) -> None:
    """Explain what is asked of the status line, from now on."""

    def on_asked(fact: str, at: QPoint) -> None:
        found = _explained(session, fact)
        if found is not None:
            explain(status, found, at)

    status.fact_asked.connect(on_asked)


def _explained(session: Session, fact: str) -> Explanation | None:
    model, trace, spent = session.language_model, session.trace, session.spent
    if model is None:
        return None
    if fact == MODEL:
        return parameters(model)
    if fact == TOKENS:
        return tokens(model, trace)
    if fact == ANSWER and spent is not None:
        return time_of_answer(model, trace, spent)
    return None


def parameters(model: LanguageModel) -> Explanation:
    """How many numbers a model has learnt."""
    sizes = model.config
    n_vocabulary, width, context = sizes.vocab_size, sizes.d_model, sizes.context
    wide, n_layers = sizes.d_mlp, sizes.n_layers
    attention = 4 * width**2 + 4 * width
    neurons = 2 * width * wide + wide + width
    norms = 4 * width
    parts = (n_vocabulary * width, context * width, n_layers * (attention + neurons + norms))
    return Explanation(
        f"Parameters of {model.info.name}: the numbers that it learnt",
        "parameters = V·C + T·C + L·(attention + neurons + norms) + 2·C",
        (
            ("V, tokens in the vocabulary", f"{n_vocabulary:,}"),
            ("C, numbers of a token", f"{width:,}"),
            ("T, places in a text", f"{context:,}"),
            ("L, layers", f"{n_layers:,}"),
            ("M, neurons of a layer", f"{wide:,}"),
            ("table of tokens, V·C", f"{parts[0]:,}"),
            ("table of places, T·C", f"{parts[1]:,}"),
            ("attention, 4·C² + 4·C", f"{attention:,}"),
            ("neurons, 2·C·M + M + C", f"{neurons:,}"),
            ("norms, 4·C", f"{norms:,}"),
            ("all layers, L·(these three)", f"{parts[2]:,}"),
            ("last norm, 2·C", f"{2 * width:,}"),
        ),
        f"{sum(parts) + 2 * width:,}",
        script(
            model.info.folder,
            ["print(sum(array.size for array in model.weights.arrays().values()))"],
        ),
    )


def tokens(model: LanguageModel, trace: Trace | None) -> Explanation:
    """How many tokens the model looks at, and how many it could."""
    context = model.config.context
    n_used = 0 if trace is None else len(trace.tokens)
    n_older = 0 if trace is None else len(trace.before)
    lines = ["print(0)"]
    if trace is not None:
        lines = [*read_again(model, trace), "print(len(trace.tokens))"]
    return Explanation(
        "Tokens that the model looks at",
        "tokens in use = all tokens of the text, as long as they have places\n"
        "each time the T places are full, the older half is forgotten",
        (
            ("tokens of the text", f"{n_used + n_older:,}"),
            ("T, places that the model has learnt", f"{context:,}"),
            ("older ones that it does not see", f"{n_older:,}"),
        ),
        f"{n_used:,} of {context:,}",
        script(model.info.folder, lines),
    )


def time_of_answer(model: LanguageModel, trace: Trace | None, spent: Spent) -> Explanation:
    """Where the milliseconds of the last answer went."""
    n_used = 0 if trace is None else len(trace.tokens)
    again = ["trace = None"] if trace is None else list(read_again(model, trace))
    predicting = [] if trace is None else ["prediction = model.predict(trace, SamplingConfig())"]
    return Explanation(
        "Time from the change of the text until its answer was here",
        "time = waiting + reading + predicting + delivering",
        (
            ("waiting for the background", _ms(spent.waiting)),
            (f"reading: the pass over {n_used:,} tokens", _ms(spent.reading)),
            ("predicting: scores to probabilities", _ms(spent.predicting)),
            ("delivering to the window", _ms(spent.delivering)),
            ("not in it", "painting; tokens known from the last key are not computed again"),
        ),
        _ms(spent.total),
        script(
            model.info.folder,
            [
                "# reading and predicting; no two runs take the same time",
                "start = perf_counter()",
                *again,
                *predicting,
                "print(1000 * (perf_counter() - start))",
            ],
            ("from core.config import SamplingConfig", "from time import perf_counter"),
        ),
    )


def _ms(milliseconds: float) -> str:
    return f"{milliseconds:.3f} ms"
