"""Seconds that the quick commands take from the shell: `--help`, `show …`, `store info`.

    python tests/benchmarks/startup.py

Each is started several times; the fastest counts, since a busy machine only ever adds.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import srlab

COMMANDS = ("--help", "evaluate --help", "show metrics", "show protocols", "show benchmarks")
COMMANDS += ("show upscalers", "show degradations", "store info")
MAIN = "from srlab.cli import main; main()"
TIMES = 5


def seconds(command: str, store: Path) -> float:
    """The fastest of several starts."""
    words = [sys.executable, "-c", MAIN, *command.split()]
    words += ["--store", str(store)] if command.startswith("store") else []
    taken = []
    for _ in range(TIMES):
        begin = perf_counter()
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        taken.append(perf_counter() - begin)
    return min(taken)


def main() -> None:
    """Print a line for every command."""
    with TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        srlab.evaluate(["skimage"], ["bicubic", "nearest"], [2, 4], store=str(store))
        for command in COMMANDS:
            print(f"{seconds(command, store):.3f} s  srlab {command}")


if __name__ == "__main__":
    main()
