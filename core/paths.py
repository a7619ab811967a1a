"""Where the files that come with the program lie."""

from pathlib import Path

ASSETS = Path(__file__).resolve().parent.parent / "assets"
SMALL_WORLD_TEXT = ASSETS / "small_world"
SMALL_WORLD_MODEL = ASSETS / "models" / "small-world"
