"""Flips against the scores of the same images: whichever way the metric runs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from srlab.analysis.compared import against_original
from srlab.analysis.flip_quality import COLUMNS, flip_quality, scores_of
from srlab.analysis.frames import COLUMNS as SCORE_COLUMNS
from srlab.analysis.predictions import predictions
from srlab.analysis.separation import separation
from srlab.errors import UsageError

PLACE = {"benchmark": "photos", "scale": 3, "degradation": "matlab-bicubic"}


def pairs(store):
    return against_original(predictions(store)).pairs


@pytest.fixture
def flipped(classify):
    """Five images of which the first two flip."""
    return classify({"original": "aaaaa", "small": "bbbbb", "net": "bbaaa"}, truth="aaaaa")


def related(store, **options):
    frame = pairs(store)
    return flip_quality(frame, scores_of(frame, store, **options))


def test_worse_images_that_flip_are_an_area_above_one_half_whichever_way_the_metric_runs(
    flipped, keep
) -> None:
    keep({"net": [20.0, 27.0, 25.0, 28.0, 30.0]}, metric="psnr", **PLACE)
    store = keep({"net": [0.9, 0.2, 0.4, 0.1, 0.05]}, metric="lpips-squeeze", **PLACE)
    table = related(store)
    assert table.columns.tolist() == COLUMNS
    assert table["metric"].tolist() == ["lpips-squeeze", "psnr"]
    assert table["auc"].tolist() == pytest.approx([5 / 6, 5 / 6])
    assert table["flipped_median"].tolist() == pytest.approx([0.55, 23.5])
    assert (table["flipped"].tolist(), table["unflipped"].tolist()) == ([2, 2], [3, 3])


def test_the_interval_is_that_of_the_separation(flipped, keep) -> None:
    store = keep({"net": [20.0, 27.0, 25.0, 28.0, 30.0]}, **PLACE)
    row = related(store).iloc[0]
    expected = separation(np.array([-20.0, -27.0]), np.array([-25.0, -28.0, -30.0]))
    assert (row["low"], row["high"]) == (expected.low, expected.high)


def test_an_identical_image_is_the_best_there_is_and_stays(flipped, keep) -> None:
    row = related(keep({"net": [26.0, 24.0, 25.0, np.inf, np.inf]}, **PLACE)).iloc[0]
    assert (row["flipped"], row["unflipped"]) == (2, 3)
    assert row["auc"] == pytest.approx(5 / 6)


def test_equal_scores_count_half(flipped, keep) -> None:
    assert related(keep({"net": [25.0] * 5}, **PLACE))["auc"].tolist() == [0.5]


def test_the_small_image_and_metrics_without_a_direction_have_no_row(flipped, keep) -> None:
    store = keep({"net": [1.0, 2, 3, 4, 5]}, metric="entropy", **PLACE)
    assert related(store).empty


def test_images_without_a_score_are_counted(flipped, keep) -> None:
    store = keep({"net": {"img_001": 20.0, "img_003": 30.0, "img_004": 31.0}}, **PLACE)
    row = related(store).iloc[0]
    assert (row["flipped"], row["unflipped"], row["without_score"]) == (1, 2, 2)
    assert row["note"] == "1 changed and 2 did not: too few for an interval"


def test_scores_of_another_degradation_scale_or_upscaler_are_not_taken(flipped, keep) -> None:
    keep({"net": [9.0, 9, 1, 1, 1]}, **{**PLACE, "degradation": "given"})
    keep({"net": [9.0, 9, 1, 1, 1]}, **{**PLACE, "scale": 2})
    keep({"bicubic": [9.0, 9, 1, 1, 1]}, **PLACE)
    assert related(flipped).empty
    store = keep({"net": [1.0, 1, 9, 9, 9]}, **PLACE)
    assert related(store)["auc"].tolist() == [1.0]


def test_scores_come_with_further_columns_where_they_are_asked_for(flipped, keep) -> None:
    store = keep({"net": [26.0] * 5}, **PLACE)
    named = scores_of(pairs(store), store, extra=["sr", "degradation"]).columns.tolist()
    assert named == [*SCORE_COLUMNS, "sr"]
    none = scores_of(pairs(store).iloc[:0], store, extra=["sr"]).columns.tolist()
    assert none == named


def test_one_protocol_is_read_and_two_are_refused(flipped, keep) -> None:
    keep({"net": [1.0, 1, 9, 9, 9]}, protocol="paper-y", **PLACE)
    store = keep({"net": [9.0, 9, 1, 1, 1]}, protocol="ntire", **PLACE)
    assert related(store)["auc"].tolist() == [1.0]
    assert related(store, protocol="ntire")["auc"].tolist() == [0.0]
    frame = pairs(store)
    both = pd.concat([scores_of(frame, store, protocol=name) for name in ("paper-y", "ntire")])
    with pytest.raises(UsageError, match=r"2 protocols \(ntire, paper-y\) cannot be mixed"):
        flip_quality(frame, both)


@pytest.mark.parametrize(
    ("labels", "note"),
    [
        ("aaaaa", "no prediction changed: there is nothing to relate"),
        ("bbbbb", "every prediction changed: there is nothing to compare with"),
        ("bbaaa", "the two groups do not overlap: no interval can be given"),
        ("ababa", ""),
    ],
)
def test_the_note_says_why_there_is_no_figure_or_no_interval(classify, keep, labels, note) -> None:
    classify({"original": "aaaaa", "net": labels}, truth="aaaaa")
    row = related(keep({"net": [1.0, 2, 3, 4, 5]}, **PLACE)).iloc[0]
    assert row["note"] == note
    assert np.isnan(row["low"]) == bool(note)


def test_a_cell_whose_images_have_no_score_says_so(classify, keep) -> None:
    classify({"original": "aa", "net": "ab", "bicubic": "ab"}, truth="aa")
    store = keep({"net": [1.0, 2.0]}, **PLACE)
    rows = related(store).set_index("upscaler")
    assert rows.loc["bicubic", "note"] == "none of 2 images has this score"
    assert rows.loc["bicubic", "without_score"] == 2


def test_nothing_compared_relates_to_nothing(store) -> None:
    assert related(store).columns.tolist() == COLUMNS
    assert related(store).empty
