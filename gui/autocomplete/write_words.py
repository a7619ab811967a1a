"""The page Write in words: what it says of the text, of the dice and of the next token."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gui.widgets.prediction_rows import percent

if TYPE_CHECKING:
    from core.trace import Prediction

TYPING = "Tab takes the word in grey, Esc refuses it."
START = "The model goes on from what you write here."
ELSEWHERE = "The model goes on at the end: put the cursor there for its next word in grey."
ENDS = "No word in grey: the model would end the text here."
REFUSED = "The word in grey was refused: Tab now leaves the text. Type on, or click a token."
SLID = (
    "Its context is full: the model has forgotten the older half, in grey, and goes on from the "
    "rest."
)
OLDER = "The text is longer than the context: the model no longer sees its start, in grey."
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
BEGINNING_BARS = (
    "Nothing is written yet: this is how the model would begin a text. Click one, or type."
)
BARS = "How likely each token is to come next"
ORIGIN = "Where the probabilities come from: neurons, then scores, before the dice are loaded."
FACTS = {
    "Torn between": (
        "How many tokens the model hesitates between: it is as unsure as if it had to guess one of "
        "so many that are all equally likely. In bits that is its entropy: 0 if it is certain, 1 "
        "if it might as well toss a coin, one more for every doubling. Temperature and cuts change "
        "nothing of this; behind the arrow is how many the loaded dice leave open."
    ),
    "In the draw": "Tokens that top-k, top-p and min-p leave, of all that the model knows.",
    "Context used": "Tokens of your text that the model looks at, of the most that it can.",
}
DICE_ENDED = "The model ended its text here. Type on, or change the seed."
LOADED_ENDED = "The model ended its text here. Type on, or press Reset dice."
SURE_ENDED = "The model is sure that the text is over here. Type on."
SURE = 0.95  # more than this, and no throw worth waiting for goes otherwise
GOES_ON = "tokens written. Generate goes on from here."
TURN_OVER = "The model has had its turn. Say something below, or ask the same once more."
TURN_CUT = "tokens written: there its turn was cut off. Say something below."
END_CHOSEN = "Here the model says that the text is over: there is nothing to append. Type on."
SPACE_AT_END = "Your text ends with a space, but the model's words bring their own."
ENDINGS = (DICE_ENDED, LOADED_ENDED, SURE_ENDED, END_CHOSEN)
THINKING = "thinking\N{HORIZONTAL ELLIPSIS}"
TO_THE_END = "Back to what comes next (Esc)"
FOUND = "Click for how it is computed."
CHAT = (
    "The same text as a talk: your line is wrapped up as \N{LEFT DOUBLE QUOTATION MARK}"
    "User: \N{HORIZONTAL ELLIPSIS} \N{RETURN SYMBOL} Assistant:\N{RIGHT DOUBLE QUOTATION MARK}, "
    "and the model goes on."
)
CUT = "There the model went on with your next line, \N{LEFT DOUBLE QUOTATION MARK}User:"
CUT += "\N{RIGHT DOUBLE QUOTATION MARK}. It was stopped: chat is autocomplete."
BRANCHES = (
    "The ways your text has taken, one for each token chosen and each run: click one to go back "
    "to it."
)
_OF_TEXT = (TYPING, REFUSED, START, ELSEWHERE, ENDS, OLDER, SLID, WRITING, SPACE_AT_END, *ENDINGS)
HINTS = (*_OF_TEXT, CHAT, BRANCHES)  # above the text there may stand one of these
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
    n, n_shaped = round(prediction.perplexity), round(prediction.shaped_perplexity)
    is_same = math.isclose(prediction.shaped_bits, prediction.entropy_bits, abs_tol=1e-9)
    loaded = "" if is_same else f" \N{RIGHTWARDS ARROW} {n_shaped:,}"
    n_all = len(prediction.candidates) + prediction.n_others
    kept = "all" if prediction.n_kept == n_all else f"{prediction.n_kept:,} of"
    return (
        f"{n:,} token{'' if n == 1 else 's'}{loaded}",
        f"{kept} {n_all:,}",
        f"{n_tokens:,} of {context:,}",
    )


def place_title(label: str) -> str:
    """Of the bars at a token of the text."""
    return f"Instead of {label}"


def place_caption(label: str, standing: tuple[int, float] | None) -> str:
    """What these bars are, and what a click does.

    Args:
        label: Of the token.
        standing: Its rank and probability; None for the first token of the text.
    """
    if standing is None:
        seen = f"How the model would begin a text; {label} is ringed."
    else:
        place, share = standing
        seen = f"What the model expected here. {label} stood at place {place:,}, {percent(share)}."
    return f"{seen} Choose another, and the text branches off; this one is kept."


def in_the_draw(n_kept: int, n_all: int, label: str, share: float) -> str:
    """The first part of a decision, told slowly.

    Args:
        n_kept: Tokens in the draw.
        n_all: Tokens of the vocabulary.
        label: What the likeliest is called, as the dice are loaded.
        share: Its probability.
    """
    if n_kept == 1:
        return f"Of {n_all:,} tokens one alone is in the draw: {label}."
    n = "All" if n_kept == n_all else f"{n_kept:,} of"
    return f"{n} {n_all:,} tokens are in the draw. The likeliest is {label} with {percent(share)}."


def dice_fall(shown: float, start: float, end: float, label: str) -> str:
    """The second part: where the dice fall on the line on which all tokens lie end to end."""
    return (
        f"The dice show {shown:.4f}. With all tokens laid end to end, {label} lies from "
        f"{start:.4f} to {end:.4f}."
    )


def so_it_is(label: str, share: float, place: int) -> str:
    """The last part."""
    return f"So {label} is appended: place {place:,}, with {percent(share)}. The model reads on."


def no_dice(label: str) -> str:
    """The first part at temperature 0."""
    return f"Temperature 0: no dice are thrown. The likeliest is taken, and that is {label}."
