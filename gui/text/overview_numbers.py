"""A click on any number of the overview explains it, of the prompt or of the second one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gui.explanation import explain
from gui.text import explanations

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QWidget

    from core.language_model import LanguageModel
    from core.trace import Trace
    from gui.explanation import Explanation
    from gui.session import Session
    from gui.text.overview import Overview

    Make = Callable[..., Explanation]


def explain_numbers(session: Session, page: Overview) -> None:
    """Let every figure of the page explain its numbers."""

    def first() -> Trace | None:
        return session.trace

    def second() -> Trace | None:
        return session.second

    def head(model: LanguageModel, trace: Trace, cell: tuple[int, int]) -> Explanation:
        return explanations.attention(model, trace, *page.opened, *cell)

    def asked(
        figure: QWidget, of: Callable[[], Trace | None], make: Make, which: object, at: QPoint
    ) -> None:
        model, trace = session.language_model, of()
        if model is not None and trace is not None:
            explain(figure, make(model, trace, which), at)

    def shares(at: QPoint) -> None:
        from gui.text import map_explanations

        model, plane = session.language_model, session.plane
        if model is not None and plane is not None:
            explain(page.plane, map_explanations.shares(model, plane), at)

    page.plane.note_asked.connect(shares)
    for strip, of in ((page.strip, first), (page.second_strip, second)):
        strip.number_asked.connect(partial(asked, strip, of, _token))
    for shown, of in ((page.map, first), (page.second_map, second)):
        shown.number_asked.connect(partial(asked, shown, of, head))
    page.order.number_asked.connect(partial(asked, page.order, first, _sum))


def _token(model: LanguageModel, trace: Trace, at: int) -> Explanation:
    from gui.text import vocabulary_explanations

    return vocabulary_explanations.number_in_text(model, trace, at)


def _sum(model: LanguageModel, trace: Trace, number: tuple[int, int, int]) -> Explanation:
    return explanations.addition(model, trace, *number)
