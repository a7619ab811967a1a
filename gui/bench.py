"""`python -m gui.bench`: how soon the window is there, and how soon it shows what a key did.

Real key and mouse events go to the real window, painted out of sight. A time ends with the paint
that shows the answer: its tokens and numbers; bars and points may then glide to their places.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest

from core.errors import UserError
from core.paths import SMALL_WORLD_MODEL
from gui.bench_typing import LENGTHS, PAGES, key_times, named, open_autocomplete, read
from gui.bench_watch import Watch, find, opened, pause
from gui.pixel_trainer import SPEEDS
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


FRAME_MS = 16.0
GROUPS = ("start", "keys", "writing", "strokes", "training")
STARTS, STROKES = 5, 40
TEXTS, WRITTEN = 8, 60  # that are written, and tokens of each at most
BEGUN = "Once upon a time"  # goes on for long
SEEDS = 60  # that are tried: a text that ends sooner than half of it would time its end, not it
TRAINING_S = 4.0  # for each page of the net that is watched meanwhile
TICK_MS = 5  # how often the event loop is asked whether it is late
# A start is timed in a process of its own, from before Python itself; Qt's import comes first.
START = """
import time
before = time.time()
import PySide6.QtWidgets
qt = time.time() - before
from gui.bench import tell_start
tell_start({model!r}, {asked_at!r}, qt)
"""


PEER = "from core.bench import answer; answer({model!r}, {n})"


@dataclass(frozen=True)
class Row:
    """One thing that was timed.

    Attributes:
        name: What was done.
        median_ms: Half of the times were shorter.
        p95_ms: One in twenty was longer.
        frames: The median in frames of 16 ms.
        n: Times.
        steps_a_second: Of training meanwhile; None where there is none.
        cpu_ms: The median of the work in all threads of the window; None where it was not timed.
        ratio: How many times as fast as `transformers` in the same rounds; None where it was not
            asked, or is not installed.
    """

    name: str
    median_ms: float
    p95_ms: float
    frames: float
    n: int
    steps_a_second: float | None = None
    cpu_ms: float | None = None
    ratio: float | None = None


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print.

    Returns:
        The exit code: 0, or 2 if there is no model to measure with.
    """
    parser = argparse.ArgumentParser(prog="python -m gui.bench", description=__doc__)
    parser.add_argument("--model", type=Path, default=SMALL_WORLD_MODEL, metavar="DIR")
    parser.add_argument("--only", choices=GROUPS, help="one group of measurements")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    args = parser.parse_args(argv)
    from core.checkpoint import load_folder

    try:
        load_folder(args.model)
    except UserError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GLASSBOX_CONFIG_DIR"] = folder  # the user's own settings stay as they are
        _report(args.model, args.only, as_json=args.json)
    return 0


def _report(model: Path, only: str | None, *, as_json: bool) -> None:
    machine = f"{platform.machine()}, {platform.system()}"
    if not as_json:
        print(f"{model}; {machine}; painted out of sight")
        print(f"{'':60}  median      p95   frames of {FRAME_MS:.0f} ms     CPU")
    rows = []
    for row in _rows(model, only):
        rows.append(asdict(row))
        if not as_json:
            times = f"{row.median_ms:8.1f} {row.p95_ms:8.1f}"
            steps = f"{row.steps_a_second:8.0f} steps/s" if row.steps_a_second else ""
            work = "" if row.cpu_ms is None else f"{row.cpu_ms:18.1f} ms"
            than = "" if row.ratio is None else f"  {row.ratio:.2f}x transformers.generate"
            print(f"{row.name:60}{times} ms {row.frames:6.2f}x{work}{steps}{than}", flush=True)
    if as_json:
        print(json.dumps({"rows": rows, "frame_ms": FRAME_MS, "machine": machine}))


def _rows(model: Path, only: str | None) -> Iterator[Row]:
    wanted = GROUPS if only is None else (only,)
    if "start" in wanted:
        yield from start_rows(model)
    with opened(model) as watch:
        if "keys" in wanted:
            yield from key_rows(watch)
        if "writing" in wanted:
            yield from writing_rows(watch, model)
        if "strokes" in wanted:
            yield _row("stroke -> painted, pixels tab", stroke_times(watch))
            yield _row(
                "stroke -> painted, map of all 512 in view", stroke_times(watch, "netPages2")
            )
        if "training" in wanted:
            yield from training_rows(watch)


def _row(name: str, times_ms: Sequence[float]) -> Row:
    median, p95 = (float(value) for value in np.percentile(times_ms, (50, 95)))
    return Row(name, median, p95, median / FRAME_MS, len(times_ms))


# --- starting


def start_rows(model: Path) -> Iterator[Row]:
    """From asking for a process to what can be seen; one start more at first warms the disk."""
    starts = [_start(model) for _ in range(STARTS + 1)][1:]
    painted, qt, answered = zip(*starts, strict=True)
    yield _row("process start -> first painted window", painted)
    yield _row("  of which importing Qt", qt)
    yield _row("  the rest", np.subtract(painted, qt).tolist())
    yield _row("process start -> first live prediction painted", answered)


def _start(model: Path) -> tuple[float, float, float]:
    code = START.format(model=str(model), asked_at=time.time())
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True
    )
    painted, qt, answered = json.loads(done.stdout.splitlines()[-1])
    return painted, qt, answered


