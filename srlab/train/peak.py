"""The most memory that a stretch of work had: of the GPU where it runs on one, else resident."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

import torch

_STATUS, _FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def forget_peak(device: torch.device) -> None:
    """Let the peak begin anew from what is held now; where the system cannot, it goes on.

    Linux does so for `5` in /proc/self/clear_refs (proc_pid_clear_refs(5)).
    """
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        return
    try:
        _FORGET.write_text("5")
    except OSError:
        return


def peak_bytes(device: torch.device) -> int:
    """The peak since `forget_peak`, or since the process began."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    if _STATUS.is_file() and (found := _PEAK.search(_STATUS.read_text())):
        return int(found[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
