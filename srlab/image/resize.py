"""MATLAB's `imresize`, bit for bit on uint8, fast: separable kernels fused in numba."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from srlab.errors import ImageError, UsageError

Floats = NDArray[np.float64]


class Kernel(StrEnum):
    """How a new pixel weighs the old ones around it."""

    CUBIC = "cubic"
    BILINEAR = "bilinear"
    NEAREST = "nearest"
    LANCZOS = "lanczos"


class Edge(StrEnum):
    """What lies outside the image: its mirror image (MATLAB today), or its last pixel (before)."""

    SYMMETRIC = "symmetric"
    REPLICATE = "replicate"


def downscale(
    hr: NDArray[Any], scale: int, *, kernel: Kernel = Kernel.CUBIC, edge: Edge = Edge.SYMMETRIC
) -> NDArray[Any]:
    """`imresize` by exactly 1/`scale`, antialiased; a size that is no multiple is rounded up.

    Raises UsageError for a scale under 1, and as `imresize` does.
    """
    if scale < 1:
        raise UsageError(f"scale is {scale}; expected a whole number from 1")
    return imresize(hr, factor=Fraction(1, scale), kernel=kernel, edge=edge)


def upscale(
    lr: NDArray[Any], scale: int, *, kernel: Kernel = Kernel.CUBIC, edge: Edge = Edge.SYMMETRIC
) -> NDArray[Any]:
    """`imresize` by exactly `scale`."""
    return imresize(lr, factor=Fraction(scale), kernel=kernel, edge=edge)


def imresize(
    pixels: NDArray[Any],
    *,
    factor: Fraction | float | None = None,
    size: tuple[int, int] | None = None,
    kernel: Kernel = Kernel.CUBIC,
    edge: Edge = Edge.SYMMETRIC,
) -> NDArray[Any]:
    """`pixels` `(H, W)` or `(H, W, C)` at another size, as MATLAB's `imresize` computes it.

    Give either `factor` (output length: ceil of length times factor) or `size` `(height, width)`.
    uint8 gives uint8: float64 inside, height pass first, rounded half up after each pass. float64
    gives float64, unrounded and not clipped. Shrinking widens the kernel (antialias), except for
    `nearest`. Raises UsageError for neither or both of factor and size or one that is not
    positive, ImageError for another dtype or shape.
    """
    from srlab.image.kernels import resize_planes

    if pixels.dtype not in (np.uint8, np.float64) or pixels.ndim not in (2, 3) or not pixels.size:
        raise ImageError(
            f"imresize got {pixels.dtype} of shape {pixels.shape}; expected uint8 or float64, "
            "(H, W) or (H, W, C), not empty"
        )
    (rows, row_factor), (columns, column_factor) = _targets(pixels.shape[:2], factor, size)
    height, width = pixels.shape[:2]
    row_taps = _taps(height, rows, row_factor, Kernel(kernel), Edge(edge))
    column_taps = _taps(width, columns, column_factor, Kernel(kernel), Edge(edge))
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    flat = np.ascontiguousarray(pixels).reshape(height, width * channels)
    out = np.empty((rows, columns * channels), pixels.dtype)
    resize_planes(flat, row_taps, column_taps, channels, pixels.dtype == np.uint8, out)
    return out.reshape(rows, columns, *pixels.shape[2:])


def _targets(
    shape: tuple[int, ...], factor: Fraction | float | None, size: tuple[int, int] | None
) -> tuple[tuple[int, Fraction], tuple[int, Fraction]]:
    """Output length and factor of each axis."""
    height, width = shape
    if (factor is None) == (size is None):
        raise UsageError("imresize needs either a factor or a size, not both, not neither")
    if size is not None:
        if min(size) < 1:
            raise UsageError(f"size is {size}; expected (height, width) from 1 pixel")
        return (size[0], Fraction(size[0], height)), (size[1], Fraction(size[1], width))
    exact = _exact(factor if factor is not None else 0)
    return (ceil(height * exact), exact), (ceil(width * exact), exact)


def _exact(factor: Fraction | float) -> Fraction:
    """The factor as a fraction; a float within 1e-12 of a simple one (0.1, 1/3) means that one."""
    try:
        exact = Fraction(factor)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"factor is {factor}; expected a number over 0") from error
    if exact <= 0:
        raise UsageError(f"factor is {factor}; expected a number over 0")
    simple = exact.limit_denominator(10_000)
    return simple if abs(simple - exact) < Fraction(1, 10**12) else exact


@lru_cache(maxsize=256)
def _taps(
    n_in: int, n_out: int, factor: Fraction, kernel: Kernel, edge: Edge
) -> tuple[NDArray[np.intp], Floats]:
    """For each output place the input places it reads and their weights, both `(n_out, taps)`.

    MATLAB's `contributions`: 1-based places u = x/f + (1 - 1/f)/2, weights normalised to sum 1,
    columns without any weight dropped.
    """
    from srlab.image.kernels import UNROLL

    function, support = _KERNELS[kernel]
    f = float(factor)
    shrink = f if f < 1 and kernel is not Kernel.NEAREST else 1.0
    width = support / shrink
    centre = np.arange(1, n_out + 1) / f + 0.5 * (1 - 1 / f)
    places = np.floor(centre - width / 2)[:, None] + np.arange(ceil(width) + 2)
    weights = shrink * function(shrink * (centre[:, None] - places))
    weights /= weights.sum(axis=1, keepdims=True)
    used = weights.any(axis=0)
    index = places[:, used].astype(np.intp) - 1
    if edge is Edge.SYMMETRIC:
        index %= 2 * n_in
        index = np.where(index < n_in, index, 2 * n_in - 1 - index)
    else:
        index = index.clip(0, n_in - 1)
    spare = -index.shape[1] % UNROLL  # weightless taps, so that the sums can be unrolled
    return (
        np.pad(index, ((0, 0), (0, spare)), mode="edge"),
        np.pad(weights[:, used], ((0, 0), (0, spare))),
    )


def _cubic(t: Floats) -> Floats:
    """Keys 1981 with a = -0.5."""
    t = np.abs(t)
    near = 1.5 * t**3 - 2.5 * t**2 + 1
    far = -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2
    return near * (t <= 1) + far * ((t > 1) & (t <= 2))


def _triangle(t: Floats) -> Floats:
    return np.maximum(1 - np.abs(t), 0)


def _box(t: Floats) -> Floats:
    return ((t >= -0.5) & (t < 0.5)).astype(np.float64)


def _lanczos3(t: Floats) -> Floats:
    return np.sinc(t) * np.sinc(t / 3) * (np.abs(t) < 3)


_KERNELS: dict[Kernel, tuple[Callable[[Floats], Floats], float]] = {
    Kernel.CUBIC: (_cubic, 4.0),
    Kernel.BILINEAR: (_triangle, 2.0),
    Kernel.NEAREST: (_box, 1.0),
    Kernel.LANCZOS: (_lanczos3, 6.0),
}
