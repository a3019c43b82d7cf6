from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from srlab.analysis.frames import superseded
from srlab.errors import UsageError
from srlab.evaluation.evaluate import evaluate
from srlab.evaluation.known import COLUMNS, read_known_scores
from srlab.evaluation.request import Request, make_request
from srlab.evaluation.run import Evaluation, Resources, run_evaluation
from srlab.image.files import read_image, write_image
from srlab.store.store import Store
from srlab.store.upkeep import check

UPSCALERS = ("nearest", "bicubic")


def request(folder: Path, **changes: object) -> Request:
    settings: dict = {"benchmarks": [str(folder)], "upscalers": UPSCALERS, "scales": [2]}
    return make_request(**{**settings, **changes})


def run(folder: Path, store: Store, **changes: object) -> Evaluation:
    return run_evaluation(request(folder, **changes), store, resources=Resources(workers=2))


def contents(store: Store) -> dict[tuple, float]:
    rows = store.rows(
        "SELECT benchmark, sample, scale, upscaler, metric, protocol, key, value FROM scores"
    )
    return {row[:-1]: row[-1] for row in rows}


def test_every_wanted_score_is_kept_with_its_images(store: Store, tiny_set: Path) -> None:
    result = run(tiny_set, store)
    assert (result.computed, result.present, result.missing) == (6 * 2 * 2, 0, 0)
    assert result.complete
    assert len(list(store.pictures)) == 6 * (2 + 2)
    assert list(check(store)) == []


def test_a_second_run_computes_nothing_and_writes_nothing(store: Store, tiny_set: Path) -> None:
    run(tiny_set, store)
    files = sorted(store.root.rglob("*"))
    result = run(tiny_set, store)
    assert (result.computed, result.present) == (0, 24)
    assert [path for path in sorted(store.root.rglob("*")) if "files" not in path.parts] == [
        path for path in files if "files" not in path.parts
    ]


def test_the_stored_hr_is_the_file_byte_for_byte(store: Store, tiny_set: Path) -> None:
    run(tiny_set, store)
    rows = store.rows("SELECT DISTINCT sample, hr FROM scores")
    assert len(rows) == 6
    for sample, hr in rows:
        assert store.pictures.read(hr) == (tiny_set / f"{sample}.png").read_bytes()


def test_a_metric_added_later_computes_no_other_and_reuses_the_images(
    store: Store, tiny_set: Path
) -> None:
    run(tiny_set, store)
    pictures = {p: store.pictures.path(p).stat().st_mtime_ns for p in store.pictures}
    result = run(tiny_set, store, metrics=["psnr", "ssim", "mae"])
    assert (result.computed, result.present) == (12, 24)
    assert {p: store.pictures.path(p).stat().st_mtime_ns for p in store.pictures} == pictures
    reads = store.rows("SELECT count(*) FROM images WHERE kind = 'sr'", tables=("images",))
    assert reads == [(12,)]


def test_a_protocol_that_a_metric_does_not_feel_is_taken_over(store: Store, tiny_set: Path) -> None:
    """full-rgb of a study under another name has the same facts, so nothing is computed."""
    run(tiny_set, store, protocols=["paper-y"])
    renamed = run_evaluation(request(tiny_set, benchmarks=[f"other={tiny_set}"]), store)
    assert (renamed.computed, renamed.taken_over) == (0, {"store": 24})
    assert {row[0] for row in contents(store)} == {"tiny", "other"}


def test_policy_again_computes_all(store: Store, tiny_set: Path) -> None:
    run(tiny_set, store)
    before = contents(store)
    result = run(tiny_set, store, policy="again")
    assert result.computed == 24
    assert contents(store) == before


def test_policy_cached_computes_nothing_and_counts_what_lacks(store: Store, tiny_set: Path) -> None:
    run(tiny_set, store, upscalers=["bicubic"])
    result = run(tiny_set, store, policy="cached")
    assert (result.computed, result.present, result.missing) == (0, 12, 12)
    assert not result.complete


def test_a_damaged_sr_image_is_made_again(store: Store, tiny_set: Path) -> None:
    run(tiny_set, store)
    [(sr,)] = store.rows(
        "SELECT sr FROM scores WHERE upscaler = 'bicubic' AND sample = 'crop_000' LIMIT 1"
    )
    good = store.pictures.read(sr)
    store.pictures.write(sr, good[:100])
    assert [problem.path.stem for problem in check(store)] == [sr.hex()]
    run(tiny_set, store, metrics=["mae"])
    assert store.pictures.read(sr) == good
    assert list(check(store)) == []


def test_a_missing_image_is_made_again_though_all_scores_are_there(
    store: Store, tiny_set: Path
) -> None:
    run(tiny_set, store)
    [(hr,)] = store.rows("SELECT DISTINCT hr FROM scores WHERE sample = 'crop_001'")
    store.pictures.path(hr).unlink()
    result = run(tiny_set, store)
    assert result.computed == 0
    assert list(check(store)) == []


