"""What went wrong, turned into a sentence for the banner; the log gets the rest."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

UNEXPECTED = "Something unexpected went wrong; you can go on. The log file has the details."
PARTS = ("config.json", "model.safetensors", "tokenizer.json")  # of a model's folder


@dataclass(frozen=True)
class Failure:
    """What went wrong, for the banner.

    Attributes:
        sentence: What happened and what to do.
        details: For those who want to know; the log has the traceback.
        of_folder: Whether another model folder would mend it.
    """

    sentence: str
    details: str = ""
    of_folder: bool = False


def failure_of(error: BaseException) -> Failure:
    """Any exception as a sentence."""
    if isinstance(error, UserError):
        log.info("refused: %s", error)
        return Failure(str(error))
    log.error("unexpected failure", exc_info=error)
    return Failure(UNEXPECTED, f"{type(error).__name__}: {error}")


def refused_folder(folder: Path, error: BaseException) -> Failure:
    """Why a model folder was not opened, in words that need no knowledge of its files."""
    failure = failure_of(error)
    if not isinstance(error, UserError):
        return Failure(failure.sentence, failure.details, of_folder=True)
    return Failure(_reason(folder), failure.sentence, of_folder=True)


def _reason(folder: Path) -> str:
    name = f"“{folder.name or folder}”"
    try:
        if folder.is_file():
            return f"{name} is a file, not a model's folder."
        if not folder.is_dir():
            return f"There is no folder {name}: it was moved or deleted."
        missing = [part for part in PARTS if not (folder / part).is_file()]
        locked = [
            part for part in PARTS if part not in missing and not os.access(folder / part, os.R_OK)
        ]
    except OSError:
        return f"The folder {name} cannot be read."
    if (folder / "model.safetensors.index.json").is_file():
        missing = [part for part in missing if part != "model.safetensors"]
    if PARTS[0] in missing:
        return f"There is no model in the folder {name}."
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        return f"The model in {name} is not complete: its {_listed(missing)} {verb} missing."
    if locked:
        return f"You are not allowed to read {_listed(locked)} in {name}."
    return f"The model in {name} cannot be opened: it is damaged, or of another kind than GPT-2."


def _listed(names: tuple[str, ...] | list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
