import numpy as np
import pytest

from srlab.errors import ImageTooSmallError, UsageError
from srlab.image.crop import cut_border, mod_crop, require_size


def test_mod_crop_cuts_bottom_and_right():
    pixels = np.arange(7 * 8).reshape(7, 8)
    np.testing.assert_array_equal(mod_crop(pixels, 3), pixels[:6, :6])


def test_mod_crop_of_a_multiple_changes_nothing():
    pixels = np.zeros((6, 9, 3), np.uint8)
    assert mod_crop(pixels, 3).shape == (6, 9, 3)


def test_mod_crop_of_less_than_the_scale_leaves_nothing():
    with pytest.raises(ImageTooSmallError, match="2x9"):
        mod_crop(np.zeros((2, 9)), 3)


@pytest.mark.parametrize("scale", [0, -2])
def test_mod_crop_needs_a_scale_from_one(scale):
    with pytest.raises(UsageError):
        mod_crop(np.zeros((4, 4)), scale)


def test_a_border_of_zero_cuts_nothing():
    assert cut_border(np.zeros((5, 6)), 0).shape == (5, 6)


def test_a_border_is_cut_from_all_four_sides():
    pixels = np.arange(5 * 7).reshape(5, 7)
    np.testing.assert_array_equal(cut_border(pixels, 2), pixels[2:3, 2:5])


def test_a_border_that_leaves_nothing_is_an_error():
    with pytest.raises(ImageTooSmallError, match=r"4x9.*2 pixels"):
        cut_border(np.zeros((4, 9)), 2)


def test_a_negative_border_is_an_error():
    with pytest.raises(UsageError):
        cut_border(np.zeros((4, 4)), -1)


def test_eleven_pixels_a_side_are_enough_and_ten_are_not():
    require_size(np.zeros((11, 11)), 11)
    with pytest.raises(ImageTooSmallError, match=r"10x40.*11x11"):
        require_size(np.zeros((10, 40)), 11)
