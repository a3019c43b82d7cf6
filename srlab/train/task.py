"""What differs between training an upscaler and training a classifier, as the loop sees it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import torch
from numpy.typing import NDArray
from torch import nn

from srlab.errors import Progress, Silent
from srlab.train.classifier_recipe import ClassifierRecipe
from srlab.train.optimise import find_start, starting_net
from srlab.train.recipe import Recipe
from srlab.train.resume import Weights
from srlab.train.upscaler import UpscalerTask
from srlab.train.upscaler_recipe import UpscalerRecipe
from srlab.train.verdict import Judging, Verdict


class Batches(Protocol):
    """Where the loop gets its batches: of input and target, as many of one as of the other."""

    steps_per_epoch: int

    def batch(self, epoch: int, step: int, process: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """The batch of one step of one process; the same whenever it is asked for."""
        ...


class Task(Protocol):
    """What a recipe's kind brings to the loop: batches, a net, a loss, a judge, and files."""

    worst_loss: float
    """A mean loss above it, after the first epoch, is a training that diverged."""

    @property
    def batches(self) -> Batches:
        """What the net is shown."""
        ...

    @property
    def data(self) -> Mapping[str, Any]:
        """What is learned from, for provenance, as JSON holds it."""
        ...

    def find_start(self) -> Path | None:
        """The checkpoint that the recipe starts from, or None."""
        ...

    def net(self, start: Path | None) -> nn.Module:
        """The net in training, with seeded fresh weights or with those of `start`."""
        ...

    def loss(self, model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """What is made small, of a batch as it came, on the model's device."""
        ...

    @property
    def judge(self) -> Judging:
        """The validation images, for weights to be judged by."""
        ...

    def judged(self, verdict: Verdict) -> dict[str, Any]:
        """Score and loss under the names of their columns of `history`, and of which images."""
        ...

    def write(self, path: Path, weights: Weights, facts: Mapping[str, Any]) -> None:
        """Put the weights, with facts beside them, at `path`, whole or not at all."""
        ...


def check_start(recipe: Recipe, out: Path) -> None:
    """Raise what is wrong with the checkpoint that a recipe starts from, before images are read."""
    if isinstance(recipe, UpscalerRecipe):
        starting_net(recipe, find_start(recipe, out), Silent())


def open_task(
    recipe: Recipe, out: Path, *, device: torch.device, progress: Progress, processes: int = 1
) -> Task:
    """The task of the recipe's kind, with its images at hand; raises TrainingError."""
    if isinstance(recipe, ClassifierRecipe):
        from srlab.train.classifier import ClassifierTask  # transformers takes seconds to import

        return ClassifierTask(recipe, device=device, progress=progress)
    return UpscalerTask(recipe, out, device=device, progress=progress, processes=processes)
