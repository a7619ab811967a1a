"""Sentences by their vectors: which one says the same in other words?

Notation: N pairs of sentences, C model width, D = L + 1 depths.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from core.exams.result import Answer, Result, at_best_depth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.exams.material import Material
    from core.exams.reader import Transformer

    Floats = NDArray[np.floating[Any]]


def paraphrases(material: Material, reader: Transformer) -> Result:
    """Which of fifty sentences says the same in other words?

    A sentence's vector is the mean of its tokens' vectors, less the mean of all hundred sentences;
    the one with the largest cosine is taken, by depth. Written by hand for the exam. Beside it
    stands who counts the words that two sentences share.
    """
    pairs = material.questions("paraphrases")["pairs"]
    texts = [text for pair in pairs for text in pair]  # a sentence and its paraphrase in turns
    sentences = np.stack([reader.vectors(reader.tokenizer.ids(one)).mean(axis=1) for one in texts])
    depths = sentences.transpose(1, 0, 2)  # (D, 2 N, C)
    centred = depths - depths.mean(axis=1, keepdims=True)
    by_depth = [retrieve(texts, vectors) for vectors in centred]
    counted = retrieve(texts, bags_of_words(texts))
    return at_best_depth(
        list(zip(*by_depth, strict=True)),
        aim=0.9,
        baseline=counted,
        baseline_is="words in common",
        seen_in=material.training_text,
    )


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


def bags_of_words(texts: Sequence[str]) -> Floats:
    """(N, words) how often each text has each word."""
    words = [re.findall(r"\w+", text.casefold()) for text in texts]
    all_words = sorted({word for each in words for word in each})
    return np.array([[each.count(word) for word in all_words] for each in words], dtype=float)
