from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data
from skimage.metrics import structural_similarity

from srlab.errors import ChannelMismatchError, ImageTooSmallError, SizeMismatchError
from srlab.image.resize import imresize
from srlab.metrics.ssim import ssim


def witness(sr, hr):
    """scikit-image with the settings of Wang's `ssim_index.m`."""
    return structural_similarity(
        sr,
        hr,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=255,
        channel_axis=2 if sr.ndim == 3 else None,
    )


@settings(max_examples=60, deadline=None)
@given(
    st.integers(11, 40),
    st.integers(11, 40),
    st.sampled_from([0.0, 0.5, 5.0, 50.0]),
    st.integers(0, 2**32 - 1),
)
def test_ssim_agrees_with_scikit_image(height, width, noise, seed):
    rng = np.random.default_rng(seed)
    hr = rng.random((height, width)) * 255
    sr = np.clip(hr + noise * rng.normal(size=hr.shape), 0, 255)
    # float64 sums in another order
    assert ssim(sr, hr) == pytest.approx(witness(sr, hr), rel=0, abs=1e-12)


@pytest.mark.parametrize("name", ["camera", "coffee", "chelsea", "page"])
def test_ssim_of_photographs_agrees_with_scikit_image(name):
    hr = getattr(data, name)().astype(np.float64)
    sr = np.clip(imresize(imresize(hr, factor=0.5), size=hr.shape[:2]), 0, 255)
    # float64 sums in another order
    assert ssim(sr, hr) == pytest.approx(witness(sr, hr), rel=0, abs=1e-12)


def test_ssim_of_colour_is_the_mean_of_its_channels(rng):
    sr, hr = rng.random((2, 20, 30, 3)) * 255
    values = [ssim(sr[:, :, i], hr[:, :, i]) for i in range(3)]
    assert ssim(sr, hr) == pytest.approx(np.mean(values), rel=1e-14)
    assert ssim(sr[:, :, ::-1], hr[:, :, ::-1]) == pytest.approx(ssim(sr, hr), rel=1e-14)


def test_ssim_of_identical_images_is_one(rng):
    pixels = rng.random((20, 30)) * 255
    # numerator and denominator round apart in the last digit
    assert ssim(pixels, pixels) == pytest.approx(1, rel=0, abs=1e-14)


def test_ssim_does_not_depend_on_the_order_of_the_pair(rng):
    sr, hr = rng.random((2, 20, 30)) * 255
    assert ssim(sr, hr) == pytest.approx(ssim(hr, sr), rel=0, abs=1e-14)


def test_flips_and_turns_do_not_change_ssim(rng):
    sr, hr = rng.random((2, 20, 30)) * 255
    for turn in (np.flipud, np.fliplr, np.transpose, np.rot90):
        # sums in another order
        assert ssim(turn(sr), turn(hr)) == pytest.approx(ssim(sr, hr), rel=0, abs=1e-13)


def test_ssim_of_constant_images_is_their_luminance_term():
    expected = (2 * 100 * 120 + 6.5025) / (100**2 + 120**2 + 6.5025)
    value = ssim(np.full((15, 16), 100.0), np.full((15, 16), 120.0))
    # variances cancel to about 1e-12 of 1e4, over C2 = 58.5
    assert value == pytest.approx(expected, rel=0, abs=1e-12)


def test_more_noise_gives_less_ssim(rng):
    hr = rng.random((32, 32)) * 255
    noise = rng.normal(size=hr.shape)
    values = [ssim(hr + sigma * noise, hr) for sigma in (0.1, 1, 5, 20, 80)]
    assert values == sorted(values, reverse=True)


def test_an_inverted_image_is_unlike(rng):
    hr = rng.random((32, 32)) * 255
    assert ssim(255 - hr, hr) < 0


def test_eleven_pixels_give_one_window_and_ten_are_an_error(rng):
    sr, hr = rng.random((2, 11, 11)) * 255
    assert -1 <= ssim(sr, hr) <= 1
    with pytest.raises(ImageTooSmallError, match="10x11"):
        ssim(sr[:10], hr[:10])
    with pytest.raises(ImageTooSmallError, match="1x1"):
        ssim(sr[:1, :1], hr[:1, :1])


def test_unequal_shapes_are_an_error():
    with pytest.raises(SizeMismatchError):
        ssim(np.zeros((20, 20)), np.zeros((20, 21)))
    with pytest.raises(ChannelMismatchError):
        ssim(np.zeros((20, 20)), np.zeros((20, 20, 3)))


def test_views_are_measured_like_copies(rng):
    sr, hr = (pixels[2:-2, 2:-2] for pixels in rng.random((2, 20, 30, 3)))
    assert ssim(sr, hr) == ssim(sr.copy(), hr.copy())


def test_several_threads_measure_at_once(rng):
    sr, hr = rng.random((2, 60, 80)) * 255
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: ssim(sr, hr), range(40))) == {ssim(sr, hr)}
