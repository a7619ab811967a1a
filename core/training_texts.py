"""The first documents of a Small World, in a process of its own.

Making them keeps Python's interpreter to itself for a while, so a window that wants them runs
`python -m core.training_texts SEED SPLIT NUMBER`, which prints them as a JSON list.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from typing import TYPE_CHECKING, cast

from core.corpus import some

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.corpus import Split


def main(arguments: Sequence[str]) -> None:
    """Print documents."""
    if hasattr(os, "nice"):
        os.nice(2)  # whoever waits for it is painting, but somebody waits
    seed, split, number = arguments
    sys.stdout.write(json.dumps(some(int(seed), cast("Split", split), int(number))))


if __name__ == "__main__":
    gc.disable()  # the world is compiled in a third of the time, and none of it is garbage
    main(sys.argv[1:])
