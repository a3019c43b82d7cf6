"""Luma, YCbCr and the one rounding to uint8, as MATLAB does them (BT.601, studio swing)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from srlab.errors import ChannelMismatchError, ImageError

# Rows are Y, Cb, Cr for R, G, B in 0..255 (MATLAB `rgb2ycbcr`); all is divided by 255.
_TO_YCBCR = np.array(
    [[65.481, 128.553, 24.966], [-37.797, -74.203, 112.0], [112.0, -93.786, -18.214]]
)
_OFFSET = np.array([16.0, 128.0, 128.0])
# In this order MATLAB computes them, and exact ties of the rounded Y depend on it.
_LUMA = 65.481 * (1 / 255), 128.553 * (1 / 255), 24.966 * (1 / 255)


def luma(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """BT.601 studio-swing Y of uint8 RGB `(H, W, 3)`: float64 `(H, W)`, 16 to 235, not rounded.

    Raises ChannelMismatchError for anything that is not RGB, ImageError for another dtype.
    """
    from srlab.image.kernels import weigh_channels

    return weigh_channels(_require_rgb(rgb), *_LUMA)


def luma_rounded(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Y as MATLAB's `rgb2ycbcr` gives it for uint8 RGB `(H, W, 3)`: uint8 `(H, W)`, 16 to 235.

    Exact ties depend on the order of operations, which is MATLAB's. Raises as `luma` does.
    """
    return np.floor(luma(rgb) + 0.5).astype(np.uint8)


def rgb_to_ycbcr(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """BT.601 YCbCr of uint8 RGB `(H, W, 3)`: float64 `(H, W, 3)`, not rounded.

    Y runs from 16 to 235, Cb and Cr from 16 to 240. Raises as `luma` does.
    """
    return _require_rgb(rgb) @ (_TO_YCBCR.T / 255) + _OFFSET


def ycbcr_to_rgb(ycbcr: NDArray[np.floating]) -> NDArray[np.uint8]:
    """The inverse of `rgb_to_ycbcr`: float `(H, W, 3)` in, uint8 RGB out, rounded and clipped once.

    Raises ChannelMismatchError for another shape, ImageError for nan.
    """
    _require_three(ycbcr)
    return to_uint8((np.asarray(ycbcr, np.float64) - _OFFSET) @ np.linalg.inv(_TO_YCBCR / 255).T)


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
    rounded = np.floor(np.add(levels, 0.5, dtype=np.float64))
    if np.isnan(rounded).any():
        raise ImageError(
            f"{int(np.isnan(rounded).sum())} of {rounded.size} values are nan; expected grey "
            "levels from 0 to 255: look at the weights or the computation that made them"
        )
    return np.clip(rounded, 0, 255, out=rounded).astype(np.uint8)


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
