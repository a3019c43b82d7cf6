import numpy as np
import pytest
from skimage.measure import shannon_entropy

from srlab.errors import ImageError, ImageTooSmallError
from srlab.metrics.entropy import entropy


def test_a_constant_image_has_no_entropy():
    assert entropy(np.full((8, 8), 77.0)) == 0


def test_all_levels_equally_often_are_eight_bits():
    assert entropy(np.arange(256.0).reshape(16, 16)) == 8


def test_two_levels_equally_often_are_one_bit():
    assert entropy(np.array([[0.0, 255.0]])) == 1


def test_entropy_agrees_with_scikit_image(rng):
    pixels = rng.integers(0, 40, (30, 30), dtype=np.uint8)
    # logarithms summed in another order
    assert entropy(pixels) == pytest.approx(shannon_entropy(pixels), rel=1e-12)


def test_levels_are_rounded_half_up_before_they_are_counted():
    assert entropy(np.array([[10.4, 9.5], [10.0, 10.49]])) == 0
    assert entropy(np.array([[10.4, 10.5]])) == 1


def test_flips_do_not_change_entropy(rng):
    pixels = rng.random((20, 30)) * 255
    assert entropy(pixels[::-1]) == entropy(pixels[:, ::-1]) == entropy(pixels)


def test_an_empty_image_is_an_error():
    with pytest.raises(ImageTooSmallError):
        entropy(np.zeros((0, 4)))


def test_nan_is_an_error():
    with pytest.raises(ImageError, match="nan"):
        entropy(np.array([[np.nan]]))
