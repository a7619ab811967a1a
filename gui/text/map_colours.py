"""What the colours of the map say: which choices a model offers, and what the chosen one needs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal

from core.token_counts import small_world_seed
from core.word_classes import NAMES
from gui.text import map_study
from gui.text.vocabulary_counts import counts_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.language_model import LanguageModel
    from core.nearness import Vicinity
    from gui.session import Session
    from gui.text.map_study import Known
    from gui.widgets.plane_colours import Colouring

NOTHING, CLASS, COUNT, RANK, LIKENESS = "nothing", "class", "count", "rank", "likeness"
COLOURS = {
    NOTHING: "No colours",
    CLASS: "Class of word",
    COUNT: "Frequency",
    RANK: "Rank",
    LIKENESS: "Similarity",
}
COUNTING = "Counting how often each token is in the training text: the colours come after that."
UNCOUNTED = "The training text cannot be made again here: choose Rank instead."


class MapColours(QObject):
    """Classes and counts are found out in the background, once for each model.

    Signals:
        changed: other colours are to be shown.
        told: (str) why there are none yet; "" when there are.

    Args:
        session: Its lanes for studies and counting do the work.
        parent: Qt's.

    Attributes:
        choices: Key -> name of what can be chosen.
        chosen: The key.
        kinds: (V,) the class of each token, once known.
    """

    changed = Signal()
    told = Signal(str)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._known: Known | None = None
        self._counts: WeakKeyDictionary[LanguageModel, NDArray[np.int64] | None] = (
            WeakKeyDictionary()
        )
        self.kinds: NDArray[np.int8] | None = None
        self.choices: dict[str, str] = {NOTHING: COLOURS[NOTHING]}
        self.chosen = NOTHING

    def set_known(self, known: Known | None) -> None:
        """Offer what can be said of another model; by class, if that is possible."""
        self._session.studies.cancel("map classes")
        self._session.counting.cancel("map counts")
        self._known, self.kinds = known, None
        is_ours = known is not None and small_world_seed(known.model.info.training) is not None
        own = (CLASS, COUNT) if is_ours else ()
        self.choices = {
            key: COLOURS[key] for key in (NOTHING, *own, RANK, LIKENESS) if known is not None
        } or {NOTHING: COLOURS[NOTHING]}
        self.chosen = CLASS if is_ours else NOTHING
        if is_ours and known is not None:
            model = known.model
            self._session.studies.submit(
                "map classes",
                lambda _job: map_study.classes(model),
                self._on_classes,
                self._session.report_error,
            )
        self.told.emit("")
        self.changed.emit()

    def _on_classes(self, kinds: NDArray[np.int8] | None) -> None:
        self.kinds = kinds
        self.changed.emit()
        if self._known is not None:
            self._count(self._known.model)  # for the names too: frequent words have them first

    def choose(self, key: str) -> None:
        """Let the colours say something else."""
        self.chosen = key
        self._tell()
        self.changed.emit()

    def _tell(self) -> None:
        """Say why there are no colours, if there are none."""
        if self.chosen != COUNT or self._known is None:
            self.told.emit("")
        elif self._known.model not in self._counts:
            self.told.emit(COUNTING)
        else:
            self.told.emit(UNCOUNTED if self.counts is None else "")

    def _count(self, model: LanguageModel) -> None:
        if model in self._counts:
            return

        def done(counts: NDArray[np.int64] | None) -> None:
            self._counts[model] = counts
            self._tell()
            self.changed.emit()

        def failed(error: BaseException) -> None:
            self._session.report_error(error)
            done(None)

        info = model.info
        self._session.counting.submit(
            "map counts",
            lambda job: counts_of(info, job.cancelled),
            done,
            failed,
        )

    @property
    def counts(self) -> NDArray[np.int64] | None:
        """(V,) how often each token is in the training text, once known."""
        return None if self._known is None else self._counts.get(self._known.model)

    @property
    def follows_focus(self) -> bool:
        """Whether they say something about the token in focus."""
        return self.chosen == LIKENESS

    def worth(self, known: Known) -> list[int]:
        """Whole words, those most worth a name first."""
        return map_study.worth(known, self.kinds, self.counts)

    def class_names(self) -> list[str]:
        """The class of each token, "" for none; empty where classes are not known."""
        kinds = [] if self.kinds is None else self.kinds.tolist()
        return [NAMES[kind] if kind >= 0 else "" for kind in kinds]

    def colouring(self, found: Vicinity | None) -> Colouring | None:
        """The colours that were chosen, as far as they are known.

        Args:
            found: Of the token in focus.
        """
        known = self._known
        if known is None:
            return None
        if self.chosen == CLASS and self.kinds is not None:
            return map_study.class_colours(self.kinds)
        if self.chosen == COUNT and self.counts is not None:
            return map_study.count_colours(self.counts)
        if self.chosen == RANK:
            return map_study.rank_colours(len(known.labels))
        if self.chosen == LIKENESS and found is not None:
            return map_study.likeness_colours(found, known.labels[found.token_id])
        return None

    def about(self, token_id: int) -> tuple[str, int | None]:
        """A token's class, "" for none, and how often it was seen, if that is known by now."""
        kind = -1 if self.kinds is None else int(self.kinds[token_id])
        times = None if self.counts is None else int(self.counts[token_id])
        return NAMES[kind] if kind >= 0 else "", times
