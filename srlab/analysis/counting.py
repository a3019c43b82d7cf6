"""What an infinite value counts as, and by how much one value is better than another.

Identical images have an infinite PSNR. To leave it out of a mean would put whoever restored an
image perfectly below one who nearly did, so it counts as `MetricInfo.highest`, 100 dB, in order,
gains and intervals. Stored values stay as they are, and so does the mean over the finite ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from srlab.metrics.catalog import METRICS


def counted(values: NDArray[np.float64], metrics: pd.Series) -> NDArray[np.float64]:
    """`values` of the named `metrics`, both (n,), none of them above the highest that counts."""
    return np.minimum(values, _facts(metrics, "highest"))


def counted_gain(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], metrics: pd.Series
) -> NDArray[np.float64]:
    """By how much `ours` are better, (n,): positive when better, whichever way a metric runs.

    Both are counted first, so that the gain of identical images is finite.
    """
    sign = _facts(metrics, "sign")
    return sign * (counted(ours, metrics) - counted(theirs, metrics))


def exact_gain(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], metric: str
) -> NDArray[np.float64]:
    """The same of the values as they are: what decides who wins on an image, and ranks.

    Infinite where only one of two images is identical to its reference; 0 where the values differ
    by the metric's tolerance at most.
    """
    info = METRICS[metric]
    with np.errstate(invalid="ignore"):
        gain = info.sign * (ours - theirs)
    return np.where((ours == theirs) | (np.abs(gain) <= info.tolerance), 0.0, gain)


def counted_in_words(row: Mapping[Any, Any]) -> str:
    """ "3 identical, counted as 100 dB" of a leaderboard's row; empty where nothing is so high."""
    info = METRICS[str(row["metric"])]
    ceiling = f"{info.highest:g} {info.unit}"
    what = [f"{row['infinite']} identical"] if row["infinite"] else []
    what += [f"{row['above']} above {ceiling}"] if row["above"] else []
    return f"{' and '.join(what)}, counted as {ceiling}" if what else ""


def _facts(metrics: pd.Series, name: str) -> NDArray[np.float64]:
    facts = {metric: getattr(METRICS[str(metric)], name) for metric in metrics.unique()}
    return metrics.map(facts).to_numpy(float)
