"""What tells newer rows from older ones: a count that goes up even where the clock is set back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

_last: dict[Path, int] = {}
_lock = threading.Lock()


def take_orders(root: Path, count: int, *, seen: Callable[[bool], int]) -> range:
    """`count` orders for rows of the store at `root`: max(clock in µs, newest seen + 1) and on.

    `seen` gives the newest order on disk; its argument says whether this process takes orders of
    that store for the first time, so that all of it is to be looked at.
    """
    with _lock:
        newest = max(_last.get(root, 0), seen(root not in _last))
        first = max(time.time_ns() // 1000, newest + 1)
        _last[root] = first + count - 1
    return range(first, first + count)