def test_rows_of_a_damaged_shard_are_computed_again(store: Store, tiny_set: Path) -> None:
    run(tiny_set, store)
    before = contents(store)
    shard = next((store.root / "scores" / "tiny").glob("*.parquet"))
    shard.write_bytes(shard.read_bytes()[:-40])
    result = run(tiny_set, store)
    assert result.computed > 0
    assert contents(store) == before


def test_a_broken_image_is_named_and_the_others_are_scored(store: Store, tiny_set: Path) -> None:
    broken = tiny_set / "crop_002.png"
    broken.write_bytes(broken.read_bytes()[:200])
    result = run(tiny_set, store)
    assert result.computed == 5 * 2 * 2
    assert [(t.sample, t.code) for t in result.troubles] == [("crop_002", "image-unreadable")]


def test_a_broken_image_is_named_again_when_all_else_is_stored(
    store: Store, tiny_set: Path
) -> None:
    (tiny_set / "crop_002.png").write_bytes(b"text")
    run(tiny_set, store)
    result = run(tiny_set, store)
    assert (result.computed, [t.sample for t in result.troubles]) == (0, ["crop_002"])


def test_an_image_too_small_for_a_metric_fails_alone(store: Store, tiny_set: Path) -> None:
    write_image(tiny_set / "speck.png", np.full((12, 12, 3), 90, np.uint8))
    result = run(tiny_set, store)
    [*troubles] = {(t.sample, t.metric, t.code) for t in result.troubles}
    assert troubles == [("speck", "ssim", "image-too-small")]
    assert result.computed == 26  # PSNR of the speck too


def test_a_net_that_does_not_load_is_named_once_and_the_others_go_on(
    store: Store, tiny_set: Path, tmp_path: Path
) -> None:
    weights = tmp_path / "broken.pth"
    weights.write_bytes(b"nothing")
    result = run(tiny_set, store, upscalers=["bicubic", str(weights)])
    assert result.computed == 12
    assert result.missing == 12
    [trouble] = result.troubles
    assert (trouble.upscaler, trouble.sample) == ("broken", None)
    assert trouble.code == "checkpoint-unreadable"


def test_an_output_without_its_sample_and_a_sample_without_output_are_reported(
    store: Store, tiny_set: Path, tmp_path: Path
) -> None:
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    for path in sorted(tiny_set.glob("*.png"))[:4]:
        write_image(outputs / f"{path.stem}_mine.png", read_image(path))
    write_image(outputs / "stranger.png", read_image(path))
    result = run(tiny_set, store, upscalers=[f"mine=outputs:{outputs}"])
    assert result.computed == 8
    assert sorted(t.sample or "" for t in result.troubles) == ["crop_004", "crop_005"]
    assert {t.code for t in result.troubles} == {"partner-missing"}
    assert any("stranger.png" in warning for warning in result.warnings)


def test_an_output_equal_to_hr_scores_infinite(store: Store, tiny_set: Path) -> None:
    run(tiny_set, store, upscalers=[f"same=outputs:{tiny_set}"], metrics=["psnr"])
    values = {value for key, value in contents(store).items()}
    assert values == {float("inf")}


def test_an_output_of_the_wrong_size_is_refused(
    store: Store, tiny_set: Path, tmp_path: Path
) -> None:
    outputs = tmp_path / "outputs"
    for path in tiny_set.glob("*.png"):
        write_image(_made(outputs) / path.name, read_image(path)[:-2])
    result = run(tiny_set, store, upscalers=[f"mine=outputs:{outputs}"])
    assert {t.code for t in result.troubles} == {"size-mismatch"}
    assert result.computed == 0


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def test_new_weights_under_one_label_supersede_the_old_ones(store: Store, tiny_set: Path) -> None:
    """The same label for another kernel: only the newest fingerprint is shown, none is mixed."""
    run(tiny_set, store, upscalers=["mine=nearest"])
    nearest = contents(store)
    run(tiny_set, store, upscalers=["mine=bicubic"])
    bicubic = contents(store)
    assert len(bicubic) == len(nearest) == 12
    assert not set(bicubic.items()) & set(nearest.items())
    result = run(tiny_set, store, upscalers=["mine=nearest"])
    assert (result.computed, result.present) == (0, 12)
    assert contents(store) == nearest


def test_entropy_is_kept_of_sr_and_of_hr(store: Store, tiny_set: Path) -> None:
    run(tiny_set, store, metrics=["entropy"])
    names = {key[3] for key in contents(store)}
    assert names == {"nearest", "bicubic", "hr"}


