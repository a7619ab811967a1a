"""What every widget must withstand, whatever it shows."""

from __future__ import annotations

import pytest

# One entry a widget: name -> (make, fill, wrong).
#   make() constructs it; fill(widget) gives it ordinary data; wrong(widget) gives data of a wrong
#   shape and must raise ValueError (None where no array goes in).
CASES: dict[str, tuple] = {}


@pytest.fixture(params=sorted(CASES), ids=str)
def case(request):
    return CASES[request.param]
