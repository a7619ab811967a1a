"""How the numbers of the journey page came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.interventions import Patch
from gui.explanation import Explanation, exactly, script, vector
from gui.text.journey_words import part_name
from gui.widgets.pixel_painting import MINUS
from gui.widgets.prediction_rows import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.interventions import Change
    from core.journey import Doubles
    from core.language_model import LanguageModel
    from core.trace import Trace
    from gui.text.journey_study import Clue, Journey
    from gui.widgets.pair_hues import Kind
    from gui.widgets.patch_grid import PartPlace

CLUES = "from core.clues import Clues"
SOFTMAX = "from core.sampling import softmax"
NAMES = {"first": "sentence 1", "second": "sentence 2", "changed": "sentence 1, changed"}


def depth_name(depth: int) -> str:
    """A depth in words."""
    return "before layer 1" if depth == 0 else f"after layer {depth}"


@dataclass(frozen=True, eq=False)
class ClueAt:
    """A clue word and what stands for it.

    Attributes:
        clue: The word.
        inside: What it is in one of the texts, in which, and where; None: on average elsewhere.
        beside: Id of the followed word's token.
    """

    clue: Clue
    inside: tuple[Doubles, Kind, int] | None
    beside: int

    @property
    def vectors(self) -> Doubles:
        """(D, C)."""
        found = self.clue.vectors if self.inside is None else self.inside[0]
        assert found is not None
        return found

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Texts that must be read for it."""
        return () if self.inside is None else (self.inside[1],)

    @property
    def origin(self) -> str:
        """Where it is from, in words."""
        if self.inside is not None:
            return f"in {NAMES[self.inside[1]]}"
        n = self.clue.n_texts
        return "in one text" if n == 1 else f"mean of {n} texts"

    def lines(self) -> list[str]:
        """Python that makes `clue`, after `clues`."""
        if self.inside is not None:
            return [f"clue = path({self.inside[1]}, {self.inside[2]})"]
        return [f"clue, n_texts = clues.clue({self.clue.token}, beside={self.beside})"]


def likeness_number(
    model: LanguageModel, journey: Journey, about: ClueAt, centre: Doubles, kind: Kind, depth: int
) -> Explanation:
    """A point of a curve.

    Args:
        model: The model.
        journey: The word in the texts.
        about: The clue that the curve is about.
        centre: (D, C) what is taken away from both.
        kind: The curve's text.
        depth: The point's depth.
    """
    own = journey.paths[kind][depth] - centre[depth]
    other = about.vectors[depth] - centre[depth]
    lengths = float(np.linalg.norm(own)), float(np.linalg.norm(other))
    way = f"path({kind}, {journey.position(kind)})"
    lines = [
        *_read(model, journey, (kind, *about.kinds)),
        "clues = Clues(model)",
        *about.lines(),
        f"print(likeness({way}, clue, clues.centre())[{depth}])",
    ]
    label = journey.traces[kind].tokens[journey.position(kind)].label
    return Explanation(
        f"How alike {label} in {NAMES[kind]} is to “{about.clue.typed}”, {depth_name(depth)}",
        "cosine = a · b / (length of a · length of b)\n"
        "a, b: the two vectors, each minus what all tokens are on average there",
        (
            (f"a, {label} minus the average", vector(own)),
            (f"b, “{about.clue.typed}” ({about.origin}) minus it", vector(other)),
            ("a · b", exactly(float(own @ other))),
            ("length of a", exactly(lengths[0])),
            ("length of b", exactly(lengths[1])),
        ),
        exactly(float(own @ other) / (lengths[0] * lengths[1])),
        script(
            model.info.folder,
            lines,
            [CLUES, "from core.journey import likeness, path", *_imports(journey, kind)],
        ),
    )


def dot_place(
    model: LanguageModel, journey: Journey, what: Kind | ClueAt, depth: int, *, is_parting: bool
) -> Explanation:
    """Where a dot lies: of a text's path, or of a clue's."""
    plane = journey.parting if is_parting else journey.whole
    kinds: tuple[Kind, ...] = ("first", "second") if journey.second is not None else ("first",)
    imports = []
    if isinstance(what, ClueAt):
        vectors, name = what.vectors, f"“{what.clue.typed}” ({what.origin})"
        lines = [*_read(model, journey, (*kinds, *what.kinds))]
        lines += ["clues = Clues(model)"] if what.inside is None else []
        lines += what.lines()
        imports += [CLUES] if what.inside is None else []
        printed = f"clue[{depth}]"
    else:
        label = journey.traces[what].tokens[journey.position(what)].label
        vectors, name = journey.paths[what], f"{label} in {NAMES[what]}"
        lines = [*_read(model, journey, (*kinds, what))]
        imports += _imports(journey, what)
        printed = f"path({what}, {journey.position(what)})[{depth}]"
    make = "parting_plane" if is_parting and journey.second is not None else "common_plane"
    both = [f"path({kind}, {journey.position(kind)})" for kind in kinds]
    given = ", ".join(both) if make == "parting_plane" else f"[{', '.join(both)}]"
    lines += [f"plane = {make}({given})", f"print(*plane.place({printed}))"]
    across, up = (float(each) for each in plane.place(vectors[depth]))
    return Explanation(
        f"Where {name} is, {depth_name(depth)}",
        f"across = (v {MINUS} middle) · direction across\nup = (v {MINUS} middle) · direction up",
        (
            ("v, the vector there", vector(vectors[depth])),
            ("middle of all dots", vector(plane.centre)),
            ("direction across", vector(plane.axes[0])),
            ("direction up", vector(plane.axes[1])),
        ),
        f"{exactly(across)} across, {exactly(up)} up",
        script(model.info.folder, lines, [f"from core.journey import {make}, path", *imports]),
    )


