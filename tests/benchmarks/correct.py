"""`+correct` against the per-pixel loop that a course used: one thread, one BSD100 image, x3.

    python tests/benchmarks/correct.py

The loop is given the bilinear image ready made; ours makes it too. Both results must be equal.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from srlab.image.files import read_image
from srlab.image.resize import Kernel, upscale
from srlab.upscale.correct import correct

SHARED = Path(os.environ.get("SRLAB_SHARED") or Path(__file__).parents[3] / "shared")
SCALE, THRESHOLD = 3, 64

Pixels = NDArray[np.uint8]


def loop(sr: Pixels, bilinear: Pixels) -> Pixels:
    """Pixel by pixel, channel by channel."""
    out = sr.copy()
    for y in range(sr.shape[0]):
        for x in range(sr.shape[1]):
            for channel in range(3):
                if abs(int(sr[y, x, channel]) - int(bilinear[y, x, channel])) > THRESHOLD:
                    out[y, x] = bilinear[y, x]
                    break
    return out


LEAST = 100
"""Times as fast as the loop, as was promised."""


def seconds(call: Callable[[], Pixels], rounds: int) -> float:
    """The median of `rounds` calls."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def main() -> None:
    folder = SHARED / "data" / "benchmarks" / "BSD100" / f"image_SRF_{SCALE}"
    lr = read_image(folder / f"img_001_SRF_{SCALE}_LR.png")
    noise = np.random.default_rng(0).normal(0, 25, (lr.shape[0] * SCALE, lr.shape[1] * SCALE, 3))
    sr = (upscale(lr, SCALE) + noise).clip(0, 255).astype(np.uint8)
    bilinear = upscale(lr, SCALE, kernel=Kernel.BILINEAR)
    fast = correct(sr, lr, scale=SCALE, threshold=THRESHOLD)
    slow = loop(sr, bilinear)
    replaced = (fast != sr).any(axis=2).mean()
    ours = seconds(lambda: correct(sr, lr, scale=SCALE, threshold=THRESHOLD), 20)
    theirs = seconds(lambda: loop(sr, bilinear), 3)
    sys.stdout.write(
        f"+correct of {sr.shape[1]}x{sr.shape[0]}, {replaced:.1%} of the pixels replaced: srlab "
        f"{ours * 1e3:.1f} ms, per-pixel loop {theirs * 1e3:.0f} ms, ratio {theirs / ours:.0f}; "
        f"pixels that differ: {int((fast != slow).any(axis=2).sum())}\n"
    )
    if theirs / ours < LEAST or (fast != slow).any():
        sys.exit(f"expected the same pixels at least {LEAST} times as fast")


if __name__ == "__main__":
    main()
