"""Shannon entropy of an image's grey levels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from srlab.errors import ImageTooSmallError
from srlab.image.color import to_uint8


def entropy(image: NDArray[np.float64]) -> float:
    """Bits per value, 0 to 8, of the 256-bin histogram of a channel array rounded to uint8.

    Takes float64 (or uint8) of any shape in grey levels; all channels share one histogram.
    Raises ImageTooSmallError for an empty image, ImageError for nan.
    """
    if not image.size:
        raise ImageTooSmallError("the image is empty; expected at least one pixel")
    counts = np.bincount(to_uint8(image).ravel(), minlength=256)
    shares = counts[counts > 0] / image.size
    return float(abs((shares * np.log2(shares)).sum()))
