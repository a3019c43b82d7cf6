"""Cuts that the protocols ask for, and the smallest size a metric needs."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from srlab.errors import ImageTooSmallError, UsageError

Scalar = TypeVar("Scalar", bound=np.generic)


def mod_crop(pixels: NDArray[Scalar], scale: int) -> NDArray[Scalar]:
    """`pixels` without the bottom rows and right columns that `scale` does not divide.

    Raises UsageError for a scale under 1, ImageTooSmallError where nothing is left.
    """
    if scale < 1:
        raise UsageError(f"scale is {scale}; expected a whole number from 1")
    height, width = pixels.shape[:2]
    if min(height, width) < scale:
        raise ImageTooSmallError(
            f"the image is {height}x{width}; expected at least {scale}x{scale}: nothing is left of "
            f"it as a multiple of {scale}"
        )
    return pixels[: height - height % scale, : width - width % scale]


def cut_border(pixels: NDArray[Scalar], border: int) -> NDArray[Scalar]:
    """`pixels` without `border` pixels on each of the four sides; 0 cuts nothing.

    Raises UsageError for a negative border, ImageTooSmallError where nothing is left.
    """
    if border < 0:
        raise UsageError(f"border is {border}; expected 0 or more pixels")
    height, width = pixels.shape[:2]
    if min(height, width) <= 2 * border:
        raise ImageTooSmallError(
            f"the image is {height}x{width}; nothing is left of it after cutting {border} pixels "
            f"from each side: expected more than {2 * border} pixels a side"
        )
    return pixels[border : height - border, border : width - border]


def require_size(pixels: NDArray[np.generic], minimum: int) -> None:
    """Raise ImageTooSmallError unless height and width are at least `minimum` pixels."""
    height, width = pixels.shape[:2]
    if min(height, width) < minimum:
        raise ImageTooSmallError(
            f"the image is {height}x{width} after its border cut; expected at least "
            f"{minimum}x{minimum}: use a larger image or a protocol with a smaller border"
        )
