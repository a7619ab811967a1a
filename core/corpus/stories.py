"""What a document's stories are about, so that a held-out story is a new one in more than words.

A *story rule* is `story`, a rule whose name ends in `-story` (but not `chat-story`, where one is
only asked for), and whatever a story rule hands over to in a line that is nothing but `{@rule}` or
`{+rule}`. A line of a story rule that does not hand over tells a story, unless it calls a story
rule to do so. Of that story

- the *plot* is the rule of the line, so that two ways to tell it are one plot;
- the *filling* is who and what it is about, neither the weather of its first sentence nor the
  wording: the names of all words that it says, in any form, and that a `let` of its rule, or of a
  rule that handed over to it, has settled. If it says no such word, it is all words said that the
  line shares with the rules it calls by `{@rule}`; if there is none at all, the line itself.

Two stories are the same story if plot and filling are.

What a rule called `prose`, or `prose-` and more, makes was written by hand, hardly with a choice.
It is all for training: held out, it would measure how well one foresees a text that nobody could.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from core.corpus.lexicon import NAME

if TYPE_CHECKING:
    from core.corpus.grammar import Render, Scope
    from core.corpus.source import Line, Section

BY_HAND = ""  # the story of what is only for training
_BY_HAND = re.compile(r"prose(?:-.+)?$")
_NAME = re.compile(r"(?!chat-story$)(?:.+-)?story$")
_HANDS_OVER = re.compile(r"(?:\*\d+ +)?\{[@+](?P<rule>[A-Za-z-]+\d*)\}$")
_LET = re.compile(r"let (?P<name>[a-z]+\d*) =")


def story_rules(sections: list[Section]) -> dict[str, set[str]]:
    """All story rules by name, each with the words that `let` settles for its stories."""
    lines = {section.name: section.lines for section in sections}
    found: dict[str, set[str]] = {}
    waiting: list[tuple[str, set[str]]] = [(name, set()) for name in lines if _NAME.match(name)]
    while waiting:
        name, settled = waiting.pop()
        if name not in lines or (name in found and settled <= found[name]):
            continue
        settled |= found.get(name, set())
        settled |= {let["name"] for line in lines[name] if (let := _LET.match(line.text))}
        found[name] = settled
        waiting.extend((heir, set(settled)) for line in lines[name] if (heir := _heir(line)))
    return found


def telling(plot: str, settled: set[str], line: Line, render: Render) -> Render:
    """The same text, and plot and filling noted among the stories of its `Chance`.

    Args:
        plot: Name of the story rule.
        settled: Words that `let` settles for it.
        line: One of its lines.
        render: What the line says.
    """
    if _heir(line):
        return render

    def tell(scope: Scope) -> str:
        stories = scope.chance.stories
        n_before = len(stories)
        said_before, scope.said = scope.said, set()
        text = render(scope)
        if len(stories) == n_before:
            words = scope.said & settled or scope.said
            filling = sorted({scope.words[word].forms[NAME][0] for word in words})
            stories.append("|".join([plot, *(filling or [line.text])]))
        scope.said |= said_before
        return text

    return tell


def by_hand(rule: str, render: Render) -> Render:
    """The same text, noted as written by hand if that is what the rule holds."""
    if not _BY_HAND.match(rule):
        return render

    def copy(scope: Scope) -> str:
        scope.chance.stories.append(BY_HAND)
        return render(scope)

    return copy


def _heir(line: Line) -> str:
    """The rule that a line hands over to, or nothing."""
    hands_over = _HANDS_OVER.match(line.text)
    return hands_over["rule"].lower() if hands_over else ""
