"""`python -m core train`: the transformer trained from a shell, with its progress in sight."""

from __future__ import annotations

import json
import math
import os
import shlex
import shutil
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.config import PRESETS, TrainConfig, shortened
from core.errors import UserError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from types import FrameType

    import torch

    from core.run_folder import RunFolder
    from core.team import Torchrun
    from core.training import Run, TrainStep

BAR = 24
MOST_THREADS = 256  # PyTorch crashes where the system grants fewer than it is told to use
REDRAW_S = 0.1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `train`."""
    add = parser.add_argument
    add("--data", required=True, metavar="TEXT", help="small-world, or a file of plain text")
    add("--preset", choices=PRESETS, default="small", help="1 minute, 10 minutes, or an hour")
    add("--out", required=True, type=Path, metavar="DIR", help="where the model goes")
    add("--steps", type=int, metavar="N", help="updates, instead of the preset's number")
    add("--seed", type=int, default=0, metavar="N", help="of text, first weights and order")
    add("--learning-rate", type=float, metavar="X", help="its peak, instead of the preset's")
    add("--resume", action="store_true", help="continue the run in DIR exactly")
    add("--overwrite", action="store_true", help="replace the run in DIR")
    add("--half", action="store_true", help="keep the weights in float16, half the size")
    add("--device", choices=("auto", "cpu", "cuda"), default="cpu")
    add("--precision", choices=("auto", "fp32", "bf16"), default="auto")
    add("--threads", type=int, default=0, metavar="N", help="CPU threads; 0 leaves it to PyTorch")
    add("--json", action="store_true", help="one JSON object a line, a line a measurement")


def run(args: argparse.Namespace) -> int:
    """Train as the options say.

    Returns:
        0 when trained to the end, 130 when stopped by Ctrl-C.

    Raises:
        UserError: An option, the text or the folder will not do, or the training diverged.
    """
    # Waiting threads soon sleep: those that spin lose half of the speed to one busy neighbour,
    # those that sleep at once a fifth of it when nobody else works (core.training has the figures).
    # Both are read when PyTorch is first imported; that is why its imports are below.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    display = _Display(args.json)
    with _Stop() as stop:
        try:
            return _train(args, display, stop)
        except KeyboardInterrupt:
            display.say("Stopped at once; what was saved before is still there.")
            return 130


def _train(args: argparse.Namespace, display: _Display, stop: _Stop) -> int:
    import torch

    from core.allocator import keep_memory
    from core.team import Torchrun
    from core.training import pick_device

    keep_memory()
    if not 0 <= args.threads <= MOST_THREADS:
        raise UserError(f"threads must be from 0 to {MOST_THREADS}, not {args.threads}.")
    if args.threads:
        torch.set_num_threads(args.threads)
    device = pick_device(args.device)
    with Torchrun(device) as team:
        display.speaks = team.leads
        return _train_together(args, device, team, display, stop)


def _train_together(
    args: argparse.Namespace, device: torch.device, team: Torchrun, display: _Display, stop: _Stop
) -> int:
    """What each process of a team does; what they might see differently, the leader decides."""
    import torch

    from core.run_folder import RunFolder, begin, continues_run, saved_precision
    from core.training import Diverged, check_sound, faster_precision, train
    from core.training_data import prepare

    resuming = team.leaders(team.leads and continues_run(args.out, args.resume, args.overwrite))
    if args.resume and not resuming:
        display.say(f"There is no run in {args.out} yet: starting from the beginning.")
    precision = saved_precision(args.out) if resuming else faster_precision(device)
    config = _config(args, team.leaders(precision))

    data = prepare(args.data, config, display.preparing)
    where = torch.cuda.get_device_name() if device.type == "cuda" else "CPU"
    facts = _facts(args, config, where, torch.get_num_threads(), team.size)
    folder = RunFolder(args.out, data, config, facts, args.half)
    run = folder.load(device) if resuming else begin(data, config, device)
    team.join(run, config)
    display.begin(run, config)
    stop.wait_for_step()
    saved_step = run.step
    try:
        for report in train(run, data, config, team):
            display.step(report)
            if report.val_loss is not None:
                if team.leads:
                    folder.save(run)
                saved_step = run.step
                display.measured(run)
            if team.leaders(stop.asked) and run.step < config.steps:
                check_sound(run, data, config)
                if team.leads:
                    folder.save(run)
                display.say(f"Saved at step {run.step:,}; the same command with --resume goes on.")
                return 130
    except Diverged as error:
        raise Diverged(f"{error} The model of step {saved_step:,} is in {args.out}.") from error
    stop.wait_for_step(False)
    if team.leads:
        display.finished(run, _finish(folder, run), args.out)
    return 0


def _config(args: argparse.Namespace, precision: str) -> TrainConfig:
    """The preset with what the options change in it."""
    config = replace(
        PRESETS[args.preset],
        seed=args.seed,
        precision=precision if args.precision == "auto" else args.precision,
    )
    if args.learning_rate is not None:
        config = replace(config, learning_rate=args.learning_rate)
    return config if args.steps is None else shortened(config, args.steps)


def _facts(
    args: argparse.Namespace, config: TrainConfig, where: str, n_threads: int, n_processes: int
) -> dict[str, Any]:
    """What training.json tells beside what the run knows of itself."""
    from core.training_data import SMALL_WORLD

    program = (
        ["python"]
        if n_processes == 1
        else ["torchrun", "--standalone", f"--nproc-per-node={n_processes}"]
    )
    command = [*program, "-m", "core", "train", "--data", args.data, "--preset", args.preset]
    for name in ("steps", "seed", "learning_rate", "device", "threads"):
        if value := getattr(args, name):
            command += [f"--{name.replace('_', '-')}", str(value)]
    command += ["--precision", config.precision, *["--half"] * args.half, "--out", str(args.out)]
    return {
        "name": "Small World" if args.data == SMALL_WORLD else Path(args.data).stem,
        "command": shlex.join(command),
        "preset": args.preset,
        "seed": config.seed,
        "device": where,
        "threads": n_threads,
        "processes": n_processes,
        "precision": config.precision,
        "dtype": "float16" if args.half else "float32",
    }


def _finish(folder: RunFolder, run: Run) -> dict[str, Any]:
    """Measure the model as it will be read back, beside what counting reaches, and save it."""
    import torch

    from core.training import baselines, evaluate

    if folder.half:
        with torch.no_grad():
            for weight in run.gpt.parameters():
                weight.copy_(weight.half())
    results = {
        "train_loss": run.measured[-1].train_loss,
        "val_loss": evaluate(run.gpt, folder.data.held_out, folder.config),
        "baselines": baselines(folder.data, folder.config),
    }
    folder.finish(run, results)
    return results


class _Stop:
    """Ctrl-C, and a polite kill: while training, the step in hand is finished first.

    A second one does not wait.
    """

    def __init__(self) -> None:
        self.asked = False
        self._waits = False

    def __enter__(self) -> _Stop:
        self._before = {
            number: signal.signal(number, self._on_signal)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def wait_for_step(self, waits: bool = True) -> None:
        """Whether somebody looks at `asked` after every step from now on."""
        self._waits = waits

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked or not self._waits:
            raise KeyboardInterrupt
        self.asked = True


class _Display:
    """Tells how training goes: a bar on a terminal, lines elsewhere, JSON if asked for.

    Attributes:
        speaks: Whether it says anything.
    """

    def __init__(self, as_json: bool) -> None:
        self.speaks = True
        self._as_json = as_json
        self._has_bar = sys.stderr.isatty()
        self._drawn_at = 0.0

    def say(self, sentence: str) -> None:
        """A sentence for the person at the shell."""
        if self.speaks:
            sys.stderr.write(("\r\x1b[K" if self._has_bar else "") + sentence + "\n")

    def preparing(self, what: str, share: float) -> None:
        """What is being done before training."""
        self._draw(f"{what} {share:4.0%}")

    def begin(self, run: Run, config: TrainConfig) -> None:
        """Training starts, or goes on."""
        self._config = config
        self._began_at, self._began_step = time.monotonic(), run.step
        self._last_step, self._last_seconds = run.step, run.seconds
        self._val_loss = run.measured[-1].val_loss if run.measured else None
        self._speed = 0.0

    def step(self, report: TrainStep) -> None:
        """One update was made."""
        if report.val_loss is not None:
            self._val_loss = report.val_loss
        held_out = math.nan if self._val_loss is None else self._val_loss
        # A running mean over some ten steps, so that the number can be read.
        self._speed += (report.tokens_per_second - self._speed) * (0.1 if self._speed else 1.0)
        done, steps = report.step - self._began_step, self._config.steps
        left_s = (time.monotonic() - self._began_at) / max(done, 1) * (steps - report.step)
        share = report.step / steps
        bar = "=" * round(BAR * share)
        self._draw(
            f"{report.step:,}/{steps:,} [{bar:<{BAR}}] loss {report.train_loss:.3f}"
            f"  held-out {held_out:.3f}  {self._speed:,.0f} tokens/s"
            f"  {_clock(left_s)} left"
        )

    def measured(self, run: Run) -> None:
        """The held-out loss was measured: a line for whoever reads lines."""
        now = run.measured[-1]
        n_tokens = (now.step - self._last_step) * self._config.tokens_per_step
        speed = n_tokens / max(run.seconds - self._last_seconds, 1e-9)
        self._last_step, self._last_seconds = now.step, run.seconds
        if self._as_json and self.speaks:
            _print_json(self._values(run) | {"tokens_per_second": round(speed, 1)})
        elif not self._has_bar:
            self.say(
                f"step {now.step:,}/{self._config.steps:,}  loss {now.train_loss:.3f}"
                f"  held-out {now.val_loss:.3f}  {speed:,.0f} tokens/s"
            )

    def finished(self, run: Run, results: Mapping[str, Any], out: Path) -> None:
        """Training is over: what came of it, beside what counting reaches."""
        seen = run.step * self._config.tokens_per_step
        speed = round(seen / run.seconds, 1)
        if self._as_json:
            values = self._values(run) | {"tokens_per_second": speed, **results}
            _print_json(values | {"finished": True, "out": str(out)})
            return
        losses = {"model": results["val_loss"], **results["baselines"]}
        table = "".join(f"  {name:<8} {loss:6.3f}\n" for name, loss in losses.items())
        self._draw("")
        sys.stdout.write(
            f"Trained {run.step:,} steps, {seen:,} tokens, in {_clock(run.seconds)}"
            f" ({speed:,.0f} tokens/s).\n"
            f"Loss on held-out text, nats a token:\n{table}The model is in {out}.\n"
        )

    def _values(self, run: Run) -> dict[str, Any]:
        now = run.measured[-1]
        return {
            "step": now.step,
            "steps": self._config.steps,
            "tokens_seen": now.step * self._config.tokens_per_step,
            "train_loss": now.train_loss,
            "val_loss": now.val_loss,
            "learning_rate": now.learning_rate,
            "grad_norm": now.grad_norm,
            "seconds": round(run.seconds, 3),
        }

    def _draw(self, line: str) -> None:
        """Show a line in place of the last one, a few times a second."""
        now = time.monotonic()
        if self._has_bar and self.speaks and (not line or now - self._drawn_at > REDRAW_S):
            self._drawn_at = now
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r\x1b[K{line[:width]}")
            sys.stderr.flush()


def _print_json(values: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
