"""How well one number tells two groups apart: the area under the ROC curve, with an interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from srlab.analysis.interval import Z


@dataclass(frozen=True, kw_only=True)
class Separation:
    """The chance that a value of the first group is above one of the second, ties half.

    0.5 is no separation. nan where a group is empty; the interval is nan where it cannot be had:
    fewer than two in a group, or groups that do not overlap at all.
    """

    auc: float
    low: float
    high: float


def separation(first: NDArray[np.float64], second: NDArray[np.float64]) -> Separation:
    """How far `first`, (m,), lies above `second`, (n,), with DeLong's 95% interval.

    The variance is that of DeLong, DeLong & Clarke-Pearson, Biometrics 44 (1988) 837-845, by ranks
    (Sun & Xu, IEEE Signal Process. Lett. 21 (2014) 1389-1393); the interval is symmetric on the
    logit scale, so that it stays between 0 and 1. Infinite values rank as such.
    """
    m, n = len(first), len(second)
    if not (m and n):
        return Separation(auc=np.nan, low=np.nan, high=np.nan)
    joint = _ranks(np.concatenate([first, second]))
    above = (joint[:m] - _ranks(first)) / n
    below = 1 - (joint[m:] - _ranks(second)) / m
    auc = float(above.mean())
    if min(m, n) < 2 or not 0 < auc < 1:
        return Separation(auc=auc, low=np.nan, high=np.nan)
    error = np.sqrt(above.var(ddof=1) / m + below.var(ddof=1) / n)
    half = Z * error / (auc * (1 - auc))
    if half == 0:
        return Separation(auc=auc, low=np.nan, high=np.nan)
    low, high = expit(logit(auc) + np.array([-half, half]))
    return Separation(auc=auc, low=float(low), high=float(high))


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1; equal values share the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[places]
