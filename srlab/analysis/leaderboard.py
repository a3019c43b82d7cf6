"""Means per cell and upscaler, with n and interval, and the order in which upscalers stand.

The order is decided here and nowhere else: whoever has more of a cell's images first; of those,
the best mean with infinite values counted (`counting`), then more identical images, then the mean
of the finite ones, then the label. So an upscaler that is nowhere worse than another, and better
on one image, stands above it, and an upscaler added or removed changes nobody else's place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from srlab.analysis.counting import counted, counted_gain
from srlab.analysis.frames import CELL, as_list, scores
from srlab.analysis.interval import t_quantile
from srlab.metrics.catalog import METRICS, Direction
from srlab.store.store import Store
from srlab.upscale.info import REFERENCE

BASELINE = "bicubic"
COLUMNS = [
    "benchmark",
    "scale",
    "degradation",
    "lr_kind",
    "upscaler",
    "metric",
    "protocol",
    "mean",
    "low",
    "high",
    "interval",
    "n",
    "images",
    "infinite",
    "above",
    "counted",
    "leads",
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
    """A row per cell and upscaler, in the order of `in_order`.

    `mean` is of the `n` values less the `infinite` ones (identical images); `counted` is the mean
    with these, and those `above` it, as 100 dB, by which rows are ordered; `low` and `high` are
    its Student's t interval of 95%. `images` are those of the cell that any upscaler was scored on:
    where n is less, the upscaler is partial and does not lead. `leads` marks the first of two or
    more that are not partial, and whoever equals it.

    `gain` is the mean difference of counted PSNR to bicubic in dB, `mse_reduction` is
    1 - mean MSE / mean MSE of bicubic; both are nan elsewhere, and where bicubic was not scored on
    the same samples. `frame` takes rows that were read already; otherwise filters are those of
    `scores`. Of the `upscalers` named only those are shown; what the store has of others still
    tells who is partial, who leads and who gains.
    """
    rows = frame if frame is not None else scores(store, **filters)
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    board = _summed_up(rows).join(_over_baseline(rows)).reset_index()
    complete = board.pop("pairs") == board["n"]
    board[["gain", "mse_reduction"]] = board[["gain", "mse_reduction"]].where(complete)
    board = in_order(with_leads(board))[COLUMNS]
    if names := as_list(upscalers):
        board = board[board["upscaler"].isin(names)].reset_index(drop=True)
    return board


def _summed_up(rows: pd.DataFrame) -> pd.DataFrame:
    """Means, intervals and counts, on an index of cell and upscaler."""
    values = rows["value"].to_numpy(float)
    finite = np.isfinite(values)
    as_counted = counted(values, rows["metric"])
    table = rows[[*CELL, "upscaler"]].assign(
        counted=as_counted,
        finite=np.where(finite, values, np.nan),
        above=finite & (values > as_counted),
    )
    groups = table.groupby([*CELL, "upscaler"], sort=False)
    board = groups.agg(
        n=("counted", "size"),
        counted=("counted", "mean"),
        deviation=("counted", "std"),
        mean=("finite", "mean"),
        finite=("finite", "count"),
        above=("above", "sum"),
    )
    board["infinite"] = board["n"] - board.pop("finite")
    n = board["n"].to_numpy(float)
    half = t_quantile(n) * board.pop("deviation") / np.sqrt(n)
    limits = [METRICS[str(name)] for name in board.index.get_level_values("metric")]
    board["low"] = (board["counted"] - half).clip(lower=[info.lowest for info in limits])
    board["high"] = (board["counted"] + half).clip(upper=[info.highest for info in limits])
    board["interval"] = np.where(half.isna(), "", "t")
    images = rows.groupby(CELL)["sample"].nunique().rename("images")
    return board.join(images, on=CELL)


def _over_baseline(rows: pd.DataFrame) -> pd.DataFrame:
    """Gain and MSE reduction over the baseline, and how many samples both have."""
    sides = rows.loc[rows["metric"].isin(("psnr", "mse")), [*CELL, "upscaler", "sample", "value"]]
    baseline = sides.loc[sides["upscaler"] == BASELINE, [*CELL, "sample", "value"]]
    pairs = sides.merge(baseline, on=[*CELL, "sample"], suffixes=("", "_baseline"))
    ours, theirs = (pairs[name].to_numpy(float) for name in ("value", "value_baseline"))
    in_decibel = (pairs["metric"] == "psnr").to_numpy(bool)
    gain = counted_gain(ours, theirs, pairs["metric"])
    pairs["gain"] = np.where(in_decibel, gain, np.nan)
    pairs["ours"], pairs["theirs"] = (
        np.where(in_decibel, 255.0**2 / 10 ** (np.where(in_decibel, side, 0) / 10), side)
        for side in (ours, theirs)
    )
    groups = pairs.groupby([*CELL, "upscaler"], sort=False)
    found = groups.agg(
        pairs=("gain", "size"),
        gain=("gain", "mean"),
        ours=("ours", "mean"),
        theirs=("theirs", "mean"),
    )
    ours, theirs = found.pop("ours"), found.pop("theirs")
    found["mse_reduction"] = 1 - ours / theirs.where(theirs > 0)
    return found


def with_leads(board: pd.DataFrame) -> pd.DataFrame:
    """`board` with the column `leads`: who does so among these rows."""
    directed = board["metric"].map(lambda name: METRICS[str(name)].direction is not Direction.NONE)
    runs = board[(board["n"] == board["images"]) & (board["upscaler"] != REFERENCE) & directed]
    runs = in_order(runs.reset_index(names="row"))
    place = standing(runs)
    cells = [runs[name] for name in CELL]
    equal = (place == place.groupby(cells).transform("first")).all(axis=1)
    several = runs.groupby(CELL)["upscaler"].transform("size") > 1
    board["leads"] = board.index.isin(runs.loc[equal & several, "row"])
    return board


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Rows by set, scale, lr, protocol and metric as the catalog lists them, then the best first.

    What makes one upscaler stand before another is what the module says; of a table without means
    (`gain` in their place) the largest gain comes first.
    """
    order = table[["benchmark", "scale", "degradation", "lr_kind", "protocol"]].copy()
    order["metric"] = table["metric"].map(METRICS.names().index)
    if "counted" in table:
        order = order.join(standing(table))
    elif "gain" in table:
        order["worse"] = -table["gain"]
    names = [name for name in ("upscaler", "a", "b") if name in table]
    order[names] = table[names]
    return table.loc[order.sort_values(order.columns.to_list()).index].reset_index(drop=True)


