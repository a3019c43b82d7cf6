"""The compiled loops behind `resize`, `color` and the correction of upscalers.

Numba takes half a second to import, so this module is imported by the first call that needs it,
and reading files or catalogs never pays for it.
"""

from __future__ import annotations

import numpy as np
from numba import njit

UNROLL = 4
"""Taps that a sum takes together: `resize_planes` wants their number to be a multiple of this."""

_LANES = 32  # rows that the width pass takes together


@njit(nogil=True, cache=True)
def weigh_channels(rgb, red, green, blue):  # noqa: ANN001, ANN201
    """Weighted sum of the channels of RGB `(H, W, 3)`, plus 16: float64 `(H, W)`."""
    height, width = rgb.shape[:2]
    out = np.empty((height, width))
    levels, made = rgb.ravel(), out.ravel()
    for i in range(made.size):  # flat on purpose: this form vectorises
        made[i] = levels[3 * i] * red + levels[3 * i + 1] * green + levels[3 * i + 2] * blue + 16.0
    return out


@njit(nogil=True, cache=True)
def round_levels(levels, out):  # noqa: ANN001, ANN201
    """Flat float64 `levels` rounded half up and clipped into flat uint8 `out`; how many are nan."""
    strange = 0
    for i in range(out.size):
        level = np.floor(levels[i] + 0.5)
        strange += level != level
        out[i] = np.uint8(min(max(level, 0.0), 255.0))
    return strange


@njit(nogil=True, cache=True)
def shift_channels(rgb, shift, out):  # noqa: ANN001, ANN201
    """Flat RGB plus one float64 `shift` a pixel into flat `out`, rounded; how many are nan."""
    strange = 0
    for pixel in range(shift.size):
        added = shift[pixel] + 0.5
        strange += added != added
        for i in range(3 * pixel, 3 * pixel + 3):
            out[i] = np.uint8(min(max(np.floor(rgb[i] + added), 0.0), 255.0))
    return strange


@njit(nogil=True, cache=True)
def replace_far(rgb, other, threshold, out):  # noqa: ANN001, ANN201
    """Flat uint8 `rgb` into `out`, and whole pixels of `other` where any channel is further off."""
    far = np.empty(out.size, np.uint8)
    for i in range(out.size):  # a pass of its own: this form vectorises
        far[i] = max(rgb[i], other[i]) - min(rgb[i], other[i]) > threshold
        out[i] = rgb[i]
    for i in range(0, out.size, 3):
        if far[i] | far[i + 1] | far[i + 2]:
            out[i], out[i + 1], out[i + 2] = other[i], other[i + 1], other[i + 2]


@njit(nogil=True, cache=True)
def resize_planes(source, row_taps, column_taps, channels, rounded, out):  # noqa: ANN001, ANN201
    """Height pass for a few output rows into a transposed block, then the width pass over it."""
    row_index, row_weights = row_taps
    column_index, column_weights = column_taps
    rows = row_index.shape[0]
    line = np.empty(source.shape[1])
    block = np.zeros((source.shape[1], _LANES))
    for top in range(0, rows, _LANES):
        lanes = min(_LANES, rows - top)
        for lane in range(lanes):
            _weigh(source, row_index[top + lane], row_weights[top + lane], 0, 1, rounded, line)
            for x in range(line.size):
                block[x, lane] = line[x]
        _width_pass(block, column_index, column_weights, channels, rounded, out[top : top + lanes])


@njit(nogil=True, cache=True)
def _width_pass(block, index, weights, channels, rounded, out):  # noqa: ANN001, ANN202
    """Weigh the columns of a block `(columns * channels, lanes)` into the rows of `out`."""
    total = np.empty(_LANES)
    for column in range(index.shape[0]):
        for channel in range(channels):
            _weigh(block, index[column], weights[column], channel, channels, rounded, total)
            for lane in range(out.shape[0]):
                out[lane, column * channels + channel] = total[lane]


@njit(nogil=True, cache=True, inline="always")
def _weigh(lines, index, weights, first, stride, rounded, total):  # noqa: ANN001, ANN202
    """Sum of weight times line, left to right (four at once: fewer trips through memory)."""
    length = total.size
    total[:] = 0.0
    for tap in range(0, index.size, UNROLL):
        a, b = lines[index[tap] * stride + first], lines[index[tap + 1] * stride + first]
        c, d = lines[index[tap + 2] * stride + first], lines[index[tap + 3] * stride + first]
        wa, wb, wc, wd = weights[tap], weights[tap + 1], weights[tap + 2], weights[tap + 3]
        for x in range(length):
            total[x] = total[x] + wa * a[x] + wb * b[x] + wc * c[x] + wd * d[x]
    if rounded:
        for x in range(length):
            total[x] = min(max(np.floor(total[x] + 0.5), 0.0), 255.0)
