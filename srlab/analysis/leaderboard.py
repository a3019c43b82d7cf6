"""Means per benchmark, scale, upscaler, metric and protocol, with n and interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from srlab.analysis.frames import as_list, scores
from srlab.analysis.interval import mean_interval
from srlab.metrics.catalog import METRICS, Direction
from srlab.store.store import Store

BASELINE = "bicubic"
CELL = ["benchmark", "scale", "metric", "protocol"]
COLUMNS = [
    *CELL[:2],
    "upscaler",
    *CELL[2:],
    "mean",
    "low",
    "high",
    "interval",
    "n",
    "infinite",
    "gain",
    "mse_reduction",
]


def leaderboard(
    store: Store | str | None = None,
    *,
    frame: pd.DataFrame | None = None,
    upscalers: Sequence[str] = (),
    **filters: Any,
) -> pd.DataFrame:
    """The mean of every cell, best upscaler first.

    `gain` is the difference of PSNR means to bicubic in dB, `mse_reduction` is
    1 - mean MSE / mean MSE of bicubic; both are nan elsewhere, and where bicubic was not scored on
    the same samples. Infinite values (identical images) are counted and left out of means.
    `frame` takes rows that were read already; otherwise filters are those of `scores`. Of the
    `upscalers` named only those are shown, though gains are still over bicubic.
    """
    upscalers = as_list(upscalers)
    read = [*upscalers, BASELINE] if upscalers else []
    rows = frame if frame is not None else scores(store, upscalers=read, **filters)
    shown = rows[rows["upscaler"].isin(list(upscalers))] if upscalers else rows
    if shown.empty:
        return pd.DataFrame(columns=COLUMNS)
    cells = [
        _cell(dict(zip([*CELL, "upscaler"], names, strict=True)), group, rows)
        for names, group in shown.groupby([*CELL, "upscaler"], sort=False)
    ]
    return in_catalog_order(pd.DataFrame(cells, columns=COLUMNS))


def _cell(names: dict[str, Any], group: pd.DataFrame, rows: pd.DataFrame) -> dict[str, Any]:
    values = group["value"].to_numpy(float)
    finite = values[np.isfinite(values)]
    interval = mean_interval(finite)
    return {
        **names,
        "mean": interval.mean,
        "low": interval.low,
        "high": interval.high,
        "interval": interval.kind,
        "n": len(values),
        "infinite": len(values) - len(finite),
        **_over_baseline(names, group, rows),
    }


def _over_baseline(
    names: dict[str, Any], group: pd.DataFrame, rows: pd.DataFrame
) -> dict[str, float]:
    nothing = {"gain": np.nan, "mse_reduction": np.nan}
    if names["metric"] not in ("psnr", "mse"):
        return nothing
    same = (rows["upscaler"] == BASELINE) & (rows[CELL] == [names[c] for c in CELL]).all(axis=1)
    pairs = group.merge(rows[same], on="sample", suffixes=("", "_baseline"))
    if len(pairs) != len(group):
        return nothing
    ours, theirs = (pairs[c].to_numpy(float) for c in ("value", "value_baseline"))
    if names["metric"] == "psnr":
        both = np.isfinite(ours) & np.isfinite(theirs)
        gain = float((ours[both] - theirs[both]).mean()) if both.any() else np.nan
        ours, theirs = (255.0**2 / 10 ** (v / 10) for v in (ours, theirs))
    else:
        gain = np.nan
    reduction = 1 - ours.mean() / theirs.mean() if theirs.mean() > 0 else np.nan
    return {"gain": gain, "mse_reduction": float(reduction)}


def in_catalog_order(table: pd.DataFrame) -> pd.DataFrame:
    """Rows by benchmark, scale, protocol, metric as the catalog lists them, best mean first."""
    order = table[["benchmark", "scale", "protocol"]].copy()
    order["metric"] = table["metric"].map(METRICS.names().index)
    if "mean" in table:
        order["badness"] = _badness(table)
    return table.loc[order.sort_values(order.columns.to_list()).index].reset_index(drop=True)


def _badness(table: pd.DataFrame) -> pd.Series:
    lower = table["metric"].map(lambda name: METRICS[str(name)].direction is Direction.LOWER)
    return table["mean"].where(lower, -table["mean"])
