import numpy as np

from core.interventions import Off
from core.paths import SMALL_WORLD_MODEL
from gui import trace_saving
from gui.session import Session


def opened(qtbot):
    session = Session()
    with qtbot.waitSignal(session.model_changed, timeout=20_000):
        session.open_model(SMALL_WORLD_MODEL)
    return session


def test_the_whole_trace_is_saved_as_numpy_reads_it(qtbot, tmp_path):
    session = opened(qtbot)
    try:
        session.add_change(Off(1, "mlp"))
        session.set_prompt("The dog and the cat")
        qtbot.waitUntil(lambda: session.trace is not None and bool(session.trace.changes))
        path = tmp_path / "trace.npz"
        with qtbot.waitSignal(session.noticed) as told:
            trace_saving.save(session, path)
        assert told.args == [f"Saved trace.npz in {tmp_path}."]
        with np.load(path) as file:
            assert str(file["text"]) == "The dog and the cat"
            assert np.array_equal(file["pattern"], session.trace.pattern)
            assert np.array_equal(file["logits"], session.trace.logits)
            assert not file["mlp_out"][1].any()
            assert len(file["changes"]) == 1
    finally:
        session.shutdown()


def test_what_cannot_be_written_is_said(qtbot, tmp_path, failures):
    session = opened(qtbot)
    try:
        session.set_prompt("The dog")
        qtbot.waitUntil(lambda: session.trace is not None)
        (tmp_path / "file").write_text("no folder")
        with qtbot.waitSignal(session.failed):
            trace_saving.save(session, tmp_path / "file" / "trace.npz")
        assert (tmp_path / "file").read_text() == "no folder"
        failures.clear()
    finally:
        session.shutdown()


def test_the_menu_asks_where_to_and_says_when_there_is_nothing(qtbot):
    session = Session()
    with qtbot.waitSignal(session.noticed) as told:
        trace_saving.ask(None, session)
    assert told.args == [trace_saving.NOTHING]
    session.shutdown()
