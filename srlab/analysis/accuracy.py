"""How often each arm is classified right: the first label, and one of the first five."""

from __future__ import annotations

import numpy as np
import pandas as pd

from srlab.analysis.compared import CELL, shown
from srlab.analysis.interval import cluster_interval, wilson

_SETTING = ["benchmark", "classifier", "scale"]
_TOPS = {"top1": "correct", "top5": "correct5"}
COLUMNS = [
    *CELL,
    "n",
    "missing",
    "top1",
    "top1_low",
    "top1_high",
    "top5",
    "top5_low",
    "top5_high",
    "interval",
]


def accuracy(frame: pd.DataFrame, *, clusters: str | None = None) -> pd.DataFrame:
    """Accuracy of every arm in `frame` (of `predictions`), one row an arm, original first.

    `top1` and `top5` are shares of the `n` images classified in that arm; `missing` counts the
    images that another arm of the same benchmark, classifier and scale has and this one lacks.
    `upscaler` is "original" or "small" for those arms. Top-5 is 1 for a classifier that knows five
    classes or fewer. Intervals are Wilson's of 95%; with `clusters`, the column whose equal values
    mark images that belong together (`truth`, where each class is one photograph), they are from
    drawing whole clusters. `interval` says which.
    """
    named = shown(frame)
    groups = named.groupby(CELL, sort=True)
    table = groups.agg(n=("correct", "size")).reset_index()
    seen = named.groupby(_SETTING)["sample"].nunique().rename("seen").reset_index()
    table["missing"] = table.merge(seen, on=_SETTING, how="left")["seen"] - table["n"]
    for top, column in _TOPS.items():
        right = groups[column].sum().to_numpy(np.int64)
        table[top] = right / table["n"]
        table[f"{top}_low"], table[f"{top}_high"] = wilson(right, table["n"].to_numpy(np.int64))
    table["interval"] = "Wilson"
    if clusters is not None:
        _draw_clusters(table, [group for _, group in groups], clusters)
    return table[COLUMNS]


def _draw_clusters(table: pd.DataFrame, groups: list[pd.DataFrame], clusters: str) -> None:
    """Put intervals from drawing whole clusters in the place of Wilson's."""
    for top, column in _TOPS.items():
        found = [cluster_interval(g[column].to_numpy(float), g[clusters]) for g in groups]
        table[f"{top}_low"] = [interval.low for interval in found]
        table[f"{top}_high"] = [interval.high for interval in found]
        table["interval"] = [interval.kind for interval in found]
