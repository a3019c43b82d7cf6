import re

import numpy as np
import pytest

from srlab.errors import ChannelMismatchError, ImageError, SizeMismatchError
from srlab.image.color import luma, luma_rounded, replicate, srcnn_pytorch_luma
from srlab.metrics.channels import match_channels, require_same_shape, to_channel
from srlab.metrics.protocol import Channel, Grey


@pytest.fixture
def rgb(rng):
    return rng.integers(0, 256, (6, 7, 3), dtype=np.uint8)


@pytest.mark.parametrize(("rounded", "expected"), [(False, luma), (True, luma_rounded)])
def test_y_of_colour_is_luma(rgb, rounded, expected):
    made = to_channel(rgb, channel=Channel.Y, rounded=rounded, grey=Grey.AS_IS)
    assert made.dtype == np.float64
    np.testing.assert_array_equal(made, expected(rgb))


@pytest.mark.parametrize("channel", Channel)
def test_grey_as_it_is_keeps_its_levels(rgb, channel):
    grey = rgb[:, :, 0]
    made = to_channel(grey, channel=channel, rounded=False, grey=Grey.AS_IS)
    np.testing.assert_array_equal(made, grey)


def test_replicated_grey_is_compressed_to_studio_swing():
    made = to_channel(
        np.array([[0, 255]], np.uint8), channel=Channel.Y, rounded=False, grey=Grey.REPLICATE
    )
    np.testing.assert_allclose(made, [[16, 235]], rtol=0, atol=1e-12)


def test_rgb_keeps_its_levels(rgb):
    made = to_channel(rgb, channel=Channel.RGB, rounded=True, grey=Grey.AS_IS)
    np.testing.assert_array_equal(made, rgb)


def test_replicated_grey_has_three_equal_channels_under_rgb(rgb):
    grey = rgb[:, :, 0]
    made = to_channel(grey, channel=Channel.RGB, rounded=False, grey=Grey.REPLICATE)
    np.testing.assert_array_equal(made, replicate(grey))


@pytest.mark.parametrize("rounded", [False, True])
def test_the_luma_of_the_srcnn_pytorch_code_is_taken_of_rgb_and_left_as_it_is(rgb, rounded):
    rule = {"channel": Channel.SRCNN_PYTORCH_Y, "rounded": rounded, "grey": Grey.REPLICATE}
    levels = srcnn_pytorch_luma(rgb)
    expected = np.floor(levels + 0.5) if rounded else levels
    for pixels in (rgb, levels):
        made = to_channel(pixels, **rule)
        assert made.dtype == np.float64
        np.testing.assert_array_equal(made, expected)


def test_float_pixels_have_no_channel():
    with pytest.raises(ImageError, match="to_uint8"):
        to_channel(np.zeros((4, 4)), channel=Channel.Y, rounded=False, grey=Grey.AS_IS)


def test_four_channels_have_no_luma():
    pixels = np.zeros((4, 4, 4), np.uint8)
    with pytest.raises(ChannelMismatchError):
        to_channel(pixels, channel=Channel.Y, rounded=False, grey=Grey.AS_IS)


def test_a_pair_that_fits_is_left_alone(rgb):
    sr, hr = match_channels(rgb, rgb)
    assert sr is rgb
    assert hr is rgb


def test_a_grey_hr_reduces_an_sr_of_equal_channels(rgb):
    grey = rgb[:, :, 0]
    sr, hr = match_channels(replicate(grey), grey)
    np.testing.assert_array_equal(sr, grey)
    assert hr.ndim == 2


def test_a_coloured_sr_does_not_fit_a_grey_hr(rgb):
    with pytest.raises(ChannelMismatchError, match="hr is grey but the channels of sr differ"):
        match_channels(rgb, rgb[:, :, 0])


def test_a_grey_sr_does_not_fit_a_coloured_hr(rgb):
    with pytest.raises(ChannelMismatchError, match="expected equal channels"):
        match_channels(rgb[:, :, 0], rgb)


@pytest.mark.parametrize(
    ("sr", "hr", "scale", "advice"),
    [
        ((500, 480), (503, 480), 4, r"crop hr to a multiple of the scale first (mod_crop(hr, 4))"),
        ((503, 480), (504, 480), 2, "it lacks 1 row: it was made of another lr"),
        ((504, 482), (504, 480), 2, "it has 2 more columns: it was made of another lr"),
        ((503, 478), (504, 480), 4, "it lacks 1 row and lacks 2 columns"),
        ((492, 468), (504, 480), 2, "6 pixels are gone at each side, as of a net without padding"),
        ((126, 120), (504, 480), 4, "it is 4 times smaller, as lr is"),
        ((1008, 960), (504, 480), 2, "it is 2 times larger: it was made of hr itself"),
        ((480, 504), (504, 480), None, "turned by 90 degrees"),
        ((300, 200), (504, 480), None, "are they of one picture?"),
    ],
)
def test_unequal_sizes_are_named_with_what_to_do(sr, hr, scale, advice: str) -> None:
    images = np.zeros((*sr, 3), np.uint8), np.zeros((*hr, 3), np.uint8)
    came = f"sr is {sr[0]}x{sr[1]} but hr is {hr[0]}x{hr[1]}; "
    with pytest.raises(SizeMismatchError, match=re.escape(came) + ".*" + re.escape(advice)):
        match_channels(*images, scale=scale)


def test_equal_sizes_with_unequal_channels_are_a_channel_error():
    with pytest.raises(ChannelMismatchError):
        require_same_shape(np.zeros((4, 4)), np.zeros((4, 4, 3)))
