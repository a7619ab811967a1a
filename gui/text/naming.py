"""What the text pages call a token."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from gui.widgets.prediction_rows import END

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.language_model import LanguageModel

KEPT = 10_000  # names


def naming(model: LanguageModel) -> Callable[[int], str]:
    """Tells what a token is called by its id: its label, or that the text is over."""
    label, end = model.tokenizer.label, model.tokenizer.end_of_text

    @lru_cache(maxsize=KEPT)
    def name(token_id: int) -> str:
        return END if token_id == end else label(token_id)

    return name
