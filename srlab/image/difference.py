"""Maps of where two images differ, for the eye: amplified differences and heat maps."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from srlab.errors import SizeMismatchError, UsageError
from srlab.image.color import replicate, to_uint8

GAIN = 15


def difference_map(
    sr: NDArray[np.uint8], hr: NDArray[np.uint8], *, gain: float = GAIN
) -> NDArray[np.uint8]:
    """|sr - hr| times `gain`, per channel on black and clipped: uint8 RGB `(H, W, 3)`.

    Takes uint8, grey or RGB; a grey one beside a colour one is replicated. Raises
    SizeMismatchError for unequal sizes.
    """
    if sr.shape[:2] != hr.shape[:2]:
        raise SizeMismatchError(
            f"sr has shape {sr.shape} but hr has {hr.shape}; expected equal sizes: crop hr to a "
            "multiple of the scale first"
        )
    if sr.ndim != hr.ndim:
        sr, hr = replicate(sr), replicate(hr)
    # In uint8 all along: wider types need 30 bytes a sample, which counts for a large photograph.
    difference = np.maximum(sr, hr)
    difference -= np.minimum(sr, hr)
    levels = to_uint8(np.arange(256) * float(gain))
    return replicate(levels[difference])


def difference_legend(*, gain: float = GAIN) -> str:
    """What `difference_map` shows, in one line for a caption."""
    full = int(np.ceil(255 / gain))
    return (
        f"absolute difference x {gain:g}: black is equal, full brightness is {full} levels or more"
    )


def heat_map(values: NDArray[np.floating[Any]], *, limit: float) -> NDArray[np.uint8]:
    """`values` `(H, W)` from 0 (dark violet) to `limit` and above (yellow): uint8 RGB `(H, W, 3)`.

    The colours are matplotlib's viridis: perceptually even, legible to the colour-blind and in
    grey print. nan is drawn as 0. Raises UsageError for a limit that is not positive.
    """
    if not limit > 0:
        raise UsageError(f"limit is {limit}; expected the value (over 0) of the brightest colour")
    return _viridis()[to_uint8(np.nan_to_num(values) * (255 / limit))]


@lru_cache(maxsize=1)
def _viridis() -> NDArray[np.uint8]:
    """256 RGB colours, dark to bright."""
    from matplotlib import colormaps

    return to_uint8(colormaps["viridis"](np.arange(256))[:, :3] * 255)
