"""The PSNR after an epoch is the one that an evaluation gives the same checkpoint."""

from __future__ import annotations

import math

import pytest
import torch

import srlab
from srlab.errors import UsageError
from srlab.train.judge import Judge, validation_pairs
from srlab.train.loop import train
from srlab.train.pairs import training_files


def test_the_best_psnr_is_what_evaluate_finds(make_recipe, photos, tmp_path) -> None:
    recipe = make_recipe(validation={"held_out": 0, "benchmark": "photos", "limit": 3})
    result = train(recipe, out=tmp_path / "out")
    store = str(tmp_path / "store")
    folder = str(photos / "photos")
    srlab.evaluate([folder], [str(result.best)], [2], metrics=["psnr"], store=store, limit=3)
    assert srlab.scores(store=store)["value"].mean() == pytest.approx(result.psnr, abs=1e-9)


def test_held_out_images_are_not_trained_on(make_recipe) -> None:
    recipe = make_recipe()
    files = training_files(recipe)
    assert [path.stem for path in files.held_out] == ["cat_10", "cat_11"]
    assert not set(files.train) & set(files.held_out)
    assert [hr.shape for hr, _ in validation_pairs(recipe, files)] == [(44, 52, 3)] * 2


def test_a_benchmark_that_is_not_there_is_named(make_recipe) -> None:
    recipe = make_recipe(validation={"held_out": 0, "benchmark": "./nowhere"})
    with pytest.raises(UsageError, match="nowhere"):
        Judge(recipe, training_files(recipe), torch.device("cpu"))


def test_judging_leaves_the_weights_alone(make_recipe) -> None:
    recipe = make_recipe()
    judge = Judge(recipe, training_files(recipe), torch.device("cpu"))
    weights = {name: value.clone() for name, value in judge._net.state_dict().items()}
    first = judge.psnr(weights)
    assert judge.psnr(weights) == first
    assert math.isfinite(first)
