"""Exact two-sided tests of paired differences: Wilcoxon's signed ranks, and the sign test.

A difference is a tie where it is exactly 0; who calls has made those of rounding so
(`counting.exact_gain`). Ties decide nothing and are left out. Infinite differences (one of two
images is identical to its reference) share the top rank.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, ndtr

SIGNIFICANCE = 0.05
EXACT_UP_TO = 50


def wilcoxon_p(difference: NDArray[np.float64], *, tolerance: float = 0.0) -> float:
    """Two-sided p of Wilcoxon's signed-rank test of `difference`, (n,); 1 where all are ties.

    Magnitudes within `tolerance` of each other share a mid-rank. Up to 50 differences p is exact:
    the distribution of the ranks' sum over all signs, with these very ranks. Above, normal with
    the variance of these ranks, as SciPy's. F. Wilcoxon, Biometrics Bulletin 1 (1945) 80-83.
    """
    left = difference[difference != 0]
    if not len(left):
        return 1.0
    doubled = doubled_ranks(np.abs(left), tolerance=tolerance)
    positive = int(doubled[left > 0].sum())
    if len(left) > EXACT_UP_TO:
        deviation = positive / 2 - doubled.sum() / 4
        return min(1.0, 2 * float(ndtr(-abs(deviation) / np.sqrt((doubled**2).sum() / 16))))
    ways = _ways_to_sums(doubled)
    fewer = min(positive, int(doubled.sum()) - positive)
    return min(1.0, 2 * float(ways[: fewer + 1].sum()))


def doubled_ranks(values: NDArray[np.float64], *, tolerance: float = 0.0) -> NDArray[np.int64]:
    """Twice the ranks of `values`, (n,), from 1; those within `tolerance` share the mean of theirs.

    Twice, so that mid-ranks are whole numbers. A run of values each within the tolerance of the
    one before is one group; infinities are equal.
    """
    order = np.argsort(values, kind="stable")
    with np.errstate(invalid="ignore"):
        starts = np.diff(values[order], prepend=-np.inf) > tolerance
    starts[:1] = True
    group = np.cumsum(starts) - 1
    last = np.cumsum(np.bincount(group))
    first = np.concatenate([[1], last[:-1] + 1])
    doubled = np.empty(len(values), np.int64)
    doubled[order] = (first + last)[group]
    return doubled


def sign_p(difference: NDArray[np.float64]) -> float:
    """Two-sided p of the sign test: the exact binomial over the differences that are no ties."""
    above, below = int((difference > 0).sum()), int((difference < 0).sum())
    if not above + below:
        return 1.0
    return min(1.0, 2 * float(bdtr(min(above, below), above + below, 0.5)))


def smallest_p(deciding: int) -> float:
    """The smallest two-sided p that any exact test of so many differences can give."""
    return min(1.0, 2.0 ** (1 - deciding))


def small_n_note(deciding: int, ties: int = 0, *, excludes_zero: bool = False) -> str:
    """What to say where even equal signs of all `deciding` images leave p above 0.05; else nothing.

    `excludes_zero` says whether the interval of the mean difference does, which such a test can
    never confirm.
    """
    smallest = smallest_p(deciding)
    if smallest <= SIGNIFICANCE:
        return ""
    tied = f" ({ties} {'tie' if ties == 1 else 'ties'})" if ties else ""
    if not deciding:
        return f"no image tells the two apart{tied}"
    images = "1 image decides" if deciding == 1 else f"{deciding} images decide"
    contrary = ", though the interval excludes 0" if excludes_zero else ""
    return f"{images}{tied}: no exact two-sided test can go under p = {smallest:.4g}{contrary}"


def beyond_reach(deciding: int, family: int) -> str:
    """What to say where `deciding` images could decide one comparison, but not so many at once."""
    return (
        f"{deciding} images decide, of {family} comparisons: no exact test, adjusted for all, can "
        f"go under p = {min(1.0, family * smallest_p(deciding)):.4g}"
    )


def _ways_to_sums(doubled: NDArray[np.int64]) -> NDArray[np.float64]:
    """The chance of each sum of doubled ranks, every sign being as likely as the other."""
    ways = np.zeros(int(doubled.sum()) + 1)
    ways[0] = 1.0
    for rank in doubled:
        ways[rank:] += ways[: len(ways) - rank].copy()
        ways /= 2
    return ways
