"""Progress for people: a bar with rate and time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from srlab.cli.terminal import printable
from srlab.errors import Progress

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

_LINE_EVERY_SECONDS = 5.0


def make_progress() -> Progress:
    """The progress that suits standard error."""
    return Bar() if sys.stderr.isatty() else Lines()


class Lines:
    """One plain line every five seconds, and one at the end."""

    def start(self, title: str, total: int) -> None:
        """Begin."""
        self._title, self._total, self._done = title, total, 0
        self._started = self._said = time.monotonic()

    def advance(self, note: str = "") -> None:
        """Count one step; say so when it is time."""
        self._done += 1
        if time.monotonic() - self._said >= _LINE_EVERY_SECONDS:
            self._say(note)

    def say(self, message: str) -> None:
        """Say it at once."""
        sys.stderr.write(f"{printable(message)}\n")

    def warn(self, message: str) -> None:
        """Say it at once."""
        sys.stderr.write(f"warning: {printable(message)}\n")

    def finish(self) -> None:
        """Say how far it came."""
        if getattr(self, "_total", 0):
            self._say("")
            self._total = 0

    def _say(self, note: str) -> None:
        self._said = time.monotonic()
        seconds = max(self._said - self._started, 1e-9)
        rate = self._done / seconds
        left = (self._total - self._done) / rate if rate else 0.0
        tail = f", {clock(left)} left" if self._done < self._total else ""
        tail += f", {note}" if tail and note else ""
        sys.stderr.write(
            f"{self._title}: {self._done}/{self._total} in {clock(seconds)} ({rate:.1f}/s{tail})\n"
        )


class Bar:
    """A bar on the terminal: done, total, rate, time left, what was done last."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(stderr=True)
        self._bar: RichProgress | None = None

    def start(self, title: str, total: int) -> None:
        """Begin."""
        self.finish()
        self._bar, self._task = _make_bar(self._console, title, total)
        self._started, self._done = time.monotonic(), 0

    def advance(self, note: str = "") -> None:
        """Count one step."""
        if self._bar is None:
            return
        self._done += 1
        rate = self._done / max(time.monotonic() - self._started, 1e-9)
        self._bar.update(self._task, advance=1, note=printable(note), rate=f"{rate:.1f}/s")

    def say(self, message: str) -> None:
        """Say it above the bar."""
        self._console.print(printable(message), markup=False, highlight=False)

    def warn(self, message: str) -> None:
        """Say it above the bar."""
        self._console.print(f"warning: {printable(message)}", style="yellow", markup=False)

    def finish(self) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _make_bar(console: Console, title: str, total: int) -> tuple[RichProgress, TaskID]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        console=console,
    )
    task = bar.add_task(title, total=total, note="", rate="")
    bar.start()
    return bar, task


def clock(seconds: float) -> str:
    """Seconds as `2:05` or `1:02:05`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
