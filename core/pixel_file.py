"""A nine-pixel net, its symbols and how it learnt, in one small JSON file."""

from __future__ import annotations

import errno
import json
import reprlib
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core import pixel_symbols
from core.errors import UserError
from core.files import parse_json, read_limited, write_whole
from core.pixel_options import Options
from core.pixel_training import judged, start

if TYPE_CHECKING:
    from pathlib import Path

    from core.pixel_training import TrainStep
    from core.pixelnet import Array, PixelNet

KIND, VERSION = "glassbox pixel net", 1
MOST_BYTES = 200_000
MOST_STEPS = 10**9
_FIELDS = {"kind", "version", "symbols", "options", "step", "weights", "biases"}


def save(at: TrainStep, path: Path) -> None:
    """Write a net: the old file or the new one is there afterwards, never a part.

    Raises:
        UserError: It cannot be written.
    """
    content = {
        "kind": KIND,
        "version": VERSION,
        "symbols": [
            {"name": each.name, "pixels": each.picture.astype(int).tolist()}
            for each in at.lesson.symbols
        ],
        "options": asdict(at.options),
        "step": at.step,
        "weights": [part.tolist() for part in at.net.weights],
        "biases": [part.tolist() for part in at.net.biases],
    }
    try:
        write_whole(path, json.dumps(content, ensure_ascii=False, indent=1).encode())
    except UserError as error:
        raise UserError(f"{path.name} was not saved: {_why(path, error.__cause__)}.") from error


def _why(path: Path, error: BaseException | None) -> str:
    """Why a file could not be written and what to do, as the end of a sentence."""
    folder = f"“{path.parent.name or path.parent}”"
    if isinstance(error, PermissionError):
        return f"you may not write in the folder {folder}; choose another one"
    if isinstance(error, IsADirectoryError):
        return "a folder has that name; choose another name"
    if isinstance(error, FileExistsError | NotADirectoryError):
        return f"{folder} is no folder; choose another one"
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "the disk is full; free some space or choose another one"
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return "the name is too long; choose a shorter one"
    return f"the folder {folder} cannot be written; choose another one"


def load(path: Path) -> TrainStep:
    """Read a net; it can be trained on, though an optimiser has to gain its momentum anew.

    Raises:
        UserError: There is no such file, or it is not what `save` writes.
    """
    content = parse_json(read_limited(path, MOST_BYTES), path.name)
    if not isinstance(content, dict) or content.get("kind") != KIND:
        raise UserError(f"{path.name} is not a file of a nine-pixel net.")
    _check_fields(content, _FIELDS, path.name)
    if content["version"] != VERSION:
        raise UserError(f"{path.name} is of another version of Glassbox: save it there anew.")
    symbols = _symbols(content["symbols"], path.name)
    options = _options(content["options"], path.name)
    step = content["step"]
    if not isinstance(step, int) or isinstance(step, bool) or not 0 <= step <= MOST_STEPS:
        raise UserError(f"The step in {path.name} is no number of steps: {reprlib.repr(step)}.")
    fresh = start(options, symbols)
    net = _net(fresh.net, content, path.name)
    return judged(replace(fresh, step=step), net)


def _check_fields(found: dict[str, Any], wanted: set[str], where: str) -> None:
    if unknown := sorted(found.keys() - wanted):
        raise UserError(f"{where} has a field that is not known: {reprlib.repr(unknown[0])}.")
    if missing := sorted(wanted - found.keys()):
        raise UserError(f"{where} lacks “{missing[0]}”: it is damaged.")


def _symbols(found: object, where: str) -> tuple[Any, ...]:
    if not isinstance(found, list) or len(found) > pixel_symbols.MOST:
        raise UserError(f"The symbols in {where} are no list of 2 to {pixel_symbols.MOST}.")
    symbols = []
    for each in found:
        if not isinstance(each, dict):
            raise UserError(f"A symbol in {where} has no name and no pixels.")
        _check_fields(each, {"name", "pixels"}, f"A symbol in {where}")
        symbols.append(pixel_symbols.symbol(each["name"], each["pixels"]))
    pixel_symbols.check(symbols)
    return tuple(symbols)


def _options(found: object, where: str) -> Options:
    if not isinstance(found, dict):
        raise UserError(f"The options in {where} are damaged.")
    _check_fields(found, {field.name for field in fields(Options)}, f"“options” in {where}")
    hidden = found["hidden"]
    return Options(**{**found, "hidden": tuple(hidden) if isinstance(hidden, list) else hidden})


def _net(like: PixelNet, content: dict[str, Any], where: str) -> PixelNet:
    """The numbers of a file, in the shapes of a net with its options and symbols."""
    parts: dict[str, tuple[Array, ...]] = {}
    for name in ("weights", "biases"):
        shapes = [part.shape for part in getattr(like, name)]
        found = content[name]
        if not isinstance(found, list) or len(found) != len(shapes):
            raise UserError(f"“{name}” in {where} must have {len(shapes)} layers.")
        parts[name] = tuple(
            _array(part, shape, like.limit, f"“{name}” of layer {layer} in {where}")
            for layer, (part, shape) in enumerate(zip(found, shapes, strict=True), start=1)
        )
    return replace(like, weights=parts["weights"], biases=parts["biases"])


def _array(found: object, shape: tuple[int, ...], limit: float, what: str) -> Array:
    try:
        values = np.array(found)
    except (TypeError, ValueError, OverflowError):
        values = np.zeros(0)
    if values.shape != shape or values.dtype.kind not in "fi":
        size = " x ".join(map(str, shape))
        raise UserError(f"{what} must have {size} numbers.")
    if not (np.abs(values.astype(np.float64)) <= limit).all():  # also NaN
        raise UserError(f"{what} has a number that is not from -{limit:g} to {limit:g}.")
    return values.astype(np.float64)
