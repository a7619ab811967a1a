"""Teaching the transformer: guess the next token everywhere, and move every weight a little.

Muon and AdamW (`core.optimizer`) with a linear warm-up, a cosine decay and clipped gradients, as in
GPT-3 (Brown et al. 2020, appendix B). Every update is a pure function of the weights, their running
means, the settings and the number of the step: the windows of step n are drawn from (seed, n) and
nothing else is random. So there is no random state to keep, and a resumed run is the run itself.

What the recipe's parts are worth on two CPU cores (AMD EPYC with bfloat16 instructions, PyTorch
2.13, the base preset with AdamW alone, medians of 14 updates, two runs): 14,600 tokens a second in
all, and

    float32 instead of bfloat16 in the blocks              5,700 of 11,800 (threads asleep)
    head and loss by autograd (`core.head_loss` without)  10,000 of 11,800
    memory handed back to the system (`core.allocator`)   11,300 of 11,800
    one thread                                             8,700 of 11,800
    batches of 4 or 16 windows instead of 8                9,600 or 12,900 of 11,800
    windows of 128 tokens, 16 of them                     12,900 of 11,800
    nanoGPT's way (`core.stock`), which is float32         6,000 of 11,800
    waiting threads that sleep at once                    12,200 of 14,600
    those that spin on, beside one busy process            4,700 of  7,200

With matrix instructions (Intel Xeon with AMX, the base preset, one thread and two, medians of 12
updates) 9,000 and 14,400 tokens a second, and

    factors of the logits in float32                       8,400 and 13,900
    GELU with tanh in bfloat16 too (`core.gpt.gelu`)       8,200 and 13,600
    both                                                   7,600 and 12,800

The loss decided the rest. After as many updates as take about two and a half minutes when nothing
else runs, on held-out text:

    AdamW alone, 1,150 updates of 8 windows at 2.5e-3       2.36 nats
    Muon in the blocks, 900 updates (some 20 ms more each)  2.21
    the same with Muon's rate at 5e-3                       2.08
    550 updates of 16 windows, Muon's rate at 4e-3          2.11

Analogies between the tokens' vectors (`core.exams.analogies`) hang on the text most (see its README
in `assets/small_world`), and come out the better the more those vectors decay: a small model (4
blocks, width 128, 2,800 updates of 2,048 tokens) solved 67% at the other matrices' decay and 73% at
ten times that, but its loss was 1.29 and 1.41 nats.

Vectors kept to a few directions (a table of coordinates times shared axes, Lan et al. 2020) solve
more analogies and lose elsewhere. After 1,500 updates of the base preset, free and in 112 of 192:
75 and 83% of analogies, 75 and 66% of paraphrases, 28 and 23% of facts asked anew, 1.11 and 1.14
nats. So they stayed free.

An earlier trial of AdamW alone had found 2.48 nats at 3e-3, 2.57 at 4e-3, and 2.84 with batches of
4. For its longer run the base preset takes 16 windows, which make more tokens a second, and 4e-3.

Notation: B windows in a batch, T tokens in a window, C model width, V vocabulary.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from core import ngrams
from core.errors import UserError
from core.gpt import GPT
from core.head_loss import head_loss
from core.optimizer import Optimizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from torch import Tensor

    from core.config import ModelConfig, TrainConfig
    from core.training_data import Tokens, TrainingData


class Diverged(UserError):
    """The loss or the gradient is no longer a number: the weights are not worth saving."""


class Team:
    """Who trains one model together: here nobody but this process; see `core.team`."""

    def share(self, windows: Tensor) -> Tensor:
        """This process's part of a batch."""
        return windows

    def mean(self, value: float) -> float:
        """The mean of everybody's value."""
        return value


ALONE = Team()


class Learner(nn.Module):
    """A model whose output is its loss, for engines that call a model to train it."""

    def __init__(self, gpt: GPT) -> None:
        super().__init__()
        self.gpt = gpt

    def forward(self, windows: Tensor, precision: str) -> Tensor:
        """See `loss_of`."""
        return loss_of(self.gpt, windows, precision)


@dataclass(frozen=True)
class TrainStep:
    """What one update did.

    Attributes:
        step: Updates made so far; 0 reports the untrained model.
        train_loss: Of this update's batch before the update, nats a token.
        val_loss: Of the held-out windows after it, nats a token, when it was measured.
        learning_rate: The step size of this update.
        grad_norm: Euclidean length of the gradient before clipping.
        seconds: Time that the update took, without the measurement.
        tokens_per_second: Tokens of the batch in that time.
    """

    step: int
    train_loss: float
    val_loss: float | None
    learning_rate: float
    grad_norm: float
    seconds: float
    tokens_per_second: float


