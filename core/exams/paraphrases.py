"""Sentences by their vectors: which one says the same in other words?

Notation: N pairs of sentences, C model width, D = L + 1 depths.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from core.exams.result import Answer, Result, at_best_depth
from core.sentences import mean_of, rarity, without_common
from core.token_counts import count_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.exams.material import Material
    from core.exams.reader import Transformer

    Floats = NDArray[np.floating[Any]]


def paraphrases(material: Material, reader: Transformer) -> Result:
    """Which of fifty sentences says the same in other words?

    A sentence's vector is the mean of its tokens' vectors, in which rare tokens count more, less
    the mean of all hundred sentences; the one with the largest cosine is taken, by depth. Written
    by hand for the exam. Beside it stands who counts the words that two sentences share, rare ones
    more too; the details say what both get where all count alike.
    """
    pairs = material.questions("paraphrases")["pairs"]
    texts = [text for pair in pairs for text in pair]  # a sentence and its paraphrase in turns
    cut = [reader.tokenizer.ids(one) for one in texts]
    read = [reader.vectors(ids) for ids in cut]  # each (D, T, C)
    n_characters = len(material.training_text)
    tells = rarity(count_tokens(reader.tokenizer, material.training, n_characters))  # (V,)
    rare = [mean_of(one, tells[ids[-one.shape[1] :]]) for one, ids in zip(read, cut, strict=True)]
    by_depth = _by_depth(texts, rare)
    alike = _by_depth(texts, [mean_of(one) for one in read])
    bags, words = bags_of_words(texts)
    known = Counter(_words(material.training_text))
    telling = dict(zip(known, rarity(np.array(list(known.values()))), strict=True))
    rare_bags = bags * np.array([telling.get(word, 1.0) for word in words])
    return at_best_depth(
        list(zip(*by_depth, strict=True)),
        aim=0.9,
        baseline=retrieve(texts, rare_bags),
        baseline_is="rare words in common",
        seen_in=material.learnt_text,
        details={
            "all tokens alike, by depth": [_share(answers) for answers in alike],
            "all words in common alike": _share(retrieve(texts, bags)),
        },
    )


def _by_depth(texts: Sequence[str], sentences: Sequence[Floats]) -> list[list[Answer]]:
    """The search at every depth, with sentences (D, C)."""
    depths = np.stack(sentences, axis=1)  # (D, 2 N, C)
    return [retrieve(texts, without_common(vectors)) for vectors in depths]


def _share(answers: Sequence[Answer]) -> float:
    return sum(answer.right for answer in answers) / len(answers)


def retrieve(texts: Sequence[str], vectors: Floats) -> list[Answer]:
    """Look for each sentence's paraphrase, in both directions.

    Args:
        texts: Sentence, paraphrase, sentence, paraphrase, ...
        vectors: (2 N, C) of each.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths > 0, lengths, 1)
    cosines = unit @ unit.T  # (2 N, 2 N)
    answers = []
    for at, text in enumerate(texts):
        candidates = np.arange(1 - at % 2, len(texts), 2)
        said = int(candidates[cosines[at, candidates].argmax()])
        right = said == at + 1 - 2 * (at % 2)
        chance = 1 / len(candidates)
        answers.append(Answer("paraphrase", float(right), chance, text, texts[said]))
    return answers


def bags_of_words(texts: Sequence[str]) -> tuple[Floats, list[str]]:
    """(N, words) how often each text has each word, and the words."""
    said = [_words(text) for text in texts]
    all_words = sorted({word for each in said for word in each})
    return np.array([[each.count(word) for word in all_words] for each in said], float), all_words


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
