"""`[training]` of every recipe: the loss, the optimiser, its rates and how long."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from srlab.errors import RecipeError
from srlab.train.tables import Rates, number


class Loss(StrEnum):
    """What is made small: per value in [0, 1] for upscalers, in nats for classifiers."""

    MSE = "mse"
    L1 = "l1"
    CHARBONNIER = "charbonnier"
    CROSS_ENTROPY = "cross-entropy"


class Schedule(StrEnum):
    """How the rate goes on after its warm-up."""

    CONSTANT = "constant"
    COSINE = "cosine"
    DROPS = "drops"


class Precision(StrEnum):
    """The arithmetic of the forward pass; weights are always fp32."""

    FP32 = "fp32"
    BF16 = "bf16"


@dataclass(frozen=True, kw_only=True)
class Optimisation:
    """`[training]`: Adam, its rates and how long."""

    epochs: int = number(low=1)
    batch: int = number(16, low=1, high=4096)
    steps_per_epoch: int = number(0)
    """Needed for random crops; prepared patches make an epoch when each was seen once."""
    loss: Loss = Loss.L1
    label_smoothing: float = number(0.0, high=0.9)
    """The share of the truth that is spread over all classes; of classifiers."""
    rate: float = number(1e-3, low=1e-12, high=1)
    layer_rates: Rates = ()
    """Layers whose rate is a multiple of `rate`, as `{ conv3 = 0.1 }`; 0 trains them not at all."""
    betas: tuple[float, float] = (0.9, 0.999)
    weight_decay: float = number(0.0, high=1)
    """What every step takes off the weights, times the rate (decoupled, AdamW)."""
    schedule: Schedule = Schedule.CONSTANT
    warmup_steps: int = number(0)
    final_rate: float = number(0.0, high=1)
    """Where the cosine ends, as a part of `rate`."""
    drop_epochs: int = number(0)
    drop: float = number(0.5, high=1)
    clip: float = number(0.0)
    """Largest norm of the gradient; 0 does not clip."""
    average: float = number(0.0, high=0.99999)
    """Decay of the moving average of the weights that is judged and kept; 0 keeps the last."""
    precision: Precision = Precision.FP32
    seed: int = number(0)
    threads: int = number(0, high=1024)
    """Torch's threads; 0 leaves them. Another number gives other last bits."""
    start_from: str = ""
    """Weights, or the name of a training beside this one or of a shipped checkpoint."""


def check_training(training: Optimisation, *, losses: set[Loss], random: bool) -> None:
    """Raise RecipeError for what no single key of `[training]` shows.

    `losses` are those of the recipe's kind; `random` says that its batches have no end.
    """
    if training.loss not in losses:
        raise RecipeError(
            f'[training] loss is "{training.loss}"; expected {" or ".join(sorted(losses))}'
        )
    if training.label_smoothing and training.loss is not Loss.CROSS_ENTROPY:
        raise RecipeError("[training] label_smoothing is of cross-entropy; leave it out")
    if random and training.steps_per_epoch < 1:
        raise RecipeError("[training] needs steps_per_epoch, for random crops have no end")
    if training.schedule is Schedule.DROPS and training.drop_epochs < 1:
        raise RecipeError("[training] needs drop_epochs, after how many epochs the rate drops")