def standing(table: pd.DataFrame) -> pd.DataFrame:
    """What the rows of a leaderboard are ordered by within a cell, the smallest first.

    Compared column by column; equal rows are equally good, and stand in the order of their labels.
    Means are rounded as far as rounding may take them apart: to a metric's tolerance over n.
    """
    signs = table["metric"].map(lambda name: METRICS[str(name)].sign).astype(float)
    finest = table["metric"].map(lambda name: METRICS[str(name)].tolerance).astype(float)
    finest = finest / table["n"].clip(lower=1).astype(float)
    worse, finite = (
        (-signs * table[name].astype(float) / finest).round() for name in ("counted", "mean")
    )
    return pd.DataFrame(
        {
            "fewer": -table["n"],
            "worse": worse,
            "unlike": -table["infinite"],
            "finite": finite.fillna(np.inf),
        }
    )


def order_over_scales(table: pd.DataFrame) -> list[str]:
    """The upscalers of a leaderboard of one metric: best first at the smallest scale.

    Those that are equal there go by the next scale, and whoever lacks a scale comes last there.
    """
    keys = list(standing(table).itertuples(index=False, name=None))
    places: dict[str, dict[int, tuple]] = {}
    for name, scale, key in zip(table["upscaler"], table["scale"], keys, strict=True):
        places.setdefault(str(name), {})[int(scale)] = (0, *key)
    scales = sorted(int(scale) for scale in table["scale"].unique())
    return sorted(places, key=lambda name: [places[name].get(s, (1,)) for s in scales] + [(name,)])
