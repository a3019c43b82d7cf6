"""A progress that looks on, and stops a training where it is told."""

from __future__ import annotations

from srlab.errors import Silent


class Interrupt(Silent):
    """Stops the training at its n-th step, as Ctrl-C would; keeps all that it was told."""

    def __init__(self, steps: int = 10**9) -> None:
        self.steps = steps
        self.titles: list[str] = []
        self.said: list[str] = []
        self.warnings: list[str] = []

    def start(self, title: str, total: int) -> None:
        self.titles.append(title)

    def advance(self, note: str = "") -> None:
        self.steps -= self.titles[-1].startswith("epoch")
        if self.steps == 0:
            raise KeyboardInterrupt

    def say(self, message: str) -> None:
        self.said.append(message)

    def warn(self, message: str) -> None:
        self.warnings.append(message)
