"""Reading scores: filters, aliases, degradations, superseded rows, failures."""

from __future__ import annotations

from datetime import datetime

import pytest

from srlab.analysis.frames import COLUMNS, Filter, failures, scores
from srlab.errors import UnknownNameError


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


def test_the_given_lr_counts_before_matlabs_bicubic(keep) -> None:
    keep({"net": [30.0]}, degradation="given")
    store = keep({"net": [29.0]}, degradation="matlab-bicubic")
    assert scores(store)["value"].tolist() == [30.0]


def test_matlabs_bicubic_counts_where_no_lr_was_given(keep) -> None:
    keep({"net": [30.0]}, scale=2, degradation="given")
    store = keep({"net": [29.0]}, scale=8, degradation="matlab-bicubic")
    assert scores(store)["value"].tolist() == [30.0, 29.0]


def test_another_degradation_is_shown_only_when_named(keep) -> None:
    store = keep({"net": [28.0]}, degradation="pil-bicubic")
    assert scores(store).empty
    assert scores(store, degradation="pil-bicubic")["value"].tolist() == [28.0]


def test_a_protocol_with_a_degradation_of_its_own_is_shown_with_that(keep) -> None:
    own = {"protocol": "srcnn-pytorch", "degradation": "srcnn-pytorch"}
    keep({"net": [28.0]}, **own)
    store = keep({"net": [30.0]}, degradation="given")
    shown = scores(store)[["protocol", "value"]].to_numpy().tolist()
    assert shown == [["paper-y", 30.0], ["srcnn-pytorch", 28.0]]
    assert scores(store, protocols=["srcnn-pytorch"])["value"].tolist() == [28.0]


def test_other_protocols_are_not_shown_with_that_degradation(keep) -> None:
    store = keep({"net": [28.0]}, degradation="srcnn-pytorch")
    assert scores(store).empty
    assert scores(store, degradation="srcnn-pytorch")["value"].tolist() == [28.0]


def test_given_luma_counts_before_luma_made_here_and_is_not_mixed_with_it(keep) -> None:
    keep({"net": {"0": 27.0}}, protocol="srcnn-pytorch", degradation="given")
    store = keep({"net": {"a": 28.0}}, protocol="srcnn-pytorch", degradation="srcnn-pytorch")
    assert scores(store)["value"].tolist() == [27.0]


@pytest.mark.parametrize("degradation", ["matlab-bicubic", "pil-bicubic"])
def test_a_protocol_is_never_shown_with_a_degradation_of_others(keep, degradation) -> None:
    assert scores(keep({"net": [1.0]}, protocol="srcnn-pytorch", degradation=degradation)).empty


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
    store.append("failures", [row])
    keep({"net": [30.0]}, second=0)
    assert failures(store)["code"].tolist() == ["image-unreadable"]
    keep({"net": [30.0]}, second=10)
    assert failures(store).empty


def test_a_failure_of_another_sample_stays(keep, store) -> None:
    store.append("failures", [_failure(sample="img_009", upscaler="net")])
    keep({"net": [30.0]}, second=10)
    assert failures(store)["sample"].tolist() == ["img_009"]
