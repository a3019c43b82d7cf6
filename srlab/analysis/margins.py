"""Were the two first labels close anyway? The original's margin where predictions changed."""

from __future__ import annotations

from math import comb

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from srlab.analysis.compared import CELL
from srlab.analysis.separation import separation
from srlab.analysis.signed_ranks import SIGNIFICANCE

COLUMNS = [
    *CELL,
    "flipped",
    "unflipped",
    "flipped_median",
    "unflipped_median",
    "auc",
    "low",
    "high",
    "p",
    "method",
    "note",
]
EXACT_UP_TO = 8
_EXACT_PAIRS = 10_000


def margins(pairs: pd.DataFrame) -> pd.DataFrame:
    """The original's margins of flipped against unflipped images, one row per arm.

    `pairs` are those of `Compared`; their columns `original_margin`, `flipped` and `category` are
    what a picture of this shows. `flipped` and `unflipped` count images; medians are in logits.
    `auc` is the common-language effect: the chance that a flipped image had a smaller margin than
    an unflipped one, ties half, with its 95% interval (DeLong). `p` is of the two-sided
    Mann-Whitney U test; `method` is "exact" (no ties, a group of at most eight and at most 10 000
    pairs of images) or "normal" (with correction for ties and continuity); p is not adjusted for
    the number of rows. Where flips, or images that did not flip, are so few that it could not go
    under 0.05, it is nan and `note` says so.
    """
    rows = []
    for names, group in pairs.groupby(CELL):
        margin, flipped = group["original_margin"].to_numpy(float), group["flipped"].to_numpy(bool)
        rows.append((*names, *_told_apart(margin[flipped], margin[~flipped])))
    return pd.DataFrame(rows, columns=COLUMNS)


def _told_apart(flipped: NDArray[np.float64], unflipped: NDArray[np.float64]) -> tuple:
    m, n = len(flipped), len(unflipped)
    medians = (float(np.median(side)) if len(side) else np.nan for side in (flipped, unflipped))
    effect = separation(-flipped, -unflipped)
    note = _too_few(m, n)
    p, method = (np.nan, "") if note else _mann_whitney(flipped, unflipped)
    return (m, n, *medians, effect.auc, effect.low, effect.high, p, method, note)


def _mann_whitney(
    flipped: NDArray[np.float64], unflipped: NDArray[np.float64]
) -> tuple[float, str]:
    from scipy.stats import mannwhitneyu

    m, n = len(flipped), len(unflipped)
    tied = len(np.unique(np.concatenate([flipped, unflipped]))) < m + n
    exact = not tied and min(m, n) <= EXACT_UP_TO and m * n <= _EXACT_PAIRS
    method = "exact" if exact else "asymptotic"
    p = float(mannwhitneyu(flipped, unflipped, method=method).pvalue)
    return p, "exact" if exact else "normal"


def _too_few(flipped: int, unflipped: int) -> str:
    """Why there is no p-value; empty where there is one."""
    if not flipped:
        return "no prediction changed: there is nothing to compare"
    if not unflipped:
        return "every prediction changed: there is nothing to compare with"
    smallest = 2 / comb(flipped + unflipped, flipped)
    if smallest <= SIGNIFICANCE:
        return ""
    return (
        f"{flipped} changed and {unflipped} did not: no rank test can go under "
        f"p = {min(smallest, 1.0):.4g}"
    )
