"""The protocol `srcnn-pytorch`: scored from float luma in the same job, and stored as a number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

import srlab
from srlab.analysis.frames import failures
from srlab.data.benchmark import parse_benchmark
from srlab.data.pack import pack
from srlab.errors import UsageError
from srlab.evaluation.gather import gather
from srlab.evaluation.job import perform, self_contained
from srlab.evaluation.plan import Job
from srlab.evaluation.request import make_request
from srlab.evaluation.run import Evaluation, Resources, run_evaluation
from srlab.metrics.protocol import Preparation, Protocol
from srlab.nets.srcnn import SRCNN
from srlab.store.file_index import FileIndex
from srlab.store.store import Store
from srlab.store.upkeep import check

PROTOCOL = "srcnn-pytorch"


@pytest.fixture(scope="module")
def nets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Weights of small nets that change what they are given a little: `y` and `rgb`."""
    folder = tmp_path_factory.mktemp("nets")
    paths = {}
    for name, channels in (("y", 1), ("rgb", 3)):
        torch.manual_seed(0)
        net = SRCNN(channels=channels, widths=(8, 4)).eval()
        with torch.no_grad():
            for parameter in net.parameters():
                parameter.mul_(0.2)
            for i in range(channels):
                net.conv1.weight[i, i, 4, 4] += 1
                net.conv2.weight[i, i, 2, 2] += 1
                net.conv3.weight[i, i, 2, 2] += 1
        paths[name] = folder / f"{name}.safetensors"
        save_file(net.state_dict(), paths[name])
    return paths


@pytest.fixture
def run(store: Store, tiny_set: Path) -> Callable[..., Evaluation]:
    """Evaluate bicubic on the tiny set at x3 under the protocol; `changes` say otherwise."""

    def make(place: Path | None = None, executor: str = "local", **changes: object) -> Evaluation:
        settings: dict = {"upscalers": ["bicubic"], "scales": [3], "protocols": [PROTOCOL]}
        request = make_request(benchmarks=[str(place or tiny_set)], **{**settings, **changes})
        return run_evaluation(request, store, resources=Resources(workers=2, executor=executor))

    return make


