"""What the page Count says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.counting import behind
from core.token_counts import small_world_seed
from gui.autocomplete.count_explanations import NAMES, TRANSFORMER
from gui.widgets.guess_columns import Column, Guess
from gui.widgets.prediction_rows import percent
from gui.widgets.status_line import short_count

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.counting import Against, Counted
    from core.language_model import LanguageModel
    from core.surprise import Surprise
    from core.trace import ModelInfo, Trace
    from gui.autocomplete.count_text import Progress

TITLE = "Counting and learning"
CAPTION = (
    "A counter looks up in a text what came next, and how often: at any place (none), after the "
    "last token, or after the last two. "
    "The transformer has no such list: it computes, from numbers that it learned."
)
CURVES = "Surprise"
CURVES_CAPTION = (
    "The higher, the more surprised: 0 bits, it was sure; 1 bit, it gave the token one chance in "
    "2; 2 bits, one in 4; 3 bits, one in 8. Hollow square: the counter never saw the two tokens "
    "before together, so it looks at one only. Numbers above and arrows are averages."
)
NO_MODEL = "Open a model, and what it learned is held against what counting gives."
EMPTY = "Type the start of a sentence above: what counters and the model make of it stands here."
ONE = "Type a second token: nothing comes before the first one that it could be foretold from."
WAIT = "Counting a text\N{HORIZONTAL ELLIPSIS} The first counts are here in a moment."
LATER = "How surprised each counter is comes with the first counts."
STOPPED = "Nothing is counted yet. Press Count to begin."
AMOUNT_NAMES = {250_000: "\N{VULGAR FRACTION ONE QUARTER} M", 1_000_000: "1 M", 4_000_000: "4 M"}
AMOUNTS_PURPOSE = "Count {:,} characters of text"
STOP, COUNT = "Stop", "Count"
STOP_PURPOSE = "Stop counting; what was counted stays"
COUNT_PURPOSE = "Count the rest of the text"


MOST_NAMED = 2  # tokens that set the transformer back
WHY_BEHIND = (
    "It is nearly sure where the text that it learned from left no choice, and pays for that in "
    "another; a counter is never sure."
)


def about(model: ModelInfo, known: Counted | None, progress: Progress | None) -> str:
    """How much of which text is counted, in one or two sentences."""
    if progress is not None and known is None:
        share = progress.n_characters / progress.n_wanted
        return f"Reading the first {progress.n_wanted:,} characters: {share:.0%}."
    if known is None:
        return STOPPED
    amount = f"{known.n_characters:,} characters, {known.n_tokens:,} tokens"
    if known.source.is_own:
        said = f"Counted: the first {amount}, of the text that this model learned from."
        said += _times_more(model, known)
    else:
        is_other_text = model.training is not None and small_world_seed(model.training) is None
        whose = (
            "The text that this model learned from is not here."
            if is_other_text
            else "What text this model learned from is not known here."
        )
        said = (
            f"{whose} Counted instead: {amount}, of the Small World, cut by this model's own "
            "tokenizer."
        )
    if progress is not None and not progress.is_whole:
        said = f"{progress.n_characters / progress.n_wanted:.0%} read. {said}"
    return said


def set_back(found: Against, own: Surprise, label: Callable[[int], str]) -> str:
    """Why the transformer is behind the best counter on this text; "" if it is not."""
    why = behind(found)
    if why is None:
        return ""
    name, costs = NAMES[why.counter].lower(), []
    for column in why.tokens[:MOST_NAMED]:
        its, mine = found.bits[why.counter, column], found.bits[-1, column]
        at = column + 1  # the first token has no column
        guess, share = int(own.likeliest[at, 0]), float(own.likeliest_probabilities[at, 0])
        token = label(int(own.trace.ids[at]))
        cost = f"{token} cost it {mine:.1f} bits (the {name} {its:.1f})"
        costs.append(
            cost if guess == own.trace.ids[at] else f"{cost}: {label(guess)} had {percent(share)}"
        )
    n_more = len(why.tokens) - MOST_NAMED
    costs += [f"{n_more} more did so too"] if n_more > 0 else []
    said = f"Why the transformer is behind here: {'; '.join(costs)}."
    if why.rest is not None:
        n = found.bits.shape[1] - len(why.tokens)
        others = "the other token" if n == 1 else f"the other {n}"
        its, mine = why.rest
        said += f" On {others} it leads, {mine:.1f} bits to {its:.1f}."
    return f"{said} {WHY_BEHIND}"


def _times_more(model: ModelInfo, known: Counted) -> str:
    """How much more the model has read."""
    n_read = (model.training or {}).get("tokens_seen")
    if type(n_read) is not int or n_read < 2 * known.n_tokens:
        return ""
    return f" The model has read {n_read / known.n_tokens:,.0f} times as many tokens."


def columns(
    model: LanguageModel, trace: Trace, known: Counted, found: Against
) -> tuple[Column, ...]:
    """What each predictor says, for the figure."""
    label, end = model.tokenizer.label, model.tokenizer.end_of_text
    made = []
    for at, name in enumerate(NAMES):
        guesses = [
            Guess(token_id, label(token_id), share, ends=token_id == end)
            for token_id, share in zip(
                found.ids[at].tolist(), found.probabilities[at].tolist(), strict=True
            )
        ]
        n_others = model.config.vocab_size - len(guesses)
        if n_others:
            guesses.append(Guess(None, f"{n_others:,} others", float(found.others[at])))
        looks_at, note, tip, warns = _heading(model, trace, known, found, at)
        made.append(Column(name, looks_at, note, tip, tuple(guesses), is_warning=warns))
    return tuple(made)


def _heading(
    model: LanguageModel, trace: Trace, known: Counted, found: Against, at: int
) -> tuple[str, str, str, bool]:
    """What it looks at, a note, both in full, and whether the note is a warning."""
    label = model.tokenizer.label
    if at == TRANSFORMER:
        n = len(trace.ids)
        looks_at = "after the token before" if n == 1 else f"after all {n:,} tokens"
        note = f"{short_count(model.info.n_parameters)} learned numbers"
        tip = f"It looks at {'one token' if n == 1 else f'all {n:,} tokens'}. It counts nothing: "
        return looks_at, note, f"{tip}it has {model.info.n_parameters:,} learned numbers.", False
    if at == 0:
        note = f"{known.n_tokens:,} tokens counted"
        tip = "How often each token stands in the counted text, whatever comes before it."
        return "how often each token is", note, tip, False
    context = [label(token_id) for token_id in found.context]
    wanted, times = context[-at:], found.times[at]
    after = f"after {''.join(wanted)}"
    if times is None:
        note = "only one token to look at"
        tip = "There are not two tokens before: it can only look at one."
        return after, note, tip, False
    if times:
        note = f"seen {times:,} times" if times > 1 else "seen once"
        tip = f"In the counted text something follows {''.join(wanted)} {times:,} times."
        return after, note, tip, False
    reach = min(found.next_reach, at - 1)
    rest = f"looks at {context[-1]} alone" if reach else "only counts how often each token is"
    tip = (
        f"The counted text never has {''.join(wanted)} with something behind it. What such a "
        f"counter has never seen it cannot know: it {rest}."
    )
    return after, f"never seen: {rest}", tip, True
