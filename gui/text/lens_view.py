"""One figure of guesses: which trace it shows, whose way it follows, and its numbers explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.lens import lens
from gui.explanation import explain
from gui.shared_words import BROKEN
from gui.text import lens_words
from gui.text.lens_study import LensStudy
from gui.text.naming import naming
from gui.widgets.layer_lens import HINT
from gui.widgets.lens_scene import UNKNOWN, LensScene, Track, all_unknown, depth_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtCore import QPoint

    from core.language_model import LanguageModel
    from core.lens import Lens
    from core.trace import Trace
    from gui.export import Table
    from gui.jobs import Job
    from gui.session import Session
    from gui.widgets.layer_lens import LayerLens
    from gui.widgets.lens_layout import Cell

WORKING = "Reading off what the model would say after each layer\N{HORIZONTAL ELLIPSIS}"


class LensView(QObject):
    """Feeds a figure from a trace, in the background.

    Signals:
        cell_chosen: (int) a guess was clicked, at this position.
        follows_changed: another token's way is shown than before.
        shown: guesses were put into the figure.

    Args:
        session: For its lane and its model.
        figure: What is fed.
        kind: Of the work.
        parent: Qt's.

    Attributes:
        followed: Id of the token whose way is shown; None for the final answer.
    """

    cell_chosen = Signal(int)
    follows_changed = Signal()
    shown = Signal()

    def __init__(self, session: Session, figure: LayerLens, kind: str, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._figure, self._kind = session, figure, kind
        self.followed: int | None = None
        self._focus: int | None = None
        self._named: tuple[LanguageModel, Callable[[int], str]] | None = None
        self._tracked = 0  # the token whose way is shown
        self._is_broken = False
        self._study = LensStudy(session, kind, self)
        self._plain = LensStudy(session, f"{kind} without changes", self)
        for study in (self._study, self._plain):
            study.changed.connect(self._show)
            study.failed.connect(self._on_failed)
        figure.cell_clicked.connect(self._on_cell)
        figure.number_asked.connect(self._explain_guess)
        figure.share_asked.connect(self._explain_share)
        figure.rank_asked.connect(self._explain_rank)

    # --- what it is about

    def look_at(self, trace: Trace | None, plain: Trace | None = None) -> None:
        """Show another pass.

        Args:
            trace: The pass; None for none.
            plain: The same without changes, if there are any.
        """
        model, self._is_broken = self._session.language_model, False
        if model is None or trace is None:
            self._study.clear()
            self._plain.clear()
            self._clear()
            return
        at = self._position(trace)
        seen = self._figure.places.in_sight(self._figure.left, 0)[1]
        self._study.look_at(model, trace, (at, *seen))
        if self.shown_trace is None:
            self._figure.clear(WORKING)
        if plain is None:
            self._plain.clear()
        else:
            self._plain.look_at(model, plain, (at, *seen))

    def set_focus(self, position: int | None) -> None:
        """Show the way at this position; None for the last one."""
        if position != self._focus:
            self._focus = position
            self._show_track()

    def follow(self, token: int | None) -> None:
        """Show the way of this token; None for the final answer."""
        if token != self.followed:
            self.followed = token
            self.follows_changed.emit()
        self._show_track()

    @property
    def shown_trace(self) -> Trace | None:
        """What the guesses in the figure are of."""
        return None if self._study.lens is None else self._study.trace

    def table(self) -> Table:
        """What is shown, in numbers."""
        trace, made, model = self._study.trace, self._study.lens, self._study.model
        return lens_words.table(trace, made, str if model is None else naming(model))

    def _naming(self, model: LanguageModel) -> Callable[[int], str]:
        """What its tokens are called, said again and again."""
        if self._named is None or self._named[0] is not model:
            self._named = model, naming(model)
        return self._named[1]

    def _position(self, trace: Trace) -> int:
        last = len(trace.tokens) - 1
        return last if self._focus is None else min(self._focus, last)

    def _clear(self) -> None:
        """What to do is said only where it is not done: else it is being worked out."""
        self._figure.clear("" if self._session.prompt else HINT)

    def _on_failed(self, error: BaseException) -> None:
        self._is_broken = True
        self._figure.clear(BROKEN)
        if self._session.model is None or not self._session.model.non_finite:
            self._session.report_error(error)

    # --- what is shown

    def _show(self) -> None:
        trace, made, model = self._study.trace, self._study.lens, self._study.model
        if trace is None or made is None or model is None:
            if not self._is_broken:
                self._clear()
            return
        n_depths, n_positions = len(made.ids), len(trace.tokens)
        ids, probabilities = all_unknown(n_depths, n_positions)
        answers = np.full(n_positions, UNKNOWN, np.int64)
        ids[:, made.positions] = made.ids[:, :, 0]
        probabilities[:, made.positions] = made.probabilities[:, :, 0]
        answers[made.positions] = made.targets[:, 0]
        label = self._naming(model)
        self._figure.set_data(
            LensScene(
                depths=depth_names(n_depths - 1),
                tokens=tuple(token.label for token in trace.tokens),
                ids=ids,
                probabilities=probabilities,
                label=label,
                answers=answers,
                others=self._others(ids),
                tip=self._tip,
            )
        )
        self._show_track()
        self.shown.emit()

    def _others(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Where the top guess is another than without changes."""
        plain = self._plain.lens
        others = np.zeros(ids.shape, dtype=bool)
        if plain is None or len(plain.ids) != len(ids):
            return others
        at = plain.positions[plain.positions < ids.shape[1]]
        shown = ids[:, at]
        others[:, at] = (shown != UNKNOWN) & (shown != plain.ids[:, : len(at), 0])
        return others

    def _tip(self, depth: int, position: int) -> str:
        trace, made, model = self._study.trace, self._study.lens, self._study.model
        column = None if made is None else _column(made, position)
        if trace is None or made is None or model is None or column is None:
            return ""
        label = self._naming(model)
        scene, plain = self._figure.scene, ""
        other = None if self._plain.lens is None else _column(self._plain.lens, position)
        if scene is not None and scene.others[depth, position] and other is not None:
            assert self._plain.lens is not None
            plain = label(int(self._plain.lens.ids[depth, other, 0]))
        return lens_words.tip(made, column, depth, trace.tokens[position].label, label, plain)

    # --- the way of one token

    def _show_track(self) -> None:
        """Of the final answer at once, of another guess when that is worked out."""
        trace, made, model = self._study.trace, self._study.lens, self._study.model
        if trace is None or made is None or model is None:
            self._figure.set_track(None)
            return
        position = self._position(trace)
        column, token = _column(made, position), self.followed
        if column is None:
            self._figure.set_track(None)
        elif token is None or token == int(made.targets[column, 0]):
            self._session.studies.cancel(f"{self._kind} track")
            self._on_track(made, column, position)
        else:
            self._session.studies.submit(
                f"{self._kind} track",
                lambda job: _followed(model, trace, position, token, job),
                lambda found: self._on_track(found, 0, position),
                self._session.report_error,
            )

    def _on_track(self, made: Lens, column: int, position: int) -> None:
        model = self._study.model
        if model is not None:
            label = self._naming(model)(int(made.targets[column, 0]))
            ranks, shares = made.target_ranks[:, column, 0], made.target_probabilities[:, column, 0]
            n_tokens = model.config.vocab_size
            self._tracked = int(made.targets[column, 0])
            self._figure.set_track(Track(position, label, ranks, shares, n_tokens))

    def _on_cell(self, depth: int, position: int) -> None:
        """Follow this guess, at this token."""
        scene = self._figure.scene
        if scene is None:
            return
        guess = int(scene.ids[depth, position])
        is_answer = guess in (UNKNOWN, int(scene.answers[position]))
        self.cell_chosen.emit(position)
        self.follow(None if is_answer else guess)

    # --- numbers that were asked for

    def _explain_guess(self, cell: Cell, at: QPoint) -> None:
        scene = self._figure.scene
        if scene is not None and scene.ids[cell] != UNKNOWN:
            self._explain(cell[0], cell[1], int(scene.ids[cell]), at)

    def _explain_share(self, depth: int, at: QPoint) -> None:
        track = self._figure.track
        if track is not None:
            self._explain(depth, track.position, self._tracked, at)

    def _explain(self, depth: int, position: int, token: int, at: QPoint) -> None:
        model, trace = self._study.model, self._study.trace
        if model is not None and trace is not None:
            explain(self._figure, lens_words.share(model, trace, depth, position, token), at)

    def _explain_rank(self, depth: int, at: QPoint) -> None:
        model, trace, track = self._study.model, self._study.trace, self._figure.track
        if model is not None and trace is not None and track is not None:
            rank = int(track.ranks[depth])
            where = depth, track.position, self._tracked
            explain(self._figure, lens_words.place(model, trace, *where, rank), at)


def _column(made: Lens, position: int) -> int | None:
    """Where a position is among those of a lens."""
    at = int(np.searchsorted(made.positions, position))
    known = at < len(made.positions) and int(made.positions[at]) == position
    return at if known else None


def _followed(model: LanguageModel, trace: Trace, position: int, token: int, job: Job) -> Lens:
    """On the lane: one token at one position, whatever is likeliest there."""
    return lens(trace, model.weights, [position], 1, [token], job.cancelled)
