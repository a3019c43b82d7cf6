"""Whatever reads a stranger's file ends in time, with a result or with an error of srlab."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.strange_files import KINDS

COUNT = 24
"""Spoiled files of each kind; they are the same each time."""
SECONDS = 120
"""For all of a kind, the start of Python with it; what hangs, hangs for ever."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_spoiled_file_neither_hangs_nor_breaks_a_reader(kind: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.strange_files", kind, str(tmp_path), str(COUNT)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as hung:
        said = (hung.stdout or b"").decode().splitlines()
        pytest.fail(f"{kind} hangs after {said[-1] if said else 'its start'}")
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert done.returncode == 0, f"{lines[-1:]}\n{done.stderr[-3000:]}"
    came = Counter(line["came"] for line in lines if "end" in line)
    assert came.total() == COUNT
    assert came.total() > came["read"]
