"""A dozen small photographs, and recipes that train on them within a second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from srlab.image.files import write_image
from srlab.train.classifier_recipe import ClassifierRecipe
from srlab.train.recipe import read_recipe
from srlab.train.upscaler_recipe import UpscalerRecipe

RecipeMaker = Callable[..., UpscalerRecipe]
ClassifierMaker = Callable[..., ClassifierRecipe]

_TABLES = {
    "net": {"architecture": "edsr", "width": 8, "depth": 1, "upsampler": "direct"},
    "data": {"folders": ["photos"]},
    "validation": {"held_out": 2},
    "patches": {"size": 12, "stride": 6},
    "augment": {"flips": True, "rotations": True},
    "training": {"epochs": 2, "steps_per_epoch": 3, "batch": 4, "average": 0.9, "threads": 1},
}


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the folder `photos`: a dozen cuts of 44x52 out of one picture."""
    from skimage.data import chelsea

    root = tmp_path_factory.mktemp("images")
    (root / "photos").mkdir()
    picture = chelsea()
    for index in range(12):
        top, left = 20 * (index // 4), 90 * (index % 4)
        cut = picture[top : top + 44, left : left + 52]
        write_image(root / "photos" / f"cat_{index:02d}.png", np.ascontiguousarray(cut))
    return root


def toml(scale: int, tables: dict[str, dict[str, object]]) -> str:
    """The text of an upscaler's recipe."""
    return _toml(['kind = "upscaler"', f"scale = {scale}"], tables)


def _toml(lines: list[str], tables: dict[str, dict[str, object]]) -> str:
    for name, table in tables.items():
        lines += [f"[{name}]", *(f"{key} = {_value(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


class Raw(str):
    """TOML that is taken as it is."""


def _value(value: object) -> str:
    if isinstance(value, Raw):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    return str(value).replace("'", '"')


@pytest.fixture
def make_recipe(photos: Path, tmp_path: Path) -> RecipeMaker:
    """A recipe on the photographs; `training={"epochs": 3}` changes single settings."""

    def make(name: str = "tiny", scale: int = 2, **changes: dict[str, object]) -> UpscalerRecipe:
        path = tmp_path / f"{name}.toml"
        tables = {key: {**table, **changes.get(key, {})} for key, table in _TABLES.items()}
        tables["net"] = changes.get("net", _TABLES["net"])
        path.write_text(toml(scale, tables))
        recipe = read_recipe(path, root=photos)
        assert isinstance(recipe, UpscalerRecipe)
        return recipe

    return make


_CLASSIFIER = {
    "net": {
        "architecture": "vit",
        "channels": 1,
        "size": 16,
        "patch": 8,
        "width": 8,
        "depth": 1,
        "heads": 2,
        "dropout": 0.1,
    },
    "data": {"images": "textures"},
    "validation": {"held_out": 0.25},
    "augment": {"mirror": True, "rotations": True, "zoom": 1.1, "brightness": 0.1},
    "training": {
        "epochs": 2,
        "steps_per_epoch": 3,
        "batch": 4,
        "loss": "cross-entropy",
        "average": 0.9,
        "threads": 1,
    },
}


@pytest.fixture(scope="session")
def textures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds `textures`: three class folders of four cuts of 30x36, of one colour."""
    from skimage.data import brick, chelsea, grass

    root = tmp_path_factory.mktemp("classes")
    pictures = {"brick wall": brick(), "cat": chelsea(), "grass": grass()}
    for name, picture in pictures.items():
        (root / "textures" / name).mkdir(parents=True)
        for index in range(4):
            cut = picture[40 * index : 40 * index + 30, 100:136]
            write_image(root / "textures" / name / f"{index}.png", np.ascontiguousarray(cut))
    return root


@pytest.fixture
def make_classifier(textures: Path, tmp_path: Path) -> ClassifierMaker:
    """A classifier's recipe on the textures; `training={"epochs": 3}` changes single settings."""

    def make(name: str = "tiny", **changes: dict[str, object]) -> ClassifierRecipe:
        path = tmp_path / f"{name}.toml"
        tables = {key: {**table, **changes.get(key, {})} for key, table in _CLASSIFIER.items()}
        path.write_text(_toml(['kind = "classifier"'], tables))
        recipe = read_recipe(path, root=textures)
        assert isinstance(recipe, ClassifierRecipe)
        return recipe

    return make
