"""What a model has learnt, measured on questions with known answers.

Every exam says in its docstring what is held out and what is not. Two of a name (`facts` and
`facts_anew`) ask the same, once in the words of the training text and once in words written for
the exam by hand. All are deterministic for a seed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.errors import UserError
from core.exams import analogies, facts, pairs, paraphrases, prediction, senses
from core.exams.material import Material
from core.exams.reader import NGramReader, Transformer
from core.exams.result import Answer, Result, result_of
from core.token_counts import small_world_seed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.exams.reader import Reader
    from core.language_model import LanguageModel

__all__ = ["Result", "run", "weakest"]

# Exams that whoever expects tokens can sit, counters of words too, and what is hoped for.
COMPARED: dict[str, tuple[Callable[[Material, Reader], list[Answer]], float | None]] = {
    "agreement": (pairs.agreement, 0.99),
    "names": (pairs.names, 0.97),
    "names_anew": (pairs.names_anew, 0.97),
    "facts": (facts.facts, 0.97),
    "facts_anew": (facts.facts_anew, 0.97),
    "chat": (facts.chat, 0.9),
    "chat_anew": (facts.chat_anew, 0.9),
    "beginnings": (prediction.beginnings, 0.9),
    "induction": (prediction.induction, None),
}
# Counters of words, by how many tokens in a row they count.
COUNTERS = {"unigram": 1, "bigram": 2, "trigram": 3}
# Those of them whose questions stand in no text by their nature.
_NOWHERE = ("names", "induction")
# Exams on vectors, which counters of words do not have.
LOOKED_INTO: dict[str, Callable[[Material, Transformer], Result]] = {
    "analogies": analogies.analogies,
    "word_senses": senses.word_senses,
    "word_senses_anew": senses.word_senses_anew,
    "bank_walk": senses.bank_walk,
    "paraphrases": paraphrases.paraphrases,
}


def run(
    model: LanguageModel, seed: int = 0, progress: Callable[[str], None] = lambda name: None
) -> dict[str, Result]:
    """All exams.

    Args:
        model: Who sits them.
        seed: Of the held-out documents and of every draw.
        progress: Is told the name of each exam before it begins.

    Returns:
        Results by exam.

    Raises:
        UserError: The model's weights are not numbers.
    """
    if model.info.non_finite:
        raise UserError("Some weights of this model are not numbers: it cannot be examined.")
    progress("material")
    material = Material(seed, small_world_seed(model.info.training))
    reader = Transformer(model)
    counted = material.ngrams(model.tokenizer, COUNTERS.values())
    counters = {
        name: NGramReader(ngram, model.tokenizer)
        for name, ngram in zip(COUNTERS, counted, strict=True)
    }
    results = {}
    for name, look in LOOKED_INTO.items():
        progress(name)
        results[name] = _asked(look, look(material, reader))
    for name, (ask, aim) in COMPARED.items():
        progress(name)
        seen_in = None if name in _NOWHERE else material.learnt_text
        answers, simpler = ask(material, reader), ask(material, counters["trigram"])
        results[name] = _asked(ask, result_of(answers, aim, simpler, seen_in))
    progress("loss")
    results["loss"] = _asked(prediction.loss, prediction.loss(material, reader, counters))
    return results


def _asked(exam: Callable[..., Any], result: Result) -> Result:
    """The result with the question that the exam's docstring begins with."""
    return replace(result, asks=(exam.__doc__ or "").partition("?")[0] + "?")


def weakest(results: Mapping[str, Result]) -> list[str]:
    """Names of the exams that stay behind their aim, the farthest first."""
    behind = [name for name, result in results.items() if result.missing > 0]
    return sorted(behind, key=lambda name: -results[name].missing)
