"""`srlab prepare`, `srlab train` and `srlab history`."""

from __future__ import annotations

import json
import re

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
    assert " dB (paper-y) on validation, epoch " in said.out
    assert srlab_("evaluate -b photos -u trained/mine.safetensors -s 2 -m psnr").code == 0
    rows = json.loads(srlab_("scores --json").out)
    assert {row["upscaler"] for row in rows} == {"mine"}


def test_history_tells_of_trainings_and_of_the_epochs_of_one(srlab_, recipe) -> None:
    srlab_("train mine.toml --store kept")
    header, _, row = srlab_("history --store kept").out.splitlines()
    assert header.split()[:5] == ["training", "epochs", "best", "epoch", "psnr"]
    assert row.startswith("mine")
    epochs = json.loads(srlab_("history mine --store kept --json").out)
    assert [epoch["epoch"] for epoch in epochs] == [1, 2]
    assert sum(epoch["best"] for epoch in epochs) == 1
    assert epochs[0]["psnr"] > 5
    assert epochs[0]["validation_loss"] > 0
    lines = srlab_("history mine --store kept").out.splitlines()
    assert len(lines) == 4
    assert " GB " in lines[2]


def test_without_a_training_history_says_how_to_get_one(evaluated) -> None:
    said = evaluated("history")
    assert (said.code, said.out) == (3, "")
    assert "`srlab train RECIPE` adds one" in said.err


def test_the_history_of_no_training_names_the_nearest(srlab_, recipe) -> None:
    srlab_("train mine.toml")
    assert "holds no training 'mime'; did you mean mine?" in srlab_("history mime").err


_CLASSIFIER = """
kind = "classifier"
[net]
architecture = "vit"
size = 16
patch = 8
width = 8
depth = 1
heads = 2
[data]
images = "classes"
[validation]
held_out = 0.5
[training]
epochs = 1
steps_per_epoch = 1
batch = 2
loss = "cross-entropy"
threads = 1
"""


@pytest.fixture
def classifier(place):
    for name, picture in (("cat", "cat"), ("grey", "grey_cat")):
        for copy in "ab":
            file = place / "classes" / name / f"{copy}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes((place / "photos" / f"{picture}.png").read_bytes())
    (place / "vit.toml").write_text(_CLASSIFIER)
    return place / "vit.toml"


def test_train_leaves_a_classifier_as_a_folder_and_says_its_accuracy(
    srlab_, classifier, place
) -> None:
    said = srlab_("train vit.toml --out trained")
    assert said.code == 0
    assert re.match(r"trained/vit: \d+\.0% right on validation, epoch 1 of 1, ", said.out)
    assert (place / "trained" / "vit" / "model.safetensors").is_file()


def test_a_classifier_has_no_patches_to_prepare(srlab_, classifier) -> None:
    said = srlab_("prepare vit.toml")
    assert said.code == 2
    assert "vit is a recipe of a classifier, whose pictures need no preparation" in said.err


def test_the_help_of_train_tells_of_both_kinds(srlab_) -> None:
    said = " ".join(srlab_("train --help").out.split())
    assert "Train an upscaler or a classifier as a recipe says." in said
    assert "the folder NAME in Hugging Face format" in said


def test_the_listed_recipes_say_their_kind(srlab_) -> None:
    kinds = {row["name"]: row["kind"] for row in json.loads(srlab_("show recipes --json").out)}
    assert kinds["edsr-light-x2"] == "upscaler"
    assert kinds["materials-vit"] == kinds["food-vit-mechanics"] == "classifier"


def test_an_unknown_recipe_is_wrong_usage(srlab_) -> None:
    said = srlab_("train edsr-lite-x2")
    assert said.code == 2
    assert "did you mean edsr-light-x2" in said.err


def test_a_missing_training_folder_is_named(srlab_, recipe) -> None:
    said = srlab_("train mine.toml --data elsewhere")
    assert said.code == 1
    assert "srlab: training: there is no folder" in said.err


def test_crops_need_no_preparation(srlab_, recipe) -> None:
    recipe.write_text(
        _RECIPE.replace('source = "prepared"\n', "").replace(
            "epochs", "steps_per_epoch = 1\nepochs"
        )
    )
    said = srlab_("prepare mine.toml")
    assert said.code == 2
    assert "cuts its crops while it trains" in said.err
