"""Intervals for a mean: bootstrap for small sets, Student's t for large ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

DRAWS = 10_000
SEED = 0
LEVEL = 0.95
BOOTSTRAP_UP_TO = 200


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A mean with its 95% interval; `kind` names how it was made ("" where n is 1)."""

    mean: float
    low: float
    high: float
    kind: str


def mean_interval(values: NDArray[np.float64]) -> Interval:
    """The mean of finite `values`, (n,), with a 95% interval.

    Up to 200 values the percentile bootstrap (10 000 draws, seed 0), above Student's t. One value
    has no interval, none has no mean: nan stands there.
    """
    n = len(values)
    mean = float(values.mean()) if n else np.nan
    if n < 2:
        return Interval(mean=mean, low=np.nan, high=np.nan, kind="")
    if n <= BOOTSTRAP_UP_TO:
        low, high = _bootstrap(values)
        return Interval(mean=mean, low=low, high=high, kind="bootstrap")
    half = float(stdtrit(n - 1, (1 + LEVEL) / 2) * values.std(ddof=1) / np.sqrt(n))
    return Interval(mean=mean, low=mean - half, high=mean + half, kind="t")


def _bootstrap(values: NDArray[np.float64]) -> tuple[float, float]:
    draws = np.random.default_rng(SEED).integers(0, len(values), (DRAWS, len(values)))
    means = values[draws].mean(axis=1)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
