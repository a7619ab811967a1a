"""Exams on prediction: free beginnings, repetition, and the loss."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.corpus import nats_per_token
from core.exams.result import Answer, Result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.exams.material import Material
    from core.exams.reader import Reader, Transformer

_TOP = 5
_WORD_TOKENS = 4  # of a word that is completed, at most
_SEQUENCES, _REPEATED = 20, 40
_LOSS_DOCUMENTS = 300


def beginnings(material: Material, reader: Reader) -> list[Answer]:
    """Is one of the five likeliest words after an ordinary beginning one that a person accepts?

    The hundred beginnings and what is accepted were written before the corpus' sentences had been
    looked at. Each of the five likeliest tokens is continued to a whole word by its likeliest
    continuation. Only the beginning is looked for in the training text.
    """
    file = material.questions("beginnings")
    answers = []
    for entry in file["beginnings"]:
        accepted = {word.casefold() for word in _accepted(entry["accept"], file["words"])}
        said = top_words(entry["text"], reader)
        right = any(word.casefold() in accepted for word in said)
        chance = min(1.0, _TOP * len(accepted) / reader.tokenizer.vocab_size)
        answers.append(Answer("beginning", float(right), chance, entry["text"], ", ".join(said)))
    return answers


def _accepted(words: str, lists: Mapping[str, str]) -> list[str]:
    """Words, with the lists that are named among them."""
    return [
        word
        for name in words.split()
        for word in (lists[name[1:]].split() if name[0] == "@" else [name])
    ]


def top_words(text: str, reader: Reader) -> list[str]:
    """What the likeliest next tokens become when they are continued to whole words."""
    ids = reader.tokenizer.ids(text)
    tokens = np.argsort(-reader.log_probs(ids, len(ids))[0], kind="stable")[:_TOP].tolist()
    return [_word(ids, token, reader) for token in tokens]


def _word(ids: Sequence[int], token: int, reader: Reader) -> str:
    word = [token]
    while len(word) < _WORD_TOKENS and reader.tokenizer.text(word[-1])[-1:].isalpha():
        whole = [*ids, *word]
        following = int(reader.log_probs(whole, len(whole))[0].argmax())
        if not reader.tokenizer.text(following)[:1].isalpha():
            break
        word.append(following)
    return reader.tokenizer.decode(word).strip()


def induction(material: Material, reader: Reader) -> list[Answer]:
    """Is a row of random tokens known by heart when it comes a second time?

    Nothing like it stands in any text. From the second token of the repetition on, the likeliest
    token must be the one that followed the first time.
    """
    rng = material.rng("induction")
    vocab_size, end = reader.tokenizer.vocab_size, reader.tokenizer.end_of_text
    tokens = np.array([token for token in range(vocab_size) if token != end])
    answers = []
    for _ in range(_SEQUENCES):
        ids = rng.choice(tokens, _REPEATED).tolist() * 2
        best = reader.log_probs(ids[:-1], _REPEATED + 1).argmax(axis=1)  # (_REPEATED - 1,)
        answers += [
            Answer("token", float(said == token), 1 / vocab_size, "", "")
            for said, token in zip(best, ids[_REPEATED + 1 :], strict=True)
        ]
    return answers


def loss(material: Material, transformer: Transformer, counters: Mapping[str, Reader]) -> Result:
    """How surprising is each token of held-out documents, in nats?

    No training text has the documents, and they come from another stream than those that training
    measures on. Each is read from its first token to the end mark that follows it. Beside it stand
    n-grams that have read the beginning of the same training text, and what a reader would need at
    most who knew the generator of the text by heart. The aim is a tenth more than that.
    """
    measured = material.held_out_with_surprise[:_LOSS_DOCUMENTS]
    documents = [_with_ends(document, transformer) for document, _ in measured]
    n_tokens = sum(len(ids) - 1 for ids in documents)

    def mean(reader: Reader) -> float:
        return round(sum(reader.surprise(ids, 1) for ids in documents) / n_tokens, 4)

    bound = nats_per_token(measured, transformer.tokenizer)
    score, losses = mean(transformer), {name: mean(counter) for name, counter in counters.items()}
    n_characters = sum(len(document) for document, _ in measured)
    bits = score * n_tokens / n_characters / math.log(2)
    return Result(
        score=score,
        n=n_tokens,
        chance=round(math.log(transformer.tokenizer.vocab_size), 4),
        baseline=losses["trigram"],
        aim=round(1.1 * bound, 4),
        details={"bound": round(bound, 4), **losses, "bits a character": round(bits, 4)},
        less_is_better=True,
    )


def _with_ends(document: str, reader: Reader) -> list[int]:
    """A document between two end marks, if there are any."""
    end = reader.tokenizer.end_of_text
    ids = reader.tokenizer.ids(document)
    return ids if end is None else [end, *ids, end]
