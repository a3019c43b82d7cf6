"""Average ranks of several upscalers within one cell, and Friedman's test of whether they differ.

A rank depends on who else is ranked, so verdicts are those of pairs (`paired`); this is a picture
of a whole field.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc

from srlab.analysis.frames import CELL
from srlab.analysis.signed_ranks import SIGNIFICANCE, doubled_ranks
from srlab.metrics.catalog import METRICS, Direction
from srlab.upscale.info import REFERENCE

COLUMNS = [
    *CELL,
    "upscaler",
    "average_rank",
    "n",
    "upscalers",
    "friedman_p",
    "critical_difference",
]
_FEWEST = 3


def average_ranks(rows: pd.DataFrame) -> pd.DataFrame:
    """The mean rank of every upscaler over the images of its cell, the best (near 1) first.

    `rows` are those of `scores`. Ranked are the upscalers with a score of every image of the cell
    (`n` images); values within the metric's tolerance share the mean of their ranks. `friedman_p`
    is of the chi-squared approximation with correction for ties, of `upscalers` at once. A cell of
    fewer than three such upscalers or two images, or of a metric of no direction, has no row.
    `critical_difference` is Nemenyi's: average ranks further apart differ at the level 0.05.
    M. Friedman, JASA 32 (1937) 675-701; J. Demsar, JMLR 7 (2006) 1-30.
    """
    found = [
        row
        for cell, group in rows[rows["upscaler"] != REFERENCE].groupby(CELL, sort=True)
        if METRICS[str(cell[4])].direction is not Direction.NONE
        for row in _of_cell(dict(zip(CELL, cell, strict=True)), group)
    ]
    table = pd.DataFrame(found, columns=COLUMNS)
    return table.sort_values([*CELL, "average_rank", "upscaler"], ignore_index=True)


def friedman_p(doubled: NDArray[np.int64]) -> float:
    """Friedman's p of twice the ranks, (images, upscalers), by the chi-squared approximation."""
    n, k = doubled.shape
    ranks = doubled / 2
    spread = ((ranks - (k + 1) / 2) ** 2).sum()
    if spread == 0:
        return 1.0
    between = ((ranks.sum(axis=0) - n * (k + 1) / 2) ** 2).sum()
    return float(chdtrc(k - 1, (k - 1) * between / spread))


def critical_difference(n: int, upscalers: int) -> float:
    """Nemenyi's critical difference of average ranks over `n` images at the level 0.05."""
    from scipy.stats import studentized_range

    q = float(studentized_range.ppf(1 - SIGNIFICANCE, upscalers, np.inf)) / np.sqrt(2)
    return q * float(np.sqrt(upscalers * (upscalers + 1) / (6 * n)))


def _of_cell(cell: dict[str, object], group: pd.DataFrame) -> list[dict[str, object]]:
    table = group.pivot(index="sample", columns="upscaler", values="value").dropna(axis=1)
    n, k = table.shape
    if k < _FEWEST or n < 2:
        return []
    metric = str(cell["metric"])
    doubled = np.array([_ranked(row, metric) for row in table.to_numpy(float)])
    p = friedman_p(doubled)
    means = doubled.mean(axis=0) / 2
    shared = {"n": n, "upscalers": k, "friedman_p": p}
    shared["critical_difference"] = critical_difference(n, k)
    return [
        {**cell, "upscaler": name, "average_rank": mean, **shared}
        for name, mean in zip(table.columns, means, strict=True)
    ]


def _ranked(values: NDArray[np.float64], metric: str) -> NDArray[np.int64]:
    """Twice the ranks of one image's values, the best being 1."""
    worse = -METRICS[metric].sign * values
    return doubled_ranks(worse, tolerance=METRICS[metric].tolerance)
