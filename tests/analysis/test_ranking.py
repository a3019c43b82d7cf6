"""Samples in order."""

from __future__ import annotations

import numpy as np
import pytest

from srlab.analysis.frames import scores
from srlab.analysis.ranking import rank, with_gain
from srlab.errors import UnknownNameError, UsageError

_BICUBIC = {"a": 30.0, "b": 28.0, "c": 33.0}
_NET = {"a": 31.0, "b": 32.0, "c": 33.5}


@pytest.fixture
def psnr_store(keep):
    return keep({"bicubic": _BICUBIC, "net": _NET})


def test_the_best_values_come_first(psnr_store) -> None:
    table = rank("net", psnr_store)
    assert table["sample"].tolist() == ["c", "b", "a"]
    assert table["rank"].tolist() == [1, 2, 3]
    assert set(table["upscaler"]) == {"net"}


def test_the_worst_values_come_first_when_asked(psnr_store) -> None:
    assert rank("net", psnr_store, worst=True)["sample"].tolist() == ["a", "b", "c"]


def test_samples_are_ranked_by_their_gain_over_the_baseline(psnr_store) -> None:
    table = rank("net", psnr_store, by="gain")
    assert table["sample"].tolist() == ["b", "a", "c"]
    assert table["gain"].tolist() == pytest.approx([4.0, 1.0, 0.5])
    assert table["baseline"].tolist() == [28.0, 30.0, 33.0]


def test_the_baseline_can_be_another_upscaler(psnr_store) -> None:
    table = rank("bicubic", psnr_store, by="gain", baseline="net")
    assert table["gain"].tolist() == pytest.approx([-0.5, -1.0, -4.0])


def test_only_the_top_is_given_when_asked(psnr_store) -> None:
    assert rank("net", psnr_store, top=2)["sample"].tolist() == ["c", "b"]


def test_the_smallest_value_is_the_best_of_a_metric_that_is_better_when_low(keep) -> None:
    store = keep({"bicubic": {"a": 0.5, "b": 0.4}, "net": {"a": 0.1, "b": 0.3}}, metric="lpips-vgg")
    assert rank("net", store, metric="lpips-vgg")["sample"].tolist() == ["a", "b"]
    assert rank("net", store, metric="lpips-vgg", worst=True)["sample"].tolist() == ["b", "a"]


def test_a_gain_is_positive_where_a_lower_value_is_better(keep) -> None:
    store = keep({"bicubic": {"a": 0.5, "b": 0.2}, "net": {"a": 0.1, "b": 0.3}}, metric="mse")
    table = rank("net", store, metric="mse", by="gain")
    assert table["sample"].tolist() == ["a", "b"]
    assert table["gain"].tolist() == pytest.approx([0.4, -0.1])


def test_a_metric_without_a_direction_has_no_gain(keep) -> None:
    store = keep({"bicubic": {"a": 5.0}, "net": {"a": 6.0}}, metric="entropy")
    assert rank("net", store, metric="entropy")["value"].tolist() == [6.0]
    with pytest.raises(UsageError, match="there is no gain"):
        rank("net", store, metric="entropy", by="gain")


def test_what_a_rank_has_one_of_is_no_filter(psnr_store) -> None:
    for name in ("metrics", "upscalers", "protocols"):
        with pytest.raises(UsageError, match=f"{name} is no filter of a rank"):
            rank("net", psnr_store, **{name: ["psnr"]})


def test_an_identical_image_is_the_best_and_counts_as_100_db_in_gains(keep) -> None:
    store = keep({"bicubic": {"a": 30.0, "b": 30.0}, "net": {"a": 31.0, "b": np.inf}})
    assert rank("net", store)["sample"].tolist() == ["b", "a"]
    assert rank("net", store, by="gain")["gain"].tolist() == [70.0, pytest.approx(1.0)]


def test_an_image_identical_under_both_has_gained_nothing(keep) -> None:
    store = keep({"bicubic": {"a": np.inf}, "net": {"a": np.inf}})
    assert rank("net", store, by="gain")["gain"].tolist() == [0.0]


def test_samples_without_the_baseline_are_ranked_by_value_and_not_by_gain(keep) -> None:
    store = keep({"bicubic": {"a": 30.0}, "net": {"a": 31.0, "b": 40.0}})
    assert rank("net", store)["sample"].tolist() == ["b", "a"]
    assert rank("net", store, by="gain")["sample"].tolist() == ["a"]


def test_a_baseline_of_another_protocol_or_scale_is_not_taken(keep) -> None:
    keep({"bicubic": {"a": 10.0}}, protocol="paper-rgb")
    keep({"bicubic": {"a": 20.0}}, scale=3)
    store = keep({"net": {"a": 31.0}})
    assert rank("net", store, by="gain").empty


def test_ranking_can_be_limited_to_a_benchmark_and_a_scale(keep) -> None:
    keep({"net": {"a": 31.0}}, benchmark="set14")
    keep({"net": {"a": 29.0}}, scale=4)
    store = keep({"net": {"a": 30.0}})
    assert rank("net", store, benchmarks=["set5"], scales=[2])["value"].tolist() == [30.0]


def test_the_images_of_a_sample_come_along(psnr_store) -> None:
    assert {"hr", "lr", "sr"} <= set(rank("net", psnr_store).columns)


def test_an_unknown_order_is_refused(psnr_store) -> None:
    with pytest.raises(UsageError, match="expected 'value' or 'gain'"):
        rank("net", psnr_store, by="beauty")


def test_an_unknown_metric_is_refused_with_the_nearest(psnr_store) -> None:
    with pytest.raises(UnknownNameError, match="did you mean psnr"):
        rank("net", psnr_store, metric="psnrr")


def test_an_empty_frame_gets_its_gain_column_too(store) -> None:
    assert with_gain(scores(store)).columns.tolist()[-2:] == ["baseline", "gain"]
