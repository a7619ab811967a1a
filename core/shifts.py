"""How the next token's probabilities shift from one pass to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from core.sampling import best, softmax
from core.trace import Shift, Shifts

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WHOLE = 10_000  # hundredths of a percent


def shifts(
    before: NDArray[Any],
    after: NDArray[Any],
    label: Callable[[int], str],
    end_of_text: int | None = None,
    top: int = 8,
) -> Shifts:
    """Compare two distributions, as the model says them: nothing is shaped.

    Args:
        before: (V,) scores of the next token.
        after: (V,) scores in the other pass.
        label: What a token is called, by its id.
        end_of_text: Id of the mark that the text is over, if there is one.
        top: How many tokens, at most: those that are likeliest in either.

    Raises:
        UserError: A score is not a number.
    """
    old, new = softmax(before), softmax(after)
    ids = best(np.maximum(old, new), top)
    ids = ids[np.lexsort((ids, -old[ids], -new[ids]))]
    columns = column(old, ids), column(new, ids)
    *shown, others_shown = zip(columns[0].shown, columns[1].shown, strict=True)
    rows = tuple(
        Shift(
            id=token_id,
            label=label(token_id),
            before=float(old[token_id]),
            after=float(new[token_id]),
            shown=each,
            ends=token_id == end_of_text,
        )
        for token_id, each in zip(ids.tolist(), shown, strict=True)
    )
    return Shifts(
        rows=rows,
        n_others=old.size - ids.size,
        others=(columns[0].others, columns[1].others),
        others_shown=others_shown,
    )


class Column(NamedTuple):
    """One of two distributions side by side.

    Attributes:
        others: Probability of all tokens together that have no row.
        shown: That of each row, then of the others, in hundredths of a percent that add up to all.
    """

    others: float
    shown: list[int]


def column(probabilities: Floats, ids: NDArray[np.intp]) -> Column:
    """Lay a distribution out in rows.

    Args:
        probabilities: (V,) summing to 1.
        ids: (n,) the tokens that have a row each.
    """
    others = float(np.delete(probabilities, ids).sum())
    return Column(others, hundredths(np.append(probabilities[ids], others)))


def hundredths(shares: Floats) -> list[int]:
    """Shares of 1 in hundredths of a percent that add up to a whole, each less than one off."""
    exact = shares * (WHOLE / shares.sum())
    down = np.floor(exact)
    n_up = round(WHOLE - down.sum())
    up = np.argsort(down - exact, kind="stable")[:n_up]  # those that lost most
    down[up] += 1
    return [int(each) for each in down]
