"""Reading predictions: columns, filters, superseded rows, rows that are not ours."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

import srlab
from srlab.analysis.predictions import COLUMNS, predictions, superseded_predictions
from srlab.errors import StoreError, UsageError

ARMS = {"original": "aab", "small": "abb", "bicubic": "aac"}


def test_predictions_are_tidy_and_sorted(classify) -> None:
    frame = predictions(classify(ARMS, truth="aaa"))
    assert frame.columns.tolist() == COLUMNS
    assert frame["arm"].tolist() == ["original"] * 3 + ["small"] * 3 + ["upscaled"] * 3
    assert frame["label"].tolist() == list("aababbaac")
    assert frame["sample"].tolist() == ["img_001", "img_002", "img_003"] * 3


def test_the_package_offers_the_same_call(classify) -> None:
    assert srlab.predictions(classify(ARMS, truth="aaa"))["label"].tolist() == list("aababbaac")


def test_correct_is_of_the_first_label_and_correct5_of_the_first_five(classify) -> None:
    # The label comes first, then a, b, c, d: the truth h is never among five, d is.
    frame = predictions(classify({"original": "aaa"}, truth="adh"))
    assert frame["correct"].tolist() == [True, False, False]
    assert frame["correct5"].tolist() == [True, True, False]


def test_top_is_a_list_of_pairs_and_probabilities_are_bytes_of_float32(classify) -> None:
    row = predictions(classify({"original": "b"}, truth="a")).iloc[0]
    assert [label for label, _ in row["top"]] == list("bacde")
    assert row["top"][0][1] == pytest.approx(0.6)
    assert isinstance(row["probabilities"], bytes)
    assert np.frombuffer(row["probabilities"], "<f4").sum() == pytest.approx(1, abs=1e-6)


def test_a_row_without_probabilities_has_no_bytes(classify) -> None:
    store = classify({"original": "a"}, truth="a")
    [row] = store.frame("SELECT * FROM predictions", tables=("predictions",)).to_dict("records")
    bare = {**row, "probabilities": None, "time": datetime(2026, 2, 1)}
    store.append("predictions", [bare])
    assert predictions(store)["probabilities"].tolist() == [b""]


def test_a_store_without_predictions_gives_an_empty_frame(store) -> None:
    frame = predictions(store)
    assert frame.columns.tolist() == COLUMNS
    assert frame.empty


def test_further_columns_come_and_others_stay_away_when_named(classify) -> None:
    frame = predictions(classify(ARMS, truth="aaa"), columns=["sample", "run", "correct"])
    assert frame.columns.tolist() == ["sample", "run", "correct"]


def test_an_unknown_column_is_refused(store) -> None:
    with pytest.raises(UsageError, match="predictions have no column 'colour\" FROM'"):
        predictions(store, columns=['colour" FROM'])


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"scales": [4]}, ["original ×4", "net ×4"]),
        ({"upscalers": "bicubic"}, ["original ×3", "bicubic ×3", "original ×4"]),
        ({"upscalers": ["small", "net"]}, ["original ×3", "small ×3", "original ×4", "net ×4"]),
        ({"arms": ["small"]}, ["small ×3"]),
        ({"benchmarks": ["never-seen"]}, []),
        ({"classifiers": ["vit"], "scales": 3, "arms": "original"}, ["original ×3"]),
        ({"samples": ["img_003"], "arms": ["upscaled"]}, ["bicubic ×3"]),
    ],
    ids=str,
)
def test_filters_keep_what_they_name_and_the_original(classify, filters, expected) -> None:
    classify(ARMS, truth="aaa")
    frame = predictions(classify({"original": "aa", "net": "ab"}, truth="aa", scale=4), **filters)
    arms = frame["upscaler"].where(frame["upscaler"] != "", frame["arm"])
    assert (arms + " ×" + frame["scale"].astype(str)).unique().tolist() == expected


def test_an_unknown_filter_is_refused(store) -> None:
    with pytest.raises(UsageError, match="'metrics' is no filter; expected some of benchmarks"):
        predictions(store, metrics=["psnr"])


def test_the_given_lr_counts_before_matlabs_bicubic(classify) -> None:
    classify({"original": "a"}, truth="a", degradation="given")
    store = classify({"original": "b"}, truth="a", degradation="matlab-bicubic")
    assert predictions(store)["label"].tolist() == ["a"]
    assert predictions(store, degradation="matlab-bicubic")["label"].tolist() == ["b"]


def test_the_newest_row_of_an_image_counts(classify) -> None:
    classify({"original": "a"}, truth="a")
    store = classify({"original": "b"}, truth="a", second=1)
    assert predictions(store)["label"].tolist() == ["b"]


def test_predictions_of_older_weights_under_the_same_label_are_not_shown(classify) -> None:
    classify({"original": "aa", "net": "aa"}, truth="aa")
    store = classify({"net": "b "}, truth="aa", version=2, second=1)
    assert predictions(store, upscalers="net")["label"].tolist() == ["a", "a", "b"]
    assert superseded_predictions(store).to_dict("records") == [
        {
            "classifier": "vit",
            "upscaler": "net",
            "scale": 3,
            "predictions": 2,
            "time": datetime(2026, 1, 1),
        }
    ]


def test_predictions_of_an_older_classifier_under_the_same_label_are_not_shown(classify) -> None:
    classify(ARMS, truth="aaa")
    store = classify({"original": "c  "}, truth="aaa", classifier_version=2, second=1)
    assert predictions(store)["label"].tolist() == ["c"]
    assert superseded_predictions(store)["predictions"].tolist() == [6, 3]


@pytest.mark.parametrize("text", ["[", '[["a"]]', "7", "[[1, {}]]", "[" * 100_000, None])
def test_a_row_that_is_not_as_srlab_writes_it_is_refused(classify, text) -> None:
    store = classify({"original": "a"}, truth="a")
    [row] = store.frame("SELECT * FROM predictions", tables=("predictions",)).to_dict("records")
    store.append("predictions", [{**row, "top": text, "time": datetime(2026, 2, 1)}])
    with pytest.raises(StoreError, match="top labels are not as srlab writes them"):
        predictions(store)
