"""`python -m core bench`: our speed beside others', measured in one run.

Ours and transformers use the same weights, one thread and the same allocator. Rounds alternate
between them, so that what else the machine does hits both alike; a ratio is the median over the
rounds' ratios.
"""

from __future__ import annotations

import json
import platform
import sys
import time
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from core.allocator import keep_memory
from core.branches import start as start_of
from core.checkpoint import load_folder
from core.config import PRESETS, ModelConfig, SamplingConfig
from core.futures import Limits, futures
from core.generation import continuation
from core.gpt import GPT
from core.inference import Weights, head, read_all
from core.language_model import prepare_thread
from core.paths import SMALL_WORLD_MODEL
from core.sampling import softmax
from core.stock import StockRun
from core.trace import TokenInfo, Trace
from core.tracing import Tracer
from core.training import faster_precision, start, update

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from core.futures import Futures

ROUNDS = 40
LENGTHS = (8, 32, 128)
GENERATED = 100
FUTURES = 200
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Row:
    """One comparison.

    Attributes:
        name: What was done.
        ratio: How many times as fast as theirs; None where theirs is not installed.
        ours: Ours, median.
        theirs: Theirs, median.
        unit: Of both.
        peer: Who they are.
    """

    name: str
    ratio: float | None
    ours: float
    theirs: float | None
    unit: str
    peer: str = "transformers"


def main(args: argparse.Namespace) -> int:
    """Measure and print."""
    keep_memory()
    if args.race:
        from core.race import race

        return race(args.race, args.json)
    prepare_thread()
    torch.set_num_threads(1)
    gpt, name = _model()
    theirs = transformers_model(gpt)
    if args.json:
        rows = [asdict(row) for row in _rows(gpt, theirs)]
        ratios = {row["name"]: row["ratio"] for row in rows}
        print(json.dumps({"ratios": ratios, "model": name, "rows": rows, "machine": _machine()}))
        return 0
    print(f"{name}; {_machine()}")
    if theirs is None:
        print("transformers is not installed: only our own times (pip install 'glassbox[test]').")
    for row in _rows(gpt, theirs):
        print(_line(row), flush=True)
    return 0


def _rows(gpt: GPT, theirs: Any) -> Iterator[Row]:
    yield from trace_rows(gpt, theirs)
    yield from reuse_rows(gpt)
    yield generation_row(gpt, theirs)
    yield training_row(gpt.config)
    yield futures_row(gpt)


