"""The vocabulary on a plane, full size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from gui.tabs.tab import Tab
from gui.widgets.card import Card
from gui.widgets.embedding_plane import EmbeddingPlaneView

if TYPE_CHECKING:
    from gui.session import Session

CAPTION = "Every token the model knows is a dot, similar ones near each other. Yours have names."


class PlanePage(Tab):
    """The plane with all its tools.

    Args:
        session: Where the facts come from and the intents go.
    """

    TITLE = "Map"
    PURPOSE = "All tokens of the vocabulary on a plane"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("planePage")
        self._session = session
        self.plane = EmbeddingPlaneView()
        self.plane.token_hovered.connect(session.hover_token)
        self.plane.token_clicked.connect(session.select_token)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Card("Map", CAPTION, self.plane))
        self.follow(session.plane_changed, self._on_plane)
        self.follow(session.trace_changed, self._on_trace)
        self.follow(session.selection_changed, self._on_selection)

    def _on_plane(self) -> None:
        if self._session.plane is None:
            self.plane.clear()
        else:
            self.plane.set_data(self._session.plane)

    def _on_trace(self) -> None:
        trace = self._session.trace
        self.plane.set_tokens(() if trace is None else trace.tokens)

    def _on_selection(self) -> None:
        selection = self._session.selection
        self.plane.set_selection(selection.token, selection.hovered)
