"""Tell the C library to keep the memory that it was given."""

from __future__ import annotations

import ctypes
import sys

# The names in glibc's malloc.h.
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4


def keep_memory() -> None:
    """Re-use freed memory instead of handing it back to the system after every tensor.

    Handing back means that the next tensor of the same size pays for each of its pages again:
    up to two thirds of a training step. Only glibc (Linux) can be told; elsewhere nothing happens.
    """
    if sys.platform != "linux":
        return
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):  # another C library
        return
    mallopt(M_MMAP_MAX, 0)
    mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
    mallopt(M_TOP_PAD, 256 * 2**20)  # address space, not memory, until it is used