def probability_number(
    model: LanguageModel, journey: Journey, kind: Kind, token: int
) -> Explanation:
    """How probable a token is as the next one after a text."""
    logits = journey.traces[kind].logits[-1].astype(np.float64)
    highest = float(logits.max())
    powers = np.exp(logits - highest)
    lines = [*_read(model, journey, (kind,)), f"print(softmax({kind}.logits[-1])[{token}])"]
    label = model.tokenizer.label(token)
    share = float(powers[token] / powers.sum())
    return Explanation(
        f"How probable {label} is after {NAMES[kind]}",
        f"probability = e^(score {MINUS} highest) / sum of that over all tokens\n"
        "before temperature, top-k and top-p",
        (
            ("score (logit)", exactly(float(logits[token]))),
            ("highest score", exactly(highest)),
            (f"e^(score {MINUS} highest)", exactly(float(powers[token]))),
            (f"sum over {len(logits):,} tokens", exactly(float(powers.sum()))),
        ),
        f"{exactly(share)} = {percent(share)}",
        script(model.info.folder, lines, [SOFTMAX, *_imports(journey, kind)]),
    )


def effect_number(
    model: LanguageModel, journey: Journey, place: PartPlace, column: int, far: float
) -> Explanation:
    """How far a part alone takes the word."""
    assert journey.second is not None
    at, other = journey.at
    start = journey.paths["first"][-1]
    way = journey.paths["second"][-1] - start
    lines = [
        *_read(model, journey, ("first", "second")),
        f"found = patch_effects(model.weights, first, second, {at}, {other})",
        f"print(found[{place.layer}, {column}])",
    ]
    return Explanation(
        f"How far {part_name(*place)} takes the word by itself",
        f"share = (end {MINUS} start) · way / (way · way)\nway = goal {MINUS} start",
        (
            ("start, the word after the last layer of sentence 1", vector(start)),
            ("goal, the same of sentence 2", vector(journey.paths["second"][-1])),
            ("end", "the same of sentence 1, read again with this output carried over"),
            ("way · way", exactly(float(way @ way))),
        ),
        exactly(far),
        script(model.info.folder, lines, ["from core.patch_effects import patch_effects"]),
    )


# --- Python that reads the texts again


def _read(model: LanguageModel, journey: Journey, kinds: Sequence[Kind]) -> list[str]:
    """Lines that make `first`, `second` and `changed`, as far as they are needed."""
    wanted = set(kinds)
    changes = () if journey.changed is None else journey.changed.changes
    if "changed" in wanted and any(_is_of(journey, each) for each in changes):
        wanted.add("second")
    lines = []
    for kind in ("first", "second"):
        if kind in wanted:
            lines.append(f"{kind} = {_reading(model, journey.traces[kind])}")
    if "changed" in wanted and journey.changed is not None:
        lines.append("changes = [")
        lines += [f"    {_written(journey, each)}," for each in changes]
        again = _reading(model, journey.changed).removesuffix(")")
        lines += ["]", f"changed = {again}, changes=changes)"]
    return lines


def _reading(model: LanguageModel, trace: Trace) -> str:
    ids = [token.id for token in (*trace.before, *trace.tokens)]
    typed = model.tokenizer.ids(trace.text) == ids
    return f"model.trace({trace.text!r})" if typed else f"model.trace_ids({ids})"


def _is_of(journey: Journey, change: Change) -> bool:
    """Whether a change is an output of the second text as it is now."""
    from gui.text.journey_study import renewed

    if not isinstance(change, Patch) or change.position != journey.at[0]:
        return False
    now = renewed(journey, change)
    return now is not None and now.value == change.value


def _written(journey: Journey, change: Change) -> str:
    if _is_of(journey, change):
        assert isinstance(change, Patch)
        at, other = journey.at
        what = f"{change.layer}, {change.part!r}, {change.head}"
        return f"patch(second, {what}, {other}, to={at})"
    return repr(change)


def _imports(journey: Journey, kind: Kind) -> list[str]:
    if kind != "changed" or journey.changed is None:
        return []
    changes = journey.changed.changes
    names = {type(each).__name__ for each in changes if not _is_of(journey, each)}
    found = [f"from core.interventions import {', '.join(sorted(names))}"] if names else []
    if any(_is_of(journey, each) for each in changes):
        found.append("from core.journey import patch")
    return found
