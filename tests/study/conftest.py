"""Small real pictures, and studies over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from srlab.image.files import write_image


@pytest.fixture(scope="session")
def photo() -> NDArray[np.uint8]:
    from skimage.data import chelsea

    return np.ascontiguousarray(chelsea()[60:108, 120:180])


@pytest.fixture
def folder(tmp_path: Path, photo: NDArray[np.uint8]) -> Path:
    """A study's folder that holds `photos/` with two pictures."""
    (tmp_path / "photos").mkdir()
    write_image(tmp_path / "photos" / "cat.png", photo)
    write_image(tmp_path / "photos" / "grey_cat.png", photo[..., 0].copy())
    return tmp_path


@pytest.fixture
def write_study(folder: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = folder / "study.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
