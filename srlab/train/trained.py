"""What a training leaves in its folder: the best checkpoint and the last."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from srlab.errors import TrainingError
from srlab.train.place import STATE, Place
from srlab.train.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class Trained:
    """What a training left: its best and its last checkpoint, and how good the best is.

    `score` is mean PSNR in dB of an upscaler, accuracy in [0, 1] of a classifier; `in_words` says
    it with its unit.
    """

    best: Path
    last: Path
    score: float
    in_words: str
    epoch: int
    epochs: int
    seconds: float

    @property
    def told(self) -> str:
        """All of it in a line."""
        return (
            f"{self.best}: {self.in_words} on validation, epoch {self.epoch} of {self.epochs}, "
            f"{self.seconds:,.0f} s"
        )


def best_of(recipe: Recipe, out: Path) -> Path:
    """Where the weights of the best epoch lie."""
    return out / f"{recipe.name}{recipe.suffix}"


def last_of(recipe: Recipe, out: Path) -> Path:
    """Where the weights of the last epoch lie."""
    return out / f"{recipe.name}-last{recipe.suffix}"


def left_by(recipe: Recipe, out: Path, place: Place) -> Trained:
    """What a training in the folder `out` left that came as far as `place`."""
    return Trained(
        best=best_of(recipe, out),
        last=last_of(recipe, out),
        score=place.best,
        in_words=recipe.in_words(place.best),
        epoch=place.best_epoch,
        epochs=recipe.training.epochs,
        seconds=place.seconds,
    )


def complete(recipe: Recipe, out: Path, place: Place) -> Trained:
    """What a training left that is done. Raises TrainingError where its checkpoint is gone."""
    done = left_by(recipe, out, place)
    if not done.best.exists():
        raise TrainingError(
            f"{recipe.name} is trained to its end, but {done.best} is gone; remove {out / STATE} "
            "to train it again"
        )
    return done
