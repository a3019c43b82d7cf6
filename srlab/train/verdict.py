"""What a judge says of weights after each epoch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How good weights are on the validation images.

    `score` is mean PSNR in dB of an upscaler, accuracy in [0, 1] of a classifier: more is better.
    `loss` is the recipe's, of the same images: the mean of the images' means.
    """

    score: float
    loss: float
