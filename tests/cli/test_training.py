"""`srlab prepare` and `srlab train`."""

from __future__ import annotations

import json

import pytest

_RECIPE = """
kind = "upscaler"
scale = 2
[net]
architecture = "cnn3"
widths = [4, 3]
[data]
folders = ["photos"]
[validation]
benchmark = "photos"
[patches]
source = "prepared"
size = 16
stride = 16
[training]
epochs = 2
batch = 4
threads = 1
"""


@pytest.fixture
def recipe(place):
    (place / "mine.toml").write_text(_RECIPE)
    return place / "mine.toml"


def test_prepare_says_how_much_before_and_after(srlab_, recipe, place) -> None:
    said = srlab_("prepare mine.toml")
    assert said.code == 0
    assert said.err.startswith("18 patches of 2 images, 0.0 MB before compression")
    assert said.out.startswith("mine/patches.h5: 0.0 MB")
    assert (place / "mine" / "patches.h5").is_file()


def test_train_leaves_a_checkpoint_that_evaluate_takes(srlab_, recipe) -> None:
    said = srlab_("train mine.toml --out trained")
    assert said.code == 0
    assert said.out.startswith("trained/mine.safetensors: ")
    assert " dB on validation (paper-y), epoch " in said.out
    assert srlab_("evaluate -b photos -u trained/mine.safetensors -s 2 -m psnr").code == 0
    rows = json.loads(srlab_("scores --json").out)
    assert {row["upscaler"] for row in rows} == {"mine"}


def test_the_history_is_in_the_store(srlab_, recipe, place) -> None:
    from srlab.store.store import Store

    srlab_("train mine.toml --store kept")
    rows = Store.open(place / "kept").rows("SELECT epoch FROM history", tables=("history",))
    assert sorted(rows) == [(1,), (2,)]


def test_an_unknown_recipe_is_wrong_usage(srlab_) -> None:
    said = srlab_("train edsr-lite-x2")
    assert said.code == 2
    assert "did you mean edsr-light-x2" in said.err


def test_a_missing_training_folder_is_named(srlab_, recipe) -> None:
    said = srlab_("train mine.toml --data elsewhere")
    assert said.code == 1
    assert "srlab: training: there is no folder" in said.err
