"""How many nets run at once on the cores of this process, and on how many threads each.

Many images: a forward per worker, each on its share of the cores, since convolutions of one image
scale less well than images side by side. Few images, or a GPU: one forward after another on all
cores. Which of the two never changes a pixel. Torch is not imported here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from srlab.nets.memory import keep_freed_memory


@dataclass(frozen=True, kw_only=True)
class _Share:
    """Places for nets, each on `threads` of torch; 0 leaves torch's threads as they are."""

    threads: int = 0
    places: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1))


_shares: list[_Share] = []
"""Of the calls that run now; the newest counts."""
_own = _Share()
"""Where nobody said anything."""
_alone = _Share()
"""What accelerators take: their forwards run one after another whatever the cores do."""
_waited = threading.local()


@contextmanager
def forwards_at_once(forwards: int, *, cores: int) -> Iterator[None]:
    """Let `forwards` nets run at once, each on its share of `cores`; afterwards as before."""
    keep_freed_memory()
    threads = max(1, cores // forwards)
    share = _Share(threads=threads, places=threading.Semaphore(forwards))
    _shares.append(share)
    try:
        yield
    finally:
        _shares[:] = [one for one in _shares if one is not share]


@contextmanager
def turn(*, on_cpu: bool) -> Iterator[int]:
    """Wait for a place to run a net; gives the threads it should use, 0 for torch's own."""
    share, start = _share() if on_cpu else _alone, perf_counter()
    with share.places:
        _waited.seconds = waited_seconds() + perf_counter() - start
        yield share.threads


def _share() -> _Share:
    running = tuple(_shares)
    return running[-1] if running else _own


def waited_seconds() -> float:
    """How long this thread has waited for turns so far, all of them together."""
    return getattr(_waited, "seconds", 0.0)
