"""`imresize` against MATLAB's own files, a plain reading of its formula, and Pillow."""

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from skimage.data import coffee

from srlab.errors import ImageError, UsageError
from srlab.image.resize import Edge, Kernel, downscale, imresize, upscale

PILLOW = {
    Kernel.CUBIC: Image.Resampling.BICUBIC,
    Kernel.BILINEAR: Image.Resampling.BILINEAR,
    Kernel.LANCZOS: Image.Resampling.LANCZOS,
}


def keys(t: float) -> float:
    t = abs(t)
    if t <= 1:
        return 1.5 * t**3 - 2.5 * t**2 + 1
    return -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2 if t <= 2 else 0.0


def plain_cubic(line: np.ndarray, factor: float) -> np.ndarray:
    """One line by the formula, value by value, mirrored at its ends."""
    mirrored = np.concatenate([line[::-1], line, line[::-1]])
    n, shrink = len(line), min(factor, 1.0)
    out = []
    for x in range(1, ceil(n * factor) + 1):
        u = x / factor + 0.5 * (1 - 1 / factor)
        reach = 2 / shrink
        places = range(ceil(u - reach), int(u + reach) + 1)
        weights = [shrink * keys(shrink * (u - place)) for place in places]
        total = sum(w * mirrored[n + p - 1] for w, p in zip(weights, places, strict=True))
        out.append(total / sum(weights))
    return np.array(out)


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize(("benchmark", "count"), [("Set5", 5), ("Set14", 14), ("BSD100", 100)])
def test_every_pixel_equals_the_lr_that_matlab_made(given_pairs, benchmark, count, scale):
    unequal, seen = [], 0
    for sample, hr, lr in given_pairs(benchmark, scale):
        seen += 1
        made = downscale(hr, scale, edge=Edge.REPLICATE)
        if made.shape != lr.shape or (made != lr).any():
            unequal.append(sample)
    assert (seen, unequal) == (count, [])


@settings(max_examples=40, deadline=None)
@given(
    st.integers(8, 30),
    st.sampled_from([Fraction(1, 2), Fraction(1, 3), Fraction(2), Fraction(3), Fraction(5, 7)]),
    st.integers(0, 2**32 - 1),
)
def test_float_values_agree_with_the_formula(n, factor, seed):
    line = np.random.default_rng(seed).random(n) * 255
    made = imresize(np.tile(line, (3, 1)), size=(3, ceil(n * factor)))
    if n * factor == ceil(n * factor):  # otherwise a size asks for another factor
        np.testing.assert_allclose(made[1], plain_cubic(line, float(factor)), rtol=0, atol=1e-10)
    made = imresize(np.tile(line[:, None], (1, 3)), factor=factor)
    np.testing.assert_allclose(made[:, 0], plain_cubic(line, float(factor)), rtol=0, atol=1e-10)


@pytest.mark.parametrize("kernel", Kernel)
@pytest.mark.parametrize("factor", [Fraction(1, 3), Fraction(1, 2), 2, 3, 0.7])
def test_a_constant_image_stays_constant(kernel, factor):
    made = imresize(np.full((20, 30), 77, np.uint8), factor=factor, kernel=kernel)
    np.testing.assert_array_equal(made, 77)


@pytest.mark.parametrize("edge", Edge)
@pytest.mark.parametrize("kernel", [Kernel.CUBIC, Kernel.BILINEAR, Kernel.LANCZOS])
@pytest.mark.parametrize("factor", [Fraction(1, 3), 2])
def test_flipping_and_resizing_change_places(rng, kernel, edge, factor):
    pixels = rng.random((24, 30)) * 255
    made = imresize(pixels, factor=factor, kernel=kernel, edge=edge)
    flipped = imresize(pixels[::-1, ::-1], factor=factor, kernel=kernel, edge=edge)
    # mirrored weights are summed in the other order
    np.testing.assert_allclose(flipped[::-1, ::-1], made, rtol=0, atol=1e-10)


@pytest.mark.parametrize("factor", [Fraction(1, 2), 3])
def test_channels_are_resized_each_on_its_own(rng, factor):
    pixels = rng.integers(0, 256, (24, 30, 3), dtype=np.uint8)
    made = imresize(pixels, factor=factor)
    for channel in range(3):
        np.testing.assert_array_equal(
            made[:, :, channel], imresize(pixels[:, :, channel], factor=factor)
        )
    np.testing.assert_array_equal(imresize(pixels[:, :, ::-1], factor=factor), made[:, :, ::-1])


