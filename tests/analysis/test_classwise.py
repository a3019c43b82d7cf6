"""Precision and recall by class against scikit-learn's definitions, by hand; confusion of flips."""

from __future__ import annotations

import numpy as np
import pytest

from srlab.analysis.classwise import COLUMNS, CONFUSION_COLUMNS, confusion, per_class
from srlab.analysis.compared import against_original
from srlab.analysis.predictions import predictions


def classes(store, upscaler="original"):
    table = per_class(predictions(store))
    return table[table["upscaler"] == upscaler].set_index("label")


def test_positives_and_negatives_are_counted_by_class(classify) -> None:
    rows = classes(classify({"original": "aabbc"}, truth="aaabd"))
    assert rows[["n", "tp", "fp", "fn"]].to_dict("index") == {
        "a": {"n": 3, "tp": 2, "fp": 0, "fn": 1},
        "b": {"n": 1, "tp": 1, "fp": 1, "fn": 0},
        "c": {"n": 0, "tp": 0, "fp": 1, "fn": 0},
        "d": {"n": 1, "tp": 0, "fp": 0, "fn": 1},
    }


def test_precision_recall_and_f1_follow(classify) -> None:
    rows = classes(classify({"original": "aabbc"}, truth="aaabd"))
    assert rows["precision"].tolist() == pytest.approx([1, 0.5, 0, np.nan], nan_ok=True)
    assert rows["recall"].tolist() == pytest.approx([2 / 3, 1, np.nan, 0], nan_ok=True)
    assert rows["f1"].tolist() == pytest.approx([0.8, 2 / 3, 0, 0])


def test_the_sums_over_classes_are_those_of_the_images(classify, rng) -> None:
    truth, labels = ("".join(rng.choice(list("abcde"), 60)) for _ in range(2))
    rows = classes(classify({"original": labels}, truth=truth))
    right = sum(x == y for x, y in zip(truth, labels, strict=True))
    assert rows[["n", "tp", "fp", "fn"]].sum().tolist() == [60, right, 60 - right, 60 - right]


def test_every_arm_has_its_classes(classify) -> None:
    store = classify({"original": "ab", "small": "bb", "net": "ac"}, truth="ab")
    assert per_class(predictions(store)).columns.tolist() == COLUMNS
    assert classes(store, "small").index.tolist() == ["a", "b"]
    assert classes(store, "net").index.tolist() == ["a", "b", "c"]


def test_one_class_only_has_one_row(classify) -> None:
    rows = classes(classify({"original": "aa"}, truth="aa"))
    assert rows[["tp", "fp", "fn", "f1"]].to_numpy().tolist() == [[2, 0, 0, 1]]


def test_the_confusion_of_flips_counts_labels_the_commonest_first(classify) -> None:
    store = classify({"original": "aabbac", "net": "bbbacc"}, truth="aaaaaa")
    table = confusion(against_original(predictions(store)).pairs)
    assert table.columns.tolist() == CONFUSION_COLUMNS
    assert table[["original", "upscaled", "n"]].to_numpy().tolist() == [
        ["a", "b", 2],
        ["a", "c", 1],
        ["b", "a", 1],
    ]


def test_tables_of_nothing_are_empty(store) -> None:
    frame = predictions(store)
    assert per_class(frame).columns.tolist() == COLUMNS
    assert per_class(frame).empty
    assert confusion(against_original(frame).pairs).empty
