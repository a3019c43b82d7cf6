"""Losses, rates, the optimiser and the net that a training starts with."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn

from srlab.errors import CheckpointMismatchError, Progress, RecipeError, TrainingError
from srlab.nets.blocks import Net
from srlab.nets.checkpoint import read_weights, read_weights_file
from srlab.nets.recognise import build
from srlab.shipped import share_root
from srlab.train.optimisation import Loss, Optimisation, Schedule
from srlab.train.upscaler_recipe import UpscalerRecipe

LossFunction = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

_CHARBONNIER = 1e-3
"""Its epsilon, in units of the image range (Lai, LapSRN, CVPR 2017, section 3.2)."""


def charbonnier(sr: torch.Tensor, hr: torch.Tensor) -> torch.Tensor:
    """Mean of sqrt(d**2 + eps**2): L1 with a round foot (Lai, CVPR 2017, section 3.2)."""
    return torch.sqrt((sr - hr).square() + _CHARBONNIER**2).mean()


LOSSES: dict[Loss, LossFunction] = {
    Loss.MSE: nn.functional.mse_loss,
    Loss.L1: nn.functional.l1_loss,
    Loss.CHARBONNIER: charbonnier,
}


def rate_at(training: Optimisation, step: int, steps_per_epoch: int) -> float:
    """The learning rate of a step counted from the training's beginning."""
    if step < training.warmup_steps:
        return training.rate * (step + 1) / training.warmup_steps
    if training.schedule is Schedule.DROPS:
        return training.rate * training.drop ** (step // steps_per_epoch // training.drop_epochs)
    if training.schedule is Schedule.CONSTANT:
        return training.rate
    total = training.epochs * steps_per_epoch
    done = (step - training.warmup_steps) / max(1, total - training.warmup_steps)
    low = training.final_rate
    return training.rate * (low + (1 - low) * 0.5 * (1 + math.cos(math.pi * done)))


def make_optimizer(training: Optimisation, net: nn.Module) -> torch.optim.Adam:
    """Adam with a group per layer of `layer_rates`, its multiple in `part`, and one of the rest.

    A weight goes by the longest of the names that it begins with. Raises RecipeError for a layer
    that the net has not.
    """
    parts = dict(training.layer_rates)
    found: dict[str, list[nn.Parameter]] = {name: [] for name in (*parts, "")}
    for name, weight in net.named_parameters():
        layers = [layer for layer in parts if f"{name}.".startswith(f"{layer}.")]
        found[max(layers, key=len, default="")].append(weight)
    if strange := [layer for layer in parts if not found[layer]]:
        layers = ", ".join(dict.fromkeys(n.partition(".")[0] for n, _ in net.named_parameters()))
        raise RecipeError(
            f"[training] layer_rates names {strange[0]!r}, and no weight's name begins so; the "
            f"net has {layers}"
        )
    groups = [{"params": w, "part": parts.get(layer, 1.0)} for layer, w in found.items() if w]
    return torch.optim.Adam(
        groups,
        lr=training.rate,
        betas=training.betas,
        eps=1e-8,
        weight_decay=training.weight_decay,
        decoupled_weight_decay=True,
    )


def seed_step(seed: int, step: int, process: int) -> None:
    """Make what a net draws at random (dropout) a function of its place, as its batches are."""
    [state] = np.random.SeedSequence([seed, step, process]).generate_state(1, np.uint64)
    torch.manual_seed(int(state))


def set_rates(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """The rates of `make_optimizer`'s groups for the next step."""
    for group in optimizer.param_groups:
        group["lr"] = rate * group["part"]


def starting_net(recipe: UpscalerRecipe, start: Path | None, progress: Progress) -> Net:
    """The recipe's net with seeded fresh weights, or with those of the checkpoint `start`.

    Across scales the tail does not fit: then all of it is new, and named. Raises
    CheckpointMismatchError where anything else does not fit.
    """
    torch.manual_seed(recipe.training.seed)
    net = build(recipe.net)
    if start is None:
        return net
    given = read_weights(read_weights_file(start), name=start.name)
    own, tail = net.state_dict(), recipe.net.row.tail
    strange = {key for key in own.keys() | given.keys() if not _fits(key, own, given)}
    if others := sorted(key for key in strange if not key.startswith(tail)):
        raise CheckpointMismatchError(
            f"{start.name} does not fit {recipe.name}: {others[0]} is {_shape(given, others[0])}, "
            f"expected {_shape(own, others[0])}; only {tail}* may differ (it is trained anew)"
        )
    kept = {key: value for key, value in given.items() if not (strange and key.startswith(tail))}
    net.load_state_dict(kept, strict=False)
    if new := sorted(own.keys() - kept.keys()):
        progress.warn(f"started from {start.name}; new: {', '.join(new)}")
    return net


def find_start(recipe: UpscalerRecipe, out: Path) -> Path | None:
    """The checkpoint that a recipe starts from: a file, or a name.

    A name is that of a training beside this one (`../NAME/NAME.safetensors` from `out`), else of
    a shipped checkpoint. Raises TrainingError where there is none.
    """
    text = recipe.training.start_from
    if not text:
        return None
    places = [recipe.path(text)]
    if "/" not in text and "." not in text:
        file = f"{text}.safetensors"
        places = [out.absolute().parent / text / file, share_root() / "checkpoints" / file]
    for place in places:
        if place.is_file():
            return place
    raise TrainingError(
        f"{recipe.name} starts from {text!r}, and there is no {' nor '.join(map(str, places))}; "
        "train that first, or name a file with start_from"
    )


def _fits(key: str, own: dict[str, torch.Tensor], given: dict[str, torch.Tensor]) -> bool:
    return key in own and key in given and own[key].shape == given[key].shape


def _shape(tensors: dict[str, torch.Tensor], key: str) -> str:
    return str(tuple(tensors[key].shape)) if key in tensors else "absent"


def blend(average: dict[str, torch.Tensor], net: nn.Module, decay: float, *, step: int) -> None:
    """Move the average of the weights a step towards the net's; a decay of 0 leaves it alone.

    Early steps move it further, so that the fresh weights it began with are soon forgotten.
    """
    if not decay:
        return
    part = 1 - min(decay, (1 + step) / (10 + step))
    with torch.no_grad():
        for name, value in net.state_dict().items():
            if value.is_floating_point():
                average[name].lerp_(value, part)
            else:
                average[name].copy_(value)
