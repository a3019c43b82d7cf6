"""The course's correction: where sr strays far from the bilinear image, the latter is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from srlab.image.resize import Kernel, upscale

if TYPE_CHECKING:
    from srlab.upscale.info import Upscale, UpscalerInfo


class Corrected:
    """A call whose sr is corrected by the bilinear enlargement of lr (`+correct`)."""

    def __init__(self, call: Upscale, info: UpscalerInfo) -> None:
        self._call, self._scale = call, info.scale
        self._threshold = int(info.identity["correct"])

    def __call__(self, lr: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Sr of the call, corrected."""
        return correct(self._call(lr), lr, scale=self._scale, threshold=self._threshold)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._call, name)


def correct(
    sr: NDArray[np.uint8], lr: NDArray[np.uint8], *, scale: int, threshold: int
) -> NDArray[np.uint8]:
    """`sr` with every pixel replaced whole where it strays from the bilinear enlargement of `lr`.

    A pixel strays when any of its channels differs by more than `threshold` grey levels. uint8,
    (H, W) or (H, W, 3), in and out.
    """
    from srlab.image.kernels import replace_far

    bilinear = upscale(lr, scale, kernel=Kernel.BILINEAR)
    if sr.ndim == 2:
        far = np.maximum(sr, bilinear) - np.minimum(sr, bilinear) > threshold
        return np.where(far, bilinear, sr)
    out = np.empty_like(bilinear)
    replace_far(sr.ravel(), bilinear.ravel(), np.uint8(threshold), out.reshape(-1))
    return out
