import tracemalloc

import numpy as np
import pytest

from srlab.errors import SizeMismatchError, UsageError
from srlab.image.color import to_uint8
from srlab.image.difference import difference_legend, difference_map, heat_map


def test_equal_images_differ_in_black(rng):
    pixels = rng.integers(0, 256, (5, 6, 3), dtype=np.uint8)
    np.testing.assert_array_equal(difference_map(pixels, pixels), np.zeros((5, 6, 3)))


def test_differences_are_amplified_per_channel_and_clipped():
    sr = np.array([[[10, 0, 200]]], np.uint8)
    hr = np.array([[[12, 255, 200]]], np.uint8)
    np.testing.assert_array_equal(difference_map(sr, hr, gain=15), [[[30, 255, 0]]])


def test_the_sign_of_a_difference_does_not_show(rng):
    sr, hr = rng.integers(0, 256, (2, 5, 6), dtype=np.uint8)
    np.testing.assert_array_equal(difference_map(sr, hr), difference_map(hr, sr))


def test_grey_images_give_a_grey_map():
    made = difference_map(np.full((2, 2), 3, np.uint8), np.zeros((2, 2), np.uint8), gain=2)
    np.testing.assert_array_equal(made, np.full((2, 2, 3), 6))


@pytest.mark.parametrize("gain", [15, 1, 0, 2.5, 0.3, 1 / 3, -2.0])
@pytest.mark.parametrize("shape", [(256, 256), (256, 256, 3)])
def test_every_difference_is_rounded_as_its_product_with_the_gain_is(gain, shape):
    sr = np.broadcast_to(np.arange(256, dtype=np.uint8).reshape(-1, *[1] * (len(shape) - 1)), shape)
    hr = np.swapaxes(sr, 0, 1)
    expected = to_uint8(np.abs(sr.astype(np.float64) - hr) * gain)
    if expected.ndim == 2:
        expected = np.repeat(expected[:, :, None], 3, axis=2)
    np.testing.assert_array_equal(difference_map(sr, hr, gain=gain), expected)


def test_a_grey_image_beside_a_colour_one_is_replicated(rng):
    grey = rng.integers(0, 256, (4, 5), dtype=np.uint8)
    colour = rng.integers(0, 256, (4, 5, 3), dtype=np.uint8)
    expected = difference_map(np.repeat(grey[:, :, None], 3, axis=2), colour)
    np.testing.assert_array_equal(difference_map(grey, colour), expected)
    np.testing.assert_array_equal(difference_map(colour, grey), expected)


def test_a_map_needs_a_few_bytes_a_pixel(rng):
    sr, hr = rng.integers(0, 256, (2, 300, 400, 3), dtype=np.uint8)
    difference_map(sr, hr)
    tracemalloc.start()
    try:
        difference_map(sr, hr)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * 300 * 400  # two arrays of three bytes, and the table


def test_sizes_must_be_equal():
    with pytest.raises(SizeMismatchError):
        difference_map(np.zeros((4, 4), np.uint8), np.zeros((4, 5), np.uint8))


def test_the_legend_says_gain_and_limit():
    assert "x 15" in difference_legend()
    assert "17 levels" in difference_legend()


def test_heat_grows_brighter_from_zero_to_the_limit():
    made = heat_map(np.array([[0.0, 0.5, 1.0, 9.0, np.nan]]), limit=1.0)
    assert made.dtype == np.uint8
    brightness = made[0].astype(int).sum(axis=1)
    assert brightness[0] < brightness[1] < brightness[2]
    np.testing.assert_array_equal(made[0, 3], made[0, 2])
    np.testing.assert_array_equal(made[0, 4], made[0, 0])


def test_heat_goes_from_the_dark_to_the_bright_end_of_viridis():
    np.testing.assert_array_equal(
        heat_map(np.array([[0.0, 1.0]]), limit=1.0), [[[68, 1, 84], [253, 231, 37]]]
    )


@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan")])
def test_heat_needs_a_positive_limit(limit):
    with pytest.raises(UsageError):
        heat_map(np.zeros((2, 2)), limit=limit)
