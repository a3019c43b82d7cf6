"""The classical kernels against Pillow."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from srlab.upscale.catalog import describe

_PIL = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
_BORDER = 4
"""Pixels of lr at which Pillow cuts the kernel off and MATLAB mirrors the image."""


@pytest.mark.parametrize("scale", [2, 3, 4, 8])
@pytest.mark.parametrize("name", _PIL)
def test_a_kernel_is_pillows_inside_within_one_level(name: str, scale: int, photo) -> None:
    height, width = photo.shape[:2]
    ours = describe(name, scale).load()(photo).astype(int)
    # Pillow makes the width pass first and rounds after each: of the transposed image it is ours.
    turned = Image.fromarray(photo.swapaxes(0, 1).copy())
    theirs = np.asarray(turned.resize((height * scale, width * scale), _PIL[name])).swapaxes(0, 1)
    cut = slice(_BORDER * scale, -_BORDER * scale)
    difference = np.abs(ours - theirs)[cut, cut]
    # Pillow works with 22-bit fractions of the weights, which tips a value near .5 now and then.
    assert difference.max() <= 1
    assert (difference == 0).mean() > 0.999


def test_nearest_repeats_every_pixel(photo) -> None:
    sr = describe("nearest", 3).load()(photo)
    assert np.array_equal(sr, photo.repeat(3, axis=0).repeat(3, axis=1))
