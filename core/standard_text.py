"""The standard text, on which is measured what the parts of any model do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.tracing import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from core.tokenizer import Tokenizer

DOCUMENTS = 60  # of the Small World; no training stream holds any of them


def standard_text(tokenizer: Tokenizer, context: int) -> tuple[list[int], ...]:
    """Its documents as ids, each as far as it fits a context of so many tokens."""
    from core.corpus import some

    return tuple(tokenizer.ids(text)[:context] for text in some(0, "held-out", DOCUMENTS))


def watched(
    texts: Sequence[list[int]], report: Callable[[float], None], cancelled: Callable[[], bool]
) -> Iterator[list[int]]:
    """Texts, one after the other, for whoever reads them while somebody waits.

    Args:
        texts: Ids of each.
        report: Told before each which share of them was read, from 0 to 1.
        cancelled: Asked before each.

    Raises:
        Cancelled: It said yes.
    """
    for n_read, ids in enumerate(texts):
        if cancelled():
            raise Cancelled
        report(n_read / len(texts))
        yield ids