def psnr_by_hand(image: Path, scale: int) -> float:
    """PSNR of bicubic as SRCNN's PyTorch code and its users compute it, in float64."""
    hr = Image.open(image).convert("RGB")
    size = (hr.width // scale * scale, hr.height // scale * scale)
    hr = hr.resize(size, Image.Resampling.BICUBIC)
    lr = hr.resize((size[0] // scale, size[1] // scale), Image.Resampling.BICUBIC)
    weights = np.array([64.738, 129.057, 25.064])
    bicubic, hr = (
        (16 + np.asarray(side, float) @ weights / 256) / 255
        for side in (lr.resize(size, Image.Resampling.BICUBIC), hr)
    )
    return float(10 * np.log10(1 / np.mean((bicubic - hr) ** 2)))


def values(store: Store, **filters: object) -> dict[tuple[str, str, str], float]:
    frame = srlab.scores(store, **filters)
    names = frame[["sample", "upscaler", "metric"]].itertuples(index=False, name=None)
    return dict(zip(names, frame["value"], strict=True))


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_bicubic_is_what_its_users_compute_by_hand(store, tiny_set, run, scale) -> None:
    """The tiny set has colour and grey, and 4 divides not all of its sides' multiples of 3."""
    assert run(scales=[scale], metrics=["psnr"]).complete
    found = values(store)
    assert len(found) == 6
    for (sample, _, _), value in found.items():
        # float32 luma steps by 1.5e-5 levels
        assert value == pytest.approx(psnr_by_hand(tiny_set / f"{sample}.png", scale), abs=1e-5)


def test_no_sr_is_kept_and_hr_and_lr_are(store, run, nets) -> None:
    run(upscalers=["bicubic", str(nets["y"])])
    rows = store.rows("SELECT DISTINCT degradation, hr, lr, sr FROM scores")
    assert len(rows) == 6
    assert {(degradation, sr) for degradation, _, _, sr in rows} == {(PROTOCOL, None)}
    assert {image for _, hr, lr, _ in rows for image in (hr, lr)} == set(store.pictures)
    assert list(check(store)) == []


def test_what_is_stored_is_not_computed_again(store, run, nets) -> None:
    assert run(upscalers=["bicubic", str(nets["y"])]).computed == 6 * 2 * 2
    again = run(upscalers=["bicubic", str(nets["y"])])
    assert (again.computed, again.present) == (0, 24)
    anew = run(upscalers=[f"renamed={nets['y']}"])
    assert (anew.computed, anew.taken_over) == (0, {"store": 12})
    assert run(policy="again").computed == 12


def test_a_value_depends_on_the_weights(store, run, nets) -> None:
    run(upscalers=["bicubic", str(nets["y"])], metrics=["psnr"])
    found = values(store)
    assert all(found[s, "y", "psnr"] != found[s, "bicubic", "psnr"] for s, _, _ in found)
    keys = store.rows("SELECT count(DISTINCT key), count(*) FROM scores")
    assert keys == [(12, 12)]


def test_it_stands_beside_other_protocols_and_is_shown_without_more_words(store, run) -> None:
    result = run(
        protocols=["paper-y", PROTOCOL], metrics=["psnr"], upscalers=["bicubic", "nearest"]
    )
    assert result.computed == 6 * 3
    assert {row.n for row in srlab.leaderboard(store).itertuples()} == {6}
    board = srlab.leaderboard(store)[["upscaler", "protocol"]].to_numpy().tolist()
    assert board == [["bicubic", "paper-y"], ["nearest", "paper-y"], ["bicubic", PROTOCOL]]
    assert len(srlab.scores(store, protocols=[PROTOCOL])) == 6


def test_8_bit_protocols_on_its_degradation_stand_beside_it(store, run) -> None:
    run(metrics=["psnr"])
    run(protocols=["paper-y"], degradation=PROTOCOL, metrics=["psnr"])
    both = srlab.scores(store, degradation=PROTOCOL)
    assert both["protocol"].value_counts().to_dict() == {PROTOCOL: 6, "paper-y": 6}
    assert list(check(store)) == []


def test_an_upscaler_without_float_luma_is_one_failure_and_no_number(store, run, nets) -> None:
    upscalers = ["bicubic", "lanczos", str(nets["rgb"]), f"{nets['y']}+correct"]
    result = run(upscalers=upscalers, protocols=[PROTOCOL, "paper-y"], metrics=["psnr"])
    assert (result.computed, result.missing, result.complete) == (6 * 5, 6 * 3, False)
    rows = failures(store)
    assert rows["sample"].isna().all()
    assert set(rows["code"]) == {"protocol"}
    assert sorted(rows["upscaler"]) == ["lanczos", "rgb", "y+correct"]
    assert set(srlab.scores(store, protocols=[PROTOCOL])["upscaler"]) == {"bicubic"}


def test_a_broken_net_is_named_once_for_all_protocols(store, run, tmp_path) -> None:
    (tmp_path / "broken.pth").write_bytes(b"nothing")
    result = run(upscalers=[str(tmp_path / "broken.pth")], protocols=[PROTOCOL, "paper-y"])
    assert [trouble.code for trouble in result.troubles] == ["checkpoint-unreadable"]


def test_entropy_is_that_of_the_luma(store, run) -> None:
    run(metrics=["entropy"])
    assert {upscaler for _, upscaler, _ in values(store)} == {"bicubic", "hr"}


def test_processes_give_what_threads_give(store, run, nets, tiny_set, tmp_path) -> None:
    packed = tmp_path / "eval.h5"
    pack(parse_benchmark(str(tiny_set)), 3, packed)
    wish = {"upscalers": ["bicubic", str(nets["y"])], "metrics": ["psnr"], "limit": 2}
    run(packed, **wish)
    here = values(store)
    assert run(packed, "processes", policy="again", **wish).computed == 4
    assert values(store) == here


def test_a_job_that_travels_has_its_levels_inside(store, nets, tiny_set, tmp_path) -> None:
    """What Ray's workers get: they have not the files."""
    packed = tmp_path / "eval.h5"
    pack(parse_benchmark(str(tiny_set)), 3, packed)
    request = make_request(
        benchmarks=[str(packed)], upscalers=["bicubic"], scales=[3], protocols=[PROTOCOL], limit=1
    )
    [item] = gather(request, FileIndex(store)).items
    job = Job(item=item, wanted=item.wanted, keep=frozenset(item.images))
    here, travelling = perform(job), self_contained(job)
    packed.unlink()
    there = perform(travelling)
    assert [score.value for score in there.scores] == [score.value for score in here.scores]
    assert [image.png for image in there.images] == [image.png for image in here.images]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"degradation": "matlab-bicubic"}, "says itself how images are prepared; leave out"),
        ({"degradation": "given"}, "leave out --degradation given"),
        ({"metrics": ["psnr", "lpips"]}, "lpips-alex looks at RGB, and srcnn-pytorch has luma"),
        (
            {
                "protocols": [
                    Protocol(name="own", title="", preparation=Preparation(sr_rounded=False))
                ]
            },
            "own prepares images as no protocol of srlab does",
        ),
    ],
    ids=["degradation", "given", "lpips", "own preparation"],
)
def test_a_wish_that_does_not_fit_the_protocol_is_wrong_usage(run, changes, message) -> None:
    with pytest.raises(UsageError, match=message):
        run(**changes)


