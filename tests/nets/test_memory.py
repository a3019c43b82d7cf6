"""Freed memory stays, in a process of its own, since it is told to a whole process."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc is told")

SCRIPT = """
import resource
from srlab.nets.memory import keep_freed_memory

print(keep_freed_memory())
b"x" * 24_000_000
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    b"x" * 24_000_000
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def _in_fresh_process(**settings: str) -> tuple[str, int]:
    """What `keep_freed_memory` said, and the page faults of ten blocks after the first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    answer = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=kept | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    said, faults = answer.stdout.split()
    return said, int(faults)


def test_a_block_that_was_freed_is_had_again_without_new_pages() -> None:
    said, faults = _in_fresh_process()
    assert said == "True"
    assert faults < 1000


def test_what_the_user_told_glibc_stays() -> None:
    said, _ = _in_fresh_process(MALLOC_MMAP_THRESHOLD_="131072")
    assert said == "False"
