"""Tiny classifiers, and pictures to classify."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from srlab.classifiers.catalog import describe_classifier
from srlab.data.embedded import embedded_images
from srlab.image.files import read_image
from tests.classifiers.stand_in import write_resnet, write_vit


@pytest.fixture
def vit(tmp_path: Path) -> Path:
    """A folder with a ViT that one may change."""
    return write_vit(tmp_path / "vit")


@pytest.fixture(scope="session")
def classifier(tmp_path_factory: pytest.TempPathFactory):
    """A loaded ViT on RGB images of 16x16."""
    folder = write_vit(tmp_path_factory.mktemp("classifiers") / "vit")
    return describe_classifier(str(folder)).load("cpu")


@pytest.fixture(scope="session")
def resnet(tmp_path_factory: pytest.TempPathFactory):
    """A loaded ResNet."""
    folder = write_resnet(tmp_path_factory.mktemp("classifiers") / "resnet")
    return describe_classifier(str(folder)).load("cpu")


@pytest.fixture(scope="session")
def pictures() -> list[NDArray[np.uint8]]:
    """Real pictures of several sizes, colour and grey."""
    colour = read_image(embedded_images()["chelsea"])
    grey = read_image(embedded_images()["camera"])
    return [colour[:60, :80], colour[100:203, 100:187], grey[200:264, 200:264], colour[:16, 50:66]]
