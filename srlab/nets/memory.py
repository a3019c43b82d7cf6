"""Keeps the memory that one forward frees for the next, where the C library lets itself be told.

glibc hands large blocks back to the system as soon as they are free. A net frees and asks for
megabytes with each layer, and the pages that it gets anew must be cleared first, which takes time
that one can see. The process keeps its peak for it.
"""

from __future__ import annotations

import ctypes
import os
import platform
from functools import cache

_KEPT = 1 << 30
"""Blocks up to this many bytes, and as much free memory, stay with the process."""
_SETTINGS = {-1: _KEPT, -3: _KEPT, -8: 1}
"""Of mallopt(3): M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, and M_ARENA_MAX, since what threads have of
their own ends at 64 MB, and what is larger would go back at once."""


@cache
def keep_freed_memory() -> bool:
    """Tell glibc, best before threads begin; whether it was done.

    Not where the user's environment tells it something else.
    """
    if platform.libc_ver()[0] != "glibc" or any(name in os.environ for name in _OWN_SETTINGS):
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return all(mallopt(parameter, value) for parameter, value in _SETTINGS.items())


_OWN_SETTINGS = (
    "MALLOC_TRIM_THRESHOLD_",
    "MALLOC_MMAP_THRESHOLD_",
    "MALLOC_ARENA_MAX",
    "GLIBC_TUNABLES",
)
