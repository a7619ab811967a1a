"""Starting and ending: what is missing is a sentence, what breaks is a banner, the end is clean."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from gui import app, display, faults
from gui.failures import UNEXPECTED
from gui.main_window import TABS

ROOT = Path(__file__).resolve().parents[2]
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux displays")


def run(*arguments, code=None, **environment):
    """The program in a process of its own."""
    given = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment}
    given = {name: value for name, value in given.items() if value is not None}
    start = ["-m", "gui"] if code is None else ["-c", code]
    return subprocess.run(
        [sys.executable, *start, *arguments],
        cwd=ROOT,
        env=given,
        capture_output=True,
        text=True,
        timeout=90,
    )


# --- what is missing


@linux_only
@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, "neither DISPLAY nor WAYLAND_DISPLAY"),
        ({"DISPLAY": ":4711"}, "DISPLAY=:4711"),
        ({"QT_QPA_PLATFORM": "xcb"}, "DISPLAY is not set"),
        ({"QT_QPA_PLATFORM": "nonsense"}, "nonsense"),
    ],
    ids=["nothing", "dead", "asked", "unknown"],
)
def test_without_a_display_one_line_and_exit_2(monkeypatch, capfd, environment, named):
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert app.main(["glassbox"]) == 2
    said = capfd.readouterr()
    assert_one_line(said.err)
    assert named in said.err
    assert said.out == ""


@linux_only
def test_the_process_itself_ends_with_2_and_not_by_qts_abort():
    done = run(DISPLAY=None, WAYLAND_DISPLAY=None, QT_QPA_PLATFORM=None)
    assert done.returncode == 2
    assert_one_line(done.stderr)


def assert_one_line(said):
    assert said.startswith("error: ")
    assert said.endswith("\n")
    assert said.count("\n") == 1


@linux_only
def test_missing_libraries_are_named_with_their_packages(monkeypatch):
    loads = ctypes.CDLL

    def without_some(name, *args):
        if any(part in name for part in ("libqxcb", "xcb-cursor", "xcb-shape")):
            raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file")
        return loads(name, *args)

    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setattr(ctypes, "CDLL", without_some)
    assert display.problem() == (
        "missing libxcb-cursor.so.0, libxcb-shape.so.0. "
        "On Debian: sudo apt install libxcb-cursor0 libxcb-shape0"
    )


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libGL.so.1", "libgl1"),
        ("libEGL.so.1", "libegl1"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libxkbcommon.so.0", "libxkbcommon0"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libfontconfig.so.1", "libfontconfig1"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libxcb-icccm.so.4", "libxcb-icccm4"),
        ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
        ("libxcb-shape.so.0", "libxcb-shape0"),
    ],
)
def test_the_packages_are_those_that_debian_has(library, package):
    error = ImportError(f"{library}: cannot open shared object file: No such file or directory")
    assert package in display.missing_library(error).split()


@pytest.mark.parametrize("error", [ModuleNotFoundError, ImportError])
def test_qt_that_cannot_be_imported_is_a_sentence(monkeypatch, capsys, error):
    def refuse(name):
        raise error("libGL.so.1: cannot open shared object file", name="PySide6")

    monkeypatch.setattr(app.importlib, "import_module", refuse)
    assert app.main(["glassbox"]) == 2
    assert_one_line(capsys.readouterr().err)


@pytest.mark.parametrize(
    "arguments", [("--tab", "nowhere"), ("--nonsense",), ("--model",), ("stray",)]
)
def test_a_mistyped_command_is_one_line_and_exit_2(arguments, capsys):
    try:
        code = app.main(["glassbox", *arguments])
    except SystemExit as end:
        code = end.code
    assert code == 2
    assert_one_line(capsys.readouterr().err)


def test_the_tabs_on_the_command_line_are_those_of_the_window():
    assert tuple(tab.name for tab in TABS) == app.TAB_NAMES


@pytest.mark.skipif(os.name != "posix", reason="bytes as arguments")
def test_an_argument_that_is_no_text_is_marked_not_refused():
    options, _ = app._parse(["--prompt", "caf\udce9"])
    assert options.prompt == "caf\ufffd"


# --- starting and ending

_START = """
import sys, time
from PySide6.QtCore import QTimer
from gui.app import create_app
app, window = create_app(["glassbox", *sys.argv[1:]])
"""


def test_the_window_is_painted_before_models_and_never_with_torch(own_settings):
    code = f"""
import sys
from gui.main_window import MainWindow
opening = MainWindow.open_first_model
def told(window, folder):
    print("painted" if window._was_painted else "unseen", "core.language_model" in sys.modules)
    opening(window, folder)
MainWindow.open_first_model = told
{_START}
app.aboutToQuit.connect(lambda: print("torch" in sys.modules))
window.session.model_changed.connect(lambda _: window.close())
window.session.failed.connect(lambda failure: (print(failure), window.close()))
sys.exit(app.exec())
"""
    done = run(code=code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["painted False", "False"]


@pytest.mark.parametrize("delay_ms", [0, 500])
def test_closing_while_the_model_is_opened_is_a_clean_end(delay_ms):
    code = f"""{_START}
window.painted.connect(lambda: QTimer.singleShot({delay_ms}, window.close))
code = app.exec()
import threading
assert threading.enumerate() == [threading.main_thread()], threading.enumerate()
sys.exit(code)
"""
    done = run(code=code)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_closes_the_window_and_saves(own_settings, number):
    code = """
