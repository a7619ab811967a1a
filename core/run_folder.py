"""A training run on disk: a model folder that is ready to use, and what continues the training.

    resume.safetensors     weights and their means; its header says step, settings and text
    training.json          how the model came about, for people and programs
    config.json, ...       the model as it is so far (core.checkpoint)

The resume file goes when the run is finished. A snapshot is written whole or not at all, so a
process that is killed at any moment leaves its last one behind. A card goes with the weights that
it told of.
"""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from core.checkpoint import CARD, folder_files
from core.errors import UserError
from core.files import TEMPORARY, sweep, write_together
from core.training import Run, TrainStep, measured_part, start

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

    from core.config import TrainConfig
    from core.training_data import TrainingData

RESUME = "resume.safetensors"
TRAINING = "training.json"


def continues_run(folder: Path, resume: bool, overwrite: bool) -> bool:
    """Whether a run in a folder is to be continued, and not begun; asked before any work is done.

    Args:
        folder: Need not exist.
        resume: Continue the run in it; where there is nothing at all yet, begin.
        overwrite: Replace the run in it.

    Raises:
        UserError: The folder holds something that would be lost, or nothing to continue; or both
            are asked for.
    """
    if resume and overwrite:
        raise UserError("--resume continues a run and --overwrite replaces it: give one of them.")
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file: give a folder to train into.")
    if not folder.is_dir():
        return False
    sweep(folder)
    if all(path.name.endswith(TEMPORARY) for path in folder.iterdir()):
        return False
    is_ours = (folder / RESUME).is_file() or (folder / TRAINING).is_file()
    if not is_ours:
        raise UserError(f"{folder} holds other files: give an empty or new folder to train into.")
    if resume and not (folder / RESUME).is_file():
        raise UserError(f"The run in {folder} is finished: there is nothing to resume.")
    if not resume and not overwrite:
        raise UserError(
            f"{folder} holds a training run: --resume continues it, --overwrite replaces it."
        )
    return resume


@dataclass(frozen=True)
class RunFolder:
    """Where a run is kept, and what does not change while it goes on.

    Attributes:
        folder: Made if missing.
        data: What is learnt from.
        config: The recipe.
        facts: What else training.json is to say.
        half: Keep the model's weights in float16; the resume file has them in full.
    """

    folder: Path
    data: TrainingData
    config: TrainConfig
    facts: Mapping[str, Any]
    half: bool = False

    def save(self, run: Run) -> None:
        """Write the model as it is, and what continues it.

        Raises:
            UserError: The folder cannot be written; the last snapshot is still there.
        """
        header = {
            "step": run.step,
            "seconds": run.seconds,
            "settings": asdict(self.config),
            "text": self.data.fingerprint,
            "measured": [asdict(report) for report in run.measured],
        }
        data = save(_tensors(run), metadata={"run": json.dumps(header)})
        self._write({**self._model(run, {"finished": False}), RESUME: data})

    def finish(self, run: Run, results: Mapping[str, Any]) -> None:
        """Write the finished model; what a resume would need goes.

        Raises:
            UserError: The folder cannot be written; the last snapshot is still there.
        """
        self._write(self._model(run, {"finished": True, **results}))
        (self.folder / RESUME).unlink(missing_ok=True)

    def load(self, device: torch.device) -> Run:
        """The run as it was when it was saved.

        Raises:
            UserError: The file is damaged, or of a run with other settings or another text.
        """
        header, tensors = _read(self.folder / RESUME)
        self._check_same(header)
        run = begin(self.data, self.config, device)
        try:
            run.step, run.seconds = int(header["step"]), float(header["seconds"])
            run.measured = [_measured(report) for report in header["measured"]]
            _restore(run, tensors, device)
        except (KeyError, TypeError, ValueError, ArithmeticError, RuntimeError) as error:
            raise _damaged(self.folder / RESUME, error) from error
        return run

    def _check_same(self, header: Mapping[str, Any]) -> None:
        """Refuse to continue a run as another one."""
        before, now = _flat(header.get("settings")), _flat(asdict(self.config))
        for name, value in now.items():
            if before.get(name) != value:
                raise UserError(
                    f"The run in {self.folder} was started with {name} {before.get(name)}, "
                    f"not {value}: resume it with the settings it was started with."
                )
        if header.get("text") != self.data.fingerprint:
            raise UserError(
                f"The run in {self.folder} was started on another text than this "
                f"{self.data.name}: resume it with the text it was started on."
            )

    def _model(self, run: Run, state: Mapping[str, Any]) -> dict[str, bytes]:
        training = {**self.facts, **state, **self._describe(run)}
        return folder_files(run.gpt, self.data.tokenizer, training, self.half)

    def _write(self, files: Mapping[str, bytes]) -> None:
        write_together(self.folder, files)
        (self.folder / CARD).unlink(missing_ok=True)

    def _describe(self, run: Run) -> dict[str, Any]:
        """How the model came about, for training.json; losses in nats a token."""
        seen = run.step * self.config.tokens_per_step
        return {
            "step": run.step,
            "tokens_seen": seen,
            "epochs": round(seen / len(self.data.train), 2),
            "parameters": run.gpt.n_parameters,
            "seconds": round(run.seconds, 1),
            "tokens_per_second": round(seen / run.seconds) if run.seconds else None,
            "settings": asdict(self.config),
            "text": {
                "name": self.data.name,
                "characters": self.data.n_characters,
                "train_tokens": len(self.data.train),
                "measured_tokens": len(measured_part(self.data.held_out, self.config)) - 1,
                "fingerprint": self.data.fingerprint,
            },
            "torch": torch.__version__,
            "machine": platform.machine(),
            "losses": {
                "step": [report.step for report in run.measured],
                "train": [round(report.train_loss, 4) for report in run.measured],
                "val": [
                    None if report.val_loss is None else round(report.val_loss, 4)
                    for report in run.measured
                ],
            },
        }


