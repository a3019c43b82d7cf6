"""Where nets run: `auto` takes CUDA, then Apple's MPS, then the CPU. And when: in their turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from srlab.errors import UsageError
from srlab.nets.memory import keep_freed_memory
from srlab.nets.turns import turn


def pick_device(name: str) -> torch.device:
    """The device called `auto`, `cpu`, `cuda`, `cuda:N` or `mps`; TF32 is off on it.

    Raises UsageError where it is not there.
    """
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    there = ["cpu"]
    if torch.backends.mps.is_available():
        there.insert(0, "mps")
    if torch.cuda.is_available():
        there[:0] = ["cuda", *(f"cuda:{i}" for i in range(torch.cuda.device_count()))]
    if name == "auto":
        return torch.device(there[0])
    if name not in there:
        raise UsageError(f"there is no device {name!r} here; expected auto or {', '.join(there)}")
    return torch.device(name)


@contextmanager
def running(device: torch.device) -> Iterator[None]:
    """Wait for a place to run a net on `device`, with its share of threads and no gradients."""
    keep_freed_memory()
    with turn(on_cpu=device.type == "cpu") as threads, _threads(threads), torch.inference_mode():
        yield


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """Torch on `count` threads in this one; new threads begin with what torch had before."""
    before = torch.get_num_threads()
    if count in (0, before):
        yield
        return
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
