r"""Templates that become documents: compiled once into functions, then only drawn from.

A rule is a list of alternatives, one a line. In the text of an alternative

    (one|two|)          is one of its parts, chosen at random
    {animal}            is a word of the table `animal`; the same one until the document ends
    {animal2}           is another one
    {animal:pet}        is one with the tag, or the filled column, `pet`; `!pet` is one without
    {animal.young}      is a form of it; {animal.sound.past} follows a link to another table
    {Animal}            begins with a capital
    a {animal}          becomes "an owl" where it must
    {like~animal}       is the verb "like" agreeing with it
    {@rule}             is an alternative of another rule, which sees the same words
    {+rule}             is the same with words of its own
    {pair.1} {pair.2}   are the two sides of an alternative of a rule written "this >> that"
    \n                  is a line break

A line `let hero = person:child` names a word before the alternatives use it, and
`*3 ` before an alternative makes it three times as likely.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from core.corpus import inflection
from core.corpus.lexicon import NAME, Row
from core.corpus.stories import by_hand, story_rules, telling
from core.corpus.template import Choice, Slot, parse

if TYPE_CHECKING:
    from core.corpus.chance import Chance
    from core.corpus.lexicon import Lexicon
    from core.corpus.source import Line, Section
    from core.corpus.template import Node

_LET = re.compile(
    r"let (?P<name>[a-z]+\d*) = (?P<source>[a-z0-9.]+)(?::(?P<filter>[a-z0-9+!-]+))?$"
)
_WEIGHT = re.compile(r"\*(\d+) +")
_ARTICLE = re.compile(r"(?:^|(?<=[^A-Za-z]))([Aa])n? $")
_PAIR = " >> "


class Scope:
    """The words that one document has settled on.

    Attributes:
        chance: Makes all choices.
        words: Chosen rows by variable.
        pairs: Chosen alternatives of rules that hold pairs, by rule.
        taken: Identities of all rows and alternatives in use, so that a document does not repeat
            itself.
        said: Variables of which a form was said, in the story that is being told if there is one.
    """

    __slots__ = ("chance", "pairs", "said", "taken", "words")

    def __init__(self, chance: Chance, taken: set[int] | None = None) -> None:
        self.chance = chance
        self.words: dict[str, Row] = {}
        self.pairs: dict[str, tuple[Render, ...]] = {}
        self.taken: set[int] = set() if taken is None else taken
        self.said: set[str] = set()


Render = Callable[[Scope], str]
Bind = Callable[[Scope], None]


class Rule:
    """The alternatives of one section: each the two sides of a pair, or a single text.

    An alternative of weight 3 stands in the list three times.
    """

    def __init__(self, section: Section) -> None:
        self.head = section.head
        self.holds_pairs = any(_PAIR in line.text for line in section.lines)
        self.binds: list[Bind] = []
        self.alternatives: list[tuple[Render, ...]] = []

    def draw(self, scope: Scope) -> tuple[Render, ...]:
        """Settle the words that the rule names and choose one alternative."""
        for bind in self.binds:
            bind(scope)
        return scope.chance.one_of(self.alternatives)

    def draw_unused(self, scope: Scope) -> tuple[Render, ...]:
        """The same, but preferably an alternative that the document has not used before."""
        for bind in self.binds:
            bind(scope)
        alternative = scope.chance.one_unused(self.alternatives, scope.taken)
        scope.taken.add(id(alternative))
        return alternative


class Grammar:
    """All rules, compiled against a lexicon.

    Args:
        lexicon: Tables that the slots draw from.
        sections: One for each rule.

    Raises:
        UserError: A template cannot be read, or names a rule, table, tag or verb that is not
            there; the sentence names file and line.
    """

    def __init__(self, lexicon: Lexicon, sections: list[Section]) -> None:
        self.lexicon = lexicon
        self.rules: dict[str, Rule] = {}
        for section in sections:
            if section.name in self.rules or section.name in lexicon.tables:
                raise section.head.wrong(f"the name {section.name!r} is already in use; change it.")
            self.rules[section.name] = Rule(section)
        lets = [_LET.match(line.text) for section in sections for line in section.lines]
        self._let_names = {let["name"] for let in lets if let}
        self._story_rules = story_rules(sections)
        self._fitted: dict[tuple[str, str], tuple[Row, ...]] = {}
        for section in sections:
            self._compile_rule(section, self.rules[section.name])

    def render(self, rule: str, chance: Chance) -> str:
        """One text of a rule.

        Args:
            rule: Its name.
            chance: Makes all choices.

        Raises:
            UserError: A slot asks a word for a form that it does not have, or rules call each
                other without end.
        """
        scope = Scope(chance)
        try:
            return self.rules[rule].draw(scope)[0](scope)
        except RecursionError:
            raise self.rules[rule].head.wrong(
                f"from {rule!r} on, rules call each other without end; break the circle."
            ) from None

    # Compilation: every method below turns a piece of template into a function of the scope.

    def _compile_rule(self, section: Section, rule: Rule) -> None:
        for line in section.lines:
            let = _LET.match(line.text)
            if let:
                rule.binds.append(self._let(line, *let.groups(default="")))
                continue
            weight = _WEIGHT.match(line.text)
            text = line.text[weight.end() :] if weight else line.text
            written = (self._sequence(line, parse(line, side)) for side in text.split(_PAIR))
            sides = tuple(by_hand(section.name, side) for side in written)
            if section.name in self._story_rules:
                settled = self._story_rules[section.name]
                sides = tuple(telling(section.name, settled, line, side) for side in sides)
            rule.alternatives.extend([sides] * (int(weight[1]) if weight else 1))
        if not rule.alternatives:
            raise section.head.wrong(f"the rule {section.name!r} has no alternatives; add one.")
        if {len(sides) for sides in rule.alternatives} != {1 + rule.holds_pairs}:
            raise section.head.wrong("some lines of this rule have '>>' and some do not; mend it.")

    def _sequence(self, line: Line, nodes: tuple[Node, ...]) -> Render:
        """Join the parts; an article in front of a part is settled once that part is known."""
        renders: list[Render] = []
        for at, node in enumerate(nodes):
            if isinstance(node, str):
                article = _ARTICLE.search(node) if at + 1 < len(nodes) else None
                if article:
                    renders.append(_literal(node[: article.start()]))
                    rest = self._sequence(line, nodes[at + 1 :])
                    renders.append(_with_article(article[1], rest))
                    break
                renders.append(_literal(node))
            elif isinstance(node, Choice):
                renders.append(_one_of([self._sequence(line, option) for option in node.options]))
            else:
                renders.append(self._slot(line, node))
        return renders[0] if len(renders) == 1 else _joined(renders)

    def _slot(self, line: Line, slot: Slot) -> Render:
        if slot.call == "~":
            render = self._agreement(line, slot)
        elif slot.call:
            render = self._call(line, slot)
        elif slot.name in self.rules:
            render = self._pair(line, slot)
        else:
            render = self._word(line, slot)
        return _capitalised(render) if slot.capital else render

    def _call(self, line: Line, slot: Slot) -> Render:
        rule = self.rules.get(slot.name)
        if rule is None:
            raise line.wrong(f"there is no rule {slot.name!r}; add it or mend the name.")
        if rule.holds_pairs:
            raise line.wrong(f"{slot.name!r} holds pairs: write {{{slot.name}.1}} for one side.")
        if slot.call == "@":
            return lambda scope: rule.draw(scope)[0](scope)

        def fresh(scope: Scope) -> str:
            inner = Scope(scope.chance, scope.taken)
            return rule.draw_unused(inner)[0](inner)

        return fresh

    def _pair(self, line: Line, slot: Slot) -> Render:
        name, rule = slot.name, self.rules[slot.name]
        if not rule.holds_pairs or slot.path not in (("1",), ("2",)):
            raise line.wrong(f"{name!r} is a rule: write {{@{name}}}, or {{{name}.1}} for a pair.")
        side = int(slot.path[0]) - 1

        def render(scope: Scope) -> str:
            if name not in scope.pairs:
                scope.pairs[name] = rule.draw(scope)
            return scope.pairs[name][side](scope)

        return render

    def _agreement(self, line: Line, slot: Slot) -> Render:
        verb = slot.filter
        special = verb in ("be", "was")
        s = "" if special else self.lexicon.find("verb", verb, line).forms["s"][0]
        forms = {person: inflection.agreeing(verb, s, person) for person in inflection.PERSONS}
        word = self._variable(line, slot.name, "")
        return lambda scope: forms[word(scope).forms["person"][0]]

    def _word(self, line: Line, slot: Slot) -> Render:
        """A form of a word; the last step of the path is a form, or a link's name."""
        word = self._variable(line, slot.name, slot.filter)
        path = slot.path or (NAME,)
        name, links, form = slot.name, path[:-1], path[-1]

        def render(scope: Scope) -> str:
            row = word(scope)
            scope.said.add(name)
            for link in links:
                row = _follow(line, row, link, scope)
            texts = row.forms.get(form)
            if texts is None:
                return _follow(line, row, form, scope).forms[NAME][0]
            return texts[0] if len(texts) == 1 else scope.chance.one_of(texts)

        return render

    def _variable(self, line: Line, name: str, wanted: str) -> Callable[[Scope], Row]:
        """A function that gives the row of a variable, drawing it the first time."""
        table = name.rstrip("0123456789")
        if table not in self.lexicon.tables:
            if name not in self._let_names:
                raise line.wrong(f"there is no table and no 'let' for {name!r}; mend the name.")
            return lambda scope: _settled(line, scope, name)
        draw = self._draw(line, name, table, wanted)
        return lambda scope: scope.words.get(name) or draw(scope)

    def _let(self, line: Line, name: str, source: str, wanted: str) -> Bind:
        """A function that settles a variable unless the caller has done so."""
        first, *path = source.split(".")
        if not path:
            draw = self._draw(line, name, first, wanted)
        else:
            word = self._variable(line, first, "")

            def draw(scope: Scope) -> Row:
                row = word(scope)
                for link in path:
                    row = _follow(line, row, link, scope)
                scope.words[name] = row
                return row

        def bind(scope: Scope) -> None:
            if name not in scope.words:
                draw(scope)

        return bind

    def _draw(self, line: Line, name: str, table: str, wanted: str) -> Callable[[Scope], Row]:
        """A function that draws a row that is not in use yet and binds it to the variable."""
        if table not in self.lexicon.tables:
            raise line.wrong(f"there is no table {table!r}; mend the name.")
        rows = self._fitting(table, wanted)
        if not rows:
            raise line.wrong(f"no row of {table!r} fits {wanted!r}; mend the filter or add a row.")

        def draw(scope: Scope) -> Row:
            row = scope.chance.one_free(rows, scope.taken, scope.words.values())
            scope.taken.add(id(row))
            scope.words[name] = row
            return row

        return draw

    def _fitting(self, table: str, wanted: str) -> tuple[Row, ...]:
        """The rows of a table that a filter leaves; most filters are asked for many times."""
        rows = self._fitted.get((table, wanted))
        if rows is None:
            rows = self.lexicon.tables[table]
            for feature in wanted.split("+") if wanted else ():
                name, is_unwanted = feature.lstrip("!"), feature.startswith("!")
                rows = tuple(row for row in rows if row.has(name) != is_unwanted)
            self._fitted[table, wanted] = rows
        return rows


