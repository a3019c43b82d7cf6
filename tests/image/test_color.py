import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.color import rgb2ycbcr

from srlab.errors import ChannelMismatchError, ImageError
from srlab.image.color import (
    luma,
    luma_rounded,
    replicate,
    rgb_to_ycbcr,
    to_uint8,
    ycbcr_to_rgb,
)

COLOURS = arrays(np.uint8, st.tuples(st.integers(1, 8), st.integers(1, 8), st.just(3)))


@settings(max_examples=50, deadline=None)
@given(COLOURS)
def test_ycbcr_agrees_with_scikit_image(rgb):
    # two orders of the same float64 sums
    np.testing.assert_allclose(rgb_to_ycbcr(rgb), rgb2ycbcr(rgb), rtol=0, atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(COLOURS)
def test_luma_is_the_first_channel_of_ycbcr(rgb):
    np.testing.assert_allclose(luma(rgb), rgb_to_ycbcr(rgb)[:, :, 0], rtol=0, atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(COLOURS)
def test_rounded_luma_keeps_the_order_of_operations_of_matlab(rgb):
    r, g, b = (rgb[:, :, i].astype(np.float64) for i in range(3))
    level = r * (65.481 * (1 / 255)) + g * (128.553 * (1 / 255)) + b * (24.966 * (1 / 255)) + 16
    np.testing.assert_array_equal(luma_rounded(rgb), np.floor(level + 0.5))


def test_luma_of_black_and_white_is_16_and_235():
    rgb = np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8)
    np.testing.assert_allclose(luma(rgb), [[16, 235]], rtol=0, atol=1e-12)
    np.testing.assert_array_equal(luma_rounded(rgb), [[16, 235]])


def test_luma_weighs_green_most_and_blue_least():
    red, green, blue = luma(np.eye(3, dtype=np.uint8)[None] * 255)[0]
    assert green > red > blue


def test_luma_takes_images_that_are_not_contiguous(rng):
    rgb = rng.integers(0, 256, (8, 9, 3), dtype=np.uint8)
    np.testing.assert_array_equal(luma(rgb[1:-1, 2:-2]), luma(rgb)[1:-1, 2:-2])
    np.testing.assert_array_equal(luma(rgb[::-1]), luma(rgb)[::-1])


@settings(max_examples=50, deadline=None)
@given(COLOURS)
def test_colours_survive_the_way_to_ycbcr_and_back(rgb):
    np.testing.assert_array_equal(ycbcr_to_rgb(rgb_to_ycbcr(rgb)), rgb)


@pytest.mark.parametrize("function", [luma, luma_rounded, rgb_to_ycbcr])
def test_grey_has_no_luma(function):
    with pytest.raises(ChannelMismatchError, match="replicate"):
        function(np.zeros((4, 4), np.uint8))


@pytest.mark.parametrize("function", [luma, luma_rounded, rgb_to_ycbcr])
def test_float_rgb_is_refused(function):
    with pytest.raises(ImageError, match="expected uint8"):
        function(np.zeros((4, 4, 3)))


def test_replicating_gives_three_equal_channels_and_leaves_colour_alone(rng):
    grey = rng.integers(0, 256, (4, 5), dtype=np.uint8)
    for channel in range(3):
        np.testing.assert_array_equal(replicate(grey)[:, :, channel], grey)
    assert replicate(replicate(grey)).shape == (4, 5, 3)


def test_halves_are_rounded_up_and_the_rest_is_clipped():
    levels = np.array([-3.0, -0.5, 0.49, 0.5, 1.5, 2.5, 254.5, 300.0, np.inf, -np.inf])
    np.testing.assert_array_equal(to_uint8(levels), [0, 0, 0, 1, 2, 3, 255, 255, 255, 0])


def test_float32_is_rounded_like_float64():
    np.testing.assert_array_equal(to_uint8(np.array([0.5, 1.5], np.float32)), [1, 2])


def test_nan_is_not_a_level():
    with pytest.raises(ImageError, match="1 of 3 values are nan"):
        to_uint8(np.array([0.0, np.nan, 1.0]))
