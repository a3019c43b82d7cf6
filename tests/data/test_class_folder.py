"""Folders of class folders, and what is none."""

from __future__ import annotations

import os

import pytest

from srlab.data import class_folder
from srlab.data.class_folder import FolderClasses
from srlab.errors import BenchmarkError


@pytest.fixture
def pets(tmp_path, save, grey):
    for name in ("dog/img_10", "dog/img_2", "big cat/x", ".hidden/y", "dog/.z"):
        save(tmp_path / f"{name}.png", grey)
    (tmp_path / "licence.txt").touch()
    return tmp_path


def _all(folder):
    return FolderClasses(folder=folder).draw(lambda truths: range(len(truths)))


def test_images_are_named_by_class_and_stem_in_natural_order(pets):
    images = _all(pets)
    assert [image.name for image in images] == ["big cat/x", "dog/img_2", "dog/img_10"]
    assert [image.truth for image in images] == ["big cat", "dog", "dog"]
    assert images[1].source == pets / "dog" / "img_2.png"
    assert FolderClasses(folder=pets).labels() == ("big cat", "dog")


def test_a_choice_goes_by_the_classes_of_all_images(pets):
    seen = []

    def choose(truths):
        seen.extend(truths)
        return [2]

    assert [image.name for image in FolderClasses(folder=pets).draw(choose)] == ["dog/img_10"]
    assert seen == ["big cat", "dog", "dog"]


def test_linked_class_folders_are_followed(pets, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "bird").symlink_to(pets / "dog")
    (other / "dog").symlink_to(pets / "dog")
    assert len(_all(other)) == 4


def test_images_without_class_folders_are_refused(pets):
    with pytest.raises(BenchmarkError, match=r"images such as img_2\.png outside of class folders"):
        _all(pets / "dog")


def test_an_image_beside_the_class_folders_is_named(pets, save, grey):
    save(pets / "montage.png", grey)
    with pytest.raises(BenchmarkError, match=r"montage\.png"):
        _all(pets)


def test_one_class_only_is_refused(tmp_path, save, grey):
    save(tmp_path / "dog" / "a.png", grey)
    with pytest.raises(BenchmarkError, match="only the class folder dog; expected two or more"):
        _all(tmp_path)


def test_an_empty_class_is_named(pets):
    (pets / "bird").mkdir()
    with pytest.raises(BenchmarkError, match="bird holds no images"):
        _all(pets)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(BenchmarkError, match="holds no class folder"):
        _all(tmp_path)


def test_a_folder_of_parts_points_to_one_of_them(pets, save, grey):
    for part in ("test", "train"):
        for name in ("cat", "dog"):
            save(pets / "set" / part / name / "a.png", grey)
    with pytest.raises(BenchmarkError, match=r"the classes, name .*set/test instead"):
        _all(pets / "set")


def test_two_files_of_one_stem_are_refused(pets, save, grey):
    save(pets / "dog" / "img_2.bmp", grey)
    with pytest.raises(BenchmarkError, match="one sample by name"):
        _all(pets)


@pytest.mark.parametrize("name", ["a\nb", "tab\there", "\x1b[31mred", "x" * 201])
def test_a_name_that_cannot_be_shown_is_refused(pets, name):
    (pets / name).mkdir()
    with pytest.raises(BenchmarkError, match="is no name for a class or an image"):
        _all(pets)


def test_a_class_whose_name_is_not_utf8_is_refused(pets):
    os.mkdir(os.fsencode(pets) + b"/caf\xe9")  # noqa: PTH102
    with pytest.raises(BenchmarkError, match="is no name for a class"):
        _all(pets)


def test_more_images_than_are_read_are_refused(pets, monkeypatch):
    monkeypatch.setattr(class_folder, "MAX_IMAGES", 2)
    with pytest.raises(BenchmarkError, match="more than 10000 classes or 2 images"):
        _all(pets)