def tell_start(model: str, asked_at: float, qt_s: float) -> None:
    """In the process that is timed: start the window, and print the milliseconds that it took.

    Args:
        model: Folder.
        asked_at: Seconds since the epoch at which the process was asked for.
        qt_s: Seconds that importing Qt took.
    """
    painted: list[float] = []
    with opened(Path(model), lambda: painted.append(time.time())):
        seconds = (painted[0] - asked_at, qt_s, time.time() - asked_at)
        print(json.dumps([1000 * each for each in seconds]), flush=True)


# --- answering


def key_rows(watch: Watch) -> Iterator[Row]:
    """A key press on every page that follows the text, for texts of several lengths."""
    for tab, field, page in PAGES:
        for n_tokens in LENGTHS:
            times = key_times(watch, tab, field, n_tokens, page)
            if times:
                name = f"key press -> painted, {named(tab, page)}, {n_tokens} tokens"
                row = _row(name, [each.wall for each in times])
                yield replace(row, cpu_ms=float(np.median([each.cpu for each in times])))


def writing_rows(watch: Watch, model: Path) -> Iterator[Row]:
    """A token at full speed with every view following, beside `transformers.generate`.

    Both write from the same text with the same weights, one thread each, by turns. Nothing is
    told where the model ends its texts too soon.
    """
    session = watch.window.session
    watch.window.show_tab("autocomplete")
    open_autocomplete(watch, "")
    ours_ms, theirs_ms, cpu_ms = [], [], []
    with _transformers(model) as theirs:
        for seed in range(SEEDS):
            read(watch, "They walked")
            read(watch, BEGUN)
            assert session.trace is not None
            ids = session.trace.ids.tolist()
            session.set_seed(seed)
            begin = partial(session.generate, WRITTEN)
            spent = watch.spent(begin, lambda: not session.is_generating())
            assert session.trace is not None
            n_written = len(session.trace.before) + len(session.trace.tokens) - len(ids)
            if 2 * n_written < WRITTEN:
                continue
            ours_ms.append(spent.wall / n_written)
            cpu_ms.append(spent.cpu / n_written)
            theirs_ms.append(theirs(ids) if theirs else math.nan)
            if len(ours_ms) > TEXTS:
                break
    if len(ours_ms) < 2:
        return
    ratio = float(np.median(np.divide(theirs_ms[1:], ours_ms[1:])))  # the first only warms up
    row = _row("a token written at full speed, Autocomplete, Write", ours_ms[1:])
    cpu = float(np.median(cpu_ms[1:]))
    yield replace(row, cpu_ms=cpu, ratio=None if theirs is None else ratio)
    if theirs is not None:
        yield _row("  the same by transformers.generate, without a window", theirs_ms[1:])


@contextmanager
def _transformers(model: Path) -> Iterator[Callable[[list[int]], float] | None]:
    """What times a token of `transformers.generate` in milliseconds; None without it.

    In a process of its own, which waits while the window is timed.
    """
    command = [sys.executable, "-c", PEER.format(model=str(model), n=WRITTEN)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, bufsize=1) as process:
        asked, said = process.stdin, process.stdout
        assert asked is not None
        assert said is not None

        def time_token(ids: list[int]) -> float:
            print(json.dumps(ids), file=asked, flush=True)
            return float(said.readline())

        yield time_token if said.readline().strip() == "ready" else None
        asked.close()


def stroke_times(watch: Watch, page: str = "netPages1") -> list[float]:
    """Milliseconds from a mouse press on the picture to the end of the paint that shows it.

    Args:
        watch: The window.
        page: The button of the page that is in view beside the picture.
    """
    watch.window.show_tab("pixels")
    QTest.mouseClick(find(watch.window, page), Qt.MouseButton.LeftButton)
    pause()
    grid = find(watch.window, "pixelGrid")
    side = min(grid.width(), grid.height()) // 3
    times = []
    for stroke in range(STROKES):
        is_black = stroke // 9 % 2 == 0
        button = Qt.MouseButton.LeftButton if is_black else Qt.MouseButton.RightButton
        column, row = stroke % 3 - 1, stroke // 3 % 3 - 1
        at = grid.rect().center() + QPoint(column, row) * side
        times.append(watch.milliseconds(partial(QTest.mousePress, grid, button, pos=at)))
        QTest.mouseRelease(grid, button, pos=at)
        pause()
    return times


def training_rows(watch: Watch) -> Iterator[Row]:
    """How late the event loop is while the nine-pixel net learns at full speed, page by page."""
    window = watch.window
    window.show_tab("pixels")
    pixels = window.pixels_tab.pixels
    switch = window.findChild(Switch, "netPages")
    assert switch is not None
    yield _row("event loop late at rest", _delays(TRAINING_S))
    for page, name in enumerate(switch.names):
        switch.choose(page)
        pause()
        pixels.set_options(replace(pixels.options, batch=10, noise=0.2, seed=page + 2))
        pixels.set_speed(len(SPEEDS) - 1)
        pixels.play()
        steps, begun = pixels.learnt.step, time.perf_counter()
        late = _delays(TRAINING_S)
        rate = (pixels.learnt.step - steps) / (time.perf_counter() - begun)
        pixels.pause()
        row = _row(f"event loop late while training, page “{name}”", late)
        yield replace(row, steps_a_second=rate)


def _delays(seconds: float) -> list[float]:
    """Milliseconds by which a timer's ticks come late."""
    loop, late = QEventLoop(), []
    due = time.perf_counter() + TICK_MS / 1000

    def on_tick() -> None:
        nonlocal due
        now = time.perf_counter()
        late.append(max(now - due, 0.0) * 1000)
        due = now + TICK_MS / 1000

    timer = QTimer(loop)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(on_tick)
    timer.start(TICK_MS)
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()
    timer.stop()
    return late


if __name__ == "__main__":
    sys.exit(main())
