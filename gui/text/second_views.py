"""A figure of the prompt, and beside it the same figure of the second prompt while there is one.

How a page compares: it makes its figure twice, puts both into a `Pair`, feeds the second one from
`session.second` after `session.second_changed`, and explains its numbers with that trace. The
second text is always read without changes. A page that can also subtract is a
`gui.text.comparing.ComparingTab`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QSplitter, QVBoxLayout, QWidget

from gui import theme
from gui.tabs.tab import Tab
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.painting import LINE_END, tooltip
from gui.widgets.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from gui.session import Session

SHOWN = {"First": "Show the prompt", "Second": "Show the second prompt"}


class Pair(Tab):
    """Two figures of one kind; the second one is hidden while nothing is compared.

    Side by side, or one above the other, or in turn where there is no room for both.

    Args:
        session: Tells whether something is compared.
        first: Of the prompt.
        second: Of the second prompt.
        name: `objectName` of the switch that shows them in turn.
        room: Tells, with so much width for both, what a figure needs to be shown beside the other;
            as a rule, its least size.

    Signals:
        turned: (int) where they are shown in turn, the first one is seen now (0) or the second (1).
        in_turn_changed: there is no more room for both, or there is again.
    """

    turned = Signal(int)
    in_turn_changed = Signal()

    def __init__(
        self,
        session: Session,
        first: QWidget,
        second: QWidget,
        name: str,
        room: Callable[[int], QSize] | None = None,
    ) -> None:
        super().__init__()
        self._room = room or (lambda _wide: self._least())
        self._session = session
        self._is_wanted = True
        self._figures = first, second
        self._names = _name(), _name()
        self._halves = _below(self._names[0], first), _below(self._names[1], second)
        self._switch = Switch(name, SHOWN)
        self._switch.chosen.connect(lambda _index: self._arrange())
        self._switch.chosen.connect(self.turned)
        self._both = QSplitter(Qt.Orientation.Vertical)
        self._both.setChildrenCollapsible(False)
        self._both.setHandleWidth(theme.INSIDE)
        for half in self._halves:
            self._both.addWidget(half)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._switch)
        column.addWidget(self._both, 1)
        self._way: Qt.Orientation | None = None  # in which the two lie; None: in turn
        self._is_in_turn = False
        self._arrange()
        self.follow(session.second_changed, self._on_second)
        self.follow(session.trace_changed, self._show_names)

    @property
    def is_comparing(self) -> bool:
        """Whether there is anything in the second figure that is to be seen."""
        return self._is_wanted and self._session.second is not None

    @property
    def is_in_turn(self) -> bool:
        """Whether two are compared for which there is no room at once."""
        return self._is_in_turn

    def seen(self) -> list[int]:
        """Which of the two figures are in sight, by number."""
        return [n for n, half in enumerate(self._halves) if not half.isHidden()]

    def turn_to(self, index: int) -> None:
        """Show the first one or the second where there is no room for both."""
        self._switch.choose(index)

    def arrange_again(self) -> None:
        """A figure needs more room than before, or less."""
        self._arrange()

    def set_wanted(self, wanted: bool) -> None:
        """Show the second figure while there is a second text, or the first alone."""
        if wanted != self._is_wanted:
            self._is_wanted = wanted
            self._arrange()

    def minimumSizeHint(self) -> QSize:
        """As of one figure, with the switch."""
        least = self._least()
        return QSize(least.width(), least.height() + self._switch.sizeHint().height() + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size may have room for both, or no more."""
        super().resizeEvent(event)
        self._arrange()

    def _least(self) -> QSize:
        """What both figures need, each for itself."""
        hints = [figure.minimumSizeHint() for figure in self._figures]
        return hints[0].expandedTo(hints[1])

    def _best_way(self) -> Qt.Orientation | None:
        """How both fit; None if they do not."""
        least, gap = self._room(self.width()), theme.INSIDE
        name = self._names[0].sizeHint().height() + 2
        across = self.width() >= 2 * least.width() + gap
        down = self.height() >= 2 * (least.height() + name) + gap
        if across and (not down or self.width() > self.height()):
            return Qt.Orientation.Horizontal
        return Qt.Orientation.Vertical if down else None

    def _arrange(self) -> None:
        """Show what fits."""
        comparing, way = self.is_comparing, self._best_way()
        in_turn = comparing and way is None
        first, second = self._halves
        was_hidden = second.isHidden()
        first.setVisible(not in_turn or self._switch.index == 0)
        second.setVisible(comparing and (not in_turn or self._switch.index == 1))
        self._switch.setVisible(in_turn)
        for name in self._names:
            name.setVisible(comparing and not in_turn)
        if way is not None and (way != self._way or was_hidden):
            self._both.setOrientation(way)
            self._both.setSizes([10_000, 10_000])  # halves
        self._way = way
        if in_turn != self._is_in_turn:
            self._is_in_turn = in_turn
            self.in_turn_changed.emit()

    def _on_second(self) -> None:
        self._arrange()
        self._show_names()

    def _show_names(self) -> None:
        traces = self._session.trace, self._session.second
        for name, trace in zip(self._names, traces, strict=True):
            text = "" if trace is None else " ".join(trace.text.replace("\n", LINE_END).split())
            name.setText(text[:300])
            name.setToolTip(tooltip(text[:2000]))


def _name() -> ElidedLabel:
    """A text that may be cut at its end; all of it is in the tooltip."""
    label = ElidedLabel()
    label.setProperty("role", "caption")
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return label


def _below(name: ElidedLabel, figure: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(name)
    column.addWidget(figure, 1)
    return holder
