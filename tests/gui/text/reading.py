"""Gives a session a model and a text as if it had read it, and waits for what follows."""

from __future__ import annotations

TEXT = "They walked along the river to the bank"
OTHER = "They walked with the cat to the bank"


def use(qtbot, session, model, text=TEXT, changes=()):
    """The text, with changes and without, in this model."""
    session._language_model, session.model = model, model.info
    session.trace = model.trace(text, changes=changes)
    session.plain = model.trace(text) if changes else None
    session.model_changed.emit(model.info)
    session.trace_changed.emit(session.trace)
    rest(qtbot, session)


def compare(qtbot, session, text=OTHER):
    """A second text beside it."""
    session.set_second_prompt(text)
    qtbot.waitUntil(lambda: session.second is not None and session.second.text == text)
    rest(qtbot, session)


def rest(qtbot, session):
    """Until nothing is worked out any more."""
    qtbot.waitUntil(lambda: not session.studies.is_busy())
