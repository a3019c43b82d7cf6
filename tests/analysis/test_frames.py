"""Reading scores: filters, aliases, degradations, superseded rows, failures."""

from __future__ import annotations

from datetime import datetime

import pytest

from srlab.analysis.frames import COLUMNS, Filter, failures, scores, superseded
from srlab.errors import UnknownNameError
from srlab.store.upkeep import forget


def test_scores_are_tidy_and_sorted(keep) -> None:
    frame = scores(keep({"net": [31.0, 33.0], "bicubic": [30.0, 31.0]}))
    assert frame.columns.tolist() == COLUMNS
    assert frame["upscaler"].tolist() == ["bicubic", "bicubic", "net", "net"]
    assert frame["value"].tolist() == [30.0, 31.0, 31.0, 33.0]


@pytest.fixture
def mixed(keep):
    keep({"bicubic": [30.0], "net": [31.0]}, scale=2)
    keep({"bicubic": [28.0], "net": [29.0]}, scale=3, protocol="matlab-y")
    return keep({"bicubic": [0.4], "net": [0.2]}, benchmark="set14", metric="lpips-alex")


@pytest.mark.parametrize(
    ("filters", "values"),
    [
        ({"benchmarks": ["set14"]}, [0.4, 0.2]),
        ({"scales": [3]}, [28.0, 29.0]),
        ({"upscalers": ["net"]}, [0.2, 31.0, 29.0]),
        ({"metrics": ["psnr"]}, [30.0, 31.0, 28.0, 29.0]),
        ({"protocols": ["matlab-y"]}, [28.0, 29.0]),
        ({"samples": ["img_002"]}, []),
        ({"benchmarks": ["set5"], "upscalers": ["bicubic"], "scales": [2]}, [30.0]),
        ({"benchmarks": ["never-seen"]}, []),
    ],
    ids=str,
)
def test_filters_keep_what_they_name(mixed, filters: dict, values: list[float]) -> None:
    assert scores(mixed, **filters)["value"].tolist() == values


def test_a_filter_object_says_the_same_as_keywords(mixed) -> None:
    assert scores(mixed, rows=Filter(scales=[3])).equals(scores(mixed, scales=[3]))


def test_a_metric_may_be_named_by_its_alias(mixed) -> None:
    assert set(scores(mixed, metrics=["lpips"])["metric"]) == {"lpips-alex"}


def test_an_unknown_metric_is_refused(mixed) -> None:
    with pytest.raises(UnknownNameError, match="did you mean ssim"):
        scores(mixed, metrics=["sssim"])


def test_a_hostile_name_is_a_name_and_no_sql(mixed) -> None:
    assert scores(mixed, upscalers=["net') OR 1=1 --"]).empty


def test_further_columns_come_when_named(keep) -> None:
    assert scores(keep({"net": [30.0]}), extra=["sr", "seconds"]).columns.tolist() == [
        *COLUMNS,
        "sr",
        "seconds",
    ]


def test_every_degradation_is_shown_and_named(keep) -> None:
    keep({"net": [30.0]}, degradation="given", lr_kind="LR#1")
    keep({"net": [29.0]}, degradation="matlab-bicubic")
    store = keep({"net": [28.0]}, protocol="srcnn-pytorch", degradation="srcnn-pytorch")
    shown = scores(store)[["degradation", "lr_kind", "value"]].to_numpy().tolist()
    assert shown == [
        ["given", "LR#1", 30.0],
        ["matlab-bicubic", "", 29.0],
        ["srcnn-pytorch", "", 28.0],
    ]
    assert scores(store, degradation="matlab-bicubic")["value"].tolist() == [29.0]


def test_kinds_of_given_lr_are_kept_apart_and_named_by_folder_or_in_full(keep) -> None:
    keep({"net": [30.0]}, lr_kind="LR_bicubic/X2#1")
    keep({"net": [25.0]}, lr_kind="LR_blur/X2#2")
    store = keep({"net": [24.0]}, lr_kind="LR_blur/X2#3")
    assert scores(store)["value"].tolist() == [30.0, 25.0, 24.0]
    assert scores(store, lr_kinds=["LR_blur/X2"])["value"].tolist() == [25.0, 24.0]
    assert scores(store, lr_kinds=["LR_blur/X2#3"])["value"].tolist() == [24.0]


def test_a_row_from_before_kinds_gives_way_to_the_same_score_with_one(keep) -> None:
    keep({"net": [30.0, 31.0]}, lr_kind="")
    store = keep({"net": [30.0]}, lr_kind="LR#1")
    shown = scores(store)[["sample", "lr_kind"]].to_numpy().tolist()
    assert shown == [["img_002", ""], ["img_001", "LR#1"]]


def test_the_rows_of_one_kind_of_lr_can_be_forgotten(keep) -> None:
    keep({"net": [30.0]}, degradation="matlab-bicubic")
    keep({"net": [30.0, 31.0]}, lr_kind="LR#1")
    store = keep({"net": [25.0]}, lr_kind="LR#2")
    assert forget(store, "set5", ["img_001"], ["LR#1"]) == (1, 0)
    assert forget(store, "set5", lr_kinds=["LR#2"]) == (1, 0)
    assert scores(store)["value"].tolist() == [31.0, 30.0]


def test_newest_does_not_rest_on_the_clock(keep) -> None:
    """New weights under an old label count though the clock was set back by a week."""
    keep({"net": [28.0]}, version=1, second=604_800)
    store = keep({"net": [31.0]}, version=2, second=0)
    assert scores(store)["value"].tolist() == [31.0]
    [older] = superseded(store).to_dict("records")
    assert older["scores"] == 1
    store = keep({"net": [30.5]}, version=2, second=-1000)
    assert scores(store)["value"].tolist() == [30.5]


def test_rows_of_an_older_fingerprint_are_not_shown(keep) -> None:
    keep({"net": [28.0, 29.0]}, version=1, second=0)
    store = keep({"net": [31.0]}, version=2, second=10)
    assert scores(store)["value"].tolist() == [31.0]


def test_a_fingerprint_that_was_used_again_is_the_newest(keep) -> None:
    keep({"net": [28.0]}, version=1, second=0)
    keep({"net": [31.0]}, version=2, second=10)
    store = keep({"net": [28.0]}, version=1, second=20)
    assert scores(store)["value"].tolist() == [28.0]


def test_a_value_that_was_computed_again_stands_once_with_its_newest_value(keep) -> None:
    keep({"net": [28.0]}, second=0)
    store = keep({"net": [28.5]}, second=1)
    assert scores(store)["value"].tolist() == [28.5]


def _failure(**facts: object) -> dict:
    return {
        "benchmark": "set5",
        "scale": 2,
        "degradation": "given",
        "code": "image-unreadable",
        "reason": "broken",
        "time": datetime(2026, 1, 1, 0, 0, 5),
        **facts,
    }


def test_a_failure_is_shown_until_the_score_was_had(keep, store) -> None:
    row = _failure(sample="img_001", upscaler="net", metric="psnr", protocol="paper-y")
    keep({"net": [30.0]}, second=0)
    store.append("failures", [row])
    assert failures(store)["code"].tolist() == ["image-unreadable"]
    keep({"net": [30.0]}, second=10)
    assert failures(store).empty


def test_a_failure_of_another_sample_stays(keep, store) -> None:
    store.append("failures", [_failure(sample="img_009", upscaler="net")])
    keep({"net": [30.0]}, second=10)
    assert failures(store)["sample"].tolist() == ["img_009"]
