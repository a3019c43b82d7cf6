"""The area under the ROC curve and DeLong's interval against brute force and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import bootstrap, mannwhitneyu, norm

from srlab.analysis.separation import separation

values = st.lists(st.integers(-4, 4).map(float) | st.just(-np.inf), min_size=1, max_size=12)


def compared(first, second):
    """1 where the first is above the second, 1/2 where they tie: (m, n)."""
    first, second = np.array(first)[:, None], np.array(second)[None, :]
    return (first > second) + 0.5 * (first == second)


@given(values, values)
def test_the_area_is_the_share_of_pairs_in_which_the_first_is_above(first, second) -> None:
    found = separation(np.array(first), np.array(second))
    assert found.auc == pytest.approx(compared(first, second).mean(), abs=1e-12)


@given(values, values)
def test_exchanging_the_groups_mirrors_area_and_interval(first, second) -> None:
    there = separation(np.array(first), np.array(second))
    back = separation(np.array(second), np.array(first))
    assert there.auc == pytest.approx(1 - back.auc)
    mirrored = (1 - back.high, 1 - back.low)
    assert (there.low, there.high) == pytest.approx(mirrored, abs=1e-9, nan_ok=True)


def test_the_area_is_mann_whitneys_u_over_the_pairs(rng) -> None:
    first, second = rng.normal(0.5, 1, 40), rng.normal(0, 2, 300)
    u = mannwhitneyu(first, second).statistic
    assert separation(first, second).auc == pytest.approx(u / (40 * 300), rel=1e-12)


def test_the_variance_is_delongs_by_brute_force(rng) -> None:
    first, second = rng.normal(0.5, 1, 25).round(1), rng.normal(0, 1, 60).round(1)
    above = compared(first, second)
    variance = above.mean(axis=1).var(ddof=1) / 25 + above.mean(axis=0).var(ddof=1) / 60
    auc = above.mean()
    half = norm.ppf(0.975) * np.sqrt(variance) / (auc * (1 - auc))
    limits = 1 / (1 + np.exp(-(np.log(auc / (1 - auc)) + np.array([-half, half]))))
    found = separation(first, second)
    assert (found.low, found.high) == pytest.approx(tuple(limits), rel=1e-9)


def test_the_interval_is_near_the_bootstraps(rng) -> None:
    first, second = rng.normal(0.7, 1, 120), rng.normal(0, 1, 200)

    def area(x, y, axis=-1):
        return (x[..., :, None] > y[..., None, :]).mean(axis=(-1, -2))

    theirs = bootstrap(
        (first, second), area, n_resamples=999, method="percentile", rng=1, batch=50
    ).confidence_interval
    ours = separation(first, second)
    # Two ways to the same limits: they differ by far less than the interval's width, 0.11.
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.015)


def test_an_interval_stays_between_zero_and_one_where_the_area_is_near_one(rng) -> None:
    found = separation(np.array([3.0, 4.0, 5.0]), np.array([0.0, 1.0, 2.0, 3.5]))
    assert 0 < found.low < found.auc < found.high < 1


@pytest.mark.parametrize(
    ("first", "second", "auc"),
    [
        ([2.0, 3.0], [0.0, 1.0], 1.0),
        ([1.0, 1.0], [1.0, 1.0], 0.5),
        ([1.0], [0.0, 2.0], 0.5),
        ([], [1.0], np.nan),
        ([1.0], [], np.nan),
    ],
    ids=["apart", "all-equal", "one", "empty", "empty-other"],
)
def test_where_no_interval_can_be_had_nan_stands_there(first, second, auc) -> None:
    found = separation(np.array(first), np.array(second))
    assert found.auc == pytest.approx(auc, nan_ok=True)
    assert np.isnan([found.low, found.high]).all()
