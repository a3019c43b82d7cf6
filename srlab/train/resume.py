"""What a training keeps on disk, so that it may be killed at any moment.

`state.pt` holds weights, optimiser, place in the recipe and sums of the running epoch. It is
written whole or not at all, at most every `SAVE_SECONDS`; since a batch is a function of its
place, going on from it gives the bits that an uninterrupted training has (same thread count).
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout

from srlab.errors import Progress, TrainingError
from srlab.store.files import write_whole
from srlab.train.place import STATE, Place
from srlab.train.recipe import Recipe

SAVE_SECONDS = 45.0

Weights = dict[str, torch.Tensor]


Kept = tuple[Place, dict[str, Any]]
"""A place, and the state dicts of net, average and optimiser."""


def launched() -> bool:
    """Whether a launcher started several processes for one training."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


def follows() -> bool:
    """Whether this is one of several processes and not the first, which alone writes."""
    return launched() and os.environ.get("RANK", "0") != "0"


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Hold the training's folder; raises TrainingError where another training is in it."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(
            f"{out} cannot be a training's folder ({error.strerror}); name another with --out"
        ) from error
    if follows():
        yield
        return
    lock = FileLock(out / ".lock", timeout=0)
    try:
        with lock:
            yield
    except Timeout:
        raise TrainingError(
            f"another process trains in {out}; wait for it, or name another folder with --out"
        ) from None


class Keeper:
    """Saves a training's state from time to time, and gives it back."""

    def __init__(self, out: Path, recipe: Recipe) -> None:
        self.out = out
        self._path = out / STATE
        self._of = {"recipe": recipe.digest.hex(), "name": recipe.name}
        self._saved = time.monotonic()

    @property
    def due(self) -> bool:
        """Whether the last save is so long ago that another is worth its time."""
        return time.monotonic() - self._saved >= SAVE_SECONDS

    def save(self, place: Place, parts: dict[str, Any]) -> None:
        """Keep the place and the state dicts in `parts`, durably."""
        facts = {**self._of, "threads": torch.get_num_threads()}
        buffer = io.BytesIO()
        torch.save({**facts, "place": asdict(place), **parts}, buffer)
        write_whole(self._path, buffer.getvalue())
        self._saved = time.monotonic()

    def load(self, progress: Progress) -> Kept | None:
        """What was kept, or None at the beginning.

        Raises TrainingError where the folder holds another recipe's training, or what was kept
        does not decode.
        """
        if not self._path.is_file():
            return None
        try:
            kept = torch.load(self._path, map_location="cpu", weights_only=True)
            of = {"recipe": kept.pop("recipe"), "name": kept.pop("name", self._of["name"])}
            threads = kept.pop("threads")
            place = Place(**kept.pop("place"))
        except Exception as error:  # a damaged pickle fails in any way there is
            raise TrainingError(
                f"{self._path} cannot be read ({type(error).__name__}); remove it to train from "
                "the beginning"
            ) from error
        if of != self._of:
            what = "of other settings" if of["recipe"] != self._of["recipe"] else of["name"]
            raise TrainingError(
                f"{self._path.parent} holds a training {what}; name another folder with --out, or "
                f"remove {self._path} to begin anew"
            )
        if threads != torch.get_num_threads():
            progress.warn(
                f"trained with {threads} threads so far, {torch.get_num_threads()} now: the last "
                "bits will differ from an uninterrupted training ([training] threads fixes them)"
            )
        return place, kept
