"""Values that hold arrays are equal to themselves only: two arrays cannot say whether they are."""

import ast
import dataclasses
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from core.trace import EmbeddingPlane

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted(path for package in ("core", "gui") for path in (ROOT / package).rglob("*.py"))


def aliases(source: str) -> set[str]:
    """Names that a module gives to kinds of arrays."""
    given = (each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Assign))
    return {
        target.id
        for each in given
        for target in each.targets
        if isinstance(target, ast.Name) and "NDArray" in ast.unparse(each.value)
    }


ARRAYS = {"NDArray", "ndarray", "Tensor"}.union(*(aliases(path.read_text()) for path in FILES))


def holders(source: str) -> Iterator[ast.ClassDef]:
    """Dataclasses with arrays among their fields."""
    for each in ast.walk(ast.parse(source)):
        if isinstance(each, ast.ClassDef) and any(
            "dataclass" in ast.unparse(one) for one in each.decorator_list
        ):
            kinds = [one.annotation for one in each.body if isinstance(one, ast.AnnAssign)]
            names = {
                one.id for kind in kinds for one in ast.walk(kind) if isinstance(one, ast.Name)
            }
            if names & ARRAYS:
                yield each


FOUND = [
    (".".join(path.relative_to(ROOT).with_suffix("").parts), each.name)
    for path in FILES
    for each in holders(path.read_text())
]


@pytest.mark.parametrize(("module", "name"), FOUND)
def test_what_holds_arrays_is_equal_to_itself_only(module, name):
    cls = getattr(import_module(module), name)
    assert dataclasses.is_dataclass(cls)
    assert cls.__eq__ is object.__eq__, f"{cls} needs eq=False"


def test_the_reader_of_classes_sees_them():
    assert {("core.trace", "Trace"), ("core.trace", "EmbeddingPlane")} <= set(FOUND)


def test_two_that_hold_the_same_can_be_compared():
    one = EmbeddingPlane(np.zeros((3, 2), np.float32), (0.5, 0.25), ("a", "b", "c"))
    assert one == one
    assert (one, 1) != (replace(one, points=one.points.copy()), 1)
