"""Strips show the pixels that are there, enlarged by whole factors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from srlab.data.embedded import embedded_images
from srlab.errors import ReportError, SizeMismatchError
from srlab.figures.sheet import enlarge
from srlab.figures.strips import Strip, choose_window, strips_png
from srlab.image.files import decode, read_image
from srlab.image.resize import downscale, upscale

TITLES = ("hr", "lr", "bicubic", "other", "hr")


def _strip(scale: int = 3, *, size: tuple[int, int] = (120, 150), grey: bool = False) -> Strip:
    pixels = read_image(embedded_images()["camera" if grey else "astronaut"])
    hr = np.ascontiguousarray(pixels[: size[0], : size[1]])
    lr = downscale(hr, scale)
    sr = upscale(lr, scale)
    other = sr.copy()
    other[60:66, 90:96] ^= 128
    captions = ("name", "", "1 dB", "2 dB", "")
    return Strip(hr=hr, lr=lr, upscaled=(sr, other), captions=captions)


def test_enlarging_repeats_every_pixel():
    assert enlarge(np.array([[1, 2]], np.uint8), 2).tolist() == [[1, 1, 2, 2], [1, 1, 2, 2]]


@pytest.mark.parametrize("scale", [2, 3, 5])
def test_the_window_lies_where_the_sr_images_differ_on_the_grid_of_lr(scale: int):
    window = choose_window(_strip(scale))
    assert window.top <= 60
    assert window.top + window.height >= 66
    assert window.left <= 90
    assert window.left + window.width >= 96
    sides = (window.top, window.left, window.height, window.width)
    assert all(side % scale == 0 for side in sides)


def test_a_single_sr_is_held_against_hr():
    strip = _strip()
    alone = Strip(hr=strip.upscaled[0], lr=strip.lr, upscaled=strip.upscaled[1:], captions=())
    window = choose_window(alone)
    assert window.top <= 60 < window.top + window.height


def test_an_image_smaller_than_the_cut_is_shown_whole():
    hr = np.arange(12 * 15, dtype=np.uint8).reshape(12, 15)
    strip = Strip(hr=hr, lr=hr[::3, ::3], upscaled=(hr, 255 - hr), captions=())
    window = choose_window(strip)
    assert (window.top, window.left, window.height, window.width) == (0, 0, 12, 15)


def test_the_cut_of_hr_is_in_the_picture_pixel_by_pixel():
    strip = _strip()
    window = choose_window(strip)
    picture = decode(strips_png([strip], titles=TITLES)).pixels
    cut = enlarge(window.of(strip.hr), 6)
    left = 4 * (387 + 18)  # the fifth tile, after four tiles and gaps
    rows = [
        top
        for top in range(picture.shape[0] - cut.shape[0])
        if np.array_equal(picture[top : top + cut.shape[0], left : left + cut.shape[1]], cut)
    ]
    assert len(rows) == 1


def test_a_whole_image_smaller_than_its_tile_is_enlarged_pixel_by_pixel():
    hr = _strip(size=(63, 63)).hr
    strip = Strip(hr=hr, lr=hr[::3, ::3], upscaled=(hr, 255 - hr), captions=("",) * 5)
    picture = decode(strips_png([strip], titles=TITLES)).pixels
    whole = enlarge(hr, 3)
    tops = [
        top
        for top in range(picture.shape[0] - 20)
        if np.array_equal(picture[top : top + 20, 80:180, :3], whole[100:120, 80:180])
    ]
    assert len(tops) == 1


def test_the_same_strips_give_the_same_bytes():
    assert strips_png([_strip()], titles=TITLES) == strips_png([_strip()], titles=TITLES)


def test_grey_images_and_names_that_look_like_maths_are_drawn():
    strip = _strip(grey=True)
    named = Strip(
        hr=strip.hr, lr=strip.lr, upscaled=strip.upscaled, captions=("$\\x{" * 30, *"abcd")
    )
    assert strips_png([named], titles=TITLES).startswith(b"\x89PNG")


def test_names_without_a_font_are_drawn_as_question_marks(monkeypatch):
    monkeypatch.setattr("srlab.figures.fonts._fonts", lambda installed: ())
    strip = _strip()
    thai, marks = (replace(strip, captions=(name, "", "", "", "")) for name in ("1. ไท", "1. ??"))
    assert strips_png([thai], titles=TITLES) == strips_png([marks], titles=TITLES)


def test_a_wrong_number_of_captions_is_an_error():
    with pytest.raises(ReportError, match="5 tiles; came 4 titles"):
        strips_png([_strip()], titles=TITLES[:4])


def test_no_strip_is_an_error():
    with pytest.raises(ReportError, match="strips of no image"):
        strips_png([], titles=TITLES)


def test_an_sr_of_another_size_is_an_error():
    strip = _strip()
    wrong = Strip(
        hr=strip.hr, lr=strip.lr, upscaled=(strip.hr, strip.hr[:-3]), captions=strip.captions
    )
    with pytest.raises(SizeMismatchError, match="expected equal sizes"):
        strips_png([wrong], titles=TITLES)
