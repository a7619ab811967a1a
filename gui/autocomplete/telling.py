"""One decision in three sentences, while it is made: who is in the draw, the dice, the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from core.dice import line
from core.sampling import rank, shape
from gui.autocomplete.write_words import dice_fall, in_the_draw, no_dice, so_it_is
from gui.text.naming import naming

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.autocomplete.next_card import NextCard
    from gui.session import Session


class Telling(QObject):
    """Tells in the card of the bars, and rings the chosen one as soon as it is known.

    Args:
        session: Where the decision is made.
        card: Where it is told.
        parent: Qt's.
    """

    def __init__(self, session: Session, card: NextCard, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._card = session, card
        self._steps: list[Callable[[], None]] = []
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._step)

    def tell(self, token_id: int, within_ms: int) -> None:
        """Explain why this token is appended, a third of the time for each sentence."""
        session, model = self._session, self._session.language_model
        trace, prediction = session.trace, session.prediction
        if model is None or prediction is None:
            return
        logits = model.beginning(session.changes) if trace is None else trace.logits[-1]
        if logits is None:
            return
        name = naming(model)
        label = name(token_id)
        shares = shape(logits, session.sampling, () if trace is None else trace.ids)
        likeliest = int(shares.argmax())
        ends = line(shares)
        start = float(ends[token_id - 1]) if token_id else 0.0
        draw = in_the_draw(
            prediction.n_kept, logits.size, name(likeliest), float(shares[likeliest])
        )
        fall = dice_fall(session.throw, start, float(ends[token_id]), label)
        choice = so_it_is(label, float(shares[token_id]), rank(logits, token_id))
        if session.sampling.temperature == 0:
            draw, fall = no_dice(label), ""

        def decide() -> None:
            self._card.tell(choice)
            self._card.bars.mark(token_id)

        self._steps = [
            lambda: self._card.tell(draw),
            lambda: self._card.tell(fall or draw),
            decide,
        ]
        self._clock.start(within_ms // len(self._steps))
        self._step()

    def stop(self) -> None:
        """Say nothing more."""
        self._clock.stop()
        self._steps.clear()
        self._card.tell("")

    def _step(self) -> None:
        if self._steps:
            self._steps.pop(0)()
        else:
            self._clock.stop()
