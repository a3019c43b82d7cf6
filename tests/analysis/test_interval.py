"""Intervals against SciPy, and frozen."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import bootstrap, t

from srlab.analysis.interval import mean_interval


def test_two_hundred_values_get_a_bootstrap_interval_and_one_more_gets_students_t(rng) -> None:
    values = rng.normal(size=201)
    assert mean_interval(values[:200]).kind == "bootstrap"
    assert mean_interval(values).kind == "t"


def test_the_t_interval_is_scipys(rng) -> None:
    values = rng.normal(30, 4, size=333)
    ours = mean_interval(values)
    error = values.std(ddof=1) / np.sqrt(len(values))
    low, high = t.interval(0.95, len(values) - 1, loc=values.mean(), scale=error)
    # Both are closed formulas in float64.
    assert (ours.low, ours.high) == pytest.approx((low, high), rel=1e-12)


@pytest.mark.parametrize("n", [5, 14, 100])
def test_the_bootstrap_interval_is_scipys_within_sampling_error(rng, n: int) -> None:
    values = rng.gamma(2.0, 3.0, size=n)
    ours = mean_interval(values)
    theirs = bootstrap(
        (values,), np.mean, n_resamples=10_000, method="percentile", rng=1
    ).confidence_interval
    # A 2.5% quantile of 10 000 draws has a standard error of about 0.027 sigma of the mean;
    # two of them differ by less than five times sqrt(2) of it.
    tolerance = 5 * np.sqrt(2) * 0.027 * values.std() / np.sqrt(n)
    assert ours.low == pytest.approx(theirs.low, abs=tolerance)
    assert ours.high == pytest.approx(theirs.high, abs=tolerance)


def test_the_bootstrap_interval_is_frozen() -> None:
    """Made by `mean_interval(np.array([28, 30, 31, 33, 38.0]))` with 10 000 draws and seed 0."""
    interval = mean_interval(np.array([28.0, 30, 31, 33, 38]))
    assert (interval.mean, interval.low, interval.high) == pytest.approx((32.0, 29.4, 35.0))


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