@dataclass
class Run:
    """Training in progress: all that changes while it goes on, and all that a resume needs.

    Attributes:
        gpt: The model that learns.
        optimizer: Its running means for every weight.
        step: Updates made.
        seconds: Time spent on them, without pauses.
        measured: The steps at which the held-out loss was measured, oldest first.
        learner: What makes the loss of a batch, for this process or a team.
    """

    gpt: GPT
    optimizer: Optimizer
    step: int = 0
    seconds: float = 0.0
    measured: list[TrainStep] = field(default_factory=list)
    learner: nn.Module = field(init=False)

    def __post_init__(self) -> None:
        self.learner = Learner(self.gpt)


def start(model: ModelConfig, config: TrainConfig, device: torch.device) -> Run:
    """An untrained model, the same one for the same seed, on every device."""
    drawn = GPT(model)
    drawn.init_weights(torch.Generator().manual_seed(config.seed))
    with device:
        gpt = GPT(model)
    gpt.load_state_dict(drawn.state_dict())
    return Run(gpt, Optimizer(gpt, config))


def train(
    run: Run, data: TrainingData, config: TrainConfig, team: Team = ALONE
) -> Iterator[TrainStep]:
    """Train to the last step, one update for each value that is asked for.

    To pause, do not ask; to cancel, close the generator or drop it: between two values `run` is
    whole and can be saved. The held-out loss is measured at step 0, every `eval_every` steps and
    at the end.

    Args:
        run: Where training stands; moves on.
        data: What to learn from and to measure on.
        config: The recipe.
        team: The others, who do the same at the same time.

    Yields:
        One report an update, and one for step 0.

    Raises:
        Diverged: A loss or gradient is NaN or infinite.
    """
    if not run.measured:
        with torch.no_grad():
            loss = loss_of(run.gpt, batch(data.train, 0, config), config.precision).item()
        untrained = evaluate(run.gpt, data.held_out, config)
        run.measured.append(TrainStep(0, loss, untrained, 0.0, 0.0, 0.0, 0.0))
        yield run.measured[0]
    while run.step < config.steps:
        started = time.perf_counter()
        rate = learning_rate(run.step, config)
        windows = batch(data.train, run.step, config)
        loss, grad_norm = update(run, windows, rate, config, team)
        seconds = time.perf_counter() - started
        run.step += 1
        run.seconds += seconds
        is_due = run.step % config.eval_every == 0 or run.step == config.steps
        val_loss = evaluate(run.gpt, data.held_out, config) if is_due else None
        if val_loss is not None and not math.isfinite(val_loss):
            raise _diverged(run.step, f"the loss on held-out text is {val_loss}", config)
        speed = config.tokens_per_step / seconds
        report = TrainStep(run.step, loss, val_loss, rate, grad_norm, seconds, speed)
        if is_due:
            run.measured.append(report)
        yield report


def check_sound(run: Run, data: TrainingData, config: TrainConfig) -> None:
    """What `train` would notice at its next update, for whoever saves a run before it.

    Raises:
        Diverged: The weights no longer give a loss that is a number.
    """
    with torch.no_grad():
        loss = loss_of(run.gpt, batch(data.train, run.step, config), config.precision).item()
    if not math.isfinite(loss):
        raise _diverged(run.step, f"the next loss is {loss:g}", config)


