"""Intervals against SciPy and by hand, and frozen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, bootstrap, t

from srlab.analysis.interval import cluster_interval, mean_interval, wilson


def test_the_t_interval_is_scipys(rng) -> None:
    values = rng.normal(30, 4, size=333)
    ours = mean_interval(values)
    error = values.std(ddof=1) / np.sqrt(len(values))
    low, high = t.interval(0.95, len(values) - 1, loc=values.mean(), scale=error)
    # Both are closed formulas in float64.
    assert (ours.low, ours.high) == pytest.approx((low, high), rel=1e-12)


def test_an_interval_is_cut_where_no_value_can_be() -> None:
    interval = mean_interval(np.array([0.99, 0.9, 1.0]), highest=1.0)
    assert interval.high == 1.0
    assert interval.low < 0.9 < interval.mean


def test_the_same_values_give_the_same_interval_again(rng) -> None:
    values = rng.normal(size=20)
    assert mean_interval(values) == mean_interval(values)


def test_equal_values_have_an_interval_of_no_width() -> None:
    interval = mean_interval(np.full(7, 30.0))
    assert (interval.low, interval.mean, interval.high) == (30, 30, 30)


def test_one_value_has_a_mean_and_no_interval() -> None:
    interval = mean_interval(np.array([30.0]))
    assert interval.mean == 30
    assert np.isnan([interval.low, interval.high]).all()
    assert interval.kind == ""


def test_no_value_has_no_mean() -> None:
    interval = mean_interval(np.array([]))
    assert np.isnan([interval.mean, interval.low, interval.high]).all()
    assert interval.kind == ""


def test_clusters_of_one_value_give_scipys_bootstrap_of_the_values(rng) -> None:
    values = rng.gamma(2.0, 3.0, size=50)
    ours = cluster_interval(values, np.arange(50))
    theirs = bootstrap(
        (values,), np.mean, n_resamples=10_000, method="percentile", rng=1
    ).confidence_interval
    # A 2.5% quantile of 10 000 draws has a standard error of about 0.027 sigma of the mean;
    # two of them differ by less than five times sqrt(2) of it.
    tolerance = 5 * np.sqrt(2) * 0.027 * values.std() / np.sqrt(50)
    assert ours.mean == values.mean()
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=tolerance)
    assert ours.kind == "cluster bootstrap"


def test_repeating_every_value_in_its_cluster_changes_nothing(rng) -> None:
    values = rng.normal(size=20)
    once = cluster_interval(values, np.arange(20))
    thrice = cluster_interval(np.repeat(values, 3), np.repeat(np.arange(20), 3))
    # Sums of three equal numbers differ in the last digit.
    assert (thrice.low, thrice.high) == pytest.approx((once.low, once.high), rel=1e-12)


def test_whole_clusters_are_drawn_and_large_ones_weigh_more() -> None:
    # Two clusters, 3 ones and 1 zero: a draw is both (3/4), twice the ones (1), or twice the zero.
    interval = cluster_interval(np.array([1.0, 1, 1, 0]), ["x", "x", "x", "y"])
    assert (interval.mean, interval.low, interval.high) == (0.75, 0.0, 1.0)


def test_many_clusters_are_drawn_in_parts_and_agree_with_students_t(rng) -> None:
    values = rng.normal(size=3000)
    ours, theirs = cluster_interval(values, np.arange(3000)), mean_interval(values)
    # The error of a bootstrap quantile is about 0.027 sigma of the mean; five times that.
    tolerance = 5 * 0.027 / np.sqrt(3000)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=tolerance)


@pytest.mark.parametrize("values", [[], [1.0, 0.0]], ids=["nothing", "one-cluster"])
def test_one_cluster_has_no_interval(values) -> None:
    interval = cluster_interval(np.array(values), ["x"] * len(values))
    assert np.isnan([interval.low, interval.high]).all()
    assert interval.kind == ""


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_is_scipys(counts: tuple[int, int]) -> None:
    k, n = counts
    low, high = wilson(np.array([k]), np.array([n]))
    witness = binomtest(k, n).proportion_ci(method="wilson")
    # Both are closed formulas in float64.
    assert (low[0], high[0]) == pytest.approx((witness.low, witness.high), rel=1e-9, abs=1e-15)
    assert 0 <= low[0] <= k / n <= high[0] <= 1


def test_wilsons_interval_of_four_in_500_is_what_one_works_out_by_hand() -> None:
    # (4 + 1.92073) / 503.84146 -+ 1.95996 / 503.84146 * sqrt(4 * 496 / 500 + 0.96036)
    low, high = wilson(np.array([4]), np.array([500]))
    assert (low[0], high[0]) == pytest.approx((0.003115, 0.020387), abs=1e-6)


def test_no_image_has_no_share() -> None:
    assert np.isnan(wilson(np.array([0]), np.array([0]))).all()
