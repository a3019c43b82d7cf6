"""Exact tests with ties, against SciPy and by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, rankdata, wilcoxon

from srlab.analysis.signed_ranks import (
    EXACT_UP_TO,
    doubled_ranks,
    sign_p,
    small_n_note,
    wilcoxon_p,
)

small = st.lists(st.integers(-6, 6), min_size=1, max_size=11)


@given(small)
def test_wilcoxons_p_counts_all_signs_of_these_ranks(values: list[int]) -> None:
    """The definition: over every assignment of signs, how often a sum as far from the middle."""
    left = np.array([value for value in values if value], float)
    ranks = rankdata(np.abs(left))
    seen = abs(ranks[left > 0].sum() - ranks.sum() / 2)
    sums = [np.dot(ranks, signs) for signs in product((0, 1), repeat=len(left))]
    expected = np.mean([abs(total - ranks.sum() / 2) >= seen - 1e-9 for total in sums])
    assert wilcoxon_p(np.array(values, float)) == pytest.approx(min(1.0, expected), abs=1e-12)


@pytest.mark.parametrize("n", [6, 20, EXACT_UP_TO])
def test_wilcoxons_p_is_scipys_exact_one_without_ties(rng, n: int) -> None:
    difference = rng.normal(0.3, 1, n)
    expected = wilcoxon(difference, method="exact").pvalue
    assert wilcoxon_p(difference) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("ties", [False, True])
def test_above_fifty_it_is_scipys_approximation(rng, ties: bool) -> None:
    difference = rng.normal(0.2, 1, 200)
    difference = np.round(difference, 1) if ties else difference
    expected = wilcoxon(difference, method="asymptotic").pvalue
    assert wilcoxon_p(difference) == pytest.approx(expected, rel=1e-9)


def test_nine_equal_magnitudes_with_rounding_noise_are_nine_ties_in_rank(rng) -> None:
    """8 against 1, all 6.0206 dB but for the last bits: as the sign test, not 0.0156."""
    noise = rng.uniform(-1, 1, 9) * 1e-12
    difference = np.array([6.0206] * 8 + [-6.0206]) + noise
    assert wilcoxon_p(difference, tolerance=1e-9) == pytest.approx(0.0390625, rel=1e-12)
    assert sign_p(difference) == pytest.approx(0.0390625, rel=1e-12)


def test_ranks_within_the_tolerance_are_shared_and_others_are_not() -> None:
    values = np.array([1.0, 3.0, 1.0 + 1e-10, 2.0, np.inf, np.inf])
    assert (doubled_ranks(values, tolerance=1e-9) / 2).tolist() == [1.5, 4, 1.5, 3, 5.5, 5.5]
    assert (doubled_ranks(values) / 2).tolist() == [1, 4, 2, 3, 5.5, 5.5]


@given(st.lists(st.floats(-5, 5), max_size=30))
def test_the_tests_know_no_direction(values: list[float]) -> None:
    difference = np.array(values)
    for test in (wilcoxon_p, sign_p):
        p = test(difference)
        assert p == pytest.approx(test(-difference), rel=1e-12)
        assert 0 <= p <= 1


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_sign_test_is_the_exact_binomial(above: int, below: int) -> None:
    expected = binomtest(above, above + below).pvalue if above + below else 1.0
    difference = np.array([1.0] * above + [-1.0] * below + [0.0] * 3)
    assert sign_p(difference) == pytest.approx(expected, rel=1e-9)


def test_no_difference_says_nothing() -> None:
    assert wilcoxon_p(np.array([])) == wilcoxon_p(np.zeros(4)) == 1.0


@pytest.mark.parametrize(
    ("deciding", "ties", "note"),
    [
        (6, 0, ""),
        (5, 0, "5 images decide: no exact two-sided test can go under p = 0.0625"),
        (4, 8, "4 images decide (8 ties): no exact two-sided test can go under p = 0.125"),
        (1, 1, "1 image decides (1 tie): no exact two-sided test can go under p = 1"),
        (0, 3, "no image tells the two apart (3 ties)"),
    ],
)
def test_the_note_counts_the_images_that_decide(deciding: int, ties: int, note: str) -> None:
    assert small_n_note(deciding, ties) == note


def test_the_note_says_where_the_interval_claims_more_than_a_test_can() -> None:
    note = small_n_note(5, excludes_zero=True)
    assert note.endswith("p = 0.0625, though the interval excludes 0")
