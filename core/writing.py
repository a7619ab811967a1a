"""A text that a model writes: as fast as it reads its own tokens, with a trace wherever one looks.

Making a trace of every token and its probabilities costs as much as reading it. So a text grows
without, and whoever wants to see it asks for the trace of what is there by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.errors import UserError
from core.generation import NOTHING
from core.growing_text import GrowingText
from core.sampling import draw, shape
from core.tracing import never

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.config import SamplingConfig
    from core.interventions import Change
    from core.language_model import LanguageModel
    from core.trace import Trace


class Writer:
    """Draws one token after another; see `LanguageModel.write`.

    Args:
        model: Writes.
        text: What to go on from; or its tokens, where typing it would give others.
        sampling: Shapes the distribution that each token is drawn from.
        seed: Of the dice.
        n_thrown: How often the dice of this seed were thrown before.
        changes: To the pass.

    Attributes:
        model: As given.
        sampling: As given.
        changes: As given.
    """

    def __init__(
        self,
        model: LanguageModel,
        text: str | Sequence[int],
        sampling: SamplingConfig,
        seed: int,
        n_thrown: int = 0,
        changes: tuple[Change, ...] = (),
    ) -> None:
        self.model, self.sampling, self.changes = model, sampling, changes
        self._growing = GrowingText(model.tokenizer, text)
        self._rng = np.random.default_rng(seed)
        self._rng.random(n_thrown)

    @property
    def text(self) -> str:
        """All of it, so far."""
        return self._growing.text

    def go_on(self, cancelled: Callable[[], bool] = never) -> bool:
        """Draw one token more.

        Args:
            cancelled: Asked before every block.

        Returns:
            False if the text is over: nothing was appended.

        Raises:
            Cancelled: `cancelled` said yes; nothing was drawn.
            UserError: There is nothing to continue and the model knows no beginnings, or the
                scores are not numbers.
        """
        scores = self.model.scores(self._growing.tokens, cancelled, self.changes)
        if scores is None:
            raise UserError(NOTHING)
        token_id = draw(shape(scores.logits, self.sampling, scores.ids), self._rng)
        if token_id == self.model.tokenizer.end_of_text:
            return False
        self._growing.append(token_id)
        return True

    def trace(self, cancelled: Callable[[], bool] = never) -> Trace | None:
        """Of the text so far; None if it has no tokens.

        The tokens are those that were drawn, even where the same text would be cut otherwise, and
        it has those that the next one is drawn from.

        Raises:
            Cancelled: `cancelled` said yes.
        """
        growing = self._growing
        return self.model.trace_tokens(growing.text, growing.tokens, cancelled, self.changes)
