"""Fixtures that several folders share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from srlab.image.files import read_image

settings.register_profile("srlab", deadline=None)
settings.load_profile("srlab")

GivenPair = tuple[str, NDArray[np.uint8], NDArray[np.uint8]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the benchmark images, so that `-m "not shared"` leaves it out."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.shared)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of benchmark images, weights and reference numbers: SRLAB_SHARED or ../shared."""
    folder = Path(os.environ.get("SRLAB_SHARED") or Path(__file__).parents[2] / "shared")
    if not (folder / "data").is_dir():
        reason = f"needs the benchmark images of {folder}; name their folder with SRLAB_SHARED"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def given_pairs(shared: Path) -> Callable[[str, int], Iterator[GivenPair]]:
    """(sample, hr, lr as given) of a set at a scale, made by MATLAB for SelfExSR."""

    def pairs(benchmark: str, scale: int) -> Iterator[GivenPair]:
        folder = shared / "data" / "benchmarks" / benchmark / f"image_SRF_{scale}"
        for hr in sorted(folder.glob("*_HR.png")):
            lr = hr.with_name(hr.name.replace("_HR", "_LR"))
            yield hr.name.partition("_SRF")[0], read_image(hr), read_image(lr)

    return pairs


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
