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


def _source(folder):
    return FolderClasses(folder=folder)


def _all(folder):
    return _source(folder).draw(lambda truths: range(len(truths)))


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


def _left_out(folder):
    return {
        left.place.relative_to(folder).as_posix(): left.why for left in _source(folder).left_out()
    }


def test_images_without_class_folders_are_refused(pets):
    with pytest.raises(BenchmarkError, match=r"holds no class folder.*\n.*img_2\.png: it lies"):
        _all(pets / "dog")


def test_what_is_no_image_of_a_class_is_left_out_and_named_all_at_once(pets, save, grey):
    save(pets / "montage.png", grey)
    save(pets / "dog" / "puppies" / "a.png", grey)
    save(pets / "dog" / "img_2.bmp", grey)
    (pets / "dog" / "jump.gif").write_bytes(b"GIF89a")
    (pets / "dog" / "gone.png").symlink_to(pets / "nowhere.png")
    (pets / "dog" / "IMG_7").write_bytes((pets / "dog" / "img_10.png").read_bytes())
    (pets / "dog" / "notes.txt").write_text("a good dog")
    (pets / "bird").mkdir()
    (pets / "fish" / "deep").mkdir(parents=True)
    save(pets / "fish" / "deep" / "a.png", grey)
    assert [image.name for image in _all(pets)] == ["big cat/x", "dog/img_10"]
    assert _source(pets).labels() == ("big cat", "dog")
    assert _left_out(pets) == {
        "montage.png": "it lies outside of class folders; expected FOLDER/<class>/<image>",
        "bird": "the class folder holds no images; put some into it, or remove it",
        "dog/IMG_7": "it is an image without an image's suffix; rename it",
        "dog/gone.png": "it is no file (a link to nothing, say)",
        "dog/img_2.bmp": "it and img_2.png are one image by name; rename or remove one",
        "dog/img_2.png": "it and img_2.bmp are one image by name; rename or remove one",
        "dog/jump.gif": ".gif is not read; convert it to PNG",
        "dog/puppies": "the 1 images in it are not looked at; expected FOLDER/<class>/<image>",
        "fish/deep": "the 1 images in it are not looked at; expected FOLDER/<class>/<image>",
    }


def test_one_class_only_is_refused(tmp_path, save, grey):
    save(tmp_path / "dog" / "a.png", grey)
    with pytest.raises(BenchmarkError, match="only the class folder dog; expected two or more"):
        _all(tmp_path)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(BenchmarkError, match="holds no class folder"):
        _all(tmp_path)


def test_a_folder_of_parts_points_to_one_of_them(pets, save, grey):
    for part in ("test", "train"):
        for name in ("cat", "dog"):
            save(pets / "set" / part / name / "a.png", grey)
    with pytest.raises(BenchmarkError, match=r"the classes lie in .*set/test, name that instead"):
        _all(pets / "set")


@pytest.mark.parametrize("name", ["a\nb", "tab\there", "\x1b[31mred", "x" * 201])
def test_a_name_that_cannot_be_shown_is_left_out(pets, save, grey, name):
    save(pets / name / "a.png", grey)
    assert "is no name for a class or an image" in _left_out(pets)[name]
    assert _source(pets).labels() == ("big cat", "dog")


def test_a_class_whose_name_is_not_utf8_is_left_out(pets):
    os.mkdir(os.fsencode(pets) + b"/caf\xe9")  # noqa: PTH102
    [left] = _source(pets).left_out()
    assert "is no name for a class" in left.why


def test_more_images_than_are_read_are_refused(pets, monkeypatch):
    monkeypatch.setattr(class_folder, "MAX_IMAGES", 2)
    with pytest.raises(BenchmarkError, match="more than 10000 classes or 2 images"):
        _all(pets)


def test_a_class_folder_that_may_not_be_read_is_left_out(pets, monkeypatch):
    (pets / "locked").mkdir()
    original = class_folder.images_and_twins

    def refused(folder):
        if folder.name == "locked":
            raise BenchmarkError(f"{folder} cannot be read (Permission denied)")
        return original(folder)

    monkeypatch.setattr(class_folder, "images_and_twins", refused)
    assert _left_out(pets) == {"locked": f"{pets / 'locked'} cannot be read (Permission denied)"}
