"""The state of the Autocomplete tab as one line, or a small file, that brings it back exactly."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from core.config import SamplingConfig
from core.errors import UserError
from core.files import parse_json
from gui.session import MAX_PROMPT
from gui.widgets.sampling_controls import MOST_SEED
from gui.widgets.sampling_dials import MOST_K

if TYPE_CHECKING:
    from core.language_model import LanguageModel

MARK, VERSION = "glassbox", 1
NOTE = "The model was altered when this was saved; what was changed in it is not in here."
MOST_BYTES = 1_000_000  # of a file; ours are hundreds
MOST_THROWN = 1_000_000  # dice are thrown as often before the next word comes: a second
_SAMPLED = 512  # numbers of each array that the fingerprint looks at
KINDS: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "model": (str,),
    "fingerprint": (str,),
    "temperature": (int, float),
    "top_k": (int,),
    "top_p": (int, float),
    "seed": (int,),
}
EXTRAS = {"min_p": 0.0, "repetition_penalty": 1.0}  # where a line of before says nothing of them


@dataclass(frozen=True)
class State:
    """What makes the same words come again.

    Attributes:
        text: The prompt.
        model: The model's name.
        fingerprint: Of its numbers.
        sampling: How the dice are loaded.
        seed: Where they start.
        changes: How many changes to the pass were in force; they are not in it.
        tokens: Of the text, where typing it would give others; else None.
        thrown: How often the dice of the seed were thrown to write the text's end.
    """

    text: str
    model: str
    fingerprint: str
    sampling: SamplingConfig
    seed: int
    changes: int = 0
    tokens: tuple[int, ...] | None = None
    thrown: int = 0


def fingerprint(model: LanguageModel) -> str:
    """Twelve signs that another model's numbers would hardly give: of some numbers of each array.

    All of them would take a second in a large model.
    """
    digest = sha256()
    for name, array in sorted(model.weights.arrays().items()):
        flat = array.reshape(-1)
        step = max(1, flat.size // _SAMPLED)
        digest.update(f"{name} {array.shape}".encode())
        digest.update(flat[::step].astype("<f4").tobytes())
    return digest.hexdigest()[:12]


def to_line(state: State) -> str:
    """One line of JSON; a file holds the same."""
    said: dict[str, Any] = {
        MARK: VERSION,
        "text": state.text,
        "model": state.model,
        "fingerprint": state.fingerprint,
        **asdict(state.sampling),
        "seed": state.seed,
    }
    if state.tokens is not None:
        said["tokens"] = state.tokens
    if state.thrown:
        said["thrown"] = state.thrown
    if state.changes:
        said["changes"], said["note"] = state.changes, NOTE
    return json.dumps(said)


def from_bytes(data: bytes, source: str) -> State:
    """Read a line or a file of `to_line`.

    Args:
        data: UTF-8.
        source: What it is called in the complaint, as in "The file x.json".

    Raises:
        UserError: It is none, or says something impossible: which, in one sentence.
    """
    found = parse_json(data, source)
    if not isinstance(found, dict) or MARK not in found:
        raise UserError(f"{source} holds no settings of Glassbox: copy them with Share.")
    if found[MARK] != VERSION:
        raise UserError(f"{source} is from another version of Glassbox: make it anew with Share.")
    found = EXTRAS | found
    for name, kinds in (KINDS | dict.fromkeys(EXTRAS, (int, float))).items():
        value = found.get(name)
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise UserError(
                f"{source} lacks a proper “{name}”: copy the whole line, or share again."
            )
    return _state(found, source)


def _state(found: dict[str, Any], source: str) -> State:
    if len(found["text"]) > MAX_PROMPT:
        raise UserError(f"{source} has a text of more than {MAX_PROMPT:,} characters: shorten it.")
    if not 0 <= found["seed"] <= MOST_SEED:
        raise UserError(f"{source} has a seed that is not from 0 to {MOST_SEED:,}: correct it.")
    if not 0 <= found["top_k"] <= MOST_K:
        raise UserError(f"{source} has a top-k that is not from 0 to {MOST_K:,}: correct it.")
    try:
        extras = {name: float(found[name]) for name in EXTRAS}
        sampling = SamplingConfig(
            float(found["temperature"]), found["top_k"], float(found["top_p"]), **extras
        )
    except (UserError, OverflowError) as error:
        raise UserError(f"{source} cannot be used: {error}") from error
    tokens, changes, thrown = found.get("tokens"), found.get("changes", 0), found.get("thrown", 0)
    if not isinstance(tokens, list) or any(type(each) is not int for each in tokens):
        tokens = None
    return State(
        found["text"],
        found["model"],
        found["fingerprint"],
        sampling,
        found["seed"],
        changes if type(changes) is int else 0,
        None if tokens is None else tuple(tokens),
        thrown if type(thrown) is int and 0 <= thrown <= MOST_THROWN else 0,
    )
