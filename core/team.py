"""Several processes that train one model: PyTorch's own engine, started by its own `torchrun`.

    torchrun --standalone --nproc-per-node=2 -m core train --data TEXT --out DIR

Each process holds the whole model and reads its share of every batch; DistributedDataParallel
averages their gradients, so that all make the same update and none sends its weights after the
start. The first process alone writes and speaks. On several machines each prepares the same text by
itself, and DIR must be a folder that all of them see.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

import torch
from torch import distributed, nn

from core.errors import UserError
from core.training import Team

if TYPE_CHECKING:
    from torch import Tensor

    from core.config import TrainConfig
    from core.training import Run

T = TypeVar("T")


class Torchrun(Team):
    """The processes that `torchrun` started; without it, this one alone.

    Attributes:
        size: How many there are.
        leads: Whether this one writes and speaks.
    """

    def __init__(self, device: torch.device) -> None:
        self._rank = int(os.environ.get("RANK", "0"))
        self.size = int(os.environ.get("WORLD_SIZE", "1"))
        self.leads = self._rank == 0
        self._device = device

    def __enter__(self) -> Torchrun:
        """Meet the others.

        Raises:
            UserError: They cannot be reached.
        """
        if self._device.type == "cuda":
            torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
        if self.size > 1:
            try:
                distributed.init_process_group("nccl" if self._device.type == "cuda" else "gloo")
            except (RuntimeError, ValueError) as error:
                raise UserError(f"The other processes cannot be reached: {error}") from error
        return self

    def __exit__(self, *_: object) -> None:
        """Part; where this one fails, torchrun ends the others."""
        if self.size > 1:
            distributed.destroy_process_group()

    def join(self, run: Run, config: TrainConfig) -> None:
        """Let all train this run, which is the same for each of them.

        Raises:
            UserError: A batch cannot be shared out evenly.
        """
        if config.batch_size % self.size:
            raise UserError(
                f"{config.batch_size} windows in a batch cannot be shared evenly by {self.size} "
                "processes: start a number of them that divides it."
            )
        if self.size > 1:
            run.learner = nn.parallel.DistributedDataParallel(run.learner)

    def share(self, windows: Tensor) -> Tensor:
        """This process's part (B / size, T + 1) of a batch (B, T + 1)."""
        return windows[self._rank :: self.size]

    def mean(self, value: float) -> float:
        """The mean of everybody's value."""
        if self.size == 1:
            return value
        total = torch.tensor(value, dtype=torch.float64, device=self._device)
        distributed.all_reduce(total)
        return total.item() / self.size

    def leaders(self, value: T) -> T:
        """What the leader has, for all.

        Raises:
            UserError: It has ended, after saying why.
        """
        if self.size == 1:
            return value
        box = [value]
        try:
            distributed.broadcast_object_list(box, device=self._device)
        except RuntimeError as error:  # the connection is closed
            raise UserError("The first process has ended, and so does this one.") from error
        return box[0]
