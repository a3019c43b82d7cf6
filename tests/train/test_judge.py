"""The PSNR after an epoch is the one that an evaluation gives the same checkpoint."""

from __future__ import annotations

import math

import pytest
import torch

import srlab
from srlab.data.benchmark import parse_benchmark
from srlab.data.pack import pack
from srlab.errors import ProtocolError, UsageError
from srlab.train.judge import Judge, validation_lumas, validation_pairs
from srlab.train.loop import train
from srlab.train.pairs import training_files


def test_the_best_psnr_is_what_evaluate_finds(make_recipe, photos, tmp_path) -> None:
    recipe = make_recipe(validation={"held_out": 0, "benchmark": "photos", "limit": 3})
    result = train(recipe, out=tmp_path / "out")
    store = str(tmp_path / "store")
    folder = str(photos / "photos")
    srlab.evaluate([folder], [str(result.best)], [2], metrics=["psnr"], store=store, limit=3)
    assert srlab.scores(store=store)["value"].mean() == pytest.approx(result.score, abs=1e-9)


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


_LUMA_NET = {"architecture": "srcnn", "channels": 1, "widths": [4, 3]}


def _luma(**validation: object) -> dict:
    """A net on luma, judged as SRCNN's PyTorch code judges it."""
    protocol = {"held_out": 0, "protocol": "srcnn-pytorch", **validation}
    return {"net": _LUMA_NET, "validation": protocol}


@pytest.fixture
def packed(photos, tmp_path):
    """An evaluation file of the photographs, x2."""
    path = tmp_path / "eval.h5"
    pack(parse_benchmark(str(photos / "photos")), 2, path)
    return path


def test_an_evaluation_file_judges_as_evaluate_does(make_recipe, packed, tmp_path) -> None:
    recipe = make_recipe(**_luma(benchmark=str(packed), limit=3))
    result = train(recipe, out=tmp_path / "out")
    store = str(tmp_path / "store")
    wish = {"metrics": ["psnr"], "protocols": ["srcnn-pytorch"], "limit": 3, "store": store}
    frame = srlab.evaluate([str(packed)], [str(result.best)], [2], **wish)
    assert len(frame) == 3
    # The judge runs on the accelerator's device, and convolutions are summed in float32.
    assert frame["value"].mean() == pytest.approx(result.score, abs=1e-6)


@pytest.mark.parametrize("place", ["file", "folder", "held out"])
def test_every_place_of_the_images_gives_one_verdict(make_recipe, photos, packed, place) -> None:
    wish = {
        "file": {"benchmark": str(packed), "limit": 12},
        "folder": {"benchmark": "photos", "limit": 12},
        "held out": {"held_out": 11},
    }[place]
    recipe = make_recipe(**_luma(**wish))
    lumas = validation_lumas(recipe, training_files(recipe))[-11:]
    by_hand = parse_benchmark(str(packed)).luma_samples(2).samples[-11:]
    for luma, sample in zip(lumas, by_hand, strict=True):
        expected = sample.load().luma
        assert (luma.hr == expected.hr).all()
        assert (luma.enlarged == expected.enlarged).all()


def test_a_net_on_rgb_is_refused_before_it_is_trained(make_recipe, packed, tmp_path) -> None:
    recipe = make_recipe(validation={**_luma(benchmark=str(packed))["validation"]})
    with pytest.raises(ProtocolError, match="works on RGB; expected one on luma"):
        train(recipe, out=tmp_path / "out")


def test_an_enlarged_file_judges_under_no_8_bit_protocol(make_recipe, packed) -> None:
    recipe = make_recipe(validation={"held_out": 0, "benchmark": str(packed)})
    with pytest.raises(ProtocolError, match="--protocol srcnn-pytorch"):
        Judge(recipe, training_files(recipe), torch.device("cpu"))