def begin(data: TrainingData, config: TrainConfig, device: torch.device) -> Run:
    """An untrained run on a text: the model is as wide as the text's vocabulary."""
    model = replace(config.model, vocab_size=data.tokenizer.vocab_size)
    return start(model, config, device)


def saved_precision(folder: Path) -> str:
    """The precision of the run in a folder, which a race might decide otherwise today."""
    header, _ = _read(folder / RESUME)
    return str(_flat(header.get("settings")).get("precision"))


def _measured(report: Mapping[str, Any]) -> TrainStep:
    """A measurement as it was saved.

    Raises:
        TypeError: A value is missing, unknown, or not a number.
    """
    values = dict(report)
    return TrainStep(int(values.pop("step")), **{name: float(values[name]) for name in values})


def _tensors(run: Run) -> dict[str, Tensor]:
    """Every weight and, once it has moved, its running means, by name."""
    tensors = {}
    for name, weight in run.gpt.named_parameters():
        tensors[name] = weight.detach()
        for mean, tensor in run.optimizer.means(weight).items():
            tensors[f"{name} {mean}"] = tensor
    return tensors


def _restore(run: Run, tensors: Mapping[str, Tensor], device: torch.device) -> None:
    """Put back what `_tensors` took.

    Raises:
        KeyError: A tensor is missing.
        ValueError: A tensor has another shape or type.
    """
    for name, weight in run.gpt.named_parameters():
        means = run.optimizer.names(weight) if run.step else ()
        saved = {mean: tensors[f"{name} {mean}"] for mean in means}
        for tensor in (tensors[name], *saved.values()):
            if tensor.shape != weight.shape or tensor.dtype != weight.dtype:
                raise ValueError(f"{name} is {tensor.dtype} {list(tensor.shape)}")
        with torch.no_grad():
            weight.copy_(tensors[name])
        if run.step:
            there = {mean: tensor.to(device) for mean, tensor in saved.items()}
            run.optimizer.restore(weight, there, run.step)


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """The header and the tensors of a resume file, which is read, not mapped."""
    try:
        with safe_open(path, framework="pt", backend="pread") as file:
            header = json.loads(file.metadata()["run"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path, error) from error
    if not isinstance(header, dict):
        raise _damaged(path, "no header")
    return header, tensors


def _damaged(path: Path, why: object) -> UserError:
    return UserError(f"{path} is damaged ({why}): start again with --overwrite.")


def _flat(settings: Any) -> dict[str, Any]:
    """Settings without levels: those of the model beside those of the training."""
    if not isinstance(settings, dict):
        return {}
    rest = dict(settings)
    return {**(rest.pop("model", None) or {}), **rest}
