"""What every upscaler promises, whatever it is made of."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from srlab.image.color import luma
from srlab.upscale.catalog import SCALES, UPSCALERS, describe

NETS = ["luma.safetensors", "rgb.pth"]
ALL = [*(row.name for row in UPSCALERS), *NETS]


@pytest.fixture(params=ALL)
def make(request, weights):
    """The call of one upscaler after the other, at the scale asked for."""
    text = str(weights.get(request.param, request.param))
    return lambda scale: describe(text, scale).load()


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("size", [(1, 1), (11, 11), (17, 12), (5, 40)], ids=str)
@pytest.mark.parametrize("channels", [(), (3,)], ids=["grey", "colour"])
def test_sr_is_uint8_of_exactly_scale_times_the_size_with_its_channels(
    make, rng, scale: int, size: tuple[int, int], channels: tuple[int, ...]
) -> None:
    lr = rng.integers(0, 256, (*size, *channels), dtype=np.uint8)
    sr = make(scale)(lr)
    assert sr.dtype == np.uint8
    assert sr.shape == (size[0] * scale, size[1] * scale, *channels)


def test_its_input_is_not_changed(make, photo) -> None:
    before = photo.copy()
    make(2)(photo)
    assert np.array_equal(photo, before)


def test_a_read_only_view_serves_as_input(make, photo) -> None:
    view = photo[::2, ::-1]
    view.flags.writeable = False
    assert np.array_equal(make(2)(view), make(2)(np.ascontiguousarray(view)))


def test_threads_get_the_results_that_one_gets(make, photo) -> None:
    call = make(3)
    pictures = [photo[i:] for i in range(8)]
    alone = [call(lr) for lr in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(call, pictures))
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


@pytest.mark.parametrize("level", [0, 1, 128, 255])
def test_a_flat_grey_picture_stays_flat_inside_under_the_classical_ones(level: int) -> None:
    lr = np.full((9, 8), level, np.uint8)
    for row in UPSCALERS:
        assert (describe(row.name, 3).load()(lr) == level).all(), row.name


def test_a_picture_shrunk_again_is_about_what_it_was(make, photo) -> None:
    sr = make(2)(photo).astype(float)
    height, width = photo.shape[:2]
    means = sr.reshape(height, 2, width, 2, 3).mean(axis=(1, 3))
    # A guard against a swapped axis or channel, not against blur or a small net's taste: such
    # faults cost 30 levels and more on this picture.
    assert np.abs(means - photo).mean() < 10


def test_a_description_travels_to_another_process_and_keeps_its_fingerprint(weights) -> None:
    info = describe(str(weights["luma.safetensors"]), 2)
    copy = pickle.loads(pickle.dumps(info))
    assert copy == info
    assert copy.fingerprint == info.fingerprint


def test_loading_twice_makes_the_call_once(weights) -> None:
    info = describe(str(weights["luma.safetensors"]), 2)
    assert info.load() is info.load()


def test_a_luma_net_gives_a_colour_picture_its_luma_and_bicubic_chroma(weights, photo) -> None:
    sr = describe(str(weights["luma.safetensors"]), 2).load()(photo)
    bicubic = describe("bicubic", 2).load()(photo)
    ours, theirs = (image[..., 0].astype(int) - image[..., 2] for image in (sr, bicubic))
    inside = (sr.min(axis=2) > 0) & (sr.max(axis=2) < 255)
    # The difference of two channels holds chroma alone; each was rounded once on either side.
    assert np.abs(ours - theirs)[inside].max() <= 2
    assert np.abs(luma(sr) - luma(bicubic)).max() > 2


def test_an_rgb_net_takes_grey_replicated_and_gives_the_channel_mean(weights, photo) -> None:
    grey = photo[..., 1].copy()
    call = describe(str(weights["rgb.pth"]), 2).load()
    colour = call(np.repeat(grey[..., None], 3, axis=2))
    # The mean before rounding against the mean of three rounded channels.
    assert np.abs(call(grey) - colour.mean(axis=2)).max() <= 1
