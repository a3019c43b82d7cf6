"""Small real pictures, and sets laid out from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from srlab.data.degradation import DEGRADATIONS, Pixels
from srlab.data.embedded import embedded_images
from srlab.image.files import decode


def picture(name: str, height: int, width: int) -> Pixels:
    """A cut from the middle of an embedded picture."""
    pixels = decode(embedded_images()[name]).pixels
    top, left = (pixels.shape[0] - height) // 2, (pixels.shape[1] - width) // 2
    return np.ascontiguousarray(pixels[top : top + height, left : left + width])


@pytest.fixture
def hr() -> Pixels:
    """An RGB picture whose sides are multiples of neither 3 nor 4."""
    return picture("chelsea", 50, 62)


@pytest.fixture
def grey() -> Pixels:
    return picture("camera", 48, 60)


@pytest.fixture
def save() -> Callable[[Path, Pixels], Path]:
    """Write a PNG, with its folders."""

    def write(path: Path, pixels: Pixels) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
        return path

    return write


@pytest.fixture
def save_pair(
    save: Callable[[Path, Pixels], Path], hr: Pixels
) -> Callable[[Path, Path, int], None]:
    """Write an uncropped hr and its lr at a scale."""

    def write(hr_path: Path, lr_path: Path, scale: int) -> None:
        save(hr_path, hr)
        save(lr_path, DEGRADATIONS["matlab-bicubic"](hr, scale)[1])

    return write