def test_a_degradation_named_keeps_its_rows_apart(store: Store, tiny_set: Path) -> None:
    run(tiny_set, store)
    run(tiny_set, store, degradation="pil-bicubic")
    rows = store.rows("SELECT degradation, count(*) FROM scores GROUP BY 1 ORDER BY 1")
    assert rows == [("matlab-bicubic", 24), ("pil-bicubic", 24)]


def test_batch_order_and_workers_change_no_value(tiny_set: Path, tmp_path: Path) -> None:
    stores = []
    for workers in (1, 3):
        stores.append(Store.create(tmp_path / f"store{workers}"))
        run_evaluation(request(tiny_set), stores[-1], resources=Resources(workers=workers))
    assert contents(stores[0]) == contents(stores[1])


def test_processes_give_what_threads_give(store: Store, tiny_set: Path, tmp_path: Path) -> None:
    run(tiny_set, store)
    other = Store.create(tmp_path / "other")
    run_evaluation(request(tiny_set), other, resources=Resources(executor="processes", workers=2))
    assert contents(other) == contents(store)


@pytest.mark.filterwarnings("ignore")
def test_ray_gives_what_threads_give(store: Store, tiny_set: Path, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="the extra 'ray' is not installed")
    run(tiny_set, store)
    other = Store.create(tmp_path / "other")
    run_evaluation(request(tiny_set), other, resources=Resources(executor="ray", workers=2))
    assert contents(other) == contents(store)
    assert set(other.pictures) == set(store.pictures)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"benchmarks": []}, "no benchmark was named"),
        ({"scales": [5]}, "scale 5 is not supported"),
        ({"upscalers": ["bicubik"]}, "did you mean bicubic"),
        ({"metrics": ["pnsr"]}, "did you mean psnr"),
        ({"protocols": ["paper-z"]}, "did you mean paper-y"),
        ({"degradation": "blur"}, "no degradation is called 'blur'"),
        ({"limit": 0}, "leaves no image"),
        ({"tile": 3}, "too small"),
    ],
)
def test_a_wrong_request_says_what_was_expected(
    store: Store, tiny_set: Path, changes: dict, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        run(tiny_set, store, **changes)


SCRIPT = """
import sys
from pathlib import Path
from srlab.evaluation.evaluate import evaluate
from srlab.evaluation.known import COLUMNS, read_known_scores
from srlab.evaluation.request import make_request
from srlab.evaluation.run import Resources, run_evaluation
from srlab.store import buffer
from srlab.store.store import Store
buffer.FLUSH_SECONDS = 0.1
folder, store, *scales = sys.argv[1:]
request = make_request(benchmarks=[folder], upscalers=["nearest", "bilinear", "bicubic"],
                       scales=map(int, scales), metrics=["psnr", "ssim", "mae"])
result = run_evaluation(request, Store.create(store), resources=Resources(workers=2))
sys.exit(0 if result.complete else 3)
"""


def evaluate_in_process(folder: Path, store: Path, *scales: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", SCRIPT, str(folder), str(store), *map(str, scales)]
    return subprocess.Popen(command)


def test_killed_at_random_moments_it_ends_with_the_store_of_an_undisturbed_run(
    tmp_path: Path, set_maker: Callable[..., Path]
) -> None:
    folder = set_maker(tmp_path / "many", count=60, height=240, width=260)
    undisturbed = Store.create(tmp_path / "undisturbed")
    assert evaluate_in_process(folder, undisturbed.root, 2, 3).wait() == 0
    disturbed = tmp_path / "disturbed"
    counts = [0]
    for images in sorted(random.Random(0).sample(range(10, 560), 8)):
        process = evaluate_in_process(folder, disturbed, 2, 3)
        while process.poll() is None and len(list(disturbed.glob("images/*/*.png"))) < images:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        if process.wait() == -signal.SIGKILL:
            counts.append(len(contents(Store.open(disturbed))))
    assert evaluate_in_process(folder, disturbed, 2, 3).wait() == 0
    store = Store.open(disturbed)
    print(f"killed {len(counts) - 1} times; scores kept after each: {counts[1:]}")
    assert len(counts) > 4
    assert counts == sorted(counts)
    assert contents(store) == contents(undisturbed)
    assert len(contents(store)) == 60 * 3 * 3 * 2
    assert set(store.pictures) == set(undisturbed.pictures)
    assert list(check(store)) == []


def test_two_evaluations_and_a_reader_at_once_lose_nothing(
    tmp_path: Path, set_maker: Callable[..., Path]
) -> None:
    folder = set_maker(tmp_path / "many", count=12, height=120, width=140)
    store = Store.create(tmp_path / "store")
    writers = [
        evaluate_in_process(folder, store.root, 2, 3),
        evaluate_in_process(folder, store.root, 3, 4),
    ]
    seen = [0]
    while any(writer.poll() is None for writer in writers):
        seen.append(len(contents(store)))
        time.sleep(0.05)
    assert [writer.wait() for writer in writers] == [0, 0]
    assert seen == sorted(seen)
    assert len(contents(store)) == 12 * 3 * 3 * 3
    assert list(check(store)) == []


def test_superseded_scores_are_counted_by_label(store: Store, tiny_set: Path) -> None:
    run(tiny_set, store, upscalers=["mine=nearest"])
    assert superseded(store).empty
    run(tiny_set, store, upscalers=["mine=bicubic"])
    [row] = superseded(store).to_dict("records")
    assert (row["upscaler"], row["scale"], row["scores"]) == ("mine", 2, 12)


def test_maps_are_kept_when_asked_for_and_no_score_is_computed_again(
    store: Store, tiny_set: Path
) -> None:
    run(tiny_set, store)
    assert list(store.maps) == []
    result = run(tiny_set, store, maps=True)
    assert (result.computed, len(list(store.maps))) == (0, 12)
    assert run(tiny_set, store, maps=True).computed == 0
    assert list(check(store)) == []


def test_a_set_that_cannot_be_had_is_named_and_the_others_are_scored(
    store: Store, tiny_set: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("SRLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *a, **k: None)
    result = run(tiny_set, store, benchmarks=["set14", str(tiny_set)])
    assert result.computed == 24
    assert [(t.benchmark, t.sample, t.code) for t in result.troubles] == [
        ("set14", None, "offline")
    ]


def test_a_device_that_is_not_there_is_wrong_usage(
    store: Store, tiny_set: Path, shared: Path
) -> None:
    weights = str(shared / "weights" / "srcnn_955_y_x3.pth")
    with pytest.raises(UsageError, match="no device 'cuda:99'"):
        run(tiny_set, store, upscalers=[weights], scales=[3], device="cuda:99")


def test_a_limit_holds_for_the_scores_that_come_back(store: Store, tiny_set: Path) -> None:
    run(tiny_set, store, scales=[2])
    frame = evaluate(str(tiny_set), "bicubic", [2], store=store, limit=2)
    assert sorted(frame["sample"].unique()) == ["crop_000", "crop_001"]


def test_samples_that_left_a_set_are_named(store: Store, tiny_set: Path) -> None:
    run(tiny_set, store)
    (tiny_set / "crop_003.png").unlink()
    [warning] = run(tiny_set, store).warnings
    assert "crop_003" in warning
    assert "srlab store forget -b tiny --sample" in warning


def test_a_file_name_that_is_no_utf8_loses_no_score(store: Store, tiny_set: Path) -> None:
    odd = os.fsdecode(os.fsencode(tiny_set) + b"/A\xff.png")
    (tiny_set / "crop_000.png").rename(odd)
    assert run(tiny_set, store).computed == 24
    assert len(contents(store)) == 24


def test_weights_whose_name_says_another_scale_are_doubted(
    store: Store, tiny_set: Path, shared: Path
) -> None:
    weights = str(shared / "weights" / "srcnn_955_y_x3.pth")
    [warning] = run(tiny_set, store, upscalers=[weights], scales=[2]).warnings
    assert "srcnn_955_y_x3.pth and is used at x2" in warning


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("00" * 16 + ",b,s,2,u,psnr,p,nan", "nan"),
        ("00" * 16 + ",b,s,2,u,psnr,p,-inf", "-inf"),
        ("00" * 15 + ",b,s,2,u,psnr,p,1", "32 hex digits"),
        ("zz,b,s,2,u,psnr,p,1", "cannot be read"),
        ("00" * 16 + ",b,s,2,u,psnr,p,1\n" + "00" * 16 + ",b,s,2,u,psnr,p,2", "two values"),
        ("x" * 200_000, "cannot be read"),
    ],
)
def test_known_scores_that_are_none_are_refused(tmp_path: Path, row: str, message: str) -> None:
    file = tmp_path / "known.csv"
    file.write_text(",".join(COLUMNS) + "\n" + row + "\n")
    with pytest.raises(UsageError, match=message):
        read_known_scores(file)


def test_what_a_net_costs_outlives_a_metric_added_later(store: Store, tiny_set: Path) -> None:
    from srlab.analysis.costs import costs

    wish = {"upscalers": ["srcnn-y"], "scales": [2]}
    run(tiny_set, store, metrics=["psnr"], **wish)
    run(tiny_set, store, metrics=["mse"], **wish)
    [row] = costs(store).to_dict("records")
    assert row["parameters"] == 57281


def test_two_upscalers_of_one_label_are_refused(tiny_set: Path, tmp_path: Path) -> None:
    paths = [tmp_path / folder / "best.pth" for folder in "ab"]
    with pytest.raises(UsageError, match=r"two upscalers are called best .*write NAME="):
        request(tiny_set, upscalers=[str(path) for path in paths])
