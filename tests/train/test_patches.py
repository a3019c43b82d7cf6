"""Prepared patches: how many, which pixels, interrupted and resumed, and what is not ours."""

from __future__ import annotations

import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

from srlab.data.degradation import matlab_bicubic
from srlab.errors import PatchesError, RecipeError, Silent, TrainingError
from srlab.image.color import luma_rounded
from srlab.image.files import read_image
from srlab.image.resize import upscale
from srlab.train import patches
from srlab.train.patches import open_patches, plan_patches, prepare

_PREPARED = {"source": "prepared", "size": 12, "stride": 6}
_LUMA = {"architecture": "srcnn", "channels": 1, "widths": [4, 3]}


def _arrays(path: Path) -> tuple[np.ndarray, np.ndarray]:
    with open_patches(path) as file:
        return np.asarray(file["x"]), np.asarray(file["y"])


def test_the_size_is_known_before_anything_is_written(make_recipe, tmp_path) -> None:
    # lr is 22x26: places at 0 and 6 down, 0, 6 and 12 across, in each of 10 images.
    plan = plan_patches(make_recipe(patches=_PREPARED))
    assert plan.count == 10 * 2 * 3
    assert plan.raw_bytes == 60 * 3 * (12 * 12 + 24 * 24)
    assert plan.in_words() == "60 patches of 10 images, 0.1 MB before compression"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny.toml"]


def test_native_lr_patches_are_aligned_with_their_targets(make_recipe, photos, tmp_path) -> None:
    x, y = _arrays(prepare(make_recipe(patches=_PREPARED), out=tmp_path))
    assert (x.shape, y.shape) == ((60, 12, 12, 3), (60, 24, 24, 3))
    hr, lr = matlab_bicubic(read_image(photos / "photos" / "cat_00.png"), 2)
    assert np.array_equal(x[4], lr[6:18, 6:18])
    assert np.array_equal(y[4], hr[12:36, 12:36])


def test_luma_patches_are_of_the_enlarged_lr(make_recipe, photos, tmp_path) -> None:
    recipe = make_recipe(net=_LUMA, patches=_PREPARED | {"size": 33, "stride": 7})
    x, y = _arrays(prepare(recipe, out=tmp_path))
    hr, lr = matlab_bicubic(read_image(photos / "photos" / "cat_00.png"), 2)
    assert x.shape == y.shape == (10 * 2 * 3, 33, 33, 1)
    assert np.array_equal(x[5, ..., 0], luma_rounded(upscale(lr, 2))[7:40, 14:47])
    assert np.array_equal(y[5, ..., 0], luma_rounded(hr)[7:40, 14:47])