def trace_rows(gpt: GPT, theirs: Any) -> Iterator[Row]:
    """A trace from nothing, after one more token, and after a change in the middle.

    Theirs is a whole forward pass each time, with attentions and hidden states: it has no way to
    go on from those of the last text.
    """
    trace, n_ids = tracing(gpt), gpt.config.vocab_size

    def forward(ids: list[int]) -> None:
        with torch.inference_mode():
            theirs(
                torch.tensor([ids]),
                use_cache=False,
                output_attentions=True,
                output_hidden_states=True,
            )

    cases: dict[str, Callable[[list[int]], list[int]]] = {
        "from nothing": lambda ids: [(token_id + 1) % n_ids for token_id in ids],
        "one token appended": lambda ids: ids[:-1],
        "one changed in the middle": lambda ids: [
            *ids[: len(ids) // 2],
            (ids[len(ids) // 2] + 1) % n_ids,
        ],
    }
    for name, text_before in cases.items():
        for n in LENGTHS:
            times = []
            for ids in np.random.default_rng(n).integers(n_ids, size=(ROUNDS, n)).tolist():
                before = text_before(ids)
                times.append((_after(trace, before, ids), theirs and _after(forward, before, ids)))
            yield _row(f"trace of {n} tokens, {name}", times, "ms", lambda seconds: 1000 * seconds)


def tracing(gpt: GPT) -> Callable[[list[int]], None]:
    """Traces one text after another, and holds the last one as the window does."""
    tracer, token = Tracer(Weights.of(gpt)), TokenInfo(0, "", "", 0, 0, b"")
    shown: Trace | None = None

    def trace(ids: list[int]) -> None:
        nonlocal shown
        shown = tracer.trace(ids, "", (token,) * len(ids))

    return trace


def reuse_rows(gpt: GPT) -> Iterator[Row]:
    """What a key costs against the length of the text, with its unchanged beginning re-used.

    Both are ours; without re-use, the last text has nothing in common with this one.
    """
    n_ids, context = gpt.config.vocab_size, gpt.config.context
    going_on, anew = tracing(gpt), tracing(gpt)
    for n in sorted({min(n, context) for n in (*LENGTHS, context)}):
        times: list[tuple[float, Any]] = []
        for ids in np.random.default_rng(n).integers(n_ids, size=(ROUNDS, n)).tolist():
            others = [(token_id + 1) % n_ids for token_id in ids]
            times.append((_after(going_on, ids[:-1] or others, ids), _after(anew, others, ids)))
        name = f"trace of {n} tokens, one appended, the others re-used"
        yield _row(name, times, "ms", lambda seconds: 1000 * seconds, "without re-use")


def generation_row(gpt: GPT, theirs: Any) -> Row:
    """Greedy generation with a key-value cache."""
    prompt = [1, 2, 3, 4, 5, 6, 7, 8]
    weights = Weights.of(gpt)

    def generate() -> None:
        for _ in islice(continuation(weights, prompt, SamplingConfig(temperature=0), 0), GENERATED):
            pass

    def reference() -> None:
        theirs.generate(torch.tensor([prompt]), max_new_tokens=GENERATED, do_sample=False)

    times = [(_seconds(generate), theirs and _seconds(reference)) for _ in range(ROUNDS // 4)]
    name = f"generating {GENERATED} tokens"
    return _row(name, times, "tokens/s", lambda seconds: GENERATED / seconds)


def training_row(model: ModelConfig) -> Row:
    """Updates of a fresh model, in the faster precision of this machine, beside stock ones."""
    config = replace(PRESETS["base"], model=model, precision=faster_precision(CPU))
    run = start(model, config, CPU)
    stock = StockRun(model, config.steps)
    windows = torch.randint(model.vocab_size, (config.batch_size, model.context + 1))

    def ours() -> None:
        update(run, windows, config.learning_rate, config)

    times = [(_seconds(ours), _seconds(stock.update, windows)) for _ in range(ROUNDS // 4)]
    name = f"training in {config.precision}"
    return _row(
        name, times, "tokens/s", lambda seconds: config.tokens_per_step / seconds, "nanoGPT's way"
    )


def futures_row(gpt: GPT) -> Row:
    """A tree of what may come, beside reading each of its paths from the beginning."""
    weights, limits = Weights.of(gpt), Limits(n_nodes=FUTURES)
    ids = np.random.default_rng(0).integers(gpt.config.vocab_size, size=LENGTHS[1]).tolist()
    trace = Tracer(weights).trace(ids, "", (TokenInfo(0, "", "", 0, 0, b""),) * len(ids))

    def ours() -> Futures:
        *_, tree = futures(weights, start_of(weights, trace, limits.depth), limits)
        return tree

    def anew(tree: Futures) -> None:
        for place, node in enumerate(tree.nodes):
            if node.depth < limits.depth:
                path = [tree.nodes[each].token for each in tree.path(place)]
                softmax(head(weights, read_all(weights, [*ids, *path])[-1]))

    times: list[tuple[float, Any]] = []
    tree = ours()
    for _ in range(ROUNDS // 4):
        times.append((_seconds(ours), _seconds(anew, tree)))
    name = f"tree of {FUTURES} futures after {len(ids)} tokens"
    return _row(name, times, "ms", lambda seconds: 1000 * seconds, "reading each path anew")


def _after(work: Callable[[list[int]], None], before: list[int], ids: list[int]) -> float:
    """Time it on one text right after another."""
    work(before)
    return _seconds(work, ids)


def _seconds(work: Callable[..., object], *args: Any) -> float:
    start = time.perf_counter()
    work(*args)
    return time.perf_counter() - start


def _row(
    name: str,
    times: list[tuple[float, Any]],
    unit: str,
    shown: Callable[[float], float],
    peer: str = "transformers",
) -> Row:
    """Sum up the rounds, of which the first only warms up."""
    ours, theirs = zip(*times[1:], strict=True)
    if theirs[0] is None:
        return Row(name, None, shown(median(ours)), None, unit, peer)
    ratio = median(b / a for a, b in zip(ours, theirs, strict=True))
    return Row(name, ratio, shown(median(ours)), shown(median(theirs)), unit, peer)


def _model() -> tuple[GPT, str]:
    """The bundled model; without it, a random one of the same kind."""
    if SMALL_WORLD_MODEL.is_dir():
        config, state, _, _, name = load_folder(SMALL_WORLD_MODEL)
        gpt = GPT.of(config, state)
    else:
        name = "a random model"
        gpt = GPT(ModelConfig(n_layers=6, n_heads=6, d_model=192, context=256, vocab_size=2048))
        gpt.init_weights(torch.Generator().manual_seed(0))
    sizes = gpt.config
    facts = f"{sizes.n_layers} layers, {sizes.n_heads} heads, width {sizes.d_model}"
    return gpt.requires_grad_(False), f"{name}, {facts}, vocabulary {sizes.vocab_size}"


def transformers_model(gpt: GPT) -> Any:
    """The same weights in transformers, or None if that is not installed."""
    try:
        import transformers
    except ImportError:
        return None
    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    config = transformers.GPT2Config(
        vocab_size=gpt.config.vocab_size,
        n_positions=gpt.config.context,
        n_embd=gpt.config.d_model,
        n_layer=gpt.config.n_layers,
        n_head=gpt.config.n_heads,
        n_inner=gpt.config.d_mlp,
        bos_token_id=None,
        eos_token_id=None,
    )
    config._attn_implementation = "eager"  # the one that gives attentions
    theirs: Any = transformers.GPT2LMHeadModel(config)
    theirs.eval().transformer.load_state_dict(gpt.state_dict())
    return theirs


def answer(folder: str, n_tokens: int) -> None:
    """Time `transformers.generate` for `gui.bench`, which must not know of torch.

    Says "ready" or, where it is not installed, nothing; then answers each line, a JSON list of
    ids, with the milliseconds that a token took.
    """
    prepare_thread()
    torch.set_num_threads(1)
    config, state, *_ = load_folder(Path(folder))
    theirs = transformers_model(GPT.of(config, state).requires_grad_(False))
    if theirs is None:
        return
    print("ready", flush=True)
    for line in sys.stdin:
        ids = torch.tensor([json.loads(line)])
        begun = time.perf_counter()
        found = theirs.generate(ids, max_new_tokens=n_tokens, do_sample=True)
        seconds = time.perf_counter() - begun
        print(1000 * seconds / (found.shape[1] - ids.shape[1]), flush=True)


def _machine() -> str:
    return f"torch {torch.__version__}, 1 thread, {platform.machine()}, {platform.system()}"


def _line(row: Row) -> str:
    ratio = "      " if row.ratio is None else f"{row.ratio:5.1f}x"
    theirs = "" if row.theirs is None else f", {row.peer} {row.theirs:.1f} {row.unit}"
    return f"{ratio}  {row.name}: {row.ours:.1f} {row.unit}{theirs}"
