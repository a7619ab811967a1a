"""The page Write in words: what it says of the text, of the dice and of the next token."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.trace import Prediction

TYPING = "Tab takes the word in grey."
START = "The model goes on from what you write here."
ELSEWHERE = "The model goes on at the end: put the cursor there for its next word in grey."
ENDS = "No word in grey: the model would end the text here."
OLDER = "The model no longer sees the grey start: its context is full."
WRITING = "The model is writing. Esc or typing stops it."
CHOOSING = "Load the dice that draw each token."
RESET = "Draw exactly as the model says: temperature 1, nothing cut."
NEUTRAL_BARS = (
    "How likely each token is to come next. Click one to append it. "
    "Pale: before the text last changed."
)
SHAPED_BARS = (
    "Filled: the dice as you loaded them. Upright mark: what the model says. Hollow: cut. "
    "Pale: before the text last changed."
)
BARS = "How likely each token is to come next"
ORIGIN = "Where the probabilities come from: neurons, then scores, before the dice are loaded."
FACTS = {
    "Open choices": (
        "How many tokens the model hesitates between, before shaping: it is as unsure as if it had "
        "to guess one of so many that are all equally likely."
    ),
    "In the draw": "Tokens that top-k and top-p leave, of all that the model knows.",
    "Context used": "Tokens of your text that the model looks at, of the most that it can.",
}
DICE_ENDED = "The model ended its text here. Type on, or change the seed."
LOADED_ENDED = "The model ended its text here. Type on, or press Reset dice."
SURE_ENDED = "The model is sure that the text is over here. Type on."
SURE = 0.95  # more than this, and no throw worth waiting for goes otherwise
GOES_ON = "tokens written. Generate goes on from here."
END_CHOSEN = "Here the model says that the text is over: there is nothing to append. Type on."
SPACE_AT_END = "Your text ends with a space, but the model's words bring their own. Tab removes it."
ENDINGS = (DICE_ENDED, LOADED_ENDED, SURE_ENDED, END_CHOSEN)
HINTS = (TYPING, START, ELSEWHERE, ENDS, OLDER, WRITING, SPACE_AT_END, *ENDINGS)
LOADING = "The model is being opened."
NO_MODEL = "No model is open. Choose one with the button at the top right."
EMPTY = "Type the start of a sentence at the left, or go on from one of these:"


def why_ended(prediction: Prediction | None) -> str:
    """That the model ended its text, and what would help: only what can."""
    ends = [each for each in prediction.candidates if each.ends] if prediction else []
    if not ends or ends[0].probability < SURE:
        return DICE_ENDED
    return LOADED_ENDED if ends[0].raw < SURE else SURE_ENDED


def facts(prediction: Prediction, n_tokens: int, context: int) -> tuple[str, ...]:
    """The values of FACTS."""
    n = round(prediction.perplexity)
    n_all = len(prediction.candidates) + prediction.n_others
    kept = "all" if prediction.n_kept == n_all else f"{prediction.n_kept:,} of"
    return (
        f"about {n:,}" if n > 1 else "just one",
        f"{kept} {n_all:,}",
        f"{n_tokens:,} of {context:,}",
    )
