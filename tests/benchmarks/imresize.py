"""Images per second of `imresize` against row and column loops, on BSD100 x2, one thread.

    python tests/benchmarks/imresize.py

The other side is the way of BasicSR's `imresize` (torch, float32): one product of a strip of the
image with a weight vector per output row, then per output column, and per channel.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from math import ceil
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from srlab.image.files import read_image
from srlab.image.resize import imresize

SHARED = Path(os.environ.get("SRLAB_SHARED") or Path(__file__).parents[3] / "shared")
ROUNDS = 5


def contributions(n_in: int, n_out: int, factor: float) -> tuple[torch.Tensor, list[int], int, int]:
    """Weights and first places in the padded line, and how far it is padded on both sides."""
    shrink = min(factor, 1.0)
    centre = torch.arange(1, n_out + 1) / factor + 0.5 * (1 - 1 / factor)
    taps = ceil(4 / shrink) + 2
    places = torch.floor(centre - 2 / shrink)[:, None] + torch.arange(taps)
    t = (centre[:, None] - places).mul(shrink).abs()
    near = (1.5 * t**3 - 2.5 * t**2 + 1) * (t <= 1)
    weights = near + (-0.5 * t**3 + 2.5 * t**2 - 4 * t + 2) * ((t > 1) & (t <= 2))
    weights /= weights.sum(1, keepdim=True)
    before, after = int(1 - places.min()), int(places.max() - n_in)
    return weights, [int(place) - 1 + before for place in places[:, 0]], before, after


def loops(pixels: NDArray[np.uint8], factor: float) -> NDArray[np.float32]:
    """One matrix-vector product per output row and channel, then per output column."""
    image = torch.from_numpy(pixels.copy()).permute(2, 0, 1).float()
    for _ in ("height", "width"):
        image = image.transpose(1, 2)
        length = image.shape[2]
        weights, firsts, before, after = contributions(length, ceil(length * factor), factor)
        flipped = image.flip(2)
        padded = torch.cat(
            [flipped[..., length - before :], image, flipped[..., : max(after, 0)]], dim=2
        )
        out = torch.empty(*image.shape[:2], len(firsts))
        for place, first in enumerate(firsts):
            for channel in range(image.shape[0]):
                strip = padded[channel, :, first : first + weights.shape[1]]
                out[channel, :, place] = strip.mv(weights[place])
        image = out
    return image.permute(1, 2, 0).numpy()


def images_per_second(function: Callable[..., object], images: list[NDArray], rounds: int) -> float:
    function(images[0])
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        for image in images:
            function(image)
        seconds.append(time.perf_counter() - start)
    return len(images) / float(np.median(seconds))


def main() -> None:
    torch.set_num_threads(1)
    folder = SHARED / "data" / "benchmarks" / "BSD100" / "image_SRF_2"
    kinds = {"down": ("HR", 0.5), "up": ("LR", 2)}
    for direction, (kind, factor) in kinds.items():
        images = [read_image(path) for path in sorted(folder.glob(f"*_{kind}.png"))]
        images = [image for image in images if image.ndim == 3]
        gap = max(
            np.abs(loops(image, factor) - imresize(image.astype(float), factor=factor)).max()
            for image in images[:10]
        )
        ours = images_per_second(lambda image: imresize(image, factor=factor), images, ROUNDS)  # noqa: B023
        theirs = images_per_second(lambda image: loops(image, factor), images, 1)  # noqa: B023
        sys.stdout.write(
            f"{direction} x2: srlab {ours:.0f} images/s, row loops {theirs:.0f} images/s, "
            f"ratio {ours / theirs:.1f}; unrounded values differ by {gap:.1e} at most\n"
        )


if __name__ == "__main__":
    main()
