"""What all tabs share: refreshing when shown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Signal

from gui.tabs.tab import Tab


class Facts(QObject):
    came = Signal()


def test_a_refresh_that_fails_leaves_the_others_for_the_next_time(qtbot):
    facts, done = Facts(), []
    tab = Tab()
    qtbot.addWidget(tab)

    def fails():
        done.append("fails")
        if len(done) == 1:
            raise ZeroDivisionError

    tab.follow(facts.came, fails)
    tab.follow(facts.came, lambda: done.append("other"))
    with pytest.raises(ZeroDivisionError):
        tab.show()
    assert done == ["fails"]
    tab.hide()
    tab.show()
    assert done == ["fails", "other"]
    facts.came.emit()
    assert done == ["fails", "other", "fails", "other"]
