"""Keeps the memory that one forward frees for the next, where the C library lets itself be told.

glibc hands large blocks back to the system as soon as they are free. A net frees and asks for
megabytes with each layer, and the pages that it gets anew must be cleared first, which takes time
that one can see. The process keeps its peak for it.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Parameters of mallopt(3)."""
_KEPT = 1 << 30
"""Blocks up to this many bytes stay with the process, and as much at the end of its memory."""
_KEPT_OF_OLD = 32 << 20
"""The most that glibc before 2.35 takes."""
_OWN_SETTINGS = (
    "MALLOC_TRIM_THRESHOLD_",
    "MALLOC_MMAP_THRESHOLD_",
    "MALLOC_ARENA_MAX",
    "GLIBC_TUNABLES",
)


@cache
def keep_freed_memory() -> bool:
    """Tell glibc, best before threads begin; whether it took it.

    Not where the user's environment tells it something else. One arena serves all threads, since
    what a thread has of its own ends at 64 MB, and what is larger would go back at once.
    """
    if sys.platform != "linux" or platform.libc_ver()[0] != "glibc":
        return False
    if any(name in os.environ for name in _OWN_SETTINGS):
        return False
    mallopt = ctypes.CDLL(None).mallopt
    if not (mallopt(_MMAP_THRESHOLD, _KEPT) or mallopt(_MMAP_THRESHOLD, _KEPT_OF_OLD)):
        return False
    return bool(mallopt(_TRIM_THRESHOLD, _KEPT) and mallopt(_ARENA_MAX, 1))
