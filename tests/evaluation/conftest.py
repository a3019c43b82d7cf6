from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from srlab.data.embedded import embedded_images
from srlab.image.files import read_image, write_image
from srlab.store.store import Store

PICTURES = ("astronaut", "camera", "chelsea", "coins", "grass", "gravel")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


@pytest.fixture
def tiny_set(tmp_path: Path) -> Path:
    """Six crops of real pictures, 48 x 60, grey and colour, in a folder called tiny."""
    return make_set(tmp_path / "tiny")


@pytest.fixture
def set_maker() -> Callable[..., Path]:
    return make_set


def make_set(folder: Path, *, count: int = 6, height: int = 48, width: int = 60) -> Path:
    """A folder of `count` crops, each at another place of a real picture."""
    folder.mkdir(parents=True)
    pictures = [read_image(embedded_images()[name]) for name in PICTURES]
    for number in range(count):
        picture = pictures[number % len(pictures)]
        shift = 7 * (number // len(pictures)) % (min(picture.shape[:2]) - max(height, width))
        crop = picture[shift : shift + height, shift : shift + width]
        write_image(folder / f"crop_{number:03}.png", crop)
    return folder
