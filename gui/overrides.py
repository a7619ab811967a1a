"""Exceptions on their way out of what Qt calls are made whole, so that they can be reported.

Before Python 3.12, an exception raised by C code (an index out of range, a division by zero, a
wrong type) is a class and a text until someone catches it. PySide 6.11 writes "Error calling
Python override of ..." into whatever leaves an override, takes the text for an exception, and
the whole program ends. Caught and raised again, it is one.
"""

from __future__ import annotations

import functools
import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MARK = "_hands_on_whole"


def guard() -> None:
    """Do so in every class of Qt objects, those that are made from now on among them."""
    if sys.version_info >= (3, 12):
        return
    QObject.__init_subclass__ = classmethod(_on_new_class)  # type: ignore[assignment]
    for each in _below(QObject):
        _guard_class(each)


def _on_new_class(cls: type[QObject], /, **options: object) -> None:
    super(QObject, cls).__init_subclass__(**options)
    _guard_class(cls)


def _below(cls: type[QObject]) -> Iterator[type[QObject]]:
    for each in cls.__subclasses__():
        yield each
        yield from _below(each)


def _guard_class(cls: type[QObject]) -> None:
    of_qt = [base for base in cls.__mro__ if base.__module__.startswith("PySide6.")]
    if cls in of_qt:
        return
    for name, value in tuple(vars(cls).items()):
        is_called_by_qt = not name.startswith("__") and any(hasattr(base, name) for base in of_qt)
        if is_called_by_qt and isinstance(value, FunctionType) and not hasattr(value, _MARK):
            setattr(cls, name, _whole(value))


def _whole(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def override(*arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except BaseException:  # catching it is what makes it whole
            raise

    setattr(override, _MARK, True)
    return override
