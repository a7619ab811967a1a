"""The Pixels tab, on the screen and ready, for the tests of all its parts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gui.session import Session
from gui.tabs.pixels import PixelsTab

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def shown_pixels_tab(qtbot: Any) -> Iterator[PixelsTab]:
    """The tab; `said` collects the notices of its session."""
    session = Session()
    page = PixelsTab(session)
    page.said = []
    session.noticed.connect(page.said.append)
    qtbot.addWidget(page)
    page.resize(976, 700)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: page.pixels.is_ready)
    yield page
    page.pixels.pause()
    session.shutdown()
