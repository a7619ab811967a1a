"""What if? Changes to a forward pass: parts switched off, attention moved, activations patched in.

A change is a plain value that says where it acts; `Interventions` acts out several of them while
`core.inference.read` reads. Everything after the changed place is computed as always.

Notation as in `core.trace`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from core.errors import UserError
from core.inference import read_all, unseen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from core.config import ModelConfig
    from core.inference import Floats, See, Weights

Part = Literal["head", "attention", "mlp", "layer"]
Instead = Literal["zero", "mean"]
# Where in a block a part's output can be taken and given.
_OUTPUT = {"head": "z", "attention": "attn_out", "mlp": "mlp_out"}
_NO_SHARE = "An attention weight is a number from 0 to 1."


@dataclass(frozen=True)
class Off:
    """A part no longer says anything about the text.

    Attributes:
        layer: Its block.
        part: "head", "attention" (all heads of the block, and their bias) or "mlp".
        head: Which head, if it is one.
        instead: "zero": it gives nothing; "mean": it gives what it gives on average over a
            standard text, at every token the same.
    """

    layer: int
    part: Part
    head: int = 0
    instead: Instead = "zero"


@dataclass(frozen=True)
class Look:
    """A head looks this much at a token; what is left of its row keeps its proportions.

    Attributes:
        layer: The head's block.
        head: The head.
        row: Position of the token that looks.
        column: Position of the token that is looked at.
        weight: How much, from 0 to 1.
        row_id: Id of the token that looks, by which the change knows whether it still fits.
        column_id: Id of the other.

    Raises:
        UserError: The weight is not a number from 0 to 1.
    """

    layer: int
    head: int
    row: int
    column: int
    weight: float
    row_id: int
    column_id: int

    def __post_init__(self) -> None:
        if not 0 <= self.weight <= 1:  # nor NaN
            raise UserError(_NO_SHARE)


@dataclass(frozen=True)
class Patch:
    """A part gives at one token what it gave elsewhere, say in another sentence.

    Attributes:
        layer: Its block.
        part: "head", "attention", "mlp" or "layer", the whole stream after the block.
        head: Which head, if it is one.
        position: The token's.
        value: D numbers for a head, else C.
        token_id: Id of the token there, by which the change knows whether it still fits; None if
            it fits any.
        source: Where the value is from, say the other sentence; for the eye.
    """

    layer: int
    part: Part
    head: int
    position: int
    value: tuple[float, ...]
    token_id: int | None = None
    source: str = ""


Change = Off | Look | Patch


class Means(NamedTuple):
    """What each part gives on average over a text."""

    z: Floats  # (L, H, D)
    attn_out: Floats  # (L, C)
    mlp_out: Floats  # (L, C)


def means(weights: Weights, texts: Iterable[Sequence[int]]) -> Means:
    """Average what each part gives, over all tokens of some texts.

    Args:
        weights: Of the model.
        texts: Token ids of each; at least one token in all.
    """
    config = weights.config
    sums = Means(
        np.zeros((config.n_layers, config.n_heads, config.d_head)),
        np.zeros((config.n_layers, config.d_model)),
        np.zeros((config.n_layers, config.d_model)),
    )
    n_tokens = 0

    def add(layer: int, name: str, value: Floats) -> None:
        if name in Means._fields:
            getattr(sums, name)[layer] += value.sum(axis=-2, dtype=np.float64)

    for ids in texts:
        n_tokens += len(ids)
        read_all(weights, ids, add)
    return Means(*((each / n_tokens).astype(weights.wte.dtype) for each in sums))


def why_not(change: Change, config: ModelConfig, ids: Sequence[int]) -> str:
    """Why a change makes no sense for a model and a text, in a sentence; "" if it does.

    Args:
        change: Made on this text, or on another one.
        config: The model's sizes.
        ids: The T tokens.
    """
    if not 0 <= change.layer < config.n_layers:
        return f"This model has no layer {change.layer + 1}."
    is_head = isinstance(change, Look) or change.part == "head"
    if is_head and not 0 <= change.head < config.n_heads:
        return f"This model has no head {change.head + 1}."
    if isinstance(change, Look):
        return _why_not_look(change, ids)
    return _why_not_patch(change, config, ids) if isinstance(change, Patch) else ""


def fitting(
    changes: Iterable[Change], config: ModelConfig, ids: Sequence[int]
) -> tuple[Change, ...]:
    """Those changes that make sense for a model and a text; arguments as of `why_not`."""
    return tuple(each for each in changes if not why_not(each, config, ids))


def _why_not_look(change: Look, ids: Sequence[int]) -> str:
    if not 0 <= change.column <= change.row:
        return "A token cannot look ahead."
    if change.row >= len(ids):
        return "The token that looks is gone."
    if (ids[change.row], ids[change.column]) != (change.row_id, change.column_id):
        return "Another token stands there now."
    return ""


def _why_not_patch(change: Patch, config: ModelConfig, ids: Sequence[int]) -> str:
    wanted = config.d_head if change.part == "head" else config.d_model
    if len(change.value) != wanted:
        return f"It is {len(change.value)} numbers long, and {wanted} are needed."
    if not 0 <= change.position < len(ids):
        return "There is no token at its position."
    if change.token_id not in (None, ids[change.position]):
        return "Another token stands there now."
    if not all(map(math.isfinite, change.value)):
        return "Some of its values are not numbers."
    return ""


def place_of(change: Change) -> tuple[object, ...]:
    """Where a change acts: of two changes at the same place, the later one takes the other's."""
    if isinstance(change, Look):
        return Look, change.layer, change.head, change.row, change.column
    part = change.layer, change.part, change.head if change.part == "head" else 0
    return (Patch, *part, change.position) if isinstance(change, Patch) else (Off, *part)


