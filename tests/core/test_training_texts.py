"""Documents of a Small World from a process of their own."""

import json
import subprocess
import sys
from pathlib import Path

from core.corpus import some

ROOT = Path(__file__).resolve().parents[2]


def test_it_prints_the_documents_that_a_training_reads():
    command = [sys.executable, "-m", "core.training_texts", "3", "train", "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=True)
    assert json.loads(done.stdout) == some(3, "train", 5)
