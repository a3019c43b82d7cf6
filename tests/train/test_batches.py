"""Batches: aligned, repeatable, and turned as the recipe allows."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from srlab.errors import Silent, TrainingError
from srlab.image.files import write_image
from srlab.image.resize import downscale
from srlab.train import batches
from srlab.train.batches import Patches, augment, open_batches, read_crops
from srlab.train.pairs import training_files
from srlab.train.patches import prepare
from srlab.train.upscaler_recipe import Augment
from tests.train.interrupt import Interrupt


def _batches(recipe, out):
    return open_batches(recipe, training_files(recipe), out, progress=Silent())


def test_input_and_target_of_a_crop_show_the_same_place(make_recipe, tmp_path) -> None:
    x, y = _batches(make_recipe(augment={"flips": False, "rotations": False}), tmp_path).batch(
        0, 0, 0
    )
    assert (x.shape, y.shape) == ((4, 12, 12, 3), (4, 24, 24, 3))
    for small, large in zip(x, y, strict=True):
        inner = np.s_[2:-2, 2:-2]  # the border of a cut is degraded from less
        assert np.abs(downscale(large, 2)[inner].astype(int) - small[inner]).max() <= 1


@pytest.mark.parametrize("source", ["crops", "prepared"])
def test_a_batch_depends_on_its_place_alone(make_recipe, tmp_path, source) -> None:
    recipe = make_recipe(patches={"source": source})
    one, other = _batches(recipe, tmp_path), _batches(recipe, tmp_path)
    for place in ((0, 0, 0), (1, 2, 0)):
        other.batch(0, 1, 0)
        assert all(map(np.array_equal, one.batch(*place), other.batch(*place)))
    assert not np.array_equal(one.batch(0, 0, 0)[0], one.batch(1, 0, 0)[0])


def test_processes_draw_different_crops(make_recipe, tmp_path) -> None:
    batches = _batches(make_recipe(), tmp_path)
    assert not np.array_equal(batches.batch(0, 0, 0)[0], batches.batch(0, 0, 1)[0])


def test_an_epoch_shows_each_prepared_patch_once_over_all_processes(make_recipe, tmp_path) -> None:
    settings = {"source": "prepared", "stride": 6}
    recipe = make_recipe(
        patches=settings,
        augment={"flips": False, "rotations": False},
        training={"steps_per_epoch": 0, "batch": 6},
    )
    batches = Patches(prepare(recipe, out=tmp_path), recipe, processes=2)
    assert batches.steps_per_epoch == 5
    seen = [batches.batch(0, step, process)[0] for step in range(5) for process in (0, 1)]
    assert len({patch.tobytes() for part in seen for patch in part}) == 60


def test_too_few_prepared_patches_for_a_batch_are_named(make_recipe, tmp_path) -> None:
    recipe = make_recipe(patches={"source": "prepared"}, training={"batch": 61})
    with pytest.raises(TrainingError, match="holds 60 patches, 0 steps of 1 x 61"):
        _batches(recipe, tmp_path)


def test_flips_and_rotations_give_all_eight_and_turn_the_target_alike(rng) -> None:
    patch = rng.integers(0, 256, (5, 5, 1)).astype(np.uint8)
    x = np.repeat(patch[None], 200, axis=0)
    turned, target = augment(x, x, Augment(flips=True, rotations=True), rng)
    eight = {np.rot90(side, k).tobytes() for side in (patch, patch[:, ::-1]) for k in range(4)}
    assert {one.tobytes() for one in turned} == eight
    assert np.array_equal(turned, target)


def test_brightness_is_one_factor_for_input_and_target(rng) -> None:
    x = np.full((50, 2, 2, 1), 100, np.uint8)
    bright, target = augment(x, x, Augment(brightness=0.2), rng)
    assert np.array_equal(bright, target)
    assert 80 <= bright.min() < 90
    assert 110 < bright.max() <= 120
    assert all(len(np.unique(one)) == 1 for one in bright)


def test_no_wish_changes_nothing(rng) -> None:
    x = rng.integers(0, 256, (3, 4, 4, 3)).astype(np.uint8)
    assert np.array_equal(augment(x, x, Augment(), rng)[0], x)


def test_rotations_without_flips_are_rotations() -> None:
    patch = np.arange(16, dtype=np.uint8).reshape(1, 4, 4, 1)
    rng, found = np.random.default_rng(0), set()
    for _ in range(40):
        x, y = augment(patch, patch, Augment(rotations=True), rng)
        assert (x == y).all()
        found.add(x.tobytes())
    assert found == {np.rot90(patch[0], turns).tobytes() for turns in range(4)}


def test_an_image_too_small_to_be_made_small_is_named_and_left_out(make_recipe, tmp_path) -> None:
    recipe = make_recipe(scale=4, patches={"size": 8})
    write_image(tmp_path / "dot.png", np.zeros((1, 1, 3), np.uint8))
    files = training_files(recipe)
    watching = Interrupt()
    crops = read_crops(replace(files, train=(tmp_path / "dot.png", *files.train)), recipe, watching)
    assert len(crops._pairs) == len(files.train)
    assert "dot.png is left out" in watching.warnings[0]


def test_much_memory_is_announced(make_recipe, monkeypatch) -> None:
    monkeypatch.setattr(batches, "_MUCH_BYTES", 1000)
    recipe, watching = make_recipe(), Interrupt()
    read_crops(training_files(recipe), recipe, watching)
    assert re.match(r"10 images take 0\.0 GB of memory", watching.said[0])
