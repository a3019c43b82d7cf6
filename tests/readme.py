"""Runs what README.md shows; `python -m tests.readme` writes the outputs into it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parents[1] / "README.md"
_CONSOLE = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.DOTALL)
_PYTHON = re.compile(r"```python\n(?P<code>.*?)```\n\n```text\n(?P<output>.*?)```", re.DOTALL)
_SHOWN_LINES = 10


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A block of the README: what is run, and what it is said to print."""

    command: list[str]
    output: str
    span: tuple[int, int]


def blocks(text: str) -> list[Shown]:
    """All blocks in the order in which a reader would run them."""
    program = "from srlab.cli import main; main()"
    shown = [
        Shown(command=["-c", match["code"]], output=match["output"], span=match.span("output"))
        for match in _PYTHON.finditer(text)
    ]
    for match in _CONSOLE.finditer(text):
        name, *arguments = match["command"].split()
        if name != "srlab":
            raise ValueError(f"the README runs {name!r}; only srlab is known here")
        command = ["-c", program, *arguments]
        shown.append(Shown(command=command, output=match["output"], span=match.span("output")))
    return shown


def run(block: Shown, folder: Path) -> str:
    """What the block prints in `folder`; long listings end in a line of dots."""
    environment = {**os.environ, "COLUMNS": "200", "SRLAB_STORE": ""}
    done = subprocess.run(
        [sys.executable, *block.command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.rstrip("\n").split("\n")
    if len(lines) > _SHOWN_LINES:
        lines = [*lines[: _SHOWN_LINES - 1], "…"]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Fill in the outputs."""
    import tempfile

    text = FILE.read_text()
    found = blocks(text)
    with tempfile.TemporaryDirectory() as python, tempfile.TemporaryDirectory() as console:
        outputs = [
            run(block, Path(python if len(block.command) == 2 else console)) for block in found
        ]
    for block, output in sorted(
        zip(found, outputs, strict=True), key=lambda pair: pair[0].span, reverse=True
    ):
        text = text[: block.span[0]] + output + text[block.span[1] :]
    FILE.write_text(text)


if __name__ == "__main__":
    main()
