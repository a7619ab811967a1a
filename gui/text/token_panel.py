"""One token of the vocabulary: its nearest neighbours, and its vector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.widgets.asked_label import AskedLabel
from gui.widgets.card import Card
from gui.widgets.neighbour_list import NeighbourList
from gui.widgets.switch import Switch
from gui.widgets.vector_strip import VectorStrip

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from gui.widgets.neighbour_list import NearRow

CAPTION = (
    "Tokens that are used in like sentences got like numbers: its neighbours. Beside them: how "
    "near on the map."
)
BECAUSE = (
    "Tokens that are used in like sentences got like numbers. Like {other} it stands in the gap of "
    "{why}."
)
NEAR = "Near it in the training text: {}."
UNSEEN = (
    "The model hardly ever met it, so its numbers say little: they lie near those of others that "
    "it hardly met."
)
MEASURES = {
    "Direction": "Whether two vectors point the same way, the cosine of the angle between them: 1 "
    "is the same way, 0 a right angle, nothing in common",
    "Distance": "Nearest by distance, with a ruler as it were: 0 is the same place",
}
SCALES = ("1: the same direction. 0: unrelated.", "0: the same place. No upper end.")
NOBODY = "A token"
WIDTH_PX = 252
SHARES, CRAMPED = (3, 2), (9, 1)  # of the height: neighbours and vector


class TokenPanel(Card):
    """What is to be said of the token in focus.

    Signals:
        measure_chosen: (int) 0 by direction (cosine), 1 by distance.
        token_chosen: (int) a neighbour was clicked.
        token_pointed: (int | None) a neighbour is under the mouse.
        near_asked: ((int, int), QPoint) row and column of a number that was clicked, and where.
        entry_asked: (int, QPoint) which number of the vector was clicked, and where.

    Attributes:
        list: The neighbours.
        strip: The vector.
        number: Its number in the vocabulary.
        times: How often it was seen, where that is known.
        company: What stands near it far more often than by chance, where that is known.
        body: All of these.
    """

    measure_chosen = Signal(int)
    token_chosen = Signal(int)
    token_pointed = Signal(object)
    near_asked = Signal(object, QPoint)
    entry_asked = Signal(int, QPoint)

    def __init__(self) -> None:
        self.list, self.strip = NeighbourList(), VectorStrip()
        self._is_seen = True
        self.number, self.times = AskedLabel("tokenNumber"), AskedLabel("tokenTimes")
        self.company = AskedLabel("tokenCompany")
        self.company.setWordWrap(True)
        self.company.hide()
        self._kind = QLabel()
        self._kind.setObjectName("tokenKind")
        self._kind.setProperty("role", "caption")
        self._kind.setTextFormat(Qt.TextFormat.PlainText)
        about = QHBoxLayout()
        about.setSpacing(theme.INSIDE)
        for label in (self.number, self._kind, self.times):
            about.addWidget(label)
        about.addStretch(1)
        self.switch = Switch("nearMeasures", MEASURES)
        self.body = QWidget()
        self._column = column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(about)
        column.addWidget(self.company)
        column.addWidget(self.switch)
        self._scale = QLabel(SCALES[0])
        self._scale.setObjectName("tokenScale")
        self._scale.setProperty("role", "caption")
        self._scale.setTextFormat(Qt.TextFormat.PlainText)
        self._scale.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column.addWidget(self._scale)
        for figure, share in zip((self.list, self.strip), SHARES, strict=True):
            column.addWidget(figure, share)
        column.addStretch(0)
        super().__init__(NOBODY, CAPTION, self.body)
        self.setObjectName("tokenPanel")
        self.set_lines(3)  # why tokens are near stands nowhere else
        self.switch.chosen.connect(lambda measure: self._scale.setText(SCALES[measure]))
        self.switch.chosen.connect(self.measure_chosen)
        self.list.token_chosen.connect(self.token_chosen)
        self.list.row_pointed.connect(self.token_pointed)
        self.list.number_asked.connect(self.near_asked)
        self.strip.number_asked.connect(self.entry_asked)
        self._fit()
        theme.sizes.changed.connect(self._fit)

    def _fit(self) -> None:
        self.setMinimumWidth(theme.px(WIDTH_PX - 20, 0.8))

    def set_cramped(self, cramped: bool) -> None:
        """In a small window the neighbours can still be read, and the vector gets lower."""
        super().set_cramped(cramped)
        self._scale.setVisible(not cramped)  # the buttons' tooltips say it too
        for figure, share in zip(
            (self.list, self.strip), CRAMPED if cramped else SHARES, strict=True
        ):
            self._column.setStretchFactor(figure, share)

    def set_token(self, label: str, vector: NDArray[np.float32]) -> None:
        """Speak of another token, whose neighbours are not yet known.

        Args:
            label: Its name.
            vector: (C,) its embedding.
        """
        self.set_title(label)
        self.tell_company("")
        self.strip.set_data(vector)

    def set_about(self, token_id: int, kind: str, times: int | None) -> None:
        """Say more of the token, in a line.

        Args:
            token_id: Its number.
            kind: The class of word that it belongs to; "" for none.
            times: How often it was seen in the training text; None if nobody knows.
        """
        self._is_seen = times != 0
        self.set_caption(CAPTION if self._is_seen else UNSEEN)
        self.number.setText(f"number {token_id:,}")
        self._kind.setText(kind)
        self._kind.setVisible(bool(kind))
        seen = "" if times is None else "seen once" if times == 1 else f"seen {times:,} times"
        self.times.setText(seen)
        self.times.setVisible(bool(seen))

    def tell_why(self, other: str, why: str) -> None:
        """Say where the token and a neighbour were found, unless it was hardly used."""
        if self._is_seen:
            self.set_caption(BECAUSE.format(other=other, why=why))

    def tell_company(self, words: str) -> None:
        """Say what stands near the token far more often than by chance; "" if nothing does."""
        self.company.setText(NEAR.format(words) if words else "")
        self.company.setVisible(bool(words))

    def set_near(self, rows: Sequence[NearRow], measure: int) -> None:
        """Show the neighbours."""
        self.list.set_data(rows, list(MEASURES)[measure].lower())

    def clear(self) -> None:
        """Speak of no token."""
        self.set_title(NOBODY)
        self.set_caption(CAPTION)
        for label in (self.number, self._kind, self.times):
            label.setText("")
        self.tell_company("")
        self.list.clear()
        self.strip.clear()