import sys
from PySide6.QtCore import QTimer
from gui import app, interrupts

def close_and_say(window, close_on_interrupt=interrupts.close_on_interrupt):
    close_on_interrupt(window)
    # Once the model is there nothing happens any more: the loop sleeps until the signal.
    window.session.prediction_changed.connect(
        lambda *_: QTimer.singleShot(500, lambda: print("ready", flush=True))
    )

interrupts.close_on_interrupt = close_and_say
sys.exit(app.main(["glassbox", "--tab", "text", "--prompt", "kept"]))
"""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        assert process.wait(60) == 0
        assert b"Traceback" not in process.stderr.read()
    assert '"prompt": "kept"' in (own_settings / "settings.json").read_text()


# --- exceptions that nobody caught


class _Emitter(QObject):
    said = Signal()


@pytest.fixture
def nets(qapp):
    """Makes nets; what they caught is in their `seen`."""
    parent = QObject()

    def make():
        net = faults.Net(parent)
        net.seen = []
        net.caught.connect(net.seen.append)
        return net

    return make


def test_an_exception_in_a_slot_is_reported_once_a_second(qtbot, nets, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(faults.time, "monotonic", lambda: clock[0])
    emitter = _Emitter()
    emitter.said.connect(lambda: 1 / 0)
    with qtbot.captureExceptions() as told_before:
        net = nets()
        for _ in range(50):
            emitter.said.emit()
        assert len(net.seen) == 1
        clock[0] += 2
        emitter.said.emit()
        net.remove()
    assert [type(error) for error in net.seen] == [ZeroDivisionError] * 2
    assert len(told_before) == 2  # whoever listened before is told as often


def test_another_exception_is_reported_at_once(qtbot, nets):
    emitter = _Emitter()
    emitter.said.connect(lambda: 1 / 0)
    emitter.said.connect(lambda: [][0])
    with qtbot.captureExceptions():
        net = nets()
        emitter.said.emit()
        net.remove()
    assert [type(error) for error in net.seen] == [ZeroDivisionError, IndexError]


def raise_an_error():
    raise ValueError("in paintEvent")


@pytest.mark.parametrize(
    "fail",
    [
        raise_an_error,
        lambda: 1 / 0,
        lambda: [][1],
        lambda: int("three"),
        lambda: {}[3],
        lambda: QWidget().resize("large"),
    ],
    ids=["raise", "number", "index", "value", "key", "type"],
)
def test_an_exception_in_paint_event_leaves_the_program_running(qtbot, nets, fail):
    class Broken(QWidget):
        painted = 0

        def paintEvent(self, event):
            Broken.painted += 1
            QTimer.singleShot(0, self, self.update)
            fail()

    with qtbot.captureExceptions():
        net = nets()
        widget = Broken()
        qtbot.addWidget(widget)
        widget.show()
        qtbot.waitUntil(lambda: Broken.painted >= 10)
        widget.hide()
        net.remove()
    assert len(net.seen) == 1


def test_the_started_program_survives_what_breaks_in_an_override(tmp_path):
    done = run(
        code="""
from PySide6.QtCore import QTimer
from gui import app
from gui.widgets import prompt_field

qt, window = app.create_app(["glassbox", "--tab", "text"])
prompt_field._cross = lambda ratio: [][1]

def show_again():
    try:
        window.tabs.setCurrentIndex(0)
        window.tabs.setCurrentIndex(1)
    finally:
        QTimer.singleShot(0, window, tell)

def tell():
    print(window.banner.isVisible(), window.banner.sentence)
    window.close()

window.painted.connect(show_again)
raise SystemExit(qt.exec())
""",
        GLASSBOX_CONFIG_DIR=str(tmp_path),
    )
    assert done.stdout == f"True {UNEXPECTED}\n"
    assert "IndexError" in done.stderr
    assert done.returncode == 0


def test_an_exception_in_a_thread_reaches_the_gui_thread(qtbot, nets, monkeypatch):
    told = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    net = nets()
    receivers = []
    net.caught.connect(lambda _error: receivers.append(threading.current_thread()))
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(net.seen))
    net.remove()
    assert len(told) == 1
    assert receivers == [threading.main_thread()]


def test_the_hooks_are_put_back(nets):
    before = sys.excepthook, threading.excepthook
    net = nets()
    assert sys.excepthook is not before[0]
    net.remove()
    assert (sys.excepthook, threading.excepthook) == before


def test_the_log_file_has_the_traceback_and_stays_small(tmp_path):
    end = faults.log_to(tmp_path / "deep")
    try:
        raise ValueError("findable")
    except ValueError as error:
        for _ in range(1500):
            logging.getLogger("gui.session").error("unexpected failure", exc_info=error)
    end()
    files = sorted((tmp_path / "deep").iterdir())
    assert files[0].name == "glassbox.log"
    assert len(files) <= 3
    assert sum(file.stat().st_size for file in files) < 2_000_000
    assert "ValueError: findable" in files[0].read_text()
    assert "Traceback" in files[0].read_text()


def test_a_log_that_cannot_be_written_is_survived(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    faults.log_to(tmp_path / "file")()
    assert "no log file" in caplog.text
