"""A small store made from cuts of real pictures."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from srlab.data.embedded import embedded_images
from srlab.evaluation.request import make_request
from srlab.evaluation.run import run_evaluation
from srlab.image.files import read_image, write_image
from srlab.store.store import Store

SAMPLES = ("astronaut", "chelsea", "coffee", "camera", "rocket", "text", "page")
UPSCALERS = ("bicubic", "lanczos", "nearest")


def make_pictures(folder: Path, names: tuple[str, ...]) -> Path:
    folder.mkdir(parents=True)
    for name, source in zip(names, SAMPLES, strict=False):
        pixels = read_image(embedded_images()[source])[40:121, 60:168]
        write_image(folder / f"{name}.png", np.ascontiguousarray(pixels))
    return folder


def make_store(root: Path, folder: Path, **wanted: object) -> Store:
    store = Store.create(root)
    asked = {"upscalers": UPSCALERS, "scales": (2, 3), "metrics": ("psnr", "ssim"), **wanted}
    run_evaluation(make_request(benchmarks=[f"small={folder}"], **asked), store)  # type: ignore[arg-type]
    return store


@pytest.fixture(scope="session")
def made_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Seven small pictures at x2 and x3; not to be changed."""
    root = tmp_path_factory.mktemp("report")
    return make_store(root / "store", make_pictures(root / "pictures", SAMPLES))


@pytest.fixture
def store_of(tmp_path: Path) -> Callable[..., Store]:
    """Makes a store of small pictures with the given names."""

    def make(*names: str) -> Store:
        folder = make_pictures(tmp_path / "pictures", names)
        return make_store(tmp_path / "store", folder, scales=(2,), metrics=("psnr",))

    return make


@pytest.fixture
def own_store(made_store: Store, tmp_path: Path) -> Store:
    """A copy of `made_store` that a test may change."""
    shutil.copytree(made_store.root, tmp_path / "own")
    return Store.open(tmp_path / "own")
