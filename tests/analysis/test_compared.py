"""Every arm held against the original: categories, flips, and images without a partner."""

from __future__ import annotations

import pandas as pd
import pytest

from srlab.analysis.compared import CELL, FLIPS, against_original
from srlab.analysis.predictions import predictions


def test_the_five_categories(classify) -> None:
    store = classify({"original": "aabbb", "net": "abacb"}, truth="aaaaa")
    pairs = against_original(predictions(store)).pairs
    assert pairs["category"].tolist() == [
        "kept-right",
        "harmed",
        "rescued",
        "changed-wrong",
        "kept-wrong",
    ]
    assert pairs["flipped"].tolist() == [False, True, True, True, False]


def test_a_flip_is_a_changed_label_and_nothing_else(classify) -> None:
    store = classify({"original": "abcab", "net": "bbaac"}, truth="abbcc")
    pairs = against_original(predictions(store)).pairs
    assert (pairs["flipped"] == (pairs["original"] != pairs["upscaled"])).all()
    assert (pairs["flipped"] == pairs["category"].isin([flip.value for flip in FLIPS])).all()


def test_the_small_image_is_compared_like_an_upscaler(classify) -> None:
    pairs = against_original(predictions(classify({"original": "a", "small": "b"}, truth="a")))
    row = pairs.pairs.iloc[0]
    assert (row["arm"], row["upscaler"], row["category"]) == ("small", "small", "harmed")


def test_an_upscaler_called_small_is_not_the_small_image(classify) -> None:
    store = classify({"original": "aa", "small": "ab"}, truth="aa")
    rows = store.frame("SELECT * FROM predictions", tables=("predictions",))
    named = rows[rows["arm"] == "small"].assign(arm="upscaled", upscaler="small", label="b")
    frame = predictions(store)
    both = pd.concat([frame, named[named.columns.intersection(frame.columns)]])
    cells = against_original(both).pairs[CELL].value_counts()
    assert cells.tolist() == [2, 2]


def test_originals_are_those_of_the_same_scale_benchmark_and_classifier(classify) -> None:
    classify({"original": "a", "net": "b"}, truth="a", scale=2)
    classify({"original": "b", "net": "b"}, truth="a", scale=3)
    classify({"original": "c", "net": "b"}, truth="a", scale=3, benchmark="other")
    store = classify({"original": "d", "net": "b"}, truth="a", scale=3, classifier="vgg")
    pairs = against_original(predictions(store)).pairs
    assert pairs.set_index(["benchmark", "classifier", "scale"])["original"].to_dict() == {
        ("other", "vit", 3): "c",
        ("photos", "vgg", 3): "d",
        ("photos", "vit", 2): "a",
        ("photos", "vit", 3): "b",
    }


def test_images_that_lack_a_partner_are_named(classify) -> None:
    store = classify({"original": "a a", "small": "a  ", "net": "aa "}, truth="aaa")
    compared = against_original(predictions(store))
    assert compared.pairs["upscaler"].tolist() == ["small", "net"]
    assert compared.unpaired[["upscaler", "sample", "missing"]].to_numpy().tolist() == [
        ["small", "img_003", "small"],
        ["net", "img_002", "original"],
        ["net", "img_003", "upscaled"],
    ]


def test_an_image_whose_truth_was_renamed_is_not_compared(classify) -> None:
    classify({"original": "a"}, truth="a")
    compared = against_original(predictions(classify({"net": "a"}, truth="b")))
    assert compared.pairs.empty
    assert compared.unpaired["missing"].tolist() == ["upscaled", "original"]


@pytest.mark.parametrize("arms", [{}, {"original": "a"}], ids=["nothing", "originals-only"])
def test_where_nothing_can_be_compared_both_frames_are_empty(classify, arms) -> None:
    compared = against_original(predictions(classify(arms, truth="a")))
    assert compared.pairs.empty
    assert compared.unpaired.empty
    assert {*CELL, "sample", "category", "flipped"} <= set(compared.pairs)


def test_predictions_without_some_columns_are_compared_all_the_same(classify) -> None:
    store = classify({"original": "a", "net": "b"}, truth="a")
    names = ["benchmark", "sample", "truth", "scale", "degradation", "classifier", "arm"]
    frame = predictions(store, columns=[*names, "upscaler", "label"])
    pairs = against_original(frame).pairs
    assert pairs["category"].tolist() == ["harmed"]
    assert "original_margin" not in pairs
