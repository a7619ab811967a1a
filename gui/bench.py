"""`python -m gui.bench`: how soon the window is there, and how soon it shows what a key did.

Real key and mouse events go to the real window, painted out of sight. A time ends with the paint
that shows the answer: its tokens and numbers; bars and points may then glide to their places.
"""

from __future__ import annotations

import argparse
import json
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
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from core.errors import UserError
from core.paths import SMALL_WORLD_MODEL
from gui.pixel_trainer import SPEEDS
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gui.main_window import MainWindow

FRAME_MS = 16.0
LENGTHS = (8, 32, 128)
STARTS, PRESSES, STROKES = 5, 40, 40
TRAINING_S = 4.0  # for each page of the net that is watched meanwhile
TICK_MS = 5  # how often the event loop is asked whether it is late
PAUSE_MS = 60  # between two presses: fast typing, with bars still gliding from the last one
DEADLINE_S = 30.0
FIELDS = {"text": "promptEdit", "autocomplete": "autocompleteEdit"}
READ = "They walked along the river to the bank. The old woman saw a small boat on the water. "
TYPED = " and then the little dog ran to the garden with the girl"
# A start is timed in a process of its own, from before Python itself; Qt's import comes first.
START = """
import time
before = time.time()
import PySide6.QtWidgets
qt = time.time() - before
from gui.bench import tell_start
tell_start({model!r}, {asked_at!r}, qt)
"""


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
    """

    name: str
    median_ms: float
    p95_ms: float
    frames: float
    n: int
    steps_a_second: float | None = None


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print.

    Returns:
        The exit code: 0, or 2 if there is no model to measure with.
    """
    parser = argparse.ArgumentParser(prog="python -m gui.bench", description=__doc__)
    parser.add_argument("--model", type=Path, default=SMALL_WORLD_MODEL, metavar="DIR")
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
        _report(args.model, as_json=args.json)
    return 0


def _report(model: Path, *, as_json: bool) -> None:
    machine = f"{platform.machine()}, {platform.system()}"
    if not as_json:
        print(f"{model}; {machine}; painted out of sight")
        print(f"{'':54}  median      p95   frames of {FRAME_MS:.0f} ms")
    rows = []
    for row in _rows(model):
        rows.append(asdict(row))
        if not as_json:
            times = f"{row.median_ms:8.1f} {row.p95_ms:8.1f}"
            steps = f"{row.steps_a_second:8.0f} steps/s" if row.steps_a_second else ""
            print(f"{row.name:54}{times} ms {row.frames:6.2f}x{steps}", flush=True)
    if as_json:
        print(json.dumps({"rows": rows, "frame_ms": FRAME_MS, "machine": machine}))


def _rows(model: Path) -> Iterator[Row]:
    yield from start_rows(model)
    with _window(model) as watch:
        for tab, field in FIELDS.items():
            for n_tokens in LENGTHS:
                times = key_times(watch, tab, field, n_tokens)
                if times:
                    yield _row(f"key press -> painted, {tab} tab, {n_tokens} tokens", times)
        yield _row("stroke -> painted, pixels tab", stroke_times(watch))
        yield _row("stroke -> painted, map of all 512 in view", stroke_times(watch, "netPages2"))
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
    with _window(Path(model), lambda: painted.append(time.time())):
        seconds = (painted[0] - asked_at, qt_s, time.time() - asked_at)
        print(json.dumps([1000 * each for each in seconds]), flush=True)


# --- answering


def key_times(watch: Watch, tab: str, field: str, n_tokens: int) -> list[float]:
    """Milliseconds from each key of a sentence to the end of the paint that shows its answer.

    Returns:
        None of them if the model cannot look at so many tokens.
    """
    window, session = watch.window, watch.window.session
    assert session.model is not None
    if n_tokens + PRESSES > session.model.context:
        return []
    window.show_tab(tab)
    _read(watch, READ * (1 + n_tokens // 8))
    assert session.trace is not None
    tokens = session.trace.before + session.trace.tokens
    _read(watch, session.prompt[: tokens[n_tokens - 1].end])
    editor = _find(window, field)
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    times = []
    for character in TYPED[:PRESSES]:
        shown = partial(watch.shows, session.prompt + character)
        times.append(watch.milliseconds(partial(_press, editor, character), shown))
        _pause()
    return times


def _read(watch: Watch, text: str) -> None:
    watch.milliseconds(partial(watch.window.session.set_prompt, text), partial(watch.shows, text))


def stroke_times(watch: Watch, page: str = "netPages1") -> list[float]:
    """Milliseconds from a mouse press on the picture to the end of the paint that shows it.

    Args:
        watch: The window.
        page: The button of the page that is in view beside the picture.
    """
    watch.window.show_tab("pixels")
    QTest.mouseClick(_find(watch.window, page), Qt.MouseButton.LeftButton)
    _pause()
    grid = _find(watch.window, "pixelGrid")
    side = min(grid.width(), grid.height()) // 3
    times = []
    for stroke in range(STROKES):
        is_black = stroke // 9 % 2 == 0
        button = Qt.MouseButton.LeftButton if is_black else Qt.MouseButton.RightButton
        column, row = stroke % 3 - 1, stroke // 3 % 3 - 1
        at = grid.rect().center() + QPoint(column, row) * side
        times.append(watch.milliseconds(partial(QTest.mousePress, grid, button, pos=at)))
        QTest.mouseRelease(grid, button, pos=at)
        _pause()
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
        _pause()
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


class Watch(QObject):
    """Measures until a window has been painted with what it is to show."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self._is_there: Callable[[], bool] = lambda: False
        self._is_painted = False
        window.installEventFilter(self)
        self.startTimer(1000)  # wakes the loop below to look at the clock

    def milliseconds(
        self, act: Callable[[], object], is_there: Callable[[], bool] = lambda: True
    ) -> float:
        """How long it takes from an act to the end of the next paint after its consequence.

        Raises:
            TimeoutError: It never came.
        """
        self._is_there, self._is_painted = is_there, False
        start = time.perf_counter()
        act()
        while not self._is_painted:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if time.perf_counter() - start > DEADLINE_S:
                raise TimeoutError("the window did not answer")
        return (time.perf_counter() - start) * 1000

    def shows(self, text: str) -> bool:
        """Whether the model's answer to a text has reached the views."""
        trace = self.window.session.trace
        return trace is not None and trace.text == text

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        """All that changed in a window is painted by one event."""
        if event.type() == QEvent.Type.UpdateRequest and self._is_there():
            self._is_painted = True  # once `processEvents` comes back from it
        return False


# --- the window


@contextmanager
def _window(model: Path, on_painted: Callable[[], object] = lambda: None) -> Iterator[Watch]:
    """A window, once it shows what the model predicts."""
    from gui.app import create_app

    prompt = "They walked along the river to the"
    argv = ["glassbox", "--model", str(model), "--tab", "autocomplete", "--prompt", prompt]
    _app, window = create_app(argv)
    window.painted.connect(on_painted)
    try:
        watch = Watch(window)
        watch.milliseconds(lambda: None, partial(watch.shows, prompt))
        yield watch
    finally:
        window.close()
        window.deleteLater()


def _find(window: QWidget, name: str) -> QWidget:
    found = window.findChild(QWidget, name)
    assert isinstance(found, QWidget), name
    return found


def _press(editor: QWidget, character: str) -> None:
    key = Qt.Key(ord(character.upper()))
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, character)
        QApplication.sendEvent(editor, event)


def _pause() -> None:
    loop = QEventLoop()
    QTimer.singleShot(PAUSE_MS, loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main())