def batch(tokens: Tokens, step: int, config: TrainConfig) -> Tensor:
    """The windows of a step: every epoch lays them side by side over the text and shuffles them.

    Args:
        tokens: The training text.
        step: Updates made before.
        config: Gives B, T and the seed.

    Returns:
        (B, T + 1) int64 ids: T tokens to read and, one further, T to guess.
    """
    size, length = config.batch_size, config.model.context
    n_windows = max(1, (len(tokens) - 1) // length - 1)  # one less: room for the first to move
    epoch, turn = divmod(step, max(1, n_windows // size))
    starts = _shuffled_starts(len(tokens), n_windows, length, config.seed, epoch)  # (n_windows,)
    mine = starts[np.arange(turn * size, (turn + 1) * size) % n_windows]  # (B,)
    return _windows(tokens, mine, length)


@lru_cache(maxsize=2)
def _shuffled_starts(
    n_tokens: int, n_windows: int, length: int, seed: int, epoch: int
) -> NDArray[np.int64]:
    """Where the windows of an epoch begin; each epoch lays the first one elsewhere."""
    rng = np.random.default_rng((seed, epoch))
    first = rng.integers(n_tokens - n_windows * length)
    return first + length * rng.permutation(n_windows)


def _windows(tokens: Tokens, starts: NDArray[np.int64], length: int) -> Tensor:
    """(n,) starts -> (n, T + 1) int64 ids."""
    return torch.from_numpy(tokens[starts[:, None] + np.arange(length + 1)].astype(np.int64))


def learning_rate(step: int, config: TrainConfig) -> float:
    """The step size after so many updates: a straight rise, then half a cosine down."""
    if step < config.warmup_steps:
        return config.learning_rate * (step + 1) / config.warmup_steps
    done = (step - config.warmup_steps) / max(1, config.steps - 1 - config.warmup_steps)
    height = 0.5 + 0.5 * math.cos(math.pi * min(done, 1.0))
    return config.learning_rate * (config.final_rate + (1 - config.final_rate) * height)


def update(
    run: Run, windows: Tensor, rate: float, config: TrainConfig, team: Team = ALONE
) -> tuple[float, float]:
    """Forward, backward, and one step downhill.

    Args:
        run: Its weights move.
        windows: (B, T + 1) int64 ids.
        rate: The step size.
        config: The recipe.
        team: The others, among whom the windows are shared out.

    Returns:
        The loss before the update in nats a token, and the gradient's length before clipping.

    Raises:
        Diverged: One of them is NaN or infinite; nothing was moved.
    """
    run.optimizer.forget_gradients()
    loss = run.learner(team.share(windows), config.precision)
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(run.gpt.parameters(), config.clip_norm)
    report = team.mean(loss.item()), norm.item()
    if not all(map(math.isfinite, report)):
        what = f"the loss is {report[0]:g} and the gradient's length {report[1]:g}"
        raise _diverged(run.step + 1, what, config)
    run.optimizer.step(rate)
    return report


def _diverged(step: int, what: str, config: TrainConfig) -> Diverged:
    return Diverged(
        f"Training diverged at step {step:,}: {what}. "
        f"Start again with a learning rate below {config.learning_rate:g}."
    )


def loss_of(gpt: GPT, windows: Tensor, precision: str) -> Tensor:
    """Mean surprise at the next token, -log p.

    Args:
        gpt: The model.
        windows: (B, T + 1) int64 ids.
        precision: "bf16" computes the matrix products of the blocks in bfloat16.

    Returns:
        A float32 scalar, nats a token.
    """
    windows = windows.to(gpt.wte.weight.device)
    with torch.autocast(windows.device.type, torch.bfloat16, enabled=precision == "bf16"):
        hidden = gpt.hidden(windows[:, :-1])  # (B, T, C)
    targets = windows[:, 1:].flatten()
    hidden = hidden.to(gpt.wte.weight.dtype)  # out of bfloat16
    return head_loss(hidden.flatten(0, 1), gpt.wte.weight, targets, precision)


def measured_part(held_out: Tokens, config: TrainConfig) -> Tokens:
    """The beginning of the held-out text, (n T + 1,): all but its first token are guessed."""
    length = config.model.context
    n_windows = min(config.eval_windows, (len(held_out) - 1) // length)
    return held_out[: n_windows * length + 1]


def evaluate(gpt: GPT, held_out: Tokens, config: TrainConfig) -> float:
    """Mean loss over the measured part, in windows side by side, float32, nats a token."""
    return mean_loss(lambda windows: loss_of(gpt, windows, "fp32"), held_out, config)


@torch.no_grad()
def mean_loss(loss: Callable[[Tensor], Tensor], held_out: Tokens, config: TrainConfig) -> float:
    """The same of whatever gives the mean loss of windows (n, T + 1)."""
    length = config.model.context
    starts = np.arange(0, len(measured_part(held_out, config)) - 1, length)
    windows = _windows(held_out, starts, length)  # (n, T + 1)
    parts = torch.split(windows, config.batch_size)
    return sum(loss(part).item() * len(part) for part in parts) / len(windows)


def baselines(data: TrainingData, config: TrainConfig) -> dict[str, float]:
    """What guessing and counting reach on the very tokens that `evaluate` measures.

    Returns:
        Nats a token: "uniform" knows nothing; "unigram", "bigram" and "trigram" have counted the
        whole training text.
    """
    vocab_size = data.tokenizer.vocab_size
    measured = measured_part(data.held_out, config)
    losses = {"uniform": math.log(vocab_size)}
    for order, name in enumerate(("unigram", "bigram", "trigram"), start=1):
        surprises = ngrams.fit(data.train, vocab_size, order).surprises(measured)
        losses[name] = float(surprises[1:].mean())
    return losses


def pick_device(name: str) -> torch.device:
    """The device called "cpu" or "cuda", or for "auto" the faster of those that are there.

    Raises:
        UserError: There is no such device.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and not torch.cuda.is_available():
        raise UserError("PyTorch finds no CUDA device on this machine: train with --device cpu.")
    return torch.device(name)


def faster_precision(device: torch.device) -> str:
    """The faster of "fp32" and "bf16" here, found in a race of a few milliseconds.

    On processors without bfloat16 instructions it is 16 times slower than float32, on those
    with them 2 to 5 times faster; what a processor says of itself does not tell.
    """
    if device.type == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported() else "fp32"
    best = {}
    for name, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16)):
        a = torch.ones(512, 512, dtype=dtype)
        best[name] = min(_seconds_of_product(a) for _ in range(10))
    return "bf16" if best["bf16"] < 0.8 * best["fp32"] else "fp32"


def _seconds_of_product(a: Tensor) -> float:
    started = time.perf_counter()
    a @ a
    return time.perf_counter() - started
