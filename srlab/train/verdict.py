"""What a judge says of weights after each epoch: of part after part, and of all of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import torch

Part = tuple[float, float, int]
"""Score and loss of an image, or of several at once, and of how many."""


class Judging(Protocol):
    """The validation images with weights to judge: `count` parts, one after another."""

    count: int

    def __call__(self, weights: dict[str, torch.Tensor], start: int = 0) -> Iterator[Part]:
        """The parts from `start` on."""
        ...


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How good weights are on the validation images.

    `score` is mean PSNR in dB of an upscaler, accuracy in [0, 1] of a classifier: more is better.
    `loss` is the recipe's, of the same images: the mean of the images' means.
    """

    score: float
    loss: float

    @classmethod
    def of(cls, parts: Iterable[Part]) -> Verdict:
        """The means over all images; infinite scores (identical images) do not count."""
        every = list(parts)
        finite = [part for part in every if math.isfinite(part[0])]
        return cls(
            score=_mean((part[0], part[2]) for part in finite) if finite else math.inf,
            loss=_mean((part[1], part[2]) for part in every),
        )


def _mean(weighted: Iterable[tuple[float, int]]) -> float:
    pairs = list(weighted)
    return sum(value * count for value, count in pairs) / sum(count for _, count in pairs)
