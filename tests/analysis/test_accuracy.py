"""Accuracy of every arm against SciPy and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from srlab.analysis.accuracy import COLUMNS, accuracy
from srlab.analysis.interval import cluster_interval
from srlab.analysis.predictions import predictions


def test_every_arm_has_its_row_original_first(classify) -> None:
    arms = {"net": "aaaa", "bicubic": "abbb", "small": "bbbb", "original": "aaab"}
    table = accuracy(predictions(classify(arms, truth="aaaa")))
    assert table.columns.tolist() == COLUMNS
    assert table["upscaler"].tolist() == ["original", "small", "bicubic", "net"]
    assert table["top1"].tolist() == [0.75, 0, 0.25, 1]
    assert table["n"].tolist() == [4] * 4


def test_intervals_are_wilsons(classify) -> None:
    labels = "a" * 17 + "b" * 6
    row = accuracy(predictions(classify({"original": labels}, truth="a" * 23))).iloc[0]
    witness = binomtest(17, 23).proportion_ci(method="wilson")
    # Both are closed formulas in float64.
    assert (row["top1_low"], row["top1_high"]) == pytest.approx((witness.low, witness.high))
    assert row["interval"] == "Wilson"


def test_top5_counts_images_whose_truth_is_among_the_first_five(classify) -> None:
    # Label a; then b, c, d, e follow: f, g and h are out of five.
    row = accuracy(predictions(classify({"original": "aaaa"}, truth="aeff"))).iloc[0]
    assert (row["top1"], row["top5"]) == (0.25, 0.5)
    witness = binomtest(2, 4).proportion_ci(method="wilson")
    assert (row["top5_low"], row["top5_high"]) == pytest.approx((witness.low, witness.high))


def test_images_that_an_arm_lacks_are_counted(classify) -> None:
    arms = {"original": "aaa ", "small": "a   ", "net": " aaa"}
    table = accuracy(predictions(classify(arms, truth="aaaa")))
    assert table.set_index("upscaler")[["n", "missing"]].to_dict("index") == {
        "original": {"n": 3, "missing": 1},
        "small": {"n": 1, "missing": 3},
        "net": {"n": 3, "missing": 1},
    }


def test_clusters_are_drawn_where_they_are_named(classify) -> None:
    truth, labels = "aaabbbccdd", "aaabbacaaa"
    table = accuracy(predictions(classify({"original": labels}, truth=truth)), clusters="truth")
    right = np.array([x == y for x, y in zip(truth, labels, strict=True)], float)
    expected = cluster_interval(right, list(truth))
    row = table.iloc[0]
    assert (row["top1_low"], row["top1_high"]) == (expected.low, expected.high)
    assert row["interval"] == "cluster bootstrap"


def test_one_class_only_has_no_interval_by_clusters(classify) -> None:
    frame = predictions(classify({"original": "aab"}, truth="aaa"))
    row = accuracy(frame, clusters="truth").iloc[0]
    assert np.isnan(row["top1_low"])
    assert row["interval"] == ""


def test_accuracy_of_nothing_is_an_empty_table(store) -> None:
    for clusters in (None, "truth"):
        table = accuracy(predictions(store), clusters=clusters)
        assert table.empty
        assert table.columns.tolist() == COLUMNS
