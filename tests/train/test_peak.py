"""The peak of memory is that of a stretch of work."""

from __future__ import annotations

import mmap
import sys

import pytest
import torch

from srlab.train.peak import forget_peak, peak_bytes

_CPU = torch.device("cpu")
_LARGE = 200 << 20


def _hold_for_a_moment() -> None:
    """Memory that goes back to the system at once, which what the C library frees need not."""
    with mmap.mmap(-1, _LARGE) as memory:
        memory[::4096] = b"1" * (_LARGE // 4096)


def test_what_a_stretch_of_work_held_is_in_its_peak() -> None:
    forget_peak(_CPU)
    before = peak_bytes(_CPU)
    _hold_for_a_moment()
    assert peak_bytes(_CPU) > before + 0.9 * _LARGE


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets the peak begin anew")
def test_the_next_stretch_has_a_peak_of_its_own() -> None:
    _hold_for_a_moment()
    high = peak_bytes(_CPU)
    forget_peak(_CPU)
    assert peak_bytes(_CPU) < high - 0.5 * _LARGE
