import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from srlab.errors import ChannelMismatchError, ImageTooSmallError, SizeMismatchError
from srlab.metrics.fidelity import mae, mse, psnr, rmse

ALL = [mse, rmse, mae, psnr]
SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 12)) | st.tuples(
    st.integers(1, 12), st.integers(1, 12), st.just(3)
)


@st.composite
def pairs(draw):
    shape = draw(SHAPES)
    levels = st.floats(0, 255, allow_subnormal=False)
    return draw(arrays(np.float64, shape, elements=levels)), draw(
        arrays(np.float64, shape, elements=levels)
    )


@settings(max_examples=60, deadline=None)
@given(pairs())
def test_errors_agree_with_scikit_image_and_numpy(pair):
    sr, hr = pair
    # sums in another order
    assert mse(sr, hr) == pytest.approx(mean_squared_error(sr, hr), rel=1e-12, abs=0)
    assert mae(sr, hr) == pytest.approx(np.abs(sr - hr).mean(), rel=1e-12, abs=0)
    assert rmse(sr, hr) == math.sqrt(mse(sr, hr))


def test_psnr_agrees_with_scikit_image(rng):
    sr, hr = rng.random((2, 20, 30, 3)) * 255
    expected = peak_signal_noise_ratio(hr, sr, data_range=255)
    assert psnr(sr, hr) == pytest.approx(expected, rel=1e-12)


@settings(max_examples=30, deadline=None)
@given(pairs())
def test_errors_of_a_pair_do_not_depend_on_its_order(pair):
    sr, hr = pair
    for metric in ALL:
        assert metric(sr, hr) == metric(hr, sr)


@pytest.mark.parametrize("metric", ALL)
def test_flips_do_not_change_an_error(metric, rng):
    sr, hr = rng.random((2, 20, 30, 3)) * 255
    value = metric(sr, hr)
    # sums in another order
    assert metric(sr[::-1], hr[::-1]) == pytest.approx(value, rel=1e-12)
    assert metric(sr[:, ::-1], hr[:, ::-1]) == pytest.approx(value, rel=1e-12)
    assert metric(sr[:, :, ::-1], hr[:, :, ::-1]) == pytest.approx(value, rel=1e-12)


def test_psnr_of_identical_images_is_infinite(rng):
    pixels = rng.random((12, 12)) * 255
    assert psnr(pixels, pixels) == math.inf
    assert mse(pixels, pixels) == rmse(pixels, pixels) == mae(pixels, pixels) == 0


def test_psnr_has_no_cap():
    hr = np.zeros((1000, 1000))
    sr = hr.copy()
    sr[0, 0] = 1
    assert psnr(sr, hr) == pytest.approx(20 * math.log10(255) + 60, rel=1e-12)


def test_a_shift_of_constant_images_is_known():
    sr, hr = np.full((12, 13), 110.0), np.full((12, 13), 100.0)
    assert (mse(sr, hr), rmse(sr, hr), mae(sr, hr)) == (100, 10, 10)
    assert psnr(sr, hr) == pytest.approx(20 * math.log10(25.5), rel=1e-12)


def test_black_against_white_is_0_db():
    assert psnr(np.zeros((4, 4)), np.full((4, 4), 255.0)) == 0


def test_more_noise_gives_less_psnr(rng):
    hr = rng.random((32, 32)) * 255
    noise = rng.normal(size=hr.shape)
    values = [psnr(hr + sigma * noise, hr) for sigma in (0.1, 1, 5, 20)]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("metric", ALL)
def test_uint8_does_not_wrap(metric):
    sr, hr = np.zeros((4, 4), np.uint8), np.full((4, 4), 255, np.uint8)
    assert metric(sr, hr) == metric(sr.astype(float), hr.astype(float))


@pytest.mark.parametrize("metric", ALL)
def test_views_are_measured_like_copies(metric, rng):
    sr, hr = (pixels[2:-2, 2:-2] for pixels in rng.random((2, 20, 30, 3)))
    assert metric(sr, hr) == metric(sr.copy(), hr.copy())


@pytest.mark.parametrize("metric", ALL)
def test_unequal_shapes_are_an_error(metric):
    with pytest.raises(SizeMismatchError, match="4x4 but hr is 4x5"):
        metric(np.zeros((4, 4)), np.zeros((4, 5)))
    with pytest.raises(ChannelMismatchError):
        metric(np.zeros((4, 4)), np.zeros((4, 4, 3)))


@pytest.mark.parametrize("metric", ALL)
def test_empty_images_are_an_error(metric):
    with pytest.raises(ImageTooSmallError):
        metric(np.zeros((0, 4)), np.zeros((0, 4)))
