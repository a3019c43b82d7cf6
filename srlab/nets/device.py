"""Where nets run: `auto` takes CUDA, then Apple's MPS, then the CPU."""

from __future__ import annotations

import torch

from srlab.errors import UsageError


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
