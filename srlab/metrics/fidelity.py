"""Error per pixel: mse, rmse, mae and psnr of two channel arrays in grey levels 0 to 255."""

from __future__ import annotations

from math import inf, log10, sqrt

import numpy as np
from numba import njit
from numpy.typing import NDArray

from srlab.errors import ImageTooSmallError
from srlab.metrics.channels import require_same_shape

PEAK = 255.0


def mse(sr: NDArray[np.float64], hr: NDArray[np.float64]) -> float:
    """Mean squared error over all pixels and channels, in squared grey levels.

    Takes float64 (or uint8) `(H, W)` or `(H, W, 3)` of equal shape. Raises SizeMismatchError,
    ChannelMismatchError, and ImageTooSmallError for empty images.
    """
    return _squared_sum(*_rows(sr, hr)) / sr.size


def rmse(sr: NDArray[np.float64], hr: NDArray[np.float64]) -> float:
    """Root of `mse`, in grey levels. Raises as `mse` does."""
    return sqrt(mse(sr, hr))


def mae(sr: NDArray[np.float64], hr: NDArray[np.float64]) -> float:
    """Mean absolute error over all pixels and channels, in grey levels. Raises as `mse` does."""
    return _absolute_sum(*_rows(sr, hr)) / sr.size


def psnr(sr: NDArray[np.float64], hr: NDArray[np.float64]) -> float:
    """10 log10(255² / mse) in dB, one mse over all channels; `inf` for identical images.

    No epsilon and no cap: a near match keeps its real value. Raises as `mse` does.
    """
    error = mse(sr, hr)
    return inf if error == 0 else 10 * log10(PEAK**2 / error)


def _rows(
    sr: NDArray[np.float64], hr: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both as contiguous float64 `(H, W * C)`."""
    require_same_shape(sr, hr)
    if not sr.size:
        raise ImageTooSmallError(f"the images are empty ({sr.shape}); expected at least one pixel")
    rows = sr.shape[0]
    return (
        np.ascontiguousarray(sr, np.float64).reshape(rows, -1),
        np.ascontiguousarray(hr, np.float64).reshape(rows, -1),
    )


# One running sum per column: it vectorises, and the order of additions is the same everywhere.
@njit(nogil=True, cache=True)
def _squared_sum(sr, hr):  # noqa: ANN001, ANN202
    sums = np.zeros(sr.shape[1])
    for y in range(sr.shape[0]):
        for x in range(sr.shape[1]):
            difference = sr[y, x] - hr[y, x]
            sums[x] += difference * difference
    return sums.sum()


@njit(nogil=True, cache=True)
def _absolute_sum(sr, hr):  # noqa: ANN001, ANN202
    sums = np.zeros(sr.shape[1])
    for y in range(sr.shape[0]):
        for x in range(sr.shape[1]):
            sums[x] += abs(sr[y, x] - hr[y, x])
    return sums.sum()
