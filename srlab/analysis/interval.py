"""Intervals: of a mean by Student's t, of clustered values by bootstrap, of a share by Wilson.

Why t: at n = 5, the size of Set5, the percentile bootstrap says 95% and covers 84% of normal data.
`tests/benchmarks/coverage.py` prints what each method covers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

DRAWS = 10_000
SEED = 0
LEVEL = 0.95
Z = float(ndtri((1 + LEVEL) / 2))
_TAILS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
_DRAWN_AT_ONCE = 1 << 22


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A mean with its 95% interval; `kind` names how it was made ("" where n is 1)."""

    mean: float
    low: float
    high: float
    kind: str


def mean_interval(
    values: NDArray[np.float64], *, lowest: float = -np.inf, highest: float = np.inf
) -> Interval:
    """The mean of finite independent `values`, (n,), with Student's t interval of 95%.

    The interval is cut at `lowest` and `highest`, which no value passes. One value has no
    interval, none has no mean: nan stands there.
    """
    n = len(values)
    mean = float(values.mean()) if n else np.nan
    if n < 2:
        return Interval(mean=mean, low=np.nan, high=np.nan, kind="")
    half = float(t_quantile(n) * values.std(ddof=1) / np.sqrt(n))
    low, high = max(mean - half, lowest), min(mean + half, highest)
    return Interval(mean=mean, low=low, high=high, kind="t")


def t_quantile(n: ArrayLike) -> NDArray[np.float64]:
    """How many standard errors of the mean of `n` values its interval reaches to each side."""
    return np.asarray(stdtrit(np.asarray(n, float) - 1, (1 + LEVEL) / 2), float)


def cluster_interval(values: NDArray[np.float64], clusters: ArrayLike) -> Interval:
    """The mean of `values`, (n,), with a 95% interval from drawing whole clusters.

    `clusters`, (n,), are labels that say which values belong together, such as patches of one
    photograph. The percentile bootstrap (10 000 draws, seed 0) draws as many clusters as there
    are, with replacement; the mean of a draw is that of all values in it. Of few clusters (a
    dozen, say) such an interval is rather too narrow. One cluster has none: nan stands there.
    """
    _, members = np.unique(np.asarray(clusters), return_inverse=True)
    sizes = np.bincount(members)
    mean = float(values.mean()) if len(values) else np.nan
    if len(sizes) < 2:
        return Interval(mean=mean, low=np.nan, high=np.nan, kind="")
    sums = np.bincount(members, weights=values)
    rng = np.random.default_rng(SEED)
    means = np.empty(DRAWS)
    step = max(1, _DRAWN_AT_ONCE // len(sizes))
    for start in range(0, DRAWS, step):
        part = means[start : start + step]
        draws = rng.integers(0, len(sizes), (len(part), len(sizes)))
        part[:] = sums[draws].sum(axis=1) / sizes[draws].sum(axis=1)
    low, high = np.quantile(means, _TAILS)
    return Interval(mean=mean, low=float(low), high=float(high), kind="cluster bootstrap")


def wilson(
    count: NDArray[np.int64], n: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The 95% Wilson score interval (low, high) of the shares count/n; nan where n is 0.

    Without correction for continuity; E. B. Wilson, JASA 22 (1927) 209-212.
    """
    k, size = np.asarray(count, float), np.asarray(n, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = (k + Z**2 / 2) / (size + Z**2)
        half = Z / (size + Z**2) * np.sqrt(k * (size - k) / size + Z**2 / 4)
    low = np.where(k == 0, 0.0, centre - half)
    high = np.where(k == size, 1.0, centre + half)
    return np.where(size > 0, low, np.nan), np.where(size > 0, high, np.nan)
