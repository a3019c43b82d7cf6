"""Images that flip again and again."""

from __future__ import annotations

from srlab.analysis.compared import against_original
from srlab.analysis.predictions import predictions
from srlab.analysis.recurring import COLUMNS, recurring


def table(store):
    return recurring(against_original(predictions(store)).pairs)


def test_flips_are_counted_over_upscalers_and_scales_the_commonest_first(classify) -> None:
    classify({"original": "aab", "bicubic": "aba", "net": "bba"}, truth="aaa", scale=2)
    store = classify({"original": "aab", "bicubic": "aca", "net": "aab"}, truth="aaa", scale=3)
    found = table(store)
    assert found.columns.tolist() == COLUMNS
    names = ["sample", "flips", "cells", "share", "labels", "places"]
    assert found[names].to_numpy().tolist() == [
        ["img_002", 3, 4, 0.75, ("b", "c"), (("bicubic", 2), ("net", 2), ("bicubic", 3))],
        ["img_003", 3, 4, 0.75, ("a",), (("bicubic", 2), ("net", 2), ("bicubic", 3))],
        ["img_001", 1, 4, 0.25, ("b",), (("net", 2),)],
    ]


def test_labels_of_originals_that_differ_by_scale_are_all_named(classify) -> None:
    classify({"original": "a", "net": "b"}, truth="a", scale=2)
    store = classify({"original": "c", "net": "b", "bicubic": "b"}, truth="a", scale=3)
    assert table(store)["original"].tolist() == [("c", "a")]


def test_the_small_image_is_no_upscaler(classify) -> None:
    found = table(classify({"original": "a", "small": "b", "net": "b"}, truth="a"))
    assert found[["flips", "cells"]].to_numpy().tolist() == [[1, 1]]


def test_only_cells_in_which_the_image_was_compared_count(classify) -> None:
    found = table(classify({"original": "aa", "net": "b ", "bicubic": "bb"}, truth="aa"))
    assert found[["sample", "flips", "cells"]].to_numpy().tolist() == [
        ["img_001", 2, 2],
        ["img_002", 1, 1],
    ]


def test_benchmarks_and_classifiers_are_kept_apart(classify) -> None:
    classify({"original": "a", "net": "b"}, truth="a", classifier="vgg")
    found = table(classify({"original": "a", "net": "b"}, truth="a"))
    assert found[["classifier", "flips"]].to_numpy().tolist() == [["vgg", 1], ["vit", 1]]


def test_where_nothing_flips_the_table_is_empty(classify) -> None:
    found = table(classify({"original": "a", "net": "a"}, truth="a"))
    assert found.empty
    assert found.columns.tolist() == COLUMNS


def test_recurring_flips_of_nothing_are_an_empty_table(store) -> None:
    assert table(store).empty