def n_alike(some: Sequence[Change], others: Sequence[Change], n_tokens: int) -> int:
    """How many of a text's first tokens two lists of changes treat in the same way.

    A look or a patch leaves all earlier tokens as they are, as no token looks ahead.
    """
    starts = {_starts_at(change) for change in (*some, *others)}
    for start in sorted(starts):
        acting, also_acting = (
            [change for change in changes if _starts_at(change) <= start]
            for changes in (some, others)
        )
        if acting != also_acting:
            return min(start, n_tokens)
    return n_tokens


def _starts_at(change: Change) -> int:
    if isinstance(change, Off):
        return 0
    return change.row if isinstance(change, Look) else change.position


class Interventions:
    """Acts out changes while a model reads.

    Args:
        changes: All must make sense (`why_not`) for the model and the text.
        average: What "mean" stands for; needed where a change asks for it.
        n_layers: L.
        n_past: Tokens that were read before with the same changes; rows count from there.
    """

    def __init__(
        self, changes: Iterable[Change], average: Means | None, n_layers: int, n_past: int = 0
    ) -> None:
        self._average, self._n_past = average, n_past
        self._at: dict[tuple[int, str], list[Off | Patch]] = defaultdict(list)
        self._rows: dict[tuple[int, int, int], dict[int, float]] = defaultdict(dict)
        for change in changes:
            if isinstance(change, Look):
                self._rows[change.layer, change.head, change.row][change.column] = change.weight
            elif change.part != "layer":
                self._at[change.layer, _OUTPUT[change.part]].append(change)
            elif change.layer + 1 < n_layers:  # one block's output is the next one's input
                self._at[change.layer + 1, "resid_pre"].append(change)
            else:
                self._at[change.layer, "resid_post"].append(change)

    def see(self, layer: int, name: str, value: Floats) -> None:
        """Change an activation in place; see `core.inference.See`."""
        if name == "pattern":
            for (at, head, row), pins in self._rows.items():
                if at == layer and row >= self._n_past:
                    looks = value[head, row - self._n_past, : row + 1]
                    looks[...] = pinned(looks, pins)
        for change in self._at.get((layer, name), ()):
            own = value[change.head] if name == "z" else value  # (T, D) or (T, C)
            if isinstance(change, Patch):
                if change.position >= self._n_past:
                    own[change.position - self._n_past] = change.value
            elif change.instead == "zero":
                own[...] = 0
            else:
                assert self._average is not None
                usual = getattr(self._average, name)[layer]
                own[...] = usual[change.head] if name == "z" else usual


def acting(changes: Sequence[Change], average: Means | None, n_layers: int, n_past: int = 0) -> See:
    """What acts changes out, if there are any; arguments as of `Interventions`."""
    return Interventions(changes, average, n_layers, n_past).see if changes else unseen


def also(first: See, then: See) -> See:
    """Show every activation to both, in this order."""

    def see(layer: int, name: str, value: Floats) -> None:
        first(layer, name, value)
        then(layer, name, value)

    return see


def pinned(row: NDArray[np.floating], pins: Mapping[int, float]) -> Floats:
    """A row of attention in which some weights are given.

    The others share what is left, in their proportions. Where nothing is left for them, or they
    have no share to grow from, the given weights are scaled to add up to 1 by themselves.

    Args:
        row: (S,) weights that add up to 1.
        pins: Weights from 0 to 1 by column.

    Returns:
        (S,) weights that add up to 1.

    Raises:
        UserError: A weight is not from 0 to 1, or all are 0.
    """
    if not all(0 <= weight <= 1 for weight in pins.values()):
        raise UserError(_NO_SHARE)
    new: Floats = row.astype(np.float64)
    columns = list(pins)
    new[columns] = 0
    others = new.sum()
    given = math.fsum(pins.values())
    left = max(0.0, 1 - given)
    new *= left / others if others > 0 else 0.0
    new[columns] = list(pins.values())
    total = new.sum()
    if total == 0:
        raise UserError("A token must look somewhere: one of its weights has to be more than 0.")
    new /= total
    return new
