"""The best and the worst samples of an upscaler, by a metric or by its gain over a baseline."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from srlab.analysis.counting import counted_gain
from srlab.analysis.frames import CELL, scores
from srlab.analysis.leaderboard import BASELINE
from srlab.errors import UsageError
from srlab.metrics.catalog import METRICS, Direction
from srlab.metrics.protocol import DEFAULT_PROTOCOL
from srlab.store.store import Store

COLUMNS = [
    "rank",
    "benchmark",
    "sample",
    "scale",
    "upscaler",
    "metric",
    "protocol",
    "degradation",
    "lr_kind",
    "value",
    "baseline",
    "gain",
]


def rank(
    upscaler: str,
    store: Store | str | None = None,
    *,
    metric: str = "psnr",
    protocol: str = DEFAULT_PROTOCOL,
    baseline: str = BASELINE,
    by: str = "value",
    worst: bool = False,
    top: int | None = None,
    **filters: Any,
) -> pd.DataFrame:
    """Samples of `upscaler` in order, the best first (the worst with `worst`).

    `by` is "value" or "gain"; a gain is positive where `upscaler` is better than `baseline`,
    whichever way the metric runs. An infinite value (identical images) is above all others; in
    gains it counts as 100 dB. Filters are those of `scores` (benchmarks, scales, …).
    """
    if by not in ("value", "gain"):
        raise UsageError(f"by is {by!r}; expected 'value' or 'gain'")
    if taken := sorted({"metrics", "protocols", "upscalers", "extra"} & filters.keys()):
        raise UsageError(f"{taken[0]} is no filter of a rank; it has one {taken[0].rstrip('s')}")
    if by == "gain" and METRICS[metric].direction is Direction.NONE:
        raise UsageError(f"in {metric} neither more nor less is better, so there is no gain")
    rows = scores(
        store,
        metrics=[metric],
        protocols=[protocol],
        upscalers=list({upscaler, baseline}),
        extra=["hr", "lr", "sr"],
        **filters,
    )
    table = with_gain(rows, baseline)
    table = table[table["upscaler"] == upscaler].dropna(subset=[by])
    sign = METRICS[metric].sign if by == "value" else 1.0
    order = (-sign * table[by]).sort_values(kind="stable", ascending=not worst)
    table = table.loc[order.index].head(top if top is not None else len(table))
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    return table[[*COLUMNS, "hr", "lr", "sr"]].reset_index(drop=True)


def with_gain(rows: pd.DataFrame, baseline: str = BASELINE) -> pd.DataFrame:
    """`rows` of `scores` with the columns `baseline` (its value on that sample) and `gain`.

    The gain is nan where the baseline has no value, and in metrics of no direction.
    """
    reference = rows[rows["upscaler"] == baseline]
    names = [*CELL, "sample"]
    joined = rows.merge(
        reference[[*names, "value"]].rename(columns={"value": "baseline"}), on=names, how="left"
    )
    ours, theirs = (joined[name].to_numpy(float) for name in ("value", "baseline"))
    gain = counted_gain(ours, theirs, joined["metric"])
    same = np.abs(gain) <= joined["metric"].map(lambda name: METRICS[str(name)].tolerance)
    directed = joined["metric"].map(lambda name: METRICS[str(name)].direction is not Direction.NONE)
    joined["gain"] = np.where(directed, np.where(same, 0.0, gain), np.nan)
    return joined
