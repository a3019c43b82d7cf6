"""The pictures of a classifier's training: which, of what size, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from srlab.data.materials import MATERIALS, material_strips
from srlab.errors import BenchmarkError, Silent, TrainingError, UsageError
from srlab.image.files import read_image
from srlab.train import class_pictures
from srlab.train.class_pictures import read_pictures
from srlab.train.recipe import find_recipe


def test_a_folder_of_classes_is_squashed_to_squares_with_room_for_cuts(make_classifier) -> None:
    pictures = read_pictures(make_classifier(), Silent())
    assert pictures.labels == ("brick wall", "cat", "grass")
    assert [[one.shape for one in group] for group in pictures.train] == [[(18, 18, 1)] * 3] * 3
    assert (pictures.x.shape, pictures.y.tolist()) == ((3, 16, 16, 1), [0, 1, 2])
    assert pictures.validation == "last 0.25 of each class of textures"


def test_the_last_pictures_of_each_class_are_held_out(make_classifier, textures) -> None:
    size = {"size": 30, "patch": 10, "channels": 3}
    shown = read_pictures(make_classifier(net=size), Silent()).x[2]
    held = read_image(textures / "textures" / "grass" / "3.png")
    assert np.abs(shown.mean() - held.mean()) < 1
    limited = read_pictures(make_classifier(data={"limit": 2}), Silent())
    assert [len(group) for group in limited.train] == [1, 1, 1]


def test_materials_are_cut_from_the_left_and_judged_on_patches_of_their_own(tmp_path) -> None:
    pictures = read_pictures(find_recipe("materials-vit"), Silent())
    strips, held = material_strips("train"), material_strips("validation")
    assert pictures.labels == MATERIALS
    assert np.array_equal(pictures.train[0][0][:, :, 0], strips[MATERIALS[0]])
    assert np.array_equal(pictures.x[0, :, :, 0], held[MATERIALS[0]][:64, :64])
    assert np.array_equal(pictures.x[1, :, :, 0], held[MATERIALS[0]][:64, 16:80])
    assert np.bincount(pictures.y, minlength=13).min() > 5


def test_the_facts_change_with_a_pixel(make_classifier) -> None:
    pictures = read_pictures(make_classifier(), Silent())
    other = pictures.x.copy()
    other[0, 0, 0, 0] ^= 1
    facts = pictures.facts
    assert facts["pictures"] == 9
    assert facts["validation_pictures"] == 3
    assert replace(pictures, x=other).facts["digest"] != facts["digest"]


def test_a_set_that_is_not_there_is_named(make_classifier) -> None:
    with pytest.raises(UsageError, match="no folder 'nowhere'; expected food101, materials"):
        read_pictures(make_classifier(data={"images": "nowhere"}), Silent())


def test_one_class_alone_is_refused(make_classifier, textures, tmp_path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "cat").symlink_to(textures / "textures" / "cat")
    with pytest.raises(BenchmarkError, match="only the class folder cat"):
        read_pictures(make_classifier(data={"images": str(tmp_path / "one")}), Silent())


def test_a_class_that_is_held_out_whole_is_named(make_classifier) -> None:
    with pytest.raises(TrainingError, match="nothing is left to train on of brick wall, cat, gr"):
        read_pictures(make_classifier(data={"limit": 1}), Silent())


def test_a_class_that_only_the_validation_shows_is_named(
    make_classifier, textures, tmp_path
) -> None:
    for name, other in (("cat", "cat"), ("moon", "grass")):
        (tmp_path / "other").mkdir(exist_ok=True)
        (tmp_path / "other" / name).symlink_to(textures / "textures" / other)
    validation = {"held_out": 0, "images": str(tmp_path / "other")}
    with pytest.raises(TrainingError, match="the validation pictures show moon, which the train"):
        read_pictures(make_classifier(validation=validation), Silent())


def test_more_than_fits_into_memory_is_refused_before_it_is_read(
    make_classifier, monkeypatch
) -> None:
    monkeypatch.setattr(class_pictures, "_IN_MEMORY_BYTES", 1000)
    with pytest.raises(TrainingError, match=r"12 pictures are .* at 18x18, .* set \[data\] limit"):
        read_pictures(make_classifier(), Silent())
