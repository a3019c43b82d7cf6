"""Training an upscaler: crops or patches in, PSNR of whole images, one file of weights out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from srlab.errors import Progress
from srlab.nets.save import write_checkpoint
from srlab.train.batches import open_batches
from srlab.train.broken import all_broken_named
from srlab.train.judge import Judge, name_of_validation
from srlab.train.optimise import LOSSES, find_start, starting_net
from srlab.train.pairs import training_files
from srlab.train.resume import Weights
from srlab.train.upscaler_recipe import UpscalerRecipe
from srlab.train.verdict import Verdict


class UpscalerTask:
    """A `Task`: uint8 (N, h, w, c) of input and target, judged by the recipe's protocol."""

    worst_loss = 1.0  # black where white should be

    def __init__(
        self,
        recipe: UpscalerRecipe,
        out: Path,
        *,
        device: torch.device,
        progress: Progress,
        processes: int = 1,
    ) -> None:
        files = training_files(recipe)
        self._recipe, self._out, self._progress = recipe, out, progress
        for line in files.below:
            progress.warn(line)
        with all_broken_named(files.by_name):
            self.judge = Judge(recipe, files, device, progress)
            self.data = files.facts()
            self.batches = open_batches(recipe, files, out, progress=progress, processes=processes)

    def find_start(self) -> Path | None:
        """The file that the recipe's `start_from` names."""
        return find_start(self._recipe, self._out)

    def net(self, start: Path | None) -> nn.Module:
        """The recipe's net, channels last."""
        net = starting_net(self._recipe, start, self._progress)
        return net.to(memory_format=torch.channels_last)  # pyright: ignore

    def loss(self, model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """The recipe's loss per value in [0, 1]."""
        x, y = (side.permute(0, 3, 1, 2).float() / 255 for side in (x, y))
        return LOSSES[self._recipe.training.loss](model(x), y)

    def judged(self, verdict: Verdict) -> dict[str, Any]:
        """PSNR and loss, under which protocol, of which images."""
        return {
            "validation": name_of_validation(self._recipe),
            "protocol": self._recipe.validation.protocol,
            "psnr": verdict.score,
            "validation_loss": verdict.loss,
        }

    def write(self, path: Path, weights: Weights, facts: Mapping[str, Any]) -> None:
        """A safetensors file whose header holds the net's spec and the facts."""
        write_checkpoint(path, self._recipe.net, weights, facts=facts)
