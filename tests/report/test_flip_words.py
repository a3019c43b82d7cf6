"""Sentences of the flip study, word by word."""

from __future__ import annotations

import math

import pytest

from srlab.analysis.flip_rules import Breach
from srlab.report import flip_words as words

NAN = math.nan


def row(n: int = 500, *, kept_right=0, harmed=0, rescued=0, changed_wrong=0, **others) -> dict:
    changed = harmed + rescued + changed_wrong
    counts = {"kept_right": kept_right, "harmed": harmed, "rescued": rescued}
    return {"n": n, **counts, "changed_wrong": changed_wrong, "changed": changed, **others}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            row(harmed=2, changed_wrong=2),
            "four of 500 images (0.8%) were classified differently: two harmed, none rescued, two "
            "wrong both times",
        ),
        (
            row(harmed=1),
            "one of 500 images (0.2%) was classified differently: one harmed, none rescued, none "
            "wrong both times",
        ),
        (row(), "none of 500 images was classified differently"),
        (
            row(10_000, rescued=3),
            "three of 10000 images (under 0.1%) were classified differently: none harmed, three "
            "rescued, none wrong both times",
        ),
        (
            row(13, harmed=13),
            "13 of 13 images (100%) were classified differently: 13 harmed, none rescued, none "
            "wrong both times",
        ),
        (
            row(1, rescued=1),
            "one of 1 image (100%) was classified differently: none harmed, one rescued, none "
            "wrong both times",
        ),
        (row(0), "none of 0 images was classified differently"),
    ],
)
def test_what_changed(given, sentence) -> None:
    assert words.changed(given) == sentence


@pytest.mark.parametrize(
    ("count", "word"), [(0, "none"), (1, "one"), (7, "seven"), (12, "twelve"), (13, "13")]
)
def test_counts_are_words_up_to_twelve(count, word) -> None:
    assert words.count_word(count) == word


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0%"),
        (1, "100%"),
        (0.5, "50%"),
        (0.008, "0.8%"),
        (1e-5, "under 0.1%"),
        (0.99999, "over 99.9%"),
        (NAN, "\N{EN DASH}"),
    ],
)
def test_shares_never_round_to_none_or_all_from_within(share, text) -> None:
    assert words.percent(share) == text


def test_accuracies_before_and_after() -> None:
    given = row(
        kept_right=438, harmed=8, rescued=1, original_accuracy=446 / 500, accuracy=439 / 500
    )
    assert words.accuracies(given) == (
        "of 500 images 446 (89.2%) were classified right as originals and 439 (87.8%) here"
    )
    assert words.accuracies(row(0)) == "no image has both predictions"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            row(harmed=9, rescued=1, mcnemar_p=0.0215, holm_p=0.0215, note=""),
            "nine turned wrong and one right: McNemar's exact test gives p = 0.0215; that is more "
            "than chance explains",
        ),
        (
            row(harmed=9, rescued=1, mcnemar_p=0.0215, holm_p=0.0645, note=""),
            "nine turned wrong and one right: McNemar's exact test gives p = 0.0215, by Holm "
            "p = 0.0645; chance alone may explain that",
        ),
        (
            row(harmed=2, mcnemar_p=0.5, holm_p=0.5, note="2 images turned …"),
            "two turned wrong and none right: McNemar's exact test gives p = 0.5000, and with so "
            "few no exact test can go under 0.05",
        ),
        (
            row(changed_wrong=2, mcnemar_p=1.0, holm_p=1.0, note="no image turned …"),
            "no image turned from right to wrong or back, so accuracy is what it was",
        ),
    ],
    ids=["significant", "not-after-holm", "few", "none"],
)
def test_mcnemars_test_in_words(given, sentence) -> None:
    assert words.mcnemar(given) == sentence


def test_mcnemars_test_can_stand_without_the_counts() -> None:
    given = row(harmed=9, rescued=1, mcnemar_p=0.0215, holm_p=0.0215, note="")
    assert words.mcnemar_test(given) == (
        "McNemar's exact test gives p = 0.0215; that is more than chance explains"
    )


def test_margins_in_words() -> None:
    given = {
        "flipped": 4,
        "unflipped": 496,
        "flipped_median": 0.31,
        "unflipped_median": 4.2,
        "auc": 0.96,
        "p": 1e-6,
        "note": "",
    }
    assert words.margin(given) == (
        "the original's margin is 0.31 in the median of 4 flipped images and 4.20 of 496 others; "
        "a flipped image has the smaller margin of the two in 96% of all pairs "
        "(Mann\N{EN DASH}Whitney p < 0.0001)"
    )
    few = {**given, "flipped": 1, "unflipped": 2, "note": "1 changed and 2 did not: no …"}
    assert words.margin(few).endswith("(1 changed and 2 did not: no …)")
    none = {**given, "flipped": 0, "note": "no prediction changed: there is nothing to compare"}
    assert words.margin(none) == "no prediction changed: there is nothing to compare"


@pytest.mark.parametrize(
    ("figures", "ending"),
    [
        (
            {"auc": 0.7, "low": 0.6, "high": 0.785, "note": ""},
            "in 70% of all pairs with one that did not flip (95% interval 60% to 78.5%)",
        ),
        (
            {"auc": 0.58, "low": 0.41, "high": 0.73, "note": ""},
            "(95% interval 41% to 73%); the interval holds 50%, so PSNR does not tell which images "
            "flip",
        ),
        ({"auc": 1.0, "low": NAN, "high": NAN, "note": "too few"}, "did not flip (too few)"),
    ],
    ids=["above", "holds-half", "few"],
)
def test_quality_in_words(figures, ending) -> None:
    sentence = words.quality({"metric": "psnr", "protocol": "paper-y", **figures})
    assert sentence.startswith("a flipped image has the worse PSNR (paper-y) of the two in ")
    assert sentence.endswith(ending)


def test_quality_without_a_figure_is_its_note() -> None:
    given = {"metric": "psnr", "auc": NAN, "low": NAN, "note": "no prediction changed"}
    assert words.quality(given) == "no prediction changed"


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((0, 0), ""),
        ((1, 0), "not compared: 1 image without the original's prediction"),
        (
            (2, 3),
            "not compared: 2 images without the original's prediction and 3 images without this "
            "arm's prediction",
        ),
    ],
)
def test_what_was_left_out_is_said(counts, sentence) -> None:
    given = dict(zip(("without_original", "without_upscaled"), counts, strict=True))
    assert words.left_out(given) == sentence


@pytest.mark.parametrize(
    ("flips", "sentence"),
    [
        ([], "no image flips anywhere"),
        (
            [(1, 4)],
            "one image flips somewhere: one once only, none for every upscaler and scale",
        ),
        (
            [(4, 4), (2, 4), (1, 4), (1, 1)],
            "four images flip somewhere: two once only, one for every upscaler and scale",
        ),
    ],
)
def test_recurring_flips_in_words(flips, sentence) -> None:
    rows = [{"flips": count, "cells": cells} for count, cells in flips]
    assert words.recurrence(rows) == sentence


def test_a_breach_in_words() -> None:
    found = Breach(
        benchmark="food101",
        classifier="vit",
        scale=3,
        upscaler="small",
        quantity="harmed",
        count=7,
        n=500,
    )
    assert words.breach(found) == (
        "food101, vit: the small image ×3: harmed 7 of 500 images (1.4%)"
    )
