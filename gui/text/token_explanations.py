"""How the numbers of the Tokens page came about, for `gui.explanation`."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from gui.explanation import Explanation, script
from gui.widgets.text_grid import label_of

if TYPE_CHECKING:
    from core.language_model import LanguageModel
    from core.splits import TextMerges

MERGES_OF = "from core.splits import merges_of"
LISTED = 6  # other pairs that could have been joined


def merge(
    model: LanguageModel, text: str, word: int | None, played: TextMerges, step: int
) -> Explanation:
    """Why a merge came next.

    Args:
        model: The model.
        text: The whole text.
        word: Which word of it is played; None for all of them.
        played: The merges that are played.
        step: From 1.
    """
    one = played.merge(step)
    left, right = played.raw[one.start : one.middle], played.raw[one.middle : one.end]
    words = "words" if word is None else f"words[{word}:{word + 1}]"
    lines = (
        f"words = model.tokenizer.explain({text!r})",
        f"merges = merges_of({words})",
        f"print(merges.ranks[{step - 1}] + 1)",
    )
    return Explanation(
        f"Merge {one.rank + 1:,} joins “{label_of(left)}” and “{label_of(right)}”",
        "Of all neighbouring pairs of a word, the one whose merge was learnt first comes next.",
        tuple(_pairs(model, played, step)),
        f"merge {one.rank + 1:,}",
        script(model.info.folder, lines, (MERGES_OF,)),
    )


def _pairs(model: LanguageModel, played: TextMerges, step: int) -> list[tuple[str, str]]:
    """The pairs of the word that stood there before a step, those learnt first in front."""
    word = played.word_at(played.merge(step).start)
    first, end = played.word_cuts[word : word + 2].tolist()
    cuts = [cut for cut in played.cuts(step - 1).tolist() if first <= cut <= end]
    pieces = [played.raw[a:b] for a, b in pairwise(cuts)]
    ranked = {pair: model.tokenizer.rank_of(*pair) for pair in pairwise(pieces)}
    learnt = sorted((rank, pair) for pair, rank in ranked.items() if rank is not None)
    rows = [
        (f"“{label_of(one)}” + “{label_of(other)}”", f"merge {rank + 1:,}")
        for rank, (one, other) in learnt[:LISTED]
    ]
    n_others = len(ranked) - len(rows)
    return [*rows, ("other pairs", f"{n_others:,}, learnt later or never")] if n_others else rows


def count(
    model: LanguageModel, text: str, merges: TextMerges, kind: str, n_learnt: int
) -> Explanation:
    """How many words, tokens, characters or bytes a text has.

    Args:
        model: The model.
        text: The text.
        merges: Its merges.
        kind: Which of them.
        n_learnt: Merges that the tokenizer may use for the tokens.
    """
    said = f"text = {text!r}"
    folder, title = model.info.folder, f"How many {kind} the text has"
    if kind == "tokens":
        n_taken = merges.n_taken(n_learnt)
        lines: tuple[str, ...] = (
            said,
            "merges = merges_of(model.tokenizer.explain(text))",
            f"cuts = merges.cuts(merges.n_taken({n_learnt}))",
            "print(len(cuts) - 1)",
        )
        n_pieces = len(merges.cuts(0)) - 1
        return Explanation(
            title,
            "tokens = pieces at first - merges\n(every merge makes one piece of two)",
            (("pieces at first", f"{n_pieces:,}"), ("merges", f"{n_taken:,}")),
            f"{n_pieces - n_taken:,}",
            script(folder, lines, (MERGES_OF,)),
        )
    if kind == "words":
        formula = "A word is a run of letters, of digits or of signs, with the space before it."
        code, result = "len(model.tokenizer.explain(text))", len(merges.word_cuts) - 1
    elif kind == "characters":
        formula = "Characters as Unicode counts them: an accent or a flag may take several."
        code, result = "len(text)", len(merges.character_cuts) - 1
    else:
        formula = "A character takes 1 byte in English, and up to 4 elsewhere (UTF-8)."
        code, result = "len(text.encode())", len(merges.raw)
    lines = (said, f"print({code})")
    return Explanation(title, formula, _sizes(merges, kind), f"{result:,}", script(folder, lines))


def _sizes(merges: TextMerges, kind: str) -> tuple[tuple[str, str], ...]:
    """Of bytes: how many characters take how many of them."""
    if kind != "bytes":
        return ()
    sizes = (merges.character_cuts[1:] - merges.character_cuts[:-1]).tolist()
    return tuple(
        (f"characters of {n} {'byte' if n == 1 else 'bytes'}", f"{sizes.count(n):,}")
        for n in sorted(set(sizes))
    )
