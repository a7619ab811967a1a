"""The lane: the latest wins, the stale are dropped, nothing is swallowed, the end is the end."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QThread

from gui.jobs import Lane


@pytest.fixture
def lane(qapp):
    parent = QObject()
    lane = Lane("test", parent)
    yield lane
    lane.shutdown()
    parent.deleteLater()


class Results(list):
    """What came back, and the errors beside it."""

    def __init__(self):
        super().__init__()
        self.errors = []
        self.progress = []

    def submit(self, lane, kind, work):
        lane.submit(kind, work, self.append, self.errors.append, self.progress.append)


@pytest.fixture
def results():
    return Results()


class Gate:
    """Work that waits until the test opens it."""

    def __init__(self, answer="late"):
        self.started, self.opened = threading.Event(), threading.Event()
        self.answer = answer
        self.was_cancelled = None

    def __call__(self, job):
        self.started.set()
        assert self.opened.wait(10)
        self.was_cancelled = job.cancelled()
        return self.answer


def test_a_result_arrives_on_the_gui_thread(qtbot, lane):
    seen = []
    lane.submit(
        "a",
        lambda _job: QThread.currentThread(),
        lambda worker: seen.append((worker, QThread.currentThread())),
        pytest.fail,
    )
    qtbot.waitUntil(lambda: bool(seen))
    worker, receiver = seen[0]
    assert receiver is QCoreApplication.instance().thread()
    assert worker is not receiver


def test_the_latest_of_a_kind_wins_and_the_overtaken_is_told_to_stop(qtbot, lane, results):
    gate = Gate()
    results.submit(lane, "a", gate)
    assert gate.started.wait(10)
    results.submit(lane, "a", lambda _job: "new")
    gate.opened.set()
    qtbot.waitUntil(lambda: not lane.is_busy())
    assert results == ["new"]
    assert gate.was_cancelled


def test_of_many_requests_only_the_last_is_worked_on(qtbot, lane, results):
    gate, worked = Gate(), []
    results.submit(lane, "a", gate)
    assert gate.started.wait(10)
    for number in range(100):
        results.submit(lane, "a", lambda _job, number=number: worked.append(number) or number)
    gate.opened.set()
    qtbot.waitUntil(lambda: results == [99])
    assert worked == [99]


def test_a_result_that_has_arrived_but_was_overtaken_is_dropped(qtbot, lane, results):
    done = threading.Event()

    def old(job):
        job.report("old progress")
        done.set()
        return "old"

    results.submit(lane, "a", old)
    assert done.wait(10)  # its letters lie in the mail; no event has been processed
    results.submit(lane, "a", lambda _job: "new")
    qtbot.waitUntil(lambda: results == ["new"])
    assert results.progress == []


def test_a_request_may_rest_until_none_overtakes_it(qtbot, lane, results):
    worked = []

    def work(job):
        if job.rest(0.1):
            return "overtaken"
        worked.append(job.id)
        return "done"

    began = time.monotonic()
    for _ in range(50):  # all of them would take 5 seconds
        results.submit(lane, "a", work)
    qtbot.waitUntil(lambda: not lane.is_busy())
    assert results == ["done"]
    assert len(worked) == 1
    assert time.monotonic() - began >= 0.1


def test_kinds_do_not_disturb_each_other(qtbot, lane, results):
    for kind in "abc":
        results.submit(lane, kind, lambda job: job.kind)
    qtbot.waitUntil(lambda: not lane.is_busy())
    assert results == ["a", "b", "c"]


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_error_is_delivered_whatever_it_is(qtbot, lane, results, kind):
    def work(_job):
        raise kind("boom")

    results.submit(lane, "a", work)
    qtbot.waitUntil(lambda: bool(results.errors))
    assert [type(error) for error in results.errors] == [kind]
    results.submit(lane, "a", lambda _job: "still alive")
    qtbot.waitUntil(lambda: results == ["still alive"])


def test_an_error_of_an_overtaken_request_is_dropped(qtbot, lane, results, caplog):
    gate = Gate()

    def work(job):
        gate(job)
        raise ValueError("cancelled in the middle")

    results.submit(lane, "a", work)
    assert gate.started.wait(10)
    lane.cancel("a")
    gate.opened.set()
    results.submit(lane, "b", lambda _job: "after")
    qtbot.waitUntil(lambda: results == ["after"])
    assert results.errors == []
    assert caplog.records == []


def test_progress_is_coalesced_to_the_newest(qtbot, lane, results):
    reported = threading.Event()

    def work(job):
        for number in range(1000):
            job.report(number)
        reported.set()

    results.submit(lane, "a", work)
    assert reported.wait(10)
    qtbot.waitUntil(lambda: not lane.is_busy())
    assert results.progress == [999]


def test_progress_of_a_cancelled_request_is_not_applied(qtbot, lane, results):
    reported = threading.Event()

    def work(job):
        job.report("stale")
        reported.set()

    results.submit(lane, "a", work)
    assert reported.wait(10)
    lane.cancel("a")
    results.submit(lane, "b", lambda _job: "after")
    qtbot.waitUntil(lambda: results == ["after"])
    assert results.progress == []


def test_a_request_may_be_made_from_within_a_result(qtbot, lane, results):
    def again(answer):
        results.append(answer)
        if answer < 5:
            lane.submit("a", lambda _job: answer + 1, again, pytest.fail)

    lane.submit("a", lambda _job: 0, again, pytest.fail)
    qtbot.waitUntil(lambda: not lane.is_busy())
    assert results == [0, 1, 2, 3, 4, 5]


def test_busy_is_said_once_at_the_start_and_once_at_the_end(qtbot, lane, results):
    said = []
    lane.busy_changed.connect(said.append)
    for kind in "abab":
        results.submit(lane, kind, lambda _job: None)
    qtbot.waitUntil(lambda: not lane.is_busy())
    assert said == [True, False]
    lane.cancel()
    assert said == [True, False]


def test_a_receiver_that_fails_harms_nobody_else(qtbot, lane, results):
    done = threading.Event()

    def bad(_answer):
        raise RuntimeError("in the receiver")

    lane.submit("a", lambda _job: None, bad, pytest.fail)
    results.submit(lane, "b", lambda _job: done.set())
    assert done.wait(10)  # both letters wait together
    with qtbot.captureExceptions() as exceptions:
        qtbot.waitUntil(lambda: len(results) == 1)
    assert [str(each[1]) for each in exceptions] == ["in the receiver"]
    assert not lane.is_busy()


def test_shutdown_waits_for_the_worker_and_drops_what_it_says(qtbot, lane, results):
    gate = Gate()

    def work(job):
        gate(job)
        job.report("too late")
        return "too late"

    results.submit(lane, "a", work)
    results.submit(lane, "b", lambda _job: "never run")
    assert gate.started.wait(10)
    gate.opened.set()
    lane.shutdown()
    assert gate.was_cancelled is not None  # it has ended
    assert not any(thread.name.startswith("test") for thread in threading.enumerate())
    QCoreApplication.processEvents()
    assert results == []
    assert results.progress == []


def test_after_the_end_requests_are_ignored_and_ending_twice_is_fine(lane, results):
    lane.shutdown()
    results.submit(lane, "a", lambda _job: "never")
    lane.shutdown()
    QCoreApplication.processEvents()
    assert not lane.is_busy()
    assert results == []


def test_ten_thousand_requests_in_a_row(qtbot, lane, results):
    for number in range(10_000):
        results.submit(lane, "a", lambda _job, number=number: number)
        if number % 100 == 0:
            QCoreApplication.processEvents()
    qtbot.waitUntil(lambda: not lane.is_busy())
    assert results[-1] == 9_999
    assert results == sorted(set(results))
