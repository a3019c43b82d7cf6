"""Captions and sentences of the part on predictions."""

from __future__ import annotations

import math

import pytest

from srlab.report import flip_cause_words, flip_picture_words, flip_place_words, prediction_words
from srlab.report.document import Cell, Column, Estimate
from srlab.report.phrases import cell_text


def _changed(arm: str, upscaler: str, changed: int, n: int = 100) -> dict:
    share = changed / n if n else math.nan
    return {"arm": arm, "upscaler": upscaler, "changed": changed, "n": n, "changed_share": share}


def test_images_and_classes_are_counted():
    assert prediction_words.images("food", 500, [4, 5, 6], [3]) == (
        "Images: 500 images of 3 classes of food (4 to 6 of each), at ×3."
    )
    assert "of 1 class of food (7 of each)" in prediction_words.images("food", 7, [7], [3])


def test_a_classifier_of_the_hub_is_named_with_its_revision():
    facts = {"repository": "nateraw/food", "revision": "8991abd49ea01ebf50"}
    assert prediction_words.classifier("food", facts, 101, "0123abcd") == (
        "Classifier: food, knows 101 classes, from nateraw/food@8991abd; digest 0123abcd of "
        "weights, labels and processor."
    )


def test_arms_name_their_scales_where_those_are_not_all():
    named = prediction_words.arms({"bicubic": [3, 4], "net": [3]}, [3, 4], small=True)
    assert named == "Arms: original, small, bicubic and net (×3)."


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            [_changed("upscaled", "bicubic", 4)],
            "set, vit, ×3 (n = 100): 4 (4%) upscaled by bicubic.",
        ),
        (
            [
                _changed("upscaled", "a", 9),
                _changed("upscaled", "b", 4),
                _changed("small", "small", 30),
            ],
            "set, vit, ×3 (n = 100): 4 (4%) upscaled by b, 9 (9%) upscaled by a and 30 (30%) left "
            "small.",
        ),
        (
            [_changed("upscaled", name, count) for name, count in (("a", 9), ("b", 4), ("c", 5))],
            "set, vit, ×3 (n = 100): 4 (4%) upscaled by b (the fewest) and 9 (9%) upscaled by a "
            "(the most).",
        ),
        (
            [_changed("upscaled", name, 2) for name in "abc"],
            "set, vit, ×3 (n = 100): 2 (2%) upscaled by any of 3 upscalers.",
        ),
        ([_changed("upscaled", "a", 0, 0)], "set, vit, ×3 (n = 0): nothing could be compared."),
    ],
    ids=["one", "two", "several", "equal", "none"],
)
def test_the_summary_names_the_fewest_and_the_most(rows, sentence):
    assert prediction_words.summary("set, vit", 3, rows) == sentence


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(0.64, "64.0%"), (0.6449, "64.5%"), (0.99999, "over 99.9%"), (1e-6, "under 0.1%")],
)
def test_a_probability_has_one_digit_and_never_rounds_to_all(probability, shown):
    assert flip_picture_words.verdict("pie", probability, right=True) == ("✓ pie", shown)
    assert flip_picture_words.verdict("pie", probability, right=False)[0] == "✗ pie"


def test_margins_are_summed_up():
    row = {"flipped": 3, "unflipped": 9, "flipped_median": 0.1, "unflipped_median": 2.0}
    rows = [{**row, "p": 0.01}, {**row, "p": math.nan, "unflipped_median": 0.05}]
    assert flip_cause_words.margins_told(rows) == (
        "In 1 of 2 rows the changed images had the smaller median margin; p is under 0.05 in 1."
    )
    assert flip_cause_words.margins_told([{**row, "flipped": 0}]).startswith("No arm has both")


def test_scores_are_summed_up():
    rows = [{"low": 0.6}, {"low": 0.4}, {"low": math.nan}]
    parts = [
        flip_cause_words.quality_told("psnr", rows),
        flip_cause_words.quality_told("ssim", rows[:1]),
    ]
    assert flip_cause_words.quality_all(parts) == (
        "The interval lies above 50% for PSNR in 1 of 2 rows and for SSIM in 1 of 1 row."
    )


def test_places_are_short():
    where = [("a", 3), ("a", 4), ("b", 4)]
    assert flip_place_words.places(where, 4, several_scales=True) == "a ×3 ×4, b ×4"
    assert flip_place_words.places(where, 3, several_scales=True) == "everywhere"
    assert flip_place_words.places([("a", 3), ("b", 3)], 4, several_scales=False) == "a, b"
    assert flip_place_words.some(list("abcde")) == "a, b, c and 2 more"


def test_an_estimate_is_printed_with_its_interval_where_there_is_one():
    column = Column(title="x", decimals=1)
    assert cell_text(Cell(value=Estimate(value=12.0, low=7.04, high=19.8)), column) == (
        "12.0 (7.0–19.8)"
    )
    nan = math.nan
    assert cell_text(Cell(value=Estimate(value=100.0, low=nan, high=nan)), column) == "100.0"
    assert cell_text(Cell(value=Estimate(value=nan, low=nan, high=nan)), column) == "–"


def test_a_full_revision_is_cut_to_seven_digits():
    from srlab.report.setting_words import source

    assert source(f"ethz/food101@{'0123456789' * 4}") == "ethz/food101@0123456"
    assert source("scikit-image's wheel") == "scikit-image's wheel"
