"""Exams on knowledge: what the Small World's tables say, to be completed or to be answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from core.exams.material import filled, sample
from core.exams.result import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.corpus.lexicon import Row
    from core.exams.material import Material
    from core.exams.reader import Reader

_MOST_OF_A_KIND = 15
_REPLY_TOKENS = 40
_SHOWN_TOKENS = 4  # of a wrong completion
_ARTICLE = re.compile(r"^(?:an?|the) ")


class Question(NamedTuple):
    """A question and all that is right.

    Attributes:
        kind: What it is about.
        text: A sentence that breaks off, or a question.
        answers: Any of them is right.
        chance: One answer among all that are given to questions of its kind.
    """

    kind: str
    text: str
    answers: tuple[str, ...]
    chance: float


def facts(material: Material, reader: Reader) -> list[Answer]:
    """Is a fact completed, in the words that the texts use?

    Nothing is held out: the facts stand in the training text, mostly in these very sentences. The
    reader's first choice, token by token, must be the whole answer. At most 15 facts of a kind.
    """
    return [complete(question, reader) for question in questions(material, "taught")]


def facts_anew(material: Material, reader: Reader) -> list[Answer]:
    """Is a fact completed, in sentences that no text has?

    The facts themselves stand in the training text: nobody knows a capital without reading it.
    """
    return [complete(question, reader) for question in questions(material, "anew")]


def chat(material: Material, reader: Reader) -> list[Answer]:
    """Does the assistant's reply hold the answer, to questions that the texts ask too?

    Nothing is held out. The reply is the likeliest token again and again, up to the end of the
    line; it must hold one of the answers, as whole words.
    """
    return [reply(question, reader) for question in questions(material, "ask")]


def chat_anew(material: Material, reader: Reader) -> list[Answer]:
    """Does the assistant's reply hold the answer, to questions in words that no text has?

    The facts themselves stand in the training text.
    """
    return [reply(question, reader) for question in questions(material, "ask_anew")]


def questions(material: Material, way: str) -> list[Question]:
    """Questions of the question file in one of its ways, none of them twice."""
    rng = material.rng(f"facts {way}")
    kinds: dict[str, dict[str, Question]] = {}
    first_kind: dict[str, str] = {}
    for entry in material.questions("facts")["facts"]:
        if way in entry:
            rows = material.tables.get(entry["table"], ())
            kinds[entry["name"]] = {}
            for question in _of_kind(entry, entry[way], rows):
                kind = first_kind.setdefault(question.text, question.kind)
                kinds[kind][question.text] = _joined(kinds[kind].get(question.text), question)
    return [
        question
        for kind in kinds.values()
        for question in sample(list(kind.values()), _MOST_OF_A_KIND, rng)
    ]


def _joined(before: Question | None, other: Question) -> Question:
    """The same question of another kind: the opposite of "right" is both "wrong" and "left"."""
    if before is None:
        return other
    answers = tuple(dict.fromkeys(before.answers + other.answers))
    return before._replace(answers=answers, chance=before.chance + other.chance)


def _of_kind(entry: Mapping[str, Any], frame: str, rows: Iterable[Row]) -> list[Question]:
    """One question for each filled frame, with the answers of all rows that fill it so."""
    answers: dict[str, list[str]] = {}
    for row in rows:
        right = filled(entry["answer"], row)
        also = [answer for other in entry.get("also", ()) for answer in filled(other, row)]
        for text in filled(frame, row) if right else ():
            answers.setdefault(text, []).extend(right + also)
    n_different = len({right for each in answers.values() for right in each})
    return [
        Question(entry["name"], text, tuple(dict.fromkeys(each)), len(set(each)) / n_different)
        for text, each in answers.items()
    ]


def complete(question: Question, reader: Reader) -> Answer:
    """Whether the reader's first choices are an answer, and then the word is over."""
    tokenizer = reader.tokenizer
    prompt = tokenizer.ids(question.text)
    for right in question.answers:
        answer = tokenizer.ids(f" {right}")
        *chosen, after = reader.log_probs(prompt + answer, len(prompt)).argmax(axis=1).tolist()
        if chosen == answer and not tokenizer.text(after)[0].isalnum():
            return Answer(question.kind, 1.0, question.chance, f"{question.text} {right}")
    said = tokenizer.decode(reader.reply(prompt, _SHOWN_TOKENS)).strip()
    text = f"{question.text} {question.answers[0]}"
    return Answer(question.kind, 0.0, question.chance, text, said)


def reply(question: Question, reader: Reader) -> Answer:
    """Whether the assistant says an answer."""
    tokenizer = reader.tokenizer
    prompt = f"User: {question.text}\nAssistant:"
    said = tokenizer.decode(reader.reply(tokenizer.ids(prompt), _REPLY_TOKENS)).strip()
    wanted = [re.escape(_ARTICLE.sub("", right)) for right in question.answers]
    right = re.search(rf"\b(?:{'|'.join(wanted)})\b", said, re.IGNORECASE) is not None
    text = f"{prompt} {question.answers[0]}" if not right else f"{prompt} {said}"
    return Answer(question.kind, float(right), question.chance, text, said)
