"""What is written down about a training: facts in its checkpoints, a row per epoch in the store."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from srlab.store.shards import Row, new_run, now
from srlab.train.peak import peak_bytes
from srlab.train.place import Place
from srlab.train.recipe import Recipe


class Provenance:
    """Says of a training what changes from epoch to epoch, and what does not."""

    def __init__(self, recipe: Recipe, data: Mapping[str, Any], device: torch.device) -> None:
        self._recipe, self._data, self._device = recipe, data, device
        self._run = new_run()

    def facts(
        self, place: Place, judged: Mapping[str, Any], *, epoch: int, steps: int
    ) -> dict[str, Any]:
        """The facts that go with a checkpoint, as JSON holds them; `judged` is the task's word."""
        return {
            "recipe": self._recipe.facts(),
            "recipe_digest": self._recipe.digest.hex(),
            "data": self._data,
            "started_from": place.started_from,
            "epoch": epoch,
            "steps": epoch * steps,
            "seconds": round(place.seconds, 1),
            **{name: _told(value) for name, value in judged.items()},
            "hardware": hardware(self._device),
            "threads": torch.get_num_threads(),
            "versions": {
                "python": platform.python_version(),
                **{name: version(name) for name in ("srlab", "torch", "accelerate", "numpy")},
            },
        }

    def row(
        self, place: Place, judged: Mapping[str, Any], *, epoch: int, steps: int, rate: float
    ) -> Row:
        """The epoch's row of the store's table `history`; epoch 0 is what was started from."""
        return {
            "training": self._recipe.name,
            "recipe": self._recipe.digest,
            "epoch": epoch,
            "steps": epoch * steps,
            "loss": place.loss / steps if epoch else None,
            **judged,
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


def _told(value: Any) -> Any:
    """A score as JSON holds it, to the digits that matter."""
    if not isinstance(value, float):
        return value
    return round(value, 4) if math.isfinite(value) else str(value)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
