"""How a token's number and its other facts in the vocabulary come about, for `gui.explanation`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.token_contexts import REACH
from core.token_counts import small_world_seed
from core.token_origin import origin
from gui.explanation import Explanation, exactly, script, vector
from gui.text.vocabulary_counts import CHARACTERS
from gui.widgets.text_grid import label_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.language_model import LanguageModel
    from core.token_contexts import Companion
    from core.token_origin import Origin
    from core.trace import Trace

LISTED = 12  # bytes that are written out
DOCUMENTS = "from core.corpus import documents"


def number_in_text(model: LanguageModel, trace: Trace, at: int) -> Explanation:
    """The number of a token of the text.

    Args:
        model: The model.
        trace: The text.
        at: Which of all its tokens, older ones included.
    """
    tokens = (*trace.before, *trace.tokens)
    ids = [token.id for token in tokens]
    if model.tokenizer.ids(trace.text) == ids:
        lines = [f"ids = model.tokenizer.ids({trace.text!r})", f"print(ids[{at}])"]
        return _number(model, tokens[at].id, lines)
    return _number(model, tokens[at].id, _found(model, tokens[at].id))


def number(model: LanguageModel, token_id: int) -> Explanation:
    """The number of any token."""
    return _number(model, token_id, _found(model, token_id))


def _found(model: LanguageModel, token_id: int) -> list[str]:
    """Python that looks for a token by its bytes."""
    return [
        f"raw = {model.tokenizer.raw(token_id)!r}",
        "every = range(model.tokenizer.vocab_size)",
        "print(next(each for each in every if model.tokenizer.raw(each) == raw))",
    ]


def _number(model: LanguageModel, token_id: int, lines: list[str]) -> Explanation:
    tokenizer, row = model.tokenizer, model.weights.wte[token_id]
    found, label = origin(tokenizer, token_id), tokenizer.label(token_id)
    parts = (
        ("tokens that mark something", found.n_special),
        ("single bytes", found.n_bytes),
        ("tokens of earlier merges", found.n_merges),
        ("tokens that no merge makes", found.n_others),
    )
    return Explanation(
        f"The number of {label}",
        "number = how many tokens stand before it in the vocabulary\n"
        "(they were numbered in the order in which they were learnt)",
        (
            ("its bytes, as numbers", _numbers(tokenizer.raw(token_id))),
            ("the same in base 16", _bytes(tokenizer.raw(token_id))),
            ("where it is from", _origin(found)),
            *((name, f"{n:,}") for name, n in parts if n),
            (f"what it is for: row {token_id:,} of the table of tokens", vector(row)),
        ),
        f"{token_id}",
        script(model.info.folder, lines),
    )


def _origin(found: Origin) -> str:
    if found.is_special:
        return "it marks something; no text is cut into it by merges"
    if found.rank is None or found.pair is None:
        return "a single byte, which every tokenizer of this kind has"
    left, right = (f"“{label_of(each)}”" for each in found.pair)
    return f"merge {found.rank + 1:,}: {left} + {right}"


def _numbers(raw: bytes) -> str:
    """From 0 to 255."""
    more = " …" if len(raw) > LISTED else ""
    return f"{' '.join(map(str, raw[:LISTED]))}{more}"


def _bytes(raw: bytes) -> str:
    """The same from 00 to FF."""
    more = " …" if len(raw) > LISTED else ""
    return f"{raw[:LISTED].hex(' ').upper()}{more}"


def size(model: LanguageModel, token_id: int, *, in_bytes: bool) -> Explanation:
    """How long a token is."""
    raw, label = model.tokenizer.raw(token_id), model.tokenizer.label(token_id)
    text = raw.decode(errors="replace")
    lines = [f"raw = model.tokenizer.raw({token_id})"]
    if in_bytes:
        formula = (
            "A byte is a number from 0 to 255, as a computer stores text (UTF-8).\n"
            "In base 16, from 00 to FF: 4D is 4 \N{MULTIPLICATION SIGN} 16 + 13, the number 77."
        )
        lines.append("print(len(raw))")
    else:
        formula = "Characters that its bytes spell; what is only a part of one counts as one."
        lines.append('print(len(raw.decode(errors="replace")))')
    return Explanation(
        f"How many {'bytes' if in_bytes else 'characters'} {label} is long",
        formula,
        (("its bytes, as numbers", _numbers(raw)), ("the same in base 16", _bytes(raw))),
        f"{len(raw) if in_bytes else len(text):,}",
        script(model.info.folder, lines),
    )


def count(model: LanguageModel, token_id: int, n: int) -> Explanation:
    """How often a token is in the beginning of the text that the model learnt from."""
    seed = small_world_seed(model.info.training)
    lines = [
        _made(seed),
        f"counts = count_tokens(model.tokenizer, texts, {CHARACTERS:_})",
        f"print(counts[{token_id}])",
    ]
    imports = (DOCUMENTS, "from core.token_counts import count_tokens")
    return Explanation(
        f"How often {model.tokenizer.label(token_id)} was seen",
        f"counted in the first {CHARACTERS:,} characters of the training text, cut into tokens",
        (("the text is made anew", f"by the Small World's grammar, from the seed {seed}"),),
        f"{n:,}",
        script(model.info.folder, lines, imports),
    )


def near(
    model: LanguageModel, token_id: int, found: Sequence[Companion], labels: Sequence[str]
) -> Explanation:
    """What stands near a token in the beginning of the text that the model learnt from.

    Args:
        model: The model.
        token_id: The token.
        found: What stands near it, the most telling first; not empty.
        labels: Of the vocabulary.
    """
    first, seed = found[0], small_world_seed(model.info.training)
    lines = [
        _made(seed),
        f"ids = tokens_of(model.tokenizer, texts, {CHARACTERS:_})",
        "every = range(model.tokenizer.vocab_size)",
        "words = Words([model.tokenizer.raw(each) for each in every]).is_whole",
        f"found = company(ids, {token_id}, {len(found)}, model.tokenizer.end_of_text, words)",
        "print(found[0].n_near / found[0].expected)",
    ]
    imports = (
        DOCUMENTS,
        "from core.token_contexts import company",
        "from core.token_counts import tokens_of",
        "from core.words import Words",
    )
    return Explanation(
        f"What stands near {labels[token_id]} in the training text",
        f"times as often as by chance = times within {REACH} tokens of it / times to expect there\n"
        "times to expect = times in the whole text · share of the text that is near it",
        tuple(
            (labels[one.id], f"{one.n_near:,} times, {one.expected:.1f} to expect") for one in found
        ),
        f"{exactly(first.n_near / first.expected)} times as often for {labels[first.id]}",
        script(model.info.folder, lines, imports),
    )


def _made(seed: int | None) -> str:
    return f'texts = documents({seed}, "train")  # takes some seconds'
