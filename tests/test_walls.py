"""The import walls of the architecture, read from the files themselves."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCREEN = {"PySide6", "PySide2", "PyQt5", "PyQt6", "shiboken6", "qtpy", "pyqtgraph", "gui"}
TENSORS = {"torch", "safetensors", "tokenizers", "transformers"}
READS_WITHOUT_TORCH = {
    "core",
    "core.__main__",
    "core.attention_views",
    "core.attribution",
    "core.axes",
    "core.backprop",
    "core.branches",
    "core.change_words",
    "core.checkpoint",
    "core.clues",
    "core.compare",
    "core.config",
    "core.corpus",
    "core.counting",
    "core.dice",
    "core.errors",
    "core.feed_forward",
    "core.files",
    "core.futures",
    "core.generation",
    "core.geometry",
    "core.growing_text",
    "core.head_scores",
    "core.heads",
    "core.inference",
    "core.interventions",
    "core.journey",
    "core.labels",
    "core.language_model",
    "core.lens",
    "core.logit_rows",
    "core.nearness",
    "core.neurons",
    "core.ngrams",
    "core.part_effects",
    "core.patch_effects",
    "core.paths",
    "core.picture_map",
    "core.pixel_challenges",
    "core.pixel_edits",
    "core.pixel_file",
    "core.pixel_gradients",
    "core.pixel_lesson",
    "core.pixel_options",
    "core.pixel_symbols",
    "core.pixel_training",
    "core.pixelnet",
    "core.positions",
    "core.sampling",
    "core.shaping",
    "core.shifts",
    "core.small_world_ids",
    "core.splits",
    "core.standard_text",
    "core.steps",
    "core.surprise",
    "core.swaps",
    "core.tokenizer",
    "core.tokenizer_file",
    "core.trace",
    "core.trace_file",
    "core.tracing",
    "core.tsne",
    "core.weights",
    "core.word_classes",
    "core.writing",
}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    name_of(path): path for package in ("core", "gui") for path in (ROOT / package).rglob("*.py")
}


def walk(tree: ast.AST, at_import: bool) -> Iterator[ast.AST]:
    """Every node; or only what runs when the module is imported: no functions, no type imports."""
    for node in ast.iter_child_nodes(tree):
        if at_import and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if at_import and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from walk(node, at_import)


def imports(source: str, package: str, at_import: bool = False) -> set[str]:
    """Full names of the modules that a file imports, wherever in it."""
    found = set()
    for node in walk(ast.parse(source), at_import):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                up = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*up, *([base] if base else [])])
            inside = {f"{base}.{alias.name}" for alias in node.names} & MODULES.keys()
            # `from gui import theme` is about gui.theme alone; `from core.trace import Trace`
            # is about core.trace.
            found |= inside
            if len(inside) < len(node.names):
                found.add(base)
    return found


@cache
def imports_of(name: str, at_import: bool = False) -> set[str]:
    path = MODULES[name]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    return imports(path.read_text(encoding="utf-8"), package, at_import)


def top(name: str) -> str:
    return name.partition(".")[0]


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def modules(package: str) -> list[str]:
    return sorted(name for name in MODULES if within(name, package))


@cache
def reaching_torch() -> set[str]:
    """Modules of core that bring torch with them when they are imported."""
    reaching = {"torch"}
    while True:
        more = {name for name in modules("core") if imports_of(name, at_import=True) & reaching}
        if more <= reaching:
            return reaching - {"torch"}
        reaching |= more


def strangers(name: str, allowed: set[str]) -> set[str]:
    """What a module imports of ours or of others that is not allowed to it."""
    return {
        found
        for found in imports_of(name)
        if top(found) not in sys.stdlib_module_names
        and not any(within(found, place) for place in allowed)
    }


@pytest.mark.parametrize("name", modules("core"))
def test_core_knows_no_screen(name):
    assert not {found for found in imports_of(name) if top(found) in SCREEN}


@pytest.mark.parametrize("name", modules("gui"))
def test_the_window_knows_no_tensor(name):
    assert not {found for found in imports_of(name) if top(found) in TENSORS}
    assert not imports_of(name) & reaching_torch()


@pytest.mark.parametrize("name", modules("gui.widgets"))
def test_widgets_know_only_what_they_paint(name):
    allowed = {"PySide6", "pyqtgraph", "numpy", "gui.theme", "gui.widgets"}
    values = {"core.trace", "core.splits", "core.labels"}  # of a text, and how it is read
    assert not strangers(name, allowed | values)


@pytest.mark.parametrize("name", sorted(set(modules("gui.tabs")) - {"gui.tabs"}))
def test_tabs_know_the_session_and_widgets_and_never_each_other(name):
    state = {"gui.session", "gui.pixel_session", "gui.pixel_teaching", "gui.pixel_pages"}
    state |= {"gui.pixel_net", "gui.symbols_dialog"}
    ours = state | {"gui.theme", "gui.widgets", "core.trace", "core.config"}
    shared = {"gui.tabs.tab"}  # what all tabs are, no tab itself
    ours |= {"gui.export", "gui.figures", "gui.figure_tables", "gui.full_size"}  # a card's menu
    ours |= {"gui.explanation", "gui.shortcuts"}  # numbers that were clicked, keys
    ours |= {"gui.text", "gui.autocomplete"}  # the pages of the tabs that have some
    assert not strangers(name, {"PySide6", "pyqtgraph", "numpy"} | ours | shared)


def test_what_reads_needs_no_torch():
    present = {name for name in READS_WITHOUT_TORCH if name in MODULES}
    assert not present & reaching_torch()
    lines = "\n".join(f"import {name}" for name in sorted(present))
    _run(f"{lines}\nimport sys\nassert 'torch' not in sys.modules")


def test_the_command_line_needs_no_screen_and_the_window_no_torch_to_start():
    screen = sorted(SCREEN - {"gui"})
    lines = "\n".join(f"import {name}" for name in modules("core") if name != "core.__main__")
    _run(f"import sys\n{lines}\nassert not [name for name in {screen} if name in sys.modules]")
    lines = "\n".join(f"import {name}" for name in modules("gui") if "__main__" not in name)
    _run(f"import sys\n{lines}\nassert 'torch' not in sys.modules")


def _run(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import torch.nn as nn", {"torch.nn"}),
        ("from torch import nn", {"torch"}),
        ("def f():\n    import torch", {"torch"}),
        ("if TYPE_CHECKING:\n    from torch import Tensor", {"torch"}),
        ("from core import trace", {"core.trace"}),
        ("from core.trace import Trace", {"core.trace"}),
        ("from core import trace, nonsense", {"core", "core.trace"}),
        ("from . import trace", {"core.trace"}),
        ("from .trace import Trace", {"core.trace"}),
        ("from ..core.trace import Trace", {"core.trace"}),
    ],
)
def test_the_reader_of_imports_sees_every_kind(source, expected):
    assert imports(source, "core") == expected


def test_only_what_runs_at_import_counts_for_reaching_torch():
    lazy = (
        "if TYPE_CHECKING:\n    import torch\ndef f():\n    import torch\nclass A:\n    import json"
    )
    assert imports(lazy, "core", at_import=True) == {"json"}
