"""Signed values drawn over a picture: where something speaks for a class, and where against it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from srlab.errors import SizeMismatchError, UsageError
from srlab.image.color import luma_rounded, to_uint8

FOR, AGAINST = (200, 60, 20), (30, 90, 200)
"""RGB of positive and negative values: orange-red and blue, which every kind of eye tells apart."""
_STRONGEST = 0.8


def overlay(
    image: NDArray[np.uint8], values: NDArray[np.floating[Any]], *, limit: float
) -> NDArray[np.uint8]:
    """The picture in grey under colour as strong as `values` (H, W): uint8 RGB (H, W, 3).

    At `limit` and beyond colour is strongest and the picture still shines through. Raises
    SizeMismatchError for another size than the picture's, UsageError for a limit not over 0.
    """
    if values.shape != image.shape[:2]:
        raise SizeMismatchError(f"values are {values.shape} for a picture of {image.shape[:2]}")
    if not limit > 0:
        raise UsageError(f"limit is {limit}; expected the value (over 0) of the strongest colour")
    grey = (luma_rounded(image) if image.ndim == 3 else image).astype(np.float64)
    share = np.clip(np.nan_to_num(values) / limit, -1, 1)[..., None]
    colour = np.where(share > 0, np.array(FOR, float), np.array(AGAINST, float))
    strength = np.abs(share) * _STRONGEST
    return to_uint8(grey[..., None] * (1 - strength) + colour * strength)
