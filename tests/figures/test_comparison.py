from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from srlab.data.embedded import embedded_images
from srlab.errors import ReportError, SizeMismatchError
from srlab.figures.comparison import Column, choose_places, comparison_png
from srlab.image.files import read_image
from srlab.image.resize import Kernel, downscale, upscale


@pytest.fixture(scope="module")
def columns() -> list[Column]:
    hr = read_image(embedded_images()["chelsea"])[:240, :360]
    lr = downscale(hr, 4)
    pictures = {"nearest": upscale(lr, 4, kernel=Kernel.NEAREST), "bicubic": upscale(lr, 4)}
    return [
        Column(title=title, caption=f"{title} of a cat", pixels=pixels)
        for title, pixels in {**pictures, "hr": hr}.items()
    ]


def contains(picture: NDArray[np.uint8], part: NDArray[np.uint8]) -> bool:
    """Whether `part` stands somewhere in `picture`, pixel for pixel."""
    rows, columns = np.nonzero((picture[:, :, :3] == part[0, 0]).all(axis=2))
    height, width = part.shape[:2]
    return any(
        np.array_equal(picture[y : y + height, x : x + width, :3], part)
        for y, x in zip(rows, columns, strict=True)
    )


def test_the_places_stand_in_the_picture_pixel_for_pixel(columns: list[Column]) -> None:
    picture = np.asarray(Image.open(BytesIO(comparison_png(columns))))
    for top, left in choose_places(columns[0].pixels, columns[1].pixels):
        for column in columns:
            cut = column.pixels[top + 2 : top + 62, left + 2 : left + 94]
            assert contains(picture, cut.repeat(5, axis=0).repeat(5, axis=1))


def test_places_do_not_overlap_and_lie_where_the_images_differ() -> None:
    a = np.full((200, 300), 90, np.uint8)
    b = a.copy()
    b[10:20, 10:20] = 120
    b[150:160, 250:260] = 110
    first, second = choose_places(a, b)
    assert first[0] <= 10
    assert first[1] <= 10
    assert 150 - 64 < second[0] <= 150
    assert 250 - 96 < second[1] <= 250


def test_a_picture_smaller_than_a_place_is_shown_whole() -> None:
    small = np.arange(20 * 30, dtype=np.uint8).reshape(20, 30)
    png = comparison_png([Column(title=t, caption="", pixels=small) for t in ("a", "b")])
    assert Image.open(BytesIO(png)).size[0] == 2 * 480 + 16


def test_the_same_images_give_the_same_bytes(columns: list[Column]) -> None:
    assert comparison_png(columns) == comparison_png(columns)


def test_images_of_unequal_size_are_refused(columns: list[Column]) -> None:
    cut = Column(title="cut", caption="", pixels=columns[0].pixels[:-4])
    with pytest.raises(SizeMismatchError, match="needs equal sizes"):
        comparison_png([columns[0], cut])


def test_one_image_is_no_comparison(columns: list[Column]) -> None:
    with pytest.raises(ReportError, match="two images"):
        comparison_png(columns[:1])
