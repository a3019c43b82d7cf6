"""Triples show whole images, pixel by pixel where they are small."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from srlab.data.embedded import embedded_images
from srlab.errors import ReportError, SizeMismatchError
from srlab.figures.sheet import WIDTH, enlarge
from srlab.figures.triples import SIDE, Picture, Triple, triples_png
from srlab.image.files import decode, read_image
from srlab.image.resize import downscale, upscale

Pixels = NDArray[np.uint8]


def _pixels(side: tuple[int, int], scale: int, *, grey: bool = False) -> list[Pixels]:
    whole = read_image(embedded_images()["camera" if grey else "astronaut"])
    hr = np.ascontiguousarray(whole[: side[0], : side[1]])
    lr = downscale(hr, scale)
    return [hr, lr, upscale(lr, scale)]


def _triple(pixels: list[Pixels], *, title: str = "grass/r0c0 (truth: grass)") -> Triple:
    names = ("original", "small ×4", "bicubic ×4")
    first, second, third = (
        Picture(pixels=p, title=name, lines=("✓ grass", "64.0%"))
        for p, name in zip(pixels, names, strict=True)
    )
    return Triple(title=title, pictures=(first, second, third))


def _place(picture: Pixels, part: Pixels) -> list[tuple[int, int]]:
    """Where `part` stands in `picture`, pixel for pixel."""
    wide = part if part.ndim == 3 else part[:, :, None].repeat(3, axis=2)
    height, width = wide.shape[:2]
    corners = np.argwhere((picture[:, :, :3] == wide[0, 0]).all(axis=2))
    return [
        (int(y), int(x))
        for y, x in corners
        if np.array_equal(picture[y : y + height, x : x + width, :3], wide)
    ]


@pytest.mark.parametrize("grey", [True, False])
def test_small_images_are_enlarged_by_a_whole_factor_and_never_smoothed(grey: bool):
    hr, lr, sr = _pixels((64, 64), 4, grey=grey)
    picture = decode(triples_png([_triple([hr, lr, sr])])).pixels
    [(top, left)] = _place(picture, enlarge(hr, 5))
    assert left == 0
    assert _place(picture, enlarge(lr, 20)) == [(top, SIDE + 12)]
    assert _place(picture, enlarge(sr, 5)) == [(top, 2 * (SIDE + 12))]


def test_larger_images_are_shrunk_to_their_place_the_small_one_alike():
    one = decode(triples_png([_triple(_pixels((360, 480), 3))])).pixels
    assert one.shape[1] == WIDTH
    assert one.shape[0] == 4 * 36 + 240


def test_two_triples_stand_side_by_side_and_a_third_below():
    triple = _triple(_pixels((64, 64), 4))
    one, two, three = (decode(triples_png([triple] * n)).pixels.shape for n in (1, 2, 3))
    assert one == two
    assert three[0] == 2 * one[0] + 30


def test_the_same_triples_give_the_same_bytes():
    triples = [_triple(_pixels((64, 64), 4))] * 3
    assert triples_png(triples) == triples_png(triples)


def test_names_that_look_like_maths_or_have_no_font_are_drawn(monkeypatch):
    monkeypatch.setattr("srlab.figures.fonts._fonts", lambda installed: ())
    pixels = _pixels((64, 64), 4)
    thai, marks = (triples_png([_triple(pixels, title=name)]) for name in ("$\\x{ ไท", "$\\x{ ??"))
    assert thai == marks


def test_pictures_that_do_not_belong_together_are_refused():
    hr, lr, sr = _pixels((64, 64), 4)
    with pytest.raises(SizeMismatchError, match="beside an original of"):
        triples_png([_triple([hr, lr, sr[:-4]])])
    with pytest.raises(SizeMismatchError, match="a whole part of it"):
        triples_png([_triple([lr, hr, lr])])


def test_no_triple_is_an_error():
    with pytest.raises(ReportError, match="figure of no image"):
        triples_png([])
