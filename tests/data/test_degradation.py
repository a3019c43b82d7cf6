"""Degradations: what they make of an hr, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from srlab.data.degradation import DEGRADATIONS, departure, prepare_given
from srlab.errors import (
    ChannelMismatchError,
    ImageTooSmallError,
    SizeMismatchError,
    UnknownNameError,
)
from srlab.image.files import decode
from srlab.image.resize import Edge, downscale


@pytest.mark.parametrize("scale", [2, 3, 4, 8])
@pytest.mark.parametrize("name", DEGRADATIONS.names())
def test_every_degradation_makes_an_lr_of_exactly_hr_over_scale(name, scale, hr, grey):
    for original in (hr, grey):
        cut, lr = DEGRADATIONS[name](original, scale)
        assert lr.dtype == np.uint8
        assert cut.shape[:2] == (lr.shape[0] * scale, lr.shape[1] * scale)
        assert cut.shape[2:] == lr.shape[2:] == original.shape[2:]
        if name != "srcnn-pytorch":
            assert np.array_equal(cut, original[: cut.shape[0], : cut.shape[1]])


def test_srcnn_pytorch_resizes_hr_where_the_others_cut_it(hr):
    made, lr = DEGRADATIONS["srcnn-pytorch"](hr, 4)
    size = (60, 48)  # Pillow's (width, height); hr is 50 x 62
    theirs = Image.fromarray(hr).resize(size, Image.Resampling.BICUBIC)
    assert np.array_equal(made, np.asarray(theirs))
    assert np.array_equal(lr, DEGRADATIONS["pil-bicubic"](made, 4)[1])
    assert np.abs(made.astype(int) - hr[:48, :60]).mean() > 1


def test_srcnn_pytorch_leaves_an_hr_alone_that_is_a_multiple_already(grey):
    made, lr = DEGRADATIONS["srcnn-pytorch"](grey, 3)
    assert np.array_equal(made, grey)
    assert np.array_equal(lr, DEGRADATIONS["pil-bicubic"](grey, 3)[1])


def test_an_hr_smaller_than_the_scale_is_refused(grey):
    with pytest.raises(ImageTooSmallError, match="3x60"):
        DEGRADATIONS["srcnn-pytorch"](grey[:3], 4)


def test_matlab_bicubic_mirrors_at_the_edges_and_its_old_form_repeats_them(hr):
    cut, today = DEGRADATIONS["matlab-bicubic"](hr, 2)
    _, before = DEGRADATIONS["matlab-bicubic-replicate"](hr, 2)
    assert np.array_equal(today, downscale(cut, 2, edge=Edge.SYMMETRIC))
    assert np.array_equal(today[3:-3, 3:-3], before[3:-3, 3:-3])
    assert not np.array_equal(today, before)


def test_pillow_and_matlab_agree_inside_the_picture_within_one_level(hr):
    matlab = DEGRADATIONS["matlab-bicubic"](hr, 2)[1].astype(int)
    pillow = DEGRADATIONS["pil-bicubic"](hr, 2)[1].astype(int)
    assert np.abs(matlab - pillow)[3:-3, 3:-3].max() <= 1


@pytest.mark.shared
def test_the_old_matlab_form_gives_every_pixel_of_the_released_lr(shared):
    folder: Path = shared / "data/benchmarks/Set5/image_SRF_3"
    for path in sorted(folder.glob("*_HR.png")):
        hr = decode(path).pixels
        released = decode(path.with_name(path.name.replace("_HR", "_LR"))).pixels
        lr = DEGRADATIONS["matlab-bicubic-replicate"](hr, 3)[1]
        assert (lr != released).sum() == 0, f"{path.name}: {(lr != released).sum()} differ"


def test_an_unknown_degradation_names_the_nearest():
    with pytest.raises(UnknownNameError, match="matlab-bicubic"):
        DEGRADATIONS["matlab-bicubc"]


def test_a_given_lr_keeps_its_pixels_and_cuts_hr(hr):
    _, lr = DEGRADATIONS["pil-bicubic"](hr, 4)
    cut, kept = prepare_given(hr, lr, 4)
    assert cut.shape == (48, 60, 3)
    assert np.array_equal(kept, lr)


def test_a_given_lr_of_another_size_is_refused_with_both_sizes(hr):
    with pytest.raises(SizeMismatchError, match=r"50x62.*25x31.*10x10"):
        prepare_given(hr, hr[:10, :10], 2)


def test_a_grey_lr_of_a_colour_hr_is_refused(hr):
    with pytest.raises(ChannelMismatchError, match="hr is RGB but its lr is grey"):
        prepare_given(hr, hr[:25, :31, 0], 2)


def test_departure_of_matlabs_own_lr_is_zero_and_of_a_brighter_one_its_gain(hr):
    cut, lr = DEGRADATIONS["matlab-bicubic"](np.minimum(hr, 200), 2)
    assert departure(cut, lr, 2) == 0
    assert departure(cut, lr + np.uint8(5), 2) == 5
