"""Do flips fall on images that were upscaled badly? Flips against the same images' scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from srlab.analysis.compared import CELL
from srlab.analysis.frames import COLUMNS as SCORE_COLUMNS
from srlab.analysis.frames import scores
from srlab.analysis.predictions import Arm
from srlab.analysis.separation import separation
from srlab.errors import UsageError
from srlab.metrics.catalog import METRICS, Direction
from srlab.metrics.protocol import DEFAULT_PROTOCOL
from srlab.store.store import Store

COLUMNS = [
    *CELL,
    "metric",
    "protocol",
    "flipped",
    "unflipped",
    "without_score",
    "flipped_median",
    "unflipped_median",
    "auc",
    "low",
    "high",
    "note",
]
_IMAGE = ["benchmark", "degradation", "sample", "scale", "upscaler"]


def scores_of(
    pairs: pd.DataFrame,
    store: Store | str | None = None,
    *,
    protocol: str = DEFAULT_PROTOCOL,
    metrics: Sequence[str] = (),
    extra: Sequence[str] = (),
) -> pd.DataFrame:
    """The scores of the images in `pairs` under one protocol.

    Empty `metrics` means all that are stored; `extra` names further columns of the table.
    """
    if pairs.empty:
        return pd.DataFrame(columns=list(dict.fromkeys([*SCORE_COLUMNS, *extra])))
    opened = store if isinstance(store, Store) else Store.open(store)
    wanted = {
        "benchmarks": pairs["benchmark"].unique().tolist(),
        "scales": pairs["scale"].unique().tolist(),
        "upscalers": pairs["upscaler"].unique().tolist(),
        "protocols": [protocol],
        "metrics": metrics,
    }
    made = pairs["degradation"].unique().tolist()
    return pd.concat(
        [scores(opened, **wanted, degradation=name, extra=extra) for name in made],
        ignore_index=True,
    )


def flip_quality(pairs: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """Whether a worse score goes with a flip: one row per upscaler, scale, metric.

    `pairs` are those of `Compared`, `scored` rows of `scores_of`; of the same image only. `auc` is
    the chance that a flipped image scored worse than an unflipped one, whichever way the metric
    runs, ties half, with DeLong's 95% interval: over 0.5 where flips fall on the worse images.
    An infinite PSNR (identical images) is the best value there is. The small image has no score
    and no row. `flipped` and `unflipped` count images that have the score, `without_score` those
    left out for want of it. Metrics of which neither way is better are left out. Raises UsageError
    for scores of several protocols.
    """
    if len(protocols := scored["protocol"].unique()) > 1:
        raise UsageError(
            f"scores of {len(protocols)} protocols ({', '.join(sorted(protocols))}) cannot be "
            "mixed; name one"
        )
    upscaled = pairs.loc[
        pairs["arm"] == Arm.UPSCALED.value, [*CELL, "degradation", "sample", "flipped"]
    ]
    rows = []
    for (metric, protocol), values in scored.groupby(["metric", "protocol"]):
        direction = METRICS[str(metric)].direction
        if direction is Direction.NONE:
            continue
        joined = upscaled.merge(values[[*_IMAGE, "value"]], on=_IMAGE, how="left")
        sign = -1.0 if direction is Direction.HIGHER else 1.0
        rows += [
            (*names, metric, protocol, *_related(group, sign))
            for names, group in joined.groupby(CELL)
        ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _related(group: pd.DataFrame, sign: float) -> tuple:
    """The figures of one cell; `sign` turns values so that more is worse."""
    known = group.dropna(subset=["value"])
    value, flipped = known["value"].to_numpy(float), known["flipped"].to_numpy(bool)
    sides = value[flipped], value[~flipped]
    medians = (float(np.median(side)) if len(side) else np.nan for side in sides)
    found = separation(*(sign * side for side in sides))
    counts = (len(sides[0]), len(sides[1]), len(group) - len(known))
    return (*counts, *medians, found.auc, found.low, found.high, _note(counts, found.low))


def _note(counts: tuple[int, int, int], low: float) -> str:
    """Why there is no figure or no interval; empty where there is one."""
    flipped, unflipped, without = counts
    if not flipped + unflipped:
        return f"none of {without} images has this score"
    if not flipped:
        return "no prediction changed: there is nothing to relate"
    if not unflipped:
        return "every prediction changed: there is nothing to compare with"
    if min(flipped, unflipped) < 2:
        return f"{flipped} changed and {unflipped} did not: too few for an interval"
    return "the two groups do not overlap: no interval can be given" if np.isnan(low) else ""
