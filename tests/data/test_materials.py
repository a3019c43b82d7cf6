"""The patches of the embedded set of materials."""

from __future__ import annotations

import hashlib
from itertools import combinations

import numpy as np
import pytest

from srlab.data.embedded import embedded_images
from srlab.data.materials import (
    MATERIALS,
    SIDE,
    material_patches,
    material_strips,
    materials,
)
from srlab.image.files import image_size, read_image

SPLITS = ("train", "validation", "test")
# From test_the_patches_are_the_same_everywhere itself, on scikit-image 0.26 and Pillow 13.
GOLDEN = {
    "train": (319, "8adbc2e5f805a791"),
    "validation": (81, "7afc310f06f8c330"),
    "test": (175, "fd24be63fd9e1483"),
}


def test_there_are_at_least_ten_classes_one_picture_each():
    assert len(set(MATERIALS)) == len(MATERIALS) >= 10
    assert set(MATERIALS) <= embedded_images().keys()


@pytest.mark.parametrize("split", SPLITS)
def test_the_patches_are_the_same_everywhere(split):
    patches = material_patches(split)
    state = hashlib.sha256()
    for patch in patches:
        state.update(patch.name.encode() + patch.pixels.tobytes())
    assert (len(patches), state.hexdigest()[:16]) == GOLDEN[split]


@pytest.mark.parametrize("split", SPLITS)
def test_every_class_has_grey_patches_of_one_size(split):
    patches = material_patches(split)
    assert {patch.label for patch in patches} == set(MATERIALS)
    assert {patch.pixels.shape for patch in patches} == {(SIDE, SIDE)}
    assert len({patch.name for patch in patches}) == len(patches)


@pytest.mark.parametrize("label", MATERIALS)
def test_the_parts_lie_side_by_side_and_make_up_the_picture(label):
    height, width = image_size(embedded_images()[label])
    strips = [material_strips(split)[label] for split in SPLITS]
    assert {strip.shape[0] for strip in strips} == {height}
    assert sum(strip.shape[1] for strip in strips) == width
    assert strips[2].shape[1] in (width // 3, width // 3 + 1)
    picture = read_image(embedded_images()[label])
    if picture.ndim == 2:
        np.testing.assert_array_equal(np.hstack(strips), picture)


def test_no_two_parts_share_memory_and_so_no_pixel():
    for first, second in combinations(SPLITS, 2):
        for label in MATERIALS:
            ours, theirs = material_strips(first)[label], material_strips(second)[label]
            assert not np.shares_memory(ours, theirs)


def test_patches_of_a_part_do_not_overlap():
    patches = [patch.pixels for patch in material_patches("test") if patch.label == "brick"]
    assert not any(np.shares_memory(first, second) for first, second in combinations(patches, 2))


def test_the_strips_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        material_strips()["brick"][0, 0] = 0


def test_the_dataset_holds_the_same_pixels_and_the_names_of_the_classes():
    dataset = materials("test")
    patches = material_patches("test")
    assert dataset.column_names == ["image", "label"]
    assert dataset.features["label"].names == list(MATERIALS)
    for row in (0, 100, 174):
        np.testing.assert_array_equal(np.asarray(dataset[row]["image"]), patches[row].pixels)
        assert MATERIALS[dataset[row]["label"]] == patches[row].label
