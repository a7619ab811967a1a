"""The table of contents of core says where everything is."""

import re
from collections import Counter
from pathlib import Path

import core


def test_every_module_stands_in_it_once():
    folder = Path(core.__file__).parent
    there = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    there |= {path.parent.name for path in folder.glob("*/__init__.py")}
    table = core.__doc__.partition("can be read:")[2]
    told = Counter(re.findall(r"\w+", re.sub(r"^[A-Z][\w ]*:", "", table, flags=re.MULTILINE)))
    assert told == dict.fromkeys(there, 1)