def test_the_same_size_gives_the_same_image(rng):
    pixels = rng.integers(0, 256, (12, 13, 3), dtype=np.uint8)
    np.testing.assert_array_equal(imresize(pixels, size=(12, 13)), pixels)


@pytest.mark.parametrize("kernel", list(PILLOW))
@pytest.mark.parametrize("factor", [Fraction(1, 2), Fraction(1, 3), Fraction(1, 4), 2, 3])
def test_interiors_agree_with_pillow_to_one_level(kernel, factor):
    pixels = coffee()[:240, :360]
    made = imresize(pixels, factor=factor, kernel=kernel)
    height, width = made.shape[:2]
    # Pillow's width pass comes first: on its side the image sees the passes in our order
    aside = Image.fromarray(pixels.swapaxes(0, 1).copy())
    other = np.asarray(aside.resize((height, width), PILLOW[kernel])).swapaxes(0, 1)
    edge = 3 * max(int(factor), 1) + 3  # outside the image Pillow leaves weights out
    inside = (slice(edge, -edge), slice(edge, -edge))
    assert np.abs(made[inside].astype(int) - other[inside]).max() <= 1


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_nearest_repeats_pixels(rng, scale):
    pixels = rng.integers(0, 256, (5, 6), dtype=np.uint8)
    made = upscale(pixels, scale, kernel=Kernel.NEAREST)
    np.testing.assert_array_equal(made, np.kron(pixels, np.ones((scale, scale), np.uint8)))


def test_each_pass_is_rounded_height_first():
    pixels = np.array([[0, 3], [1, 3]], np.uint8)
    down = np.floor(pixels.mean(axis=0) + 0.5)
    made = imresize(pixels, size=(1, 1), kernel=Kernel.BILINEAR)
    assert made[0, 0] == np.floor(down.mean() + 0.5) == 2
    assert imresize(pixels.astype(float), size=(1, 1), kernel=Kernel.BILINEAR)[0, 0] == 1.75


def test_the_edges_differ_between_old_and_new_matlab(rng):
    pixels = rng.integers(0, 256, (24, 24), dtype=np.uint8)
    new, old = downscale(pixels, 2), downscale(pixels, 2, edge=Edge.REPLICATE)
    assert (new != old).any()
    np.testing.assert_array_equal(new[2:-2, 2:-2], old[2:-2, 2:-2])


def test_float_values_are_neither_rounded_nor_clipped():
    made = upscale(np.array([[0.0, 0.0, 255.0, 255.0]] * 4), 2)
    assert made.min() < 0
    assert made.max() > 255


@pytest.mark.parametrize(
    ("factor", "length"), [(0.1, 3), (1 / 3, 10), (Fraction(1, 4), 8), (1.5, 45), (2, 60)]
)
def test_the_length_is_rounded_up(factor, length):
    assert imresize(np.zeros((30, 30), np.uint8), factor=factor).shape == (length, length)


def test_one_pixel_can_be_resized():
    np.testing.assert_array_equal(upscale(np.array([[9]], np.uint8), 4), np.full((4, 4), 9))


def test_a_view_is_resized_like_its_copy(rng):
    pixels = rng.integers(0, 256, (30, 30, 3), dtype=np.uint8)[1:-1, 2:-2]
    np.testing.assert_array_equal(downscale(pixels, 2), downscale(pixels.copy(), 2))


def test_several_threads_resize_at_once(rng):
    pixels = rng.integers(0, 256, (40, 60, 3), dtype=np.uint8)
    expected = downscale(pixels, 2)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: downscale(pixels, 2), range(40)))
    assert all(np.array_equal(result, expected) for result in results)


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"factor": 2, "size": (4, 4)},
        {"factor": 0},
        {"factor": -1},
        {"factor": float("nan")},
        {"factor": float("inf")},
        {"size": (0, 4)},
    ],
)
def test_a_wish_that_makes_no_sense_is_an_error(wish):
    with pytest.raises(UsageError):
        imresize(np.zeros((8, 8), np.uint8), **wish)


@pytest.mark.parametrize("scale", [0, -2])
@pytest.mark.parametrize("function", [downscale, upscale])
def test_a_scale_under_one_is_an_error(function, scale):
    with pytest.raises(UsageError):
        function(np.zeros((8, 8), np.uint8), scale)


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((8, 8), np.float32), np.zeros(8, np.uint8), np.zeros((0, 8), np.uint8)],
    ids=["float32", "one axis", "empty"],
)
def test_other_arrays_are_refused(pixels):
    with pytest.raises(ImageError, match="expected uint8 or float64"):
        upscale(pixels, 2)