def _settled(line: Line, scope: Scope, name: str) -> Row:
    row = scope.words.get(name)
    if row is None:
        raise line.wrong(f"nothing has settled {name!r} before it is used; add a 'let' line.")
    return row


def _follow(line: Line, row: Row, link: str, scope: Scope) -> Row:
    """The row that a link points to; a plain cell counts as a row of its own."""
    rows = row.links.get(link)
    if rows is not None:
        return rows[0] if len(rows) == 1 else scope.chance.one_of(rows)
    texts = row.forms.get(link)
    if texts is None:
        raise line.wrong(
            f"{row.forms[NAME][0]!r} ({row.line.place}) has no {link!r}; fill it or filter it out."
        )
    return Row(row.line, {NAME: (scope.chance.one_of(texts),)})


def _literal(text: str) -> Render:
    return lambda scope: text


def _joined(renders: list[Render]) -> Render:
    parts = tuple(renders)
    return lambda scope: "".join([render(scope) for render in parts])


def _one_of(renders: list[Render]) -> Render:
    options = tuple(renders)
    return lambda scope: scope.chance.one_of(options)(scope)


def _capitalised(render: Render) -> Render:
    def capital(scope: Scope) -> str:
        text = render(scope)
        return text[:1].upper() + text[1:]

    return capital


def _with_article(letter: str, rest: Render) -> Render:
    def render(scope: Scope) -> str:
        text = rest(scope)
        return f"{letter}{inflection.article(text)[1:]} {text}"

    return render
