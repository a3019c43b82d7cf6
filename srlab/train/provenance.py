"""What is written down about a training: facts in its checkpoints, a row per epoch in the store."""

from __future__ import annotations

import os
import platform
import resource
import secrets
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from srlab.store.shards import Row, now
from srlab.train.judge import name_of_validation
from srlab.train.pairs import TrainingFiles
from srlab.train.recipe import Recipe
from srlab.train.resume import Place


class Provenance:
    """Says of a training what changes from epoch to epoch, and what does not."""

    def __init__(self, recipe: Recipe, files: TrainingFiles, device: torch.device) -> None:
        self._recipe, self._device = recipe, device
        self._validation = name_of_validation(recipe)
        self._files = files.facts()
        self._run = f"{now():%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"

    def facts(self, place: Place, *, steps: int, psnr: float) -> dict[str, Any]:
        """The facts that go into a checkpoint's header, as JSON holds them."""
        return {
            "recipe": self._recipe.facts(),
            "recipe_digest": self._recipe.digest.hex(),
            "data": self._files,
            "started_from": place.started_from,
            "epoch": place.epoch,
            "steps": place.epoch * steps,
            "seconds": round(place.seconds, 1),
            "psnr": str(psnr) if psnr == float("inf") else round(psnr, 4),
            "validation": self._validation,
            "protocol": self._recipe.validation.protocol,
            "hardware": hardware(self._device),
            "threads": torch.get_num_threads(),
            "versions": {
                "python": platform.python_version(),
                **{name: version(name) for name in ("srlab", "torch", "accelerate", "numpy")},
            },
        }

    def row(self, place: Place, *, steps: int, psnr: float, rate: float) -> Row:
        """The epoch's row of the store's table `history`."""
        return {
            "training": self._recipe.name,
            "recipe": self._recipe.digest,
            "epoch": place.epoch,
            "steps": place.epoch * steps,
            "loss": place.loss / steps,
            "validation": self._validation,
            "protocol": self._recipe.validation.protocol,
            "psnr": psnr,
            "rate": rate,
            "seconds": place.seconds,
            "peak_bytes": peak_bytes(self._device),
            "device": str(self._device),
            "run": self._run,
            "time": now(),
        }


def hardware(device: torch.device) -> str:
    """The GPU's name, or the processor's with its cores."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{_processor()}, {os.cpu_count()} cores"


def peak_bytes(device: torch.device) -> int:
    """The most memory this process had: of the GPU where it trains on one, else resident."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
