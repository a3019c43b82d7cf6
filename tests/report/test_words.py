"""Sentences and numbers."""

from __future__ import annotations

import math

import pytest

from srlab.report import phrases, words
from srlab.report.document import Cell, Column, Span, Style
from srlab.report.words import Lead


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (30.4047, "30.40"),
        (-0.862, "−0.86"),
        (-0.001, "0.00"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "–"),
    ],
)
def test_a_number_has_its_digits_a_true_minus_and_no_negative_zero(value: float, shown: str):
    assert phrases.number(value, 2) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(2.2658, "+2.27"), (-0.5, "−0.50"), (0.001, "0.00"), (0.0, "0.00")]
)
def test_a_signed_number_shows_plus_only_above_zero(value: float, shown: str):
    assert phrases.signed(value, 2) == shown


def test_a_range_takes_an_en_dash_and_signed_limits_the_word_to():
    assert phrases.span(30.02, 34.94, 2) == "30.02–34.94"
    assert phrases.span(-0.5, 0.25, 2) == "−0.50 to 0.25"
    assert phrases.span(1.3, 3.23, 2, style=Style.SIGNED) == "+1.30 to +3.23"


def test_a_small_p_is_said_to_be_below_what_is_printed():
    assert phrases.probability(3e-9) == "< 0.0001"
    assert phrases.probability(0.0625) == "0.0625"


def test_absent_values_are_dashes():
    column = Column(title="x")
    for value in (None, math.nan, Span(low=math.nan, high=math.nan)):
        assert phrases.cell_text(Cell(value=value), column) == "–"


def test_plurals_and_lists():
    assert phrases.plural(1, "image") == "1 image"
    assert phrases.plural(5, "image") == "5 images"
    assert phrases.scales([2, 3, 4]) == "×2, ×3 and ×4"
    assert words.title(["a", "b", "c", "d", "e"]) == "Super-resolution on a, b, c and 2 more sets"


def _lead(**changes: object) -> Lead:
    facts = {
        "scale": 3,
        "upscaler": "srcnn",
        "mean": 32.6705,
        "baseline": "bicubic",
        "gain": 2.2658,
        "interval": Span(low=1.3, high=3.23),
        "runner_up": "lanczos",
        "margin": 1.84,
        **changes,
    }
    return Lead(**facts)  # type: ignore[arg-type]


def test_the_leader_is_named_with_mean_gain_and_interval():
    assert words.lead("Set5", 5, _lead(), "psnr") == (
        "Set5 ×3 (n = 5): srcnn leads with 32.67 dB, +2.27 dB over bicubic (+1.30 to +3.23)."
    )


def test_an_interval_that_holds_zero_is_called_undecided():
    open_ = {"interval": Span(low=-0.1, high=0.3), "verdict": "undecided"}
    sentence = words.lead("Set5", 5, _lead(**open_), "psnr")
    assert "the interval holds zero, so these images do not tell the two apart" in sentence


def test_a_sentence_never_denies_what_the_test_tells():
    """Ten wins of ten with one very large one: the interval holds zero, and p is 0.002."""
    sentence = words.lead("Set5", 10, _lead(interval=Span(low=-0.1, high=0.3)), "psnr")
    assert "the interval holds zero, for the gains differ widely" in sentence
    assert "do not tell" not in sentence


def test_an_interval_without_zero_that_no_test_confirms_says_so():
    assert words.lead("Set5", 5, _lead(verdict="undecided"), "psnr").endswith(
        "; the test, adjusted for all comparisons, does not tell the two apart."
    )
    few = "5 images decide: no exact two-sided test can go under p = 0.0625"
    assert words.lead("Set5", 5, _lead(verdict="undecided", note=few), "psnr").endswith(f"; {few}.")


def test_who_is_equal_to_the_next_shares_the_lead():
    assert ", as does lanczos" in words.lead("Set5", 5, _lead(shared=("lanczos",)), "psnr")


def test_without_a_baseline_the_leader_is_held_against_the_next():
    sentence = words.lead("Set5", 5, _lead(baseline=None, gain=None, interval=None), "psnr")
    assert sentence.endswith("leads with 32.67 dB, 1.84 dB before lanczos.")


def test_a_lone_upscaler_leads_nobody():
    alone = _lead(baseline=None, gain=None, interval=None, runner_up=None, margin=None)
    assert "is the only one of those shown that was scored on all images" in words.lead(
        "Set5", 5, alone, "psnr"
    )


def test_folders_are_cut_off_a_reason():
    text = "/some/where/pics/broken.png cannot be read; see https://example.org/a/b"
    assert phrases.without_folders(text) == "broken.png cannot be read; see https://example.org/a/b"


def test_identical_images_are_counted_and_explained():
    row = {
        "metric": "psnr",
        "infinite": 3,
        "above": 0,
        "counted": 59.634,
        "upscaler": "A",
        "scale": 2,
    }
    assert words.identical({**row, "protocol": "paper-y"}).startswith(
        "‡ A ×2 under paper-y (3 identical, counted as 100 dB: 59.63 dB)."
    )
