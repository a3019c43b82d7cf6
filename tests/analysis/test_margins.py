"""Margins of flipped against unflipped images, against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from srlab.analysis.compared import against_original
from srlab.analysis.margins import COLUMNS, margins
from srlab.analysis.predictions import predictions


def table(store):
    return margins(against_original(predictions(store)).pairs)


def told_apart(classify, flipped, unflipped):
    """The row of a store whose originals have these margins."""
    m, n = len(flipped), len(unflipped)
    arms = {"original": "a" * (m + n), "net": "b" * m + "a" * n}
    store = classify(arms, truth="a" * (m + n), margins=[*flipped, *unflipped])
    return table(store).iloc[0]


def test_medians_and_counts_are_those_of_each_group(classify) -> None:
    row = told_apart(classify, [0.1, 0.5, 0.2], [4.0, 2.0, 3.0, 5.0])
    assert (row["flipped"], row["unflipped"]) == (3, 4)
    assert (row["flipped_median"], row["unflipped_median"]) == (0.2, 3.5)


@pytest.mark.parametrize(("m", "n"), [(3, 9), (8, 40), (2, 5000)])
def test_few_flips_without_ties_get_the_exact_test(classify, rng, m, n) -> None:
    flipped, unflipped = rng.exponential(1, m), rng.exponential(3, n)
    row = told_apart(classify, flipped, unflipped)
    witness = mannwhitneyu(flipped, unflipped, method="exact")
    assert row["method"] == "exact"
    assert row["p"] == pytest.approx(witness.pvalue, rel=1e-12)
    assert row["auc"] == pytest.approx(1 - witness.statistic / (m * n), rel=1e-12)


@pytest.mark.parametrize("decimals", [9, 0], ids=["many", "ties"])
def test_many_flips_or_ties_get_the_normal_approximation(classify, rng, decimals) -> None:
    m = 30 if decimals else 6
    flipped = rng.exponential(1, m).round(decimals)
    unflipped = rng.exponential(3, 60).round(decimals)
    row = told_apart(classify, flipped, unflipped)
    witness = mannwhitneyu(flipped, unflipped, method="asymptotic")
    assert row["method"] == "normal"
    assert row["p"] == pytest.approx(witness.pvalue, rel=1e-12)


def test_smaller_margins_of_flips_are_an_area_above_one_half(classify) -> None:
    row = told_apart(classify, [0.1, 0.2, 2.5], [1.0, 2.0, 3.0, 4.0])
    assert row["auc"] == pytest.approx(10 / 12)
    assert 0 < row["low"] < 10 / 12 < row["high"] < 1


@pytest.mark.parametrize(
    ("flipped", "unflipped", "note"),
    [
        ([], [1.0, 2.0], "no prediction changed: there is nothing to compare"),
        ([1.0, 2.0], [], "every prediction changed: there is nothing to compare with"),
        ([1.0], [2.0, 3.0], "1 changed and 2 did not: no rank test can go under p = 0.6667"),
        ([1.0], [2.0], "1 changed and 1 did not: no rank test can go under p = 1"),
        ([1.0, 2.0, 3.0], [4.0, 5.0, 6.0], "3 changed and 3 did not: no rank test can go under "),
    ],
    ids=["none", "all", "one-of-three", "one-of-two", "three-of-six"],
)
def test_too_few_flips_get_a_note_instead_of_a_p(classify, flipped, unflipped, note) -> None:
    row = told_apart(classify, flipped, unflipped)
    assert row["note"].startswith(note)
    assert np.isnan(row["p"])
    assert row["method"] == ""


def test_one_flip_among_forty_is_enough_for_a_p(classify) -> None:
    row = told_apart(classify, [0.5], np.arange(1.0, 40.0))
    assert (row["note"], row["p"]) == ("", pytest.approx(2 / 40))


def test_every_arm_has_its_row(classify) -> None:
    arms = {"original": "aaaa", "small": "bbaa", "bicubic": "aaaa", "net": "bbbb"}
    found = table(classify(arms, truth="aaaa", margins=[1.0, 2.0, 3.0, 4.0]))
    assert found["upscaler"].tolist() == ["small", "bicubic", "net"]
    assert found["flipped"].tolist() == [2, 0, 4]


def test_margins_of_nothing_are_an_empty_table(store) -> None:
    assert table(store).columns.tolist() == COLUMNS
    assert table(store).empty
