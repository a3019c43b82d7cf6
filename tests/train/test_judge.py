"""The PSNR after an epoch is the one that an evaluation gives the same checkpoint."""

from __future__ import annotations

import math

import pytest
import torch

import srlab
from srlab.data.benchmark import parse_benchmark
from srlab.data.degradation import DEGRADATIONS
from srlab.data.pack import pack
from srlab.errors import ProtocolError, UsageError
from srlab.image.files import read_image, write_image
from srlab.image.notes import Notes
from srlab.nets.recognise import build
from srlab.train.judge import Judge, validation_lumas, validation_pairs
from srlab.train.loop import train
from srlab.train.pairs import make_pair, training_files
from srlab.train.verdict import Verdict
from tests.train.interrupt import Interrupt


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
    first = Verdict.of(judge(weights))
    assert Verdict.of(judge(weights)) == first
    assert math.isfinite(first.score)


def test_judging_goes_on_at_any_image(make_recipe) -> None:
    recipe = make_recipe()
    judge = Judge(recipe, training_files(recipe), torch.device("cpu"))
    weights = build(recipe.net).state_dict()
    parts = list(judge(weights))
    assert len(parts) == judge.count == 2
    assert list(judge(weights, 1)) == parts[1:]


def test_a_verdict_weighs_parts_and_leaves_identical_images_out_of_the_score() -> None:
    verdict = Verdict.of([(30.0, 0.1, 3), (math.inf, 0.0, 1), (34.0, 0.3, 1)])
    assert verdict.score == pytest.approx((3 * 30 + 34) / 4)
    assert verdict.loss == pytest.approx((3 * 0.1 + 0.3) / 5)
    assert Verdict.of([(math.inf, 0.0, 1)]).score == math.inf


@pytest.mark.parametrize("channels", [1, 3])
def test_the_loss_is_that_of_the_float_output_on_whole_images(make_recipe, channels) -> None:
    net = {"architecture": "edsr", "width": 8, "depth": 1, "channels": channels}
    recipe = make_recipe(net=net, training={"loss": "mse"})
    files = training_files(recipe)
    judge = Judge(recipe, files, torch.device("cpu"))
    weights = build(recipe.net).state_dict()
    losses = []
    for path in files.held_out:
        x, y = (torch.from_numpy(side) / 255.0 for side in make_pair(path, recipe, Notes()))
        judge._net.load_state_dict(weights)
        with torch.inference_mode():
            made = judge._net(x.permute(2, 0, 1)[None])[0].permute(1, 2, 0).clamp(0, 1)
        losses.append(float(((made - y) ** 2).mean()))
    # A luma net is judged on luma that was not rounded, and learns from rounded luma.
    assert Verdict.of(judge(weights)).loss == pytest.approx(
        sum(losses) / 2, rel=1e-2 if channels == 1 else 1e-5
    )


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


def test_an_image_that_lacks_its_partner_is_named(make_recipe, photos, tmp_path) -> None:
    pairs = tmp_path / "image_SRF_2"
    pairs.mkdir()
    for index, name in enumerate(("img_001", "img_002")):
        hr = read_image(photos / "photos" / f"cat_{index:02d}.png")
        write_image(pairs / f"{name}_SRF_2_HR.png", hr)
        if not index:
            write_image(pairs / f"{name}_SRF_2_LR.png", hr[::2, ::2].copy())
    recipe = make_recipe(validation={"held_out": 0, "benchmark": str(pairs)})
    watching = Interrupt()
    judge = Judge(recipe, training_files(recipe), torch.device("cpu"), watching)
    assert judge.count == 1
    assert "img_002 is not judged" in watching.warnings[0]


def test_a_degradation_holds_for_validation_as_for_training(make_recipe, photos) -> None:
    data = {"folders": ["photos"], "degradation": "pil-bicubic"}
    wish = {"held_out": 0, "benchmark": "photos", "limit": 1}
    recipe = make_recipe(data=data, validation=wish)
    [(hr, lr)] = validation_pairs(recipe, training_files(recipe))
    assert (lr == DEGRADATIONS["pil-bicubic"](hr, 2)[1]).all()


def test_a_protocol_that_the_net_cannot_serve_is_told_before_training(
    make_recipe, packed, tmp_path
) -> None:
    net = {"architecture": "edsr", "channels": 1, "width": 8, "depth": 1}
    recipe = make_recipe(net=net, validation=_luma(benchmark=str(packed))["validation"])
    watching = Interrupt()
    with pytest.raises(ProtocolError, match="native lr"):
        train(recipe, out=tmp_path / "out", progress=watching)
    assert watching.titles == []
