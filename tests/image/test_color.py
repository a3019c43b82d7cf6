import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.color import rgb2ycbcr
from skimage.color.colorconv import ycbcr_from_rgb

from srlab.errors import ChannelMismatchError, ImageError
from srlab.image.color import (
    luma,
    luma_rounded,
    replicate,
    srcnn_pytorch_luma,
    to_uint8,
    with_luma,
)

COLOURS = arrays(np.uint8, st.tuples(st.integers(1, 8), st.integers(1, 8), st.just(3)))


@settings(max_examples=50, deadline=None)
@given(COLOURS)
def test_luma_agrees_with_scikit_image(rgb):
    # two orders of the same float64 sums
    np.testing.assert_allclose(luma(rgb), rgb2ycbcr(rgb)[:, :, 0], rtol=0, atol=1e-12)


def test_the_luma_of_the_srcnn_pytorch_code_has_its_misprint():
    """Red weighs 64.738 there; ITU-R BT.601 has 65.738, one grey level more on pure red."""
    primaries = np.array([[[0, 0, 0], [255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)
    made = srcnn_pytorch_luma(primaries)
    assert made.dtype == np.float32
    weights = np.array([0, 64.738, 129.057, 25.064])
    # float32 near 150 steps by 1.5e-5
    np.testing.assert_allclose(made[0], 16 + weights * 255 / 256, rtol=0, atol=2e-5)


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
@given(COLOURS, st.integers(0, 2**32 - 1))
def test_another_luma_is_joined_as_ycbcr_inverted_would(rgb, seed):
    """The long way: scikit-image's YCbCr, its Y replaced, its matrix inverted."""
    y = np.random.default_rng(seed).uniform(0, 255, rgb.shape[:2])
    ycbcr = rgb2ycbcr(rgb)
    ycbcr[:, :, 0] = y
    levels = (ycbcr - [16, 128, 128]) @ np.linalg.inv(ycbcr_from_rgb / 255).T
    expected = np.clip(np.floor(levels + 0.5), 0, 255)
    tie = np.abs(levels + 0.5 - np.round(levels + 0.5)) < 1e-9
    np.testing.assert_array_equal(with_luma(rgb, y)[~tie], expected[~tie])


@settings(max_examples=50, deadline=None)
@given(COLOURS)
def test_an_image_keeps_its_pixels_with_its_own_luma(rgb):
    np.testing.assert_array_equal(with_luma(rgb, luma(rgb)), rgb)


def test_a_luma_of_nan_is_refused():
    rgb = np.zeros((2, 2, 3), np.uint8)
    with pytest.raises(ImageError, match="1 of 4 values are nan"):
        with_luma(rgb, np.array([[16.0, np.nan], [16.0, 16.0]]))


@pytest.mark.parametrize("function", [luma, luma_rounded])
def test_grey_has_no_luma(function):
    with pytest.raises(ChannelMismatchError, match="replicate"):
        function(np.zeros((4, 4), np.uint8))


@pytest.mark.parametrize("function", [luma, luma_rounded])
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
