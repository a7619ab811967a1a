"""Words with two meanings in texts that end with them, each with what it means there."""

from __future__ import annotations

import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from core.corpus.source import read_sections
from core.corpus.template import Choice, Slot, parse
from core.paths import SMALL_WORLD_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from core.corpus.template import Node
    from core.exams.material import Material

_WEIGHT = re.compile(r"\*\d+ +")
_ANYTHING = r'[^.!?"\n]+?'


class Context(NamedTuple):
    """A text that ends with a word of two meanings, what it means, and where that was said."""

    word: str
    sense: str
    text: str
    source: str


def written_contexts(material: Material) -> list[Context]:
    """The sentences of the question file."""
    return [
        Context(sense.partition("-")[0], sense, sentence, sentence)
        for sense, entry in material.questions("senses").items()
        for sentence in entry["sentences"]
    ]


def found_contexts(
    material: Material, documents: Iterable[str], most: int = sys.maxsize
) -> list[Context]:
    """Documents up to such a word, whose meaning the template of its sentence tells.

    Args:
        material: Knows the words and their meanings.
        documents: Texts of the Small World.
        most: How many of one meaning.
    """
    patterns = list(_patterns(tuple(material.questions("senses"))))
    contexts: dict[str, Context] = {}
    count: Counter[str] = Counter()
    for document in documents:
        for sense, place, pattern in patterns:
            word = sense.partition("-")[0]
            if word not in document or count[sense] >= most:
                continue
            for sentence in pattern.finditer(document):
                ends = [found.end() for found in re.finditer(rf"\b{word}\b", sentence[0])]
                text = document[: sentence.start() + ends[-1]] if ends else ""
                if text and text not in contexts and count[sense] < most:
                    contexts[text] = Context(word, sense, text, place)
                    count[sense] += 1
    return list(contexts.values())


def _patterns(senses: Iterable[str]) -> Iterator[tuple[str, str, re.Pattern[str]]]:
    """Templates that hold a word of two meanings, by the meaning that their rule's name tells."""
    for section in read_sections(SMALL_WORLD_TEXT / "texts"):
        for sense in senses:
            word = re.compile(rf"\b{sense.partition('-')[0]}\b")
            if section.name == sense or section.name.startswith(f"{sense}-"):
                for line in section.lines:
                    if word.search(re.sub(r"\{.*?\}", "", line.text)):
                        nodes = parse(line, _WEIGHT.sub("", line.text))
                        yield sense, line.place, re.compile(_pattern(nodes))


def _pattern(nodes: Sequence[Node]) -> str:
    """A regular expression for what a template makes, from its first fixed word on."""
    parts: list[str] = []
    for node in nodes:
        if isinstance(node, Slot):
            parts.append(_ANYTHING if any(parts) else "")
        elif isinstance(node, Choice):
            parts.append(f"(?:{'|'.join(map(_pattern, node.options))})")
        else:
            parts.append(re.escape(node))
    return "".join(parts)
