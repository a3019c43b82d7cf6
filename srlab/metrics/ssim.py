"""Structural similarity as Wang et al. 2004 released it (`ssim_index.m`), in one fused pass."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from srlab.image.crop import require_size
from srlab.metrics.channels import require_same_shape

WINDOW = 11
_SIGMA = 1.5
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_WEIGHTS = np.exp(-(np.arange(6) ** 2) / (2 * _SIGMA**2))  # from the centre outwards
_W0, _W1, _W2, _W3, _W4, _W5 = (float(w) for w in _WEIGHTS / (2 * _WEIGHTS.sum() - _WEIGHTS[0]))


def ssim(sr: NDArray[np.float64], hr: NDArray[np.float64]) -> float:
    """Mean SSIM of two channel arrays in grey levels 0 to 255; 1 for identical images.

    11x11 Gaussian window of sigma 1.5, valid region only, biased moments, K = (0.01, 0.03),
    L = 255, no downsampling; for `(H, W, 3)` the mean of the channels' values. Equal to
    scikit-image's `structural_similarity` with `gaussian_weights=True, sigma=1.5,
    use_sample_covariance=False, data_range=255`. Raises SizeMismatchError, ChannelMismatchError,
    and ImageTooSmallError under 11 pixels a side.
    """
    require_same_shape(sr, hr)
    require_size(hr, WINDOW)
    if sr.ndim == 2:
        return float(_mean_ssim(_plane(sr), _plane(hr)))
    values = [_mean_ssim(_plane(sr[:, :, i]), _plane(hr[:, :, i])) for i in range(sr.shape[2])]
    return float(sum(values) / len(values))


def _plane(channel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.ascontiguousarray(channel, np.float64)


@njit(nogil=True, cache=True, fastmath={"contract"})
def _mean_ssim(a, b):  # noqa: ANN001, ANN202
    """Four Gaussian filters suffice: the means, E[a² + b²] and E[ab]."""
    height, width = a.shape
    power, cross = np.empty((WINDOW, width)), np.empty((WINDOW, width))  # the last eleven rows
    line = np.empty(width)
    sums = np.zeros(width - WINDOW + 1)
    filtered = np.empty((4, sums.size))
    for y in range(height):
        _products(a[y], b[y], power[y % WINDOW], cross[y % WINDOW])
        top = y - WINDOW + 1
        if top >= 0:
            for part, rows in enumerate((a, b, power, cross)):
                _filter_down(rows, top, line)
                _filter_across(line, filtered[part])
            _add_ssim(filtered[0], filtered[1], filtered[2], filtered[3], sums)
    return sums.sum() / (sums.size * (height - WINDOW + 1))


@njit(nogil=True, cache=True, fastmath={"contract"})
def _products(a, b, power, cross):  # noqa: ANN001, ANN202
    for x in range(a.size):
        power[x] = a[x] * a[x] + b[x] * b[x]
    for x in range(a.size):
        cross[x] = a[x] * b[x]


@njit(nogil=True, cache=True, fastmath={"contract"})
def _filter_down(rows, top, line):  # noqa: ANN001, ANN202
    """The window's weighted sum of eleven rows from `top` on; short arrays hold them as a ring."""
    top %= rows.shape[0]
    for far, near, w_far, w_near in ((0, 1, _W5, _W4), (2, 3, _W3, _W2)):
        first, last = _row(rows, top + far), _row(rows, top + 10 - far)
        second, third = _row(rows, top + near), _row(rows, top + 10 - near)
        for x in range(line.size):
            pairs = w_far * (first[x] + last[x]) + w_near * (second[x] + third[x])
            line[x] = line[x] + pairs if far else pairs
    above, centre, below = _row(rows, top + 4), _row(rows, top + 5), _row(rows, top + 6)
    for x in range(line.size):
        line[x] += _W1 * (above[x] + below[x]) + _W0 * centre[x]


@njit(nogil=True, cache=True)
def _row(rows, place):  # noqa: ANN001, ANN202
    return rows[place if place < rows.shape[0] else place - rows.shape[0]]


@njit(nogil=True, cache=True, fastmath={"contract"})
def _filter_across(line, out):  # noqa: ANN001, ANN202
    """The window's weighted sum of eleven neighbours; `out` is ten shorter than `line`."""
    for x in range(out.size):
        outer = _W5 * (line[x] + line[x + 10]) + _W4 * (line[x + 1] + line[x + 9])
        middle = _W3 * (line[x + 2] + line[x + 8]) + _W2 * (line[x + 3] + line[x + 7])
        out[x] = outer + middle + _W1 * (line[x + 4] + line[x + 6]) + _W0 * line[x + 5]


@njit(nogil=True, cache=True, fastmath={"contract"})
def _add_ssim(mean_a, mean_b, power, cross, sums):  # noqa: ANN001, ANN202
    """Add one row of the SSIM map to the running sums, one per column."""
    for x in range(sums.size):
        product = mean_a[x] * mean_b[x]
        squares = mean_a[x] * mean_a[x] + mean_b[x] * mean_b[x]
        above = (2 * product + _C1) * (2 * (cross[x] - product) + _C2)
        sums[x] += above / ((squares + _C1) * (power[x] - squares + _C2))
