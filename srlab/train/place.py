"""How far a training has come, as it is kept in its folder."""

from __future__ import annotations

from dataclasses import dataclass, field

from srlab.train.verdict import Part

STATE = "state.pt"
"""The file, in the training's folder, that a training goes on from."""


@dataclass(kw_only=True)
class Place:
    """How far a training has come: epochs that are done, and steps of the one after them.

    `loss` sums the running epoch, `seconds` all of it; `data` stands for the images; `judged` has
    the validation images that were judged after the running epoch's last step.
    """

    epoch: int = 0
    step: int = 0
    loss: float = 0.0
    seconds: float = 0.0
    epoch_seconds: float = 0.0
    best: float = float("-inf")
    best_epoch: int = 0
    started_from: str = ""
    data: str = ""
    judged: list[Part] = field(default_factory=list)

    @property
    def fresh_start(self) -> bool:
        """Whether other weights were taken over, and were neither judged nor trained yet."""
        begun = self.epoch or self.step or self.best > float("-inf")
        return bool(self.started_from) and not begun
