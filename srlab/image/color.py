"""Luma and the one rounding to uint8, as MATLAB does them (BT.601, studio swing)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from srlab.errors import ChannelMismatchError, ImageError

# In this order MATLAB computes them, and exact ties of the rounded Y depend on it.
_LUMA = 65.481 * (1 / 255), 128.553 * (1 / 255), 24.966 * (1 / 255)


def luma(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """BT.601 studio-swing Y of uint8 RGB `(H, W, 3)`: float64 `(H, W)`, 16 to 235, not rounded.

    Raises ChannelMismatchError for anything that is not RGB, ImageError for another dtype.
    """
    from srlab.image.kernels import weigh_channels

    return weigh_channels(_require_rgb(rgb), *_LUMA)


def srcnn_pytorch_luma(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Luma of uint8 RGB `(H, W, 3)` by the formula of the SRCNN PyTorch code: float32 `(H, W)`.

    16 + (64.738 R + 129.057 G + 25.064 B) / 256, 16 to 234, in float32 and in the order of
    `convert_rgb_to_y` of yjn870/SRCNN-pytorch. The 64.738 is theirs; ITU-R BT.601 has 65.738.
    Raises as `luma` does.
    """
    red, green, blue = np.moveaxis(_require_rgb(rgb).astype(np.float32), 2, 0)
    return 16.0 + (64.738 * red + 129.057 * green + 25.064 * blue) / 256.0


def luma_rounded(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Y as MATLAB's `rgb2ycbcr` gives it for uint8 RGB `(H, W, 3)`: uint8 `(H, W)`, 16 to 235.

    Exact ties depend on the order of operations, which is MATLAB's. Raises as `luma` does.
    """
    return np.floor(luma(rgb) + 0.5).astype(np.uint8)


def with_luma(rgb: NDArray[np.uint8], y: NDArray[np.float64]) -> NDArray[np.uint8]:
    """`rgb` `(H, W, 3)` with luma `y` `(H, W)`, not rounded, in the place of its own: uint8 RGB.

    Cb and Cr stay; BT.601 is inverted and rounded once. Its grey axis is (1, 1, 1), so that is to
    add the same 255 / 219 of the change in luma to R, G and B. Raises as `luma` does, and
    ImageError for nan.
    """
    from srlab.image.kernels import shift_channels

    shift = (y - luma(rgb)) * (255 / 219)
    out = np.empty_like(rgb)
    _refuse_nan(shift_channels(rgb.ravel(), shift.ravel(), out.reshape(-1)), shift.size)
    return out


def replicate(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Grey `(H, W)` as three equal channels `(H, W, 3)`; RGB passes through untouched."""
    if grey.ndim == 3:
        return grey
    return np.repeat(grey[:, :, None], 3, axis=2)


def to_uint8(levels: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Grey levels of any shape rounded half up to uint8 and clipped to 0 to 255.

    The only rounding to uint8 of the project (`imresize` fuses the same rule into its passes).
    Raises ImageError for nan.
    """
    from srlab.image.kernels import round_levels

    given = np.ascontiguousarray(levels, np.float64)
    out = np.empty(given.shape, np.uint8)
    _refuse_nan(round_levels(given.reshape(-1), out.reshape(-1)), given.size)
    return out


def _refuse_nan(strange: int, size: int) -> None:
    if strange:
        raise ImageError(
            f"{strange} of {size} values are nan; expected grey levels from 0 to 255: look at the "
            "weights or the computation that made them"
        )


def _require_rgb(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    _require_three(rgb)
    if rgb.dtype != np.uint8:
        raise ImageError(f"rgb is {rgb.dtype}; expected uint8: round it with to_uint8 first")
    return np.ascontiguousarray(rgb)


def _require_three(pixels: NDArray[np.generic]) -> None:
    if pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ChannelMismatchError(
            f"the image has shape {pixels.shape}; expected three channels (H, W, 3): "
            "replicate a grey image first (replicate(grey))"
        )
