"""The words of the Small World: tables of rows, each word with the forms that sentences need."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.corpus import inflection
from core.corpus.source import Line, Section, read_sections

if TYPE_CHECKING:
    from pathlib import Path

NAME = "name"
_VERB = "verb"


@dataclass(eq=False)
class Row:
    """One entry of a table. Rows are compared by identity: each is drawn as itself.

    Attributes:
        line: Where it stands.
        forms: Its texts by column; several where the cell lists several, divided by ";".
        links: Columns that point to rows of other tables.
        tags: Words of the `tags` column.
    """

    line: Line
    forms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    links: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    def has(self, feature: str) -> bool:
        """Whether the row carries a tag, or fills a column, of this name."""
        return feature in self.tags or feature in self.forms or feature in self.links


@dataclass(frozen=True)
class Lexicon:
    """All tables, by name, each a tuple of rows in the order of the file."""

    tables: dict[str, tuple[Row, ...]]

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Read the tables of a folder and join them.

        Raises:
            UserError: A row does not fit its table, a name stands twice, or a cell points to
                nothing; the sentence names file and line.
        """
        sections = read_sections(folder)
        tables: dict[str, tuple[Row, ...]] = {}
        for section in sections:
            if section.name in tables:
                raise section.head.wrong(f"there is already a table {section.name!r}; rename one.")
            tables[section.name] = _read_table(section)
        lexicon = cls(tables)
        for section in sections:
            lexicon._join(section)
        return lexicon

    def find(self, table: str, name: str, line: Line) -> Row:
        """The row with this name; a verb phrase is formed from its first word.

        Raises:
            UserError: There is none; the sentence names the place that asked.
        """
        for row in self.tables.get(table, ()):
            if row.forms[NAME][0] == name:
                return row
        first, _, rest = name.partition(" ")
        if table == _VERB and rest:
            verb = self.find(_VERB, first, line)
            return Row(line, {form: (f"{verb.forms[form][0]} {rest}",) for form in verb.forms})
        raise line.wrong(f"there is no {name!r} in the table {table!r}; add it there.")

    def _join(self, section: Section) -> None:
        """Replace the names in `column:table` columns by the rows that they stand for."""
        for heading in _cells(section.lines[0]):
            column, _, table = heading.partition(":")
            if not table:
                continue
            for row in self.tables[section.name]:
                names = row.forms.pop(column, ())
                if names:
                    row.links[column] = tuple(self.find(table, name, row.line) for name in names)


def _read_table(section: Section) -> tuple[Row, ...]:
    """Rows of one section: its first line names the columns, the others fill them."""
    if len(section.lines) < 2:
        raise section.head.wrong("a table needs a line of column names and at least one row.")
    columns = [heading.partition(":")[0] for heading in _cells(section.lines[0])]
    if columns[0] != NAME or len(set(columns)) != len(columns):
        raise section.lines[0].wrong("the first column must be 'name' and no column stand twice.")
    rows = tuple(_read_row(columns, line) for line in section.lines[1:])
    seen: set[str] = set()
    for row in rows:
        name = row.forms[NAME][0]
        if name in seen:
            raise row.line.wrong(f"{name!r} already stands in the table {section.name!r}.")
        seen.add(name)
    return rows


def _read_row(columns: list[str], line: Line) -> Row:
    cells = _cells(line)
    if len(cells) > len(columns) or not cells[0]:
        raise line.wrong(
            f"the row has {len(cells)} cells for {len(columns)} columns, or no name; mend it."
        )
    row = Row(line)
    for column, cell in zip(columns, cells, strict=False):
        if column == "tags":
            row.tags = tuple(cell.split())
        elif cell:
            row.forms[column] = tuple(value.strip() for value in cell.split(";"))
    _add_regular_forms(row, columns)
    return row


def _cells(line: Line) -> list[str]:
    return [cell.strip() for cell in line.text.split("|")]


def _add_regular_forms(row: Row, columns: list[str]) -> None:
    """Fill the grammatical columns that the table has and the row leaves empty."""
    name = row.forms[NAME][0]
    given = {column: texts[0] for column, texts in row.forms.items()}
    derived: dict[str, str] = {}
    if "plural" in columns:
        derived["plural"] = inflection.plural(name)
    if "past" in columns:
        derived |= {
            "s": inflection.third_person(name),
            "ing": inflection.gerund(name),
            "past": inflection.past(name),
            "done": given.get("past", inflection.past(name)),
        }
    if "er" in columns:
        er = given.get("er", inflection.comparative(name))
        derived |= {"er": er, "est": inflection.superlative(er)}
    if "gender" in columns:
        derived |= _pronouns(row.line, given.get("gender", ""))
    if "count" in columns:
        derived |= _countability(row.line, name, given)
    derived["person"] = "3p" if given.get("gender") == "p" or given.get("count") == "p" else "3s"
    row.tags += tuple(given[column] for column in ("gender", "count") if column in given)
    for form, text in derived.items():
        row.forms.setdefault(form, (text,))


def _pronouns(line: Line, gender: str) -> dict[str, str]:
    if gender not in inflection.PRONOUNS:
        raise line.wrong(f"the gender must be m, f, n or p, not {gender!r}.")
    return inflection.PRONOUNS[gender] | inflection.KIN.get(gender, {})


def _countability(line: Line, name: str, given: dict[str, str]) -> dict[str, str]:
    """Forms that differ between an apple (c), some bread (m) and a pair of trousers (p).

    `some` is one portion. `bare` speaks of all of its kind, `they` stands for that, and `are`,
    `were`, `do` follow it. `it`, `them`, `is`, `was`, `has` belong to "the" and the name.
    """
    kind = given.get("count")
    if kind not in ("c", "m", "p"):
        raise line.wrong(f"the count must be c, m or p, not {kind!r}.")
    portion = {"c": f"{inflection.article(name)} {name}", "m": f"some {name}", "p": f"some {name}"}
    many = inflection.PRONOUNS["p" if kind == "p" else "n"]
    return {
        "plural": inflection.plural(name),
        "some": portion[kind],
        "bare": given.get("plural", inflection.plural(name)) if kind == "c" else name,
        "they": many["he"] if kind == "m" else "they",
        "are": "is" if kind == "m" else "are",
        "were": "was" if kind == "m" else "were",
        "do": "does" if kind == "m" else "do",
        "it": many["he"],
        "them": many["him"],
        "is": "are" if kind == "p" else "is",
        "was": "were" if kind == "p" else "was",
        "has": "have" if kind == "p" else "has",
    }
