"""What tests of the whole window do with it."""

from PySide6.QtWidgets import QLabel, QWidget


def idle(qtbot, window):
    qtbot.waitUntil(lambda: not window.session.is_busy())


def child(window, name, kind=QWidget):
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def said(window, name):
    return child(window, name, QLabel).text()
