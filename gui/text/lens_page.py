"""What the model would say if it stopped at each layer: the guess grows with the depth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QVBoxLayout

from core.lens import lens
from gui import theme
from gui.explanation import explain
from gui.export import Figure
from gui.figures import offer
from gui.tabs.tab import Tab
from gui.text import lens_words
from gui.text.lens_study import LensStudy
from gui.text.naming import naming
from gui.widgets.boxes import push_button
from gui.widgets.card import Card
from gui.widgets.layer_lens import LayerLens
from gui.widgets.lens_scene import UNKNOWN, LensScene, Track, all_unknown, depth_names

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from core.language_model import LanguageModel
    from core.lens import Lens
    from core.trace import Trace
    from gui.jobs import Job
    from gui.session import Session
    from gui.widgets.lens_layout import Cell

TITLE = "If it stopped here"
CAPTION = (
    "Below each token, from the embedding down to the last layer: the next token that the model "
    "would name if that were all. Darker is surer, bold is already the final answer. At the right, "
    "how the answer's place among all tokens rises. The first row is the embedding itself."
)
BROKEN = "This model has numbers that are not finite: there is nothing sensible to show here."
TRACK = "lens track"
LOW = 420  # device-independent pixels: a lower page has no room for the caption


class LensPage(Tab):
    """The table of guesses, of one text or of two.

    Args:
        session: Where the facts come from and the intents go.

    Attributes:
        lens: The figure.
    """

    TITLE = "Lens"
    PURPOSE = "What the model would say if it stopped at each layer"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("lensPage")
        self._session = session
        self._followed: int | None = None  # a guess that was clicked; else the final answer
        self._tracked = 0  # the token whose way is shown
        self._is_broken = False
        self.lens = LayerLens()
        self._study = LensStudy(session, "lens", self)
        self._plain = LensStudy(session, "lens without changes", self)
        self.card = Card(TITLE, CAPTION, self.lens)
        self._back = push_button(
            "Follow the answer",
            "followAnswerButton",
            "Show the way of the final answer again, not of the guess that was clicked",
            self._follow_answer,
        )
        self._back.hide()
        self.card.add_to_header(self._back)
        offer(session, self.card, "saveLensButton", self._figure).attach(self.lens)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        self.lens.cell_clicked.connect(self._on_cell)
        self.lens.token_clicked.connect(session.select_token)
        self.lens.token_hovered.connect(self._on_hovered)
        self.lens.number_asked.connect(self._explain_guess)
        self.lens.share_asked.connect(self._explain_share)
        self.lens.rank_asked.connect(self._explain_rank)
        for study in (self._study, self._plain):
            study.changed.connect(self._show)
            study.failed.connect(self._on_failed)
        self.follow(session.model_changed, self._follow_answer)
        self.follow(session.trace_changed, self._on_trace)
        self.follow(session.selection_changed, self._on_selection)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the caption goes behind the title."""
        super().resizeEvent(event)
        self.card.set_cramped(self.height() < theme.px(LOW))

    # --- facts

    def _on_trace(self) -> None:
        """Look into another pass."""
        model, trace = self._session.language_model, self._session.trace
        self._is_broken = False
        if model is None or trace is None:
            for study in (self._study, self._plain):
                study.clear()
            return
        at = self._position(trace)
        self._study.look_at(model, trace, (at, *self._in_sight()))
        plain: Trace | None = getattr(self._session, "plain", None)
        if plain is None:
            self._plain.clear()
        else:
            self._plain.look_at(model, plain, (at,))

    def _in_sight(self) -> range:
        """Positions that are seen now."""
        if self.lens.scene is None:
            return range(0)
        return self.lens.places.in_sight(self.lens.left, self.lens.top)[1]

    def _on_failed(self, error: BaseException) -> None:
        self._is_broken = True
        self.lens.clear(BROKEN)
        if self._session.model is None or not self._session.model.non_finite:
            self._session.report_error(error)

    def _on_selection(self) -> None:
        selection = self._session.selection
        self.lens.set_selection(selection.token, selection.hovered)
        self._show_track()

    def _position(self, trace: Trace) -> int:
        """The token that is looked at: the one in focus, else the last."""
        focus, last = self._session.selection.focus, len(trace.tokens) - 1
        return last if focus is None else min(focus, last)

    # --- what is shown

    def _show(self) -> None:
        trace, made, model = self._study.trace, self._study.lens, self._session.language_model
        if trace is None or made is None or model is None:
            if not self._is_broken:
                self.lens.clear()
            return
        n_depths, n_positions = len(made.ids), len(trace.tokens)
        ids, probabilities = all_unknown(n_depths, n_positions)
        answers = np.full(n_positions, UNKNOWN, np.int64)
        ids[:, made.positions] = made.ids[:, :, 0]
        probabilities[:, made.positions] = made.probabilities[:, :, 0]
        answers[made.positions] = made.targets[:, 0]
        label = naming(model)
        self.lens.set_data(
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
        trace, made, model = self._study.trace, self._study.lens, self._session.language_model
        column = None if made is None else _column(made, position)
        if trace is None or made is None or model is None or column is None:
            return ""
        label = naming(model)
        scene, plain = self.lens.scene, ""
        other = None if self._plain.lens is None else _column(self._plain.lens, position)
        if scene is not None and scene.others[depth, position] and other is not None:
            assert self._plain.lens is not None
            plain = label(int(self._plain.lens.ids[depth, other, 0]))
        return lens_words.tip(made, column, depth, trace.tokens[position].label, label, plain)

    # --- the way of one token

    def _show_track(self) -> None:
        """Of the final answer at once, of another guess when that is worked out."""
        trace, made, model = self._study.trace, self._study.lens, self._session.language_model
        if trace is None or made is None or model is None:
            self.lens.set_track(None)
            return
        position = self._position(trace)
        column, token = _column(made, position), self._followed
        if column is None:
            self.lens.set_track(None)
        elif token is None or token == int(made.targets[column, 0]):
            self._session.studies.cancel(TRACK)
            self._on_track(made, column, position)
        else:
            self._session.studies.submit(
                TRACK,
                lambda job: _followed(model, trace, position, token, job),
                lambda found: self._on_track(found, 0, position),
                self._session.report_error,
            )

    def _on_track(self, made: Lens, column: int, position: int) -> None:
        model = self._session.language_model
        if model is not None:
            label = naming(model)(int(made.targets[column, 0]))
            ranks, shares = made.target_ranks[:, column, 0], made.target_probabilities[:, column, 0]
            n_tokens = model.config.vocab_size
            self._tracked = int(made.targets[column, 0])
            self.lens.set_track(Track(position, label, ranks, shares, n_tokens))

    def _on_hovered(self, position: int | None) -> None:
        trace = self._session.trace
        if position is None or (trace is not None and position < len(trace.tokens)):
            self._session.hover_token(position)

    def _on_cell(self, depth: int, position: int) -> None:
        """Look at this token, and follow this guess."""
        scene, trace = self.lens.scene, self._session.trace
        if scene is None or trace is None or position >= len(trace.tokens):
            return
        guess = int(scene.ids[depth, position])
        is_answer = guess in (UNKNOWN, int(scene.answers[position]))
        self._followed = None if is_answer else guess
        self._back.setVisible(self._followed is not None)
        if self._session.selection.token != position:
            self._session.select_token(position)
        self._show_track()

    def _follow_answer(self) -> None:
        self._followed = None
        self._back.hide()
        self._show_track()

    # --- numbers that were asked for

    def _explain_guess(self, cell: Cell, at: QPoint) -> None:
        scene = self.lens.scene
        if scene is not None and scene.ids[cell] != UNKNOWN:
            self._explain(cell[0], cell[1], int(scene.ids[cell]), at)

    def _explain_share(self, depth: int, at: QPoint) -> None:
        track = self.lens.track
        if track is not None:
            self._explain(depth, track.position, self._tracked, at)

    def _explain(self, depth: int, position: int, token: int, at: QPoint) -> None:
        model, trace = self._session.language_model, self._study.trace
        if model is not None and trace is not None:
            explain(self.lens, lens_words.share(model, trace, depth, position, token), at)

    def _explain_rank(self, depth: int, at: QPoint) -> None:
        model, trace, track = self._session.language_model, self._study.trace, self.lens.track
        if model is not None and trace is not None and track is not None:
            rank = int(track.ranks[depth])
            where = depth, track.position, self._tracked
            explain(self.lens, lens_words.place(model, trace, *where, rank), at)

    def _figure(self) -> Figure:
        trace, made, model = self._study.trace, self._study.lens, self._session.language_model
        label = str if model is None else naming(model)
        return Figure("lens", self.lens, lambda: lens_words.table(trace, made, label))


def _column(made: Lens, position: int) -> int | None:
    """Where a position is among those of a lens."""
    at = int(np.searchsorted(made.positions, position))
    known = at < len(made.positions) and int(made.positions[at]) == position
    return at if known else None


def _followed(model: LanguageModel, trace: Trace, position: int, token: int, job: Job) -> Lens:
    """On the lane: one token at one position, whatever is likeliest there."""
    return lens(trace, model.weights, [position], 1, [token], job.cancelled)
