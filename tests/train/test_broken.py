"""Files that cannot be trained on are all named before anything is trained."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from srlab.errors import Silent, TrainingError
from srlab.image.files import read_image
from srlab.train.class_pictures import read_pictures
from srlab.train.loop import train
from srlab.train.patches import prepare

_PREPARED = {"source": "prepared", "size": 12, "stride": 6}


class _Heard(Silent):
    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, message: str) -> None:
        self.warnings.append(message)


@pytest.fixture
def own(photos: Path, tmp_path: Path) -> Path:
    """The photographs in a folder of one's own, to be spoiled; two of the twelve are held out."""
    return Path(shutil.copytree(photos / "photos", tmp_path / "photos"))


def _spoil(own: Path) -> list[str]:
    """Break a header, the end of a file, and one that is held out; their names."""
    (own / "cat_03.png").write_bytes(b"no picture")
    whole = (own / "cat_07.png").read_bytes()
    (own / "cat_07.png").write_bytes(whole[: len(whole) // 2])
    (own / "cat_11.png").write_bytes(b"")
    return ["cat_03.png", "cat_07.png", "cat_11.png"]


def _to_grey_alpha(path: Path) -> None:
    pixels = read_image(path)
    Image.fromarray(np.dstack([pixels, np.full(pixels.shape[:2], 90, np.uint8)])).save(path)


@pytest.mark.parametrize("patches", [{}, _PREPARED])
def test_broken_images_are_all_named_at_once(make_recipe, own: Path, patches) -> None:
    names = _spoil(own)
    recipe = replace(make_recipe(patches=patches), root=own.parent)
    with pytest.raises(TrainingError, match="3 of the files brought cannot be trained on") as error:
        train(recipe, out=own.parent / "out")
    assert [name for name in names if name in str(error.value)] == names


def test_so_are_they_when_patches_are_prepared(make_recipe, own: Path) -> None:
    names = _spoil(own)
    recipe = replace(make_recipe(patches=_PREPARED), root=own.parent)
    with pytest.raises(TrainingError) as error:
        prepare(recipe, out=own.parent / "out")
    assert [name for name in names if name in str(error.value)] == names


def test_what_is_not_read_stops_a_training_beside_what_is_broken(make_recipe, own: Path) -> None:
    (own / "cat_03.png").write_bytes(b"no picture")
    (own / "jump.gif").write_bytes(b"GIF89a")
    shutil.copy(own / "cat_05.png", own / "cat_05.webp")
    with pytest.raises(TrainingError, match="4 of the files brought") as error:
        train(replace(make_recipe(), root=own.parent), out=own.parent / "out")
    assert len(error.value.details) == 4
    for name in ("cat_03.png", "jump.gif", "cat_05.png", "cat_05.webp"):
        assert name in str(error.value)


def test_folders_below_and_what_was_done_to_files_are_said(make_recipe, own: Path) -> None:
    shutil.copytree(own, own / "more")
    for name in ("cat_02.png", "cat_11.png"):
        _to_grey_alpha(own / name)
    for options in ({}, {"patches": _PREPARED}):
        heard = _Heard()
        recipe = replace(make_recipe(**options), root=own.parent)
        train(recipe, out=own.parent / f"out-{len(options)}", progress=heard)
        said = f"{own / 'more'}: the 12 images in this folder are not looked at"
        assert said in heard.warnings
        for name in ("cat_02.png", "cat_11.png"):
            assert f"photos/{name}: alpha composited on white" in heard.warnings


def test_pictures_of_classes_are_all_named_at_once(make_classifier, textures, tmp_path) -> None:
    place = tmp_path / "own"
    shutil.copytree(textures / "textures", place)
    for name in ("cat/0.png", "grass/3.png"):
        (place / name).write_bytes(b"no picture")
    (place / "cat" / "jump.gif").write_bytes(b"GIF89a")
    (place / "bird").mkdir()
    (place / "stray.png").write_bytes((place / "cat" / "1.png").read_bytes())
    with pytest.raises(TrainingError, match="5 of the files brought") as error:
        read_pictures(make_classifier(data={"images": str(place)}), Silent())
    for name in ("cat/0.png", "grass/3.png", "cat/jump.gif", "bird", "stray.png"):
        assert str(place / name) in str(error.value)


def test_what_was_done_to_pictures_of_classes_is_said(make_classifier, textures, tmp_path) -> None:
    place = tmp_path / "own"
    shutil.copytree(textures / "textures", place)
    _to_grey_alpha(place / "cat" / "1.png")
    heard = _Heard()
    read_pictures(make_classifier(data={"images": str(place)}), heard)
    assert heard.warnings == ["cat/1: alpha composited on white"]
