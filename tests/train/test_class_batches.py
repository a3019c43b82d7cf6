"""Batches of a classifier: repeatable, of all classes, turned as the recipe allows."""

from __future__ import annotations

import numpy as np

from srlab.errors import Silent
from srlab.train.class_batches import ClassCuts, augment_cut
from srlab.train.class_pictures import read_pictures
from srlab.train.classifier_recipe import ClassAugment

_PLAIN = {"mirror": False, "rotations": False, "zoom": 1.0, "brightness": 0.0}


def _batches(recipe) -> ClassCuts:
    return ClassCuts(read_pictures(recipe, Silent()), recipe)


def test_a_batch_is_pictures_of_the_nets_size_and_the_numbers_of_their_classes(
    make_classifier,
) -> None:
    x, y = _batches(make_classifier(training={"batch": 50})).batch(0, 0, 0)
    assert (x.shape, x.dtype, y.dtype) == ((50, 16, 16, 1), np.uint8, np.int64)
    assert set(y.tolist()) == {0, 1, 2}


def test_a_batch_depends_on_its_place_alone(make_classifier) -> None:
    one, other = _batches(make_classifier()), _batches(make_classifier())
    for place in ((0, 0, 0), (1, 2, 0)):
        other.batch(0, 1, 0)
        assert all(map(np.array_equal, one.batch(*place), other.batch(*place)))
    assert not np.array_equal(one.batch(0, 0, 0)[0], one.batch(0, 0, 1)[0])


def test_a_plain_cut_is_a_part_of_a_picture_of_its_class(make_classifier) -> None:
    recipe = make_classifier(augment=_PLAIN)
    pictures = read_pictures(recipe, Silent())
    x, y = ClassCuts(pictures, recipe).batch(0, 0, 0)
    for cut, label in zip(x, y, strict=True):
        windows = [
            np.lib.stride_tricks.sliding_window_view(picture[:, :, 0], (16, 16))
            for picture in pictures.train[label]
        ]
        assert any((found == cut[:, :, 0]).all((2, 3)).any() for found in windows)


def test_zoomed_cuts_have_the_nets_size(make_classifier) -> None:
    x, _ = _batches(make_classifier(augment={"zoom": 4.0})).batch(0, 0, 0)
    assert x.shape == (4, 16, 16, 1)


def test_mirror_and_rotations_show_a_cut_in_eight_ways(rng) -> None:
    cut = np.arange(4, dtype=np.uint8).reshape(2, 2, 1)

    def ways(**allowed: bool) -> set[bytes]:
        wish = ClassAugment(**allowed)
        return {augment_cut(cut, wish, rng).tobytes() for _ in range(200)}

    assert [len(ways()), len(ways(mirror=True)), len(ways(rotations=True))] == [1, 2, 4]
    assert len(ways(mirror=True, rotations=True)) == 8


def test_brightness_multiplies_levels_and_stays_in_range(rng) -> None:
    wish = ClassAugment(brightness=0.5)
    means = [augment_cut(np.full((2, 2, 1), 100, np.uint8), wish, rng).mean() for _ in range(99)]
    assert 50 <= min(means) < 60
    assert 140 < max(means) <= 150
    assert augment_cut(np.full((2, 2, 1), 255, np.uint8), wish, rng).max() <= 255
