"""A folder of three classes, a tiny classifier of them, and a store in which both have met."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from skimage.data import brick, camera, coins

from srlab.classification.classify import classify
from srlab.image.files import write_image
from tests.classifiers.stand_in import write_vit

CLASSES = {"brick wall": brick, "cameraman": camera, "coins": coins}
PER_CLASS = 4
SIDE = 26
"""Not a multiple of 3: originals are cut."""


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """FOLDER/<class>/<number>.png, grey cuts of three photographs."""
    folder = tmp_path_factory.mktemp("classes") / "pictures"
    for name, read in CLASSES.items():
        (folder / name).mkdir(parents=True)
        for number in range(PER_CLASS):
            top = 40 + 50 * number
            pixels = np.ascontiguousarray(read()[top : top + SIDE, top : top + SIDE])
            write_image(folder / name / f"{number}.png", pixels)
    return folder


@pytest.fixture(scope="session")
def vit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A classifier with random weights that writes the classes in its own way."""
    labels = ("Coins", "brick_wall", "cameraman", "Other")
    return write_vit(tmp_path_factory.mktemp("vit") / "vit", labels=labels, channels=1)


@pytest.fixture(scope="session")
def _classified(pictures: Path, vit: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("classified") / "store"
    classify(str(pictures), ["nearest"], [2, 3], classifier=str(vit), store=str(store))
    return store


@pytest.fixture
def classified(_classified: Path, tmp_path: Path) -> Path:
    """A store with all pictures classified at two scales; a copy that a test may change."""
    return Path(shutil.copytree(_classified, tmp_path / "store"))
