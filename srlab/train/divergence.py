"""When a training cannot go on: losses and weights that are no numbers any more."""

from __future__ import annotations

import math

from torch import nn

from srlab.errors import DivergedError
from srlab.train.place import Place
from srlab.train.recipe import Recipe


def require_finite(running: float, recipe: Recipe, place: Place) -> float:
    """The running sum of losses; raises DivergedError where it is no number."""
    if math.isfinite(running):
        return running
    raise diverged(
        recipe, place, f"the loss became {running} in epoch {place.epoch + 1}, by step {place.step}"
    )


def require_sound(
    net: nn.Module, recipe: Recipe, place: Place, *, steps: int, worst_loss: float
) -> None:
    """Raise DivergedError for weights that are no numbers, or an epoch whose mean loss is too bad.

    The first epoch may be as bad as it likes.
    """
    broken = [name for name, weight in net.named_parameters() if not weight.isfinite().all()]
    if broken:
        where = f"in epoch {place.epoch + 1}, by step {place.step}"
        raise diverged(recipe, place, f"{broken[0]} became nan or infinite {where}")
    loss = place.loss / max(1, place.step)
    if place.epoch and place.step == steps and loss > worst_loss:
        raise diverged(
            recipe,
            place,
            f"the mean loss of epoch {place.epoch + 1} is {loss:.3g}, and {worst_loss:.3g} is as "
            "bad as knowing nothing",
        )


def diverged(recipe: Recipe, place: Place, what: str) -> DivergedError:
    """The error for `what` happened, with advice."""
    return DivergedError(
        f"{recipe.name}: {what}; lower [training] rate ({recipe.training.rate:g}), set clip, or "
        "add warmup_steps, and train in a new folder. The best epoch so far is "
        f"{place.best_epoch or 'none'}"
    )
