"""Float luma of a pair, held against a transcription of the code it must agree with."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from srlab.data.degradation import DEGRADATIONS
from srlab.data.luma import luma_of


def witness(image: Image.Image, scale: int):
    """(hr, lr, enlarged) as `prepare.py --eval` of yjn870/SRCNN-pytorch makes them."""
    hr = image.convert("RGB")
    width, height = (hr.width // scale) * scale, (hr.height // scale) * scale
    hr = hr.resize((width, height), resample=Image.Resampling.BICUBIC)
    lr = hr.resize((width // scale, height // scale), resample=Image.Resampling.BICUBIC)
    enlarged = lr.resize((lr.width * scale, lr.height * scale), resample=Image.Resampling.BICUBIC)
    return tuple(_y(np.array(side).astype(np.float32)) for side in (hr, lr, enlarged))


def _y(img):
    return 16.0 + (64.738 * img[:, :, 0] + 129.057 * img[:, :, 1] + 25.064 * img[:, :, 2]) / 256.0


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("kind", ["colour", "grey"])
def test_luma_is_that_of_the_srcnn_pytorch_code_bit_for_bit(scale, kind, hr, grey):
    original = hr if kind == "colour" else grey
    made = luma_of(*DEGRADATIONS["srcnn-pytorch"](original, scale))
    for ours, theirs in zip(
        (made.hr, made.lr, made.enlarged), witness(Image.fromarray(original), scale), strict=True
    ):
        assert ours.dtype == theirs.dtype == np.float32
        np.testing.assert_array_equal(ours, theirs)