def test_max_patches_draws_from_all_images(make_recipe, tmp_path) -> None:
    every, _ = _arrays(prepare(make_recipe("all", patches=_PREPARED), out=tmp_path / "all"))
    recipe = make_recipe(patches=_PREPARED | {"max_patches": 25})
    some, _ = _arrays(prepare(recipe, out=tmp_path))
    kept = [patch.tobytes() for patch in every]
    places = [kept.index(patch.tobytes()) for patch in some]
    assert len(places) == 25
    assert places == sorted(set(places))
    assert len({place // 6 for place in places}) > 5


class StopAt(Silent):
    """Interrupts after so many images."""

    def __init__(self, images: int) -> None:
        self.images = images

    def advance(self, note: str = "") -> None:
        self.images -= 1
        if self.images == 0:
            raise KeyboardInterrupt


def test_an_interrupted_preparation_goes_on_to_the_same_bytes(
    make_recipe, tmp_path, monkeypatch
) -> None:
    recipe = make_recipe(patches=_PREPARED)
    whole = prepare(recipe, out=tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        prepare(recipe, out=tmp_path / "parts", progress=StopAt(4))
    assert not (tmp_path / "parts" / "patches.h5").exists()
    cut: list[str] = []
    original = patches.make_pair
    monkeypatch.setattr(
        patches, "make_pair", lambda path, *of: (cut.append(path.stem), original(path, *of))[1]
    )
    resumed = prepare(recipe, out=tmp_path / "parts")
    assert len(cut) == 6
    assert resumed.read_bytes() == whole.read_bytes()
    assert [path.name for path in (tmp_path / "parts").iterdir()] == ["patches.h5"]


def test_a_prepared_file_is_not_made_again(make_recipe, tmp_path, monkeypatch) -> None:
    recipe = make_recipe(patches=_PREPARED)
    path = prepare(recipe, out=tmp_path)
    monkeypatch.setattr(patches, "make_pair", None)
    assert prepare(recipe, out=tmp_path) == path


def test_the_recipes_digest_is_inside(make_recipe, tmp_path) -> None:
    recipe = make_recipe(patches=_PREPARED)
    with open_patches(prepare(recipe, out=tmp_path)) as file:
        assert recipe.digest.hex() in str(file.attrs["plan"])


def test_patches_of_other_settings_are_refused(make_recipe, tmp_path) -> None:
    prepare(make_recipe(patches=_PREPARED), out=tmp_path)
    with pytest.raises(PatchesError, match="was made with stride 6, the recipe wants 5"):
        prepare(make_recipe(patches=_PREPARED | {"stride": 5}), out=tmp_path)


def test_another_rate_takes_the_same_patches(make_recipe, tmp_path) -> None:
    path = prepare(make_recipe(patches=_PREPARED), out=tmp_path)
    other = make_recipe(patches=_PREPARED, training={"rate": 0.01})
    assert prepare(other, out=tmp_path) == path


def test_an_hdf5_of_someone_else_is_named(tmp_path) -> None:
    with h5py.File(tmp_path / "theirs.h5", "w") as file:
        file["data"] = np.zeros((2, 1, 33, 33))
    with pytest.raises(PatchesError, match=r"not of srlab's patches \(it holds data\)"):
        open_patches(tmp_path / "theirs.h5")


@pytest.mark.parametrize("keep", [0, 100, 2000])
def test_a_cut_hdf5_is_no_hdf5(make_recipe, tmp_path, keep) -> None:
    path = prepare(make_recipe(patches=_PREPARED), out=tmp_path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(PatchesError, match="cannot be read as HDF5"):
        open_patches(path)


def test_an_hdf5_of_ours_with_other_shapes_is_refused(tmp_path) -> None:
    with h5py.File(tmp_path / "odd.h5", "w") as file:
        file.attrs.update(format=patches.FORMAT, version=patches.VERSION, plan="{}")
        file["x"], file["y"] = np.zeros((2, 3), np.uint8), np.zeros((3, 3), np.uint8)
    with pytest.raises(PatchesError, match="expected as many uint8 patches"):
        open_patches(tmp_path / "odd.h5")


def test_images_smaller_than_a_patch_leave_nothing(make_recipe, tmp_path) -> None:
    with pytest.raises(TrainingError, match="none of 10 images is as large as a patch, 30x30"):
        prepare(make_recipe(patches=_PREPARED | {"size": 30}), out=tmp_path)


def test_patches_that_are_not_the_plans_are_refused(make_recipe, tmp_path) -> None:
    recipe = make_recipe(patches=_PREPARED)
    path = prepare(recipe, out=tmp_path)
    x, y = _arrays(path)
    with h5py.File(path, "r+") as file:
        del file["x"], file["y"]
        file["x"], file["y"] = x[:-1], y[:-1]
    with pytest.raises(PatchesError, match=r"holds patches of shape .* the recipe wants"):
        prepare(recipe, out=tmp_path)


@pytest.mark.parametrize("how", ["soft", "external", "virtual"])
def test_patches_that_are_stored_elsewhere_are_refused(make_recipe, tmp_path, how) -> None:
    recipe = make_recipe(patches=_PREPARED)
    path = prepare(recipe, out=tmp_path)
    with h5py.File(path, "r+") as file:
        file.move("x", "elsewhere")
        if how == "soft":
            file["x"] = h5py.SoftLink("/elsewhere")
        elif how == "external":
            file["x"] = h5py.ExternalLink("other.h5", "/x")
        else:
            layout = h5py.VirtualLayout(file["elsewhere"].shape, np.uint8)
            layout[:] = h5py.VirtualSource(file["elsewhere"])
            file.create_virtual_dataset("x", layout)
    with pytest.raises(PatchesError, match="stored elsewhere"):
        prepare(recipe, out=tmp_path)


def test_a_plan_that_is_none_is_refused(make_recipe, tmp_path) -> None:
    recipe = make_recipe(patches=_PREPARED)
    path = prepare(recipe, out=tmp_path)
    with h5py.File(path, "r+") as file:
        file.attrs["plan"] = "[1, 2"
    with pytest.raises(PatchesError, match="was made with size None"):
        prepare(recipe, out=tmp_path)


def test_a_disk_without_room_is_told_before_it_is_full(make_recipe, tmp_path, monkeypatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=10))
    with pytest.raises(TrainingError, match=r"has 0\.0 MB left, and the patches need about"):
        prepare(make_recipe(patches=_PREPARED), out=tmp_path)
    assert not (tmp_path / "patches.h5").exists()


def test_what_a_killed_process_left_half_written_is_removed(make_recipe, tmp_path) -> None:
    (tmp_path / ".tmp-abc-patches.h5").write_bytes(b"half")
    prepare(make_recipe(patches=_PREPARED), out=tmp_path)
    assert not list(tmp_path.glob(".tmp-*"))


@pytest.mark.parametrize("file", ["../up.h5", "/tmp/elsewhere.h5", "~/home.h5"])
def test_patches_stay_below_the_recipes_folder(make_recipe, file) -> None:
    with pytest.raises(RecipeError, match="expected a path below"):
        make_recipe(patches={**_PREPARED, "file": file})