def test_an_evaluation_file_scores_as_its_folder_does(store, run, nets, tiny_set, tmp_path) -> None:
    packed = tmp_path / "eval.h5"
    pack(parse_benchmark(str(tiny_set)), 3, packed)
    for place in (tiny_set, packed):
        run(place, upscalers=["bicubic", str(nets["y"])])
    folder, file = (values(store, benchmarks=[name]) for name in ("tiny", "eval"))
    assert len(file) == 24
    assert file == folder
    rows = store.rows("SELECT DISTINCT degradation, lr FROM scores WHERE benchmark = 'eval'")
    assert rows == [("given", None)]
    assert list(check(store)) == []


def test_an_enlarged_file_under_an_8_bit_protocol_is_named_with_what_to_do(
    store, run, tiny_set, tmp_path
) -> None:
    packed = tmp_path / "eval.h5"
    pack(parse_benchmark(str(tiny_set)), 3, packed)
    result = run(packed, protocols=["paper-y", "ntire", PROTOCOL], metrics=["psnr"])
    assert result.computed == 6
    assert [(t.protocol, t.sample, t.code) for t in result.troubles] == [
        ("paper-y", None, "protocol"),
        ("ntire", None, "protocol"),
    ]
    assert "--protocol srcnn-pytorch" in result.troubles[0].reason
    assert len(failures(store)) == 2
    assert run(packed, protocols=["paper-y"], degradation="matlab-bicubic").complete


def test_a_native_file_serves_8_bit_protocols_and_nets_that_enlarge(
    store, run, nets, tiny_set, tmp_path
) -> None:
    packed = tmp_path / "eval.h5"
    pack(parse_benchmark(str(tiny_set)), 3, packed, native=True)
    result = run(packed, protocols=["paper-y"], upscalers=["bicubic", str(nets["y"])])
    assert (result.computed, result.complete) == (24, True)
    assert result.warnings == [f"{tmp_path.name}/eval.h5: float luma is rounded to 8 bits"]
    refused = run(packed, upscalers=["bicubic", str(nets["y"])], metrics=["psnr"])
    assert (refused.computed, refused.missing) == (0, 12)
    assert {t.protocol for t in refused.troubles} == {PROTOCOL}
    assert all("without --native" in t.reason for t in refused.troubles)
    assert list(check(store)) == []


def test_a_plane_that_is_damaged_fails_alone(store, run, tiny_set, tmp_path) -> None:
    packed = tmp_path / "eval.h5"
    pack(parse_benchmark(str(tiny_set)), 3, packed)
    with h5py.File(packed, "a") as file:
        file["lr/2"][0, 0] = np.nan
    result = run(packed, metrics=["psnr"])
    assert result.computed == 5
    [trouble] = result.troubles
    assert (trouble.sample, trouble.code) == ("crop_002", "image-unreadable")


def test_a_level_that_changed_by_less_than_one_is_scored_anew(run, tiny_set, tmp_path) -> None:
    packed = tmp_path / "eval.h5"
    pack(parse_benchmark(str(tiny_set)), 3, packed)
    assert run(packed, metrics=["psnr"]).computed == 6
    with h5py.File(packed, "a") as file:
        file["lr/2"][0, 0] += 0.01
    result = run(packed, metrics=["psnr"])
    assert (result.computed, result.present) == (1, 5)


KNOWN = {"bicubic": 30.439, "srcnn": 32.645}


@pytest.mark.parametrize("what", ["folder", "file"])
def test_srcnn_and_bicubic_reach_their_numbers_on_set5(shared, store, run, tmp_path, what) -> None:
    place = shared / "data/benchmarks/Set5/image_SRF_3"
    if what == "file":
        pack(parse_benchmark(str(place)), 3, tmp_path / "set5.h5")
        place = tmp_path / "set5.h5"
    weights = f"srcnn={shared / 'weights/srcnn_955_y_x3.pth'}"
    assert run(place, upscalers=["bicubic", weights], metrics=["psnr"]).complete
    board = srlab.leaderboard(store, protocols=[PROTOCOL]).set_index("upscaler")
    assert set(board["benchmark"]) == {"set5"}
    for upscaler, known in KNOWN.items():
        # The printed digits; convolutions are summed in another order on another machine.
        assert board["mean"][upscaler] == pytest.approx(known, abs=2e-3)


def test_float_luma_that_is_scored_as_it_is_is_not_said_to_be_rounded(
    store, run, tiny_set, tmp_path
) -> None:
    packed = tmp_path / "eval.h5"
    pack(parse_benchmark(str(tiny_set)), 3, packed)
    for _ in range(2):
        assert run(packed, upscalers=["bicubic"]).warnings == []
