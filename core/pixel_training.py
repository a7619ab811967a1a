"""How the nine-pixel net learns: step by step, in one of three ways to go downhill.

In a step it sees a batch of the examples (as in the story: all of them), which are the symbols and
everything that is one pixel away from them. Where training stands is a frozen value, and the next
step is a function of it: going on from an earlier one gives the same numbers again.

Notation as in `core.pixelnet`: N pictures, K symbols.

Sources: Polyak 1964 (momentum); Kingma and Ba 2015 (Adam).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UserError
from core.pixel_gradients import Backward, backward, losses
from core.pixel_lesson import Examples, examples
from core.pixel_options import Options
from core.pixelnet import ANSWERED, SYMBOLS, Forward, PixelNet, forward, frozen, sigmoid, softmax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from core.pixelnet import Array, Symbol

# Measured: with the usual options (rate 3, two layers of 9), each of 2,000 seeds ends with all 40
# pictures right, every right answer above 0.9 and every wrong one below 0.1 (narrower layers or
# smaller steps leave some seeds out).
STEPS = 400
SEED = Options().seed
MOMENTUM = 0.9
ADAM_MEAN, ADAM_SQUARE, ADAM_EPSILON = 0.9, 0.999, 1e-8
RUN_AWAY = 10.0  # times the loss of the fresh net


# --- downhill


def descend(net: PixelNet, gradients: Backward, rate: float) -> PixelNet:
    """Move every weight a little downhill, and back to the limit if it went beyond."""
    return _moved(net, rate, (*gradients.weights, *gradients.biases))


def _moved(net: PixelNet, rate: float, slopes: Sequence[Array]) -> PixelNet:
    parts = [
        np.clip(part - rate * slope, -net.limit, net.limit)
        for part, slope in zip((*net.weights, *net.biases), slopes, strict=True)
    ]
    n = len(net.weights)
    return replace(net, weights=tuple(parts[:n]), biases=tuple(parts[n:]))


@dataclass(frozen=True, eq=False)
class Moments:
    """What an optimiser remembers: averages of the gradients so far, none for plain descent.

    Attributes:
        n_steps: Steps that are in them.
        mean: An array for each of the net's weights, then for each of its biases.
        square: Likewise, of the squares.
    """

    n_steps: int = 0
    mean: tuple[Array, ...] = ()
    square: tuple[Array, ...] = ()


def _plain(gradients: tuple[Array, ...], before: Moments) -> tuple[Sequence[Array], Moments]:
    return gradients, before


def _momentum(gradients: tuple[Array, ...], before: Moments) -> tuple[Sequence[Array], Moments]:
    """A ball that rolls: v = 0.9 v + gradient."""
    old = before.mean or tuple(map(np.zeros_like, gradients))
    mean = tuple(frozen(MOMENTUM * v + g) for v, g in zip(old, gradients, strict=True))
    return mean, Moments(before.n_steps + 1, mean)


def _adam(gradients: tuple[Array, ...], before: Moments) -> tuple[Sequence[Array], Moments]:
    """Each weight at a pace of its own: mean / sqrt(mean of squares), both without their bias."""
    zeros = tuple(map(np.zeros_like, gradients))
    n = before.n_steps + 1
    mean = tuple(
        frozen(ADAM_MEAN * m + (1 - ADAM_MEAN) * g)
        for m, g in zip(before.mean or zeros, gradients, strict=True)
    )
    square = tuple(
        frozen(ADAM_SQUARE * s + (1 - ADAM_SQUARE) * g**2)
        for s, g in zip(before.square or zeros, gradients, strict=True)
    )
    steps = [
        (m / (1 - ADAM_MEAN**n)) / (np.sqrt(s / (1 - ADAM_SQUARE**n)) + ADAM_EPSILON)
        for m, s in zip(mean, square, strict=True)
    ]
    return steps, Moments(n, mean, square)


_OPTIMISERS: dict[str, Callable[[tuple[Array, ...], Moments], tuple[Sequence[Array], Moments]]] = {
    "plain": _plain,
    "momentum": _momentum,
    "adam": _adam,
}


# --- step by step


@dataclass(frozen=True, eq=False)
class TrainStep:
    """Where training stands, and all that it takes to go on from there.

    Attributes:
        step: Updates so far; 0 is the fresh net.
        net: The net after them.
        loss: Its mean error on the examples, without noise.
        n_right: Examples whose right symbol got the highest probability, and nonsense for which
            no answer is above `core.pixelnet.ANSWERED`.
        weakest: The lowest probability that any right symbol got.
        options: How it learns.
        lesson: What it learns.
        moments: What the optimiser remembers.
        is_edited: Whether a number was ever changed on the way here, or all came from a file.
    """

    step: int
    net: PixelNet
    loss: float
    n_right: int
    weakest: float
    options: Options
    lesson: Examples
    moments: Moments = Moments()
    is_edited: bool = False

    @property
    def n_examples(self) -> int:
        """Pictures that it learns from."""
        return len(self.lesson.pictures)

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which every picture is seen once."""
        return -(-self.n_examples // (self.options.batch or self.n_examples))


class DivergedError(UserError):
    """Training ran away; the message says how, and what to do."""


def start(options: Options, symbols: Sequence[Symbol]) -> TrainStep:
    """A fresh net: the same for the same options and symbols."""
    lesson = _lesson(options, symbols)
    rng = np.random.default_rng(options.seed)
    net = PixelNet.fresh(rng, options.hidden, len(symbols), options.outputs, options.limit)
    return _judged(net, 0, options, lesson)


def _lesson(options: Options, symbols: Sequence[Symbol]) -> Examples:
    return examples(symbols, nonsense=options.nonsense, outputs=options.outputs)


def judged(at: TrainStep, net: PixelNet) -> TrainStep:
    """The same step with another net, as after a change by hand, or out of a file."""
    return replace(_judged(net, at.step, at.options, at.lesson), is_edited=True)


def taught_by(at: TrainStep, options: Options) -> TrainStep:
    """The same net, from now on with other options.

    Raises:
        ValueError: It cannot go on with them (`Options.needs_fresh_net`).
    """
    if options.needs_fresh_net(at.options):
        raise ValueError(f"a net of {at.options} cannot go on with {options}")
    moments = at.moments if options.optimiser == at.options.optimiser else Moments()
    taught = _judged(at.net, at.step, options, _lesson(options, at.lesson.symbols), moments)
    return replace(taught, is_edited=at.is_edited)


def _judged(
    net: PixelNet, step: int, options: Options, lesson: Examples, moments: Moments = Moments()
) -> TrainStep:
    """How well a net does on the whole lesson, without noise."""
    passed = forward(net, lesson.pictures)
    answers, right = passed.probabilities, lesson.right  # (N, K), (N,)
    shown = right >= 0  # (N,) a symbol, not nonsense
    n_right = (answers.argmax(axis=1) == right)[shown].sum()
    n_right += (answers.max(axis=1) <= ANSWERED)[~shown].sum()
    return TrainStep(
        step=step,
        net=net,
        loss=float(losses(net.outputs, passed, lesson.targets, options.loss).mean()),
        n_right=int(n_right),
        weakest=float(answers[shown, right[shown]].min()),
        options=options,
        lesson=lesson,
        moments=moments,
    )


def advance(at: TrainStep, n_steps: int = 1) -> TrainStep:
    """Learn a little more.

    Args:
        at: Where training stands.
        n_steps: Updates.

    Raises:
        DivergedError: A weight is beyond every limit, or the loss is many times that of a net that
            knows nothing.
    """
    net, moments, options = at.net, at.moments, at.options
    optimise = _OPTIMISERS[options.optimiser]
    for step in range(at.step, at.step + n_steps):
        pictures, targets = batch(step, options, at.lesson)
        gradients = backward(net, forward(net, pictures), targets, options.loss)
        slopes, moments = optimise((*gradients.weights, *gradients.biases), moments)
        net = _moved(net, options.rate, slopes)
        if not options.limited:
            _check_weights(net, step + 1)
    reached = _judged(net, at.step + n_steps, options, at.lesson, moments)
    _check_loss(reached)
    return replace(reached, is_edited=at.is_edited)


def batch(step: int, options: Options, lesson: Examples) -> tuple[Array, Array]:
    """What is seen in a step: each picture once an epoch in an order of its own, then noise.

    Returns:
        Pictures (B, 9) and targets (B, K).
    """
    pictures, targets = lesson.pictures, lesson.targets
    n, size = len(pictures), options.batch
    if 0 < size < n:
        epoch, part = divmod(step, -(-n // size))
        order = np.random.default_rng((options.seed, epoch)).permutation(n)
        chosen = order[part * size : (part + 1) * size]
        pictures, targets = pictures[chosen], targets[chosen]
    if options.noise:
        rng = np.random.default_rng((options.seed, step, 1))
        pictures = np.where(rng.random(pictures.shape) < options.noise, -pictures, pictures)
    return pictures, targets


def _check_weights(net: PixelNet, step: int) -> None:
    largest = max(float(np.abs(part).max()) for part in (*net.weights, *net.biases))
    if largest >= net.limit:
        raise DivergedError(
            f"Training ran away at step {step:,}: a weight grew beyond {net.limit:,.0f}. "
            "Undo, and try a smaller learning rate."
        )


def _check_loss(reached: TrainStep) -> None:
    knows_nothing = guessing_loss(reached)
    if not reached.loss <= RUN_AWAY * knows_nothing:  # also if it is NaN
        raise DivergedError(
            f"Training ran away at step {reached.step:,}: the loss is {reached.loss:,.1f}, and "
            f"knowing nothing costs {knows_nothing:.1f}. Undo, and try a smaller learning rate."
        )


def guessing_loss(at: TrainStep) -> float:
    """The mean loss of a net that knows nothing: all sums into its answers are zero."""
    targets, outputs = at.lesson.targets, at.options.outputs
    sums = np.zeros_like(targets)  # (N, K)
    answers = sigmoid(sums) if outputs == "sigmoid" else softmax(sums)
    return float(losses(outputs, Forward((answers,), (sums,)), targets, at.options.loss).mean())


def train(
    options: Options, symbols: Sequence[Symbol] = SYMBOLS, steps: int = STEPS
) -> Iterator[TrainStep]:
    """Learn symbols from a fresh net on.

    Yields:
        The fresh net, then the net after each update: `steps` + 1 values.

    Raises:
        DivergedError: As `advance`.
    """
    reached = start(options, symbols)
    yield reached
    for _ in range(steps):
        reached = advance(reached)
        yield reached
