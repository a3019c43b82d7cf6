"""Two upscalers on the same images: paired differences, intervals, tests, wins and losses."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from srlab.analysis.frames import scores
from srlab.analysis.interval import Interval, mean_interval
from srlab.analysis.leaderboard import BASELINE, CELL, in_catalog_order
from srlab.analysis.ranking import with_gain
from srlab.errors import StoreError, UnknownNameError, UsageError
from srlab.metrics.catalog import METRICS, Direction
from srlab.store.store import Store
from srlab.upscale.info import REFERENCE

SIGNIFICANCE = 0.05
COLUMNS = [
    *CELL,
    "a",
    "b",
    "n",
    "difference",
    "low",
    "high",
    "interval",
    "wilcoxon_p",
    "sign_p",
    "holm_p",
    "wins",
    "losses",
    "ties",
    "note",
]


@dataclass(frozen=True, kw_only=True)
class Differences:
    """Paired differences of `n` samples, summed up.

    The interval of the mean and Wilcoxon's p are of the `finite` ones; `above` and `below` count
    those over and under zero.
    """

    n: int
    finite: int
    interval: Interval
    wilcoxon_p: float
    sign_p: float
    above: int
    below: int


def compare(a: str, b: str, store: Store | str | None = None, **filters: Any) -> pd.DataFrame:
    """`a` against `b`, one row per benchmark, scale, metric and protocol.

    `difference` is the mean of a - b over the samples that both have, with its 95% interval;
    `wilcoxon_p` and `sign_p` are two-sided, `holm_p` is Wilcoxon's p adjusted over the rows of
    this call; wins count the samples on which `a` is better, whichever way the metric runs (none
    where neither way is better). `note` says where n is too small for any test. Filters are those
    of `scores`. Raises UnknownNameError for an upscaler without such scores, StoreError where the
    two share no sample.
    """
    if a == b:
        raise UsageError(f"{a} compared with itself differs nowhere; name two upscalers")
    rows = scores(store, upscalers=[a, b], **filters)
    missing = [name for name in (a, b) if name not in set(rows["upscaler"])]
    if missing:
        raise UnknownNameError(
            f"the store has no such scores of {' and '.join(missing)}; `srlab leaderboard` shows "
            "what it has"
        )
    names = [*CELL, "sample"]
    ours, theirs = (rows.loc[rows["upscaler"] == who, [*names, "value"]] for who in (a, b))
    pairs = ours.merge(theirs, on=names, suffixes=("_a", "_b"))
    if pairs.empty:
        raise StoreError(f"{a} and {b} were never scored alike on one sample; evaluate both")
    cells = [
        {**dict(zip(CELL, cell, strict=True)), "a": a, "b": b, **_paired(str(cell[2]), group)}
        for cell, group in pairs.groupby(CELL, sort=False)
    ]
    table = pd.DataFrame(cells, columns=COLUMNS).astype(dict.fromkeys(_COUNTS, "Int64"))
    table = in_catalog_order(table)
    table["holm_p"] = holm(table["wilcoxon_p"].to_numpy(float))
    return table


_COUNTS = ("wins", "losses", "ties")
_GAIN_OF = ["benchmark", "scale", "upscaler"]


def gains(rows: pd.DataFrame, baseline: str = BASELINE) -> pd.DataFrame:
    """Per set, scale and upscaler: how it differs from `baseline` on the images that both have.

    `rows` are those of `scores` of one metric under one protocol. Columns benchmark, scale,
    upscaler, n, gain, low, high, better, worse, p (Wilcoxon's, or the sign test's where every
    difference is infinite; Holm's adjustment is over each set's rows). A positive gain is better.
    """
    joined = with_gain(rows, baseline).dropna(subset=["baseline"])
    joined = joined[~joined["upscaler"].isin([baseline, REFERENCE])]
    joined["gain"] = joined["gain"].where(joined["value"] != joined["baseline"], 0.0)
    table = pd.DataFrame(
        [
            {**dict(zip(_GAIN_OF, names, strict=True)), **_gain(group["gain"].to_numpy(float))}
            for names, group in joined.groupby(_GAIN_OF, sort=False)
        ],
        columns=[*_GAIN_OF, "n", "gain", "low", "high", "better", "worse", "p"],
    )
    for _, group in table.groupby("benchmark"):
        table.loc[group.index, "p"] = holm(group["p"].to_numpy(float))
    return table


def summed_up(difference: NDArray[np.float64]) -> Differences:
    """What the paired differences, (n,), say; infinite ones count in `n`, signs and sign test."""
    finite = difference[np.isfinite(difference)]
    return Differences(
        n=len(difference),
        finite=len(finite),
        interval=mean_interval(finite),
        wilcoxon_p=wilcoxon_p(finite),
        sign_p=sign_p(difference),
        above=int((difference > 0).sum()),
        below=int((difference < 0).sum()),
    )


def _gain(gain: NDArray[np.float64]) -> dict[str, Any]:
    found = summed_up(gain)
    return {
        "n": found.n,
        "gain": found.interval.mean,
        "low": found.interval.low,
        "high": found.interval.high,
        "better": found.above,
        "worse": found.below,
        "p": found.wilcoxon_p if found.finite else found.sign_p,
    }


def _paired(metric: str, group: pd.DataFrame) -> dict[str, Any]:
    ours, theirs = group["value_a"].to_numpy(float), group["value_b"].to_numpy(float)
    with np.errstate(invalid="ignore"):
        found = summed_up(np.where(ours == theirs, 0.0, ours - theirs))
    return {
        "n": found.n,
        "difference": found.interval.mean,
        "low": found.interval.low,
        "high": found.interval.high,
        "interval": found.interval.kind,
        "wilcoxon_p": found.wilcoxon_p,
        "sign_p": found.sign_p,
        **_counts(found, METRICS[metric].direction),
        "note": small_n_note(found.n),
    }


def _counts(found: Differences, direction: Direction) -> dict[str, int | None]:
    """Wins, losses, ties; nobody wins in a metric of which neither more nor less is better."""
    if direction is Direction.NONE:
        return dict.fromkeys(_COUNTS)
    signs = found.above, found.below
    wins, losses = signs if direction is Direction.HIGHER else signs[::-1]
    return {"wins": wins, "losses": losses, "ties": found.n - wins - losses}


def wilcoxon_p(difference: NDArray[np.float64]) -> float:
    """Two-sided p of Wilcoxon's signed-rank test, zeros left out (scipy; exact for small n)."""
    from scipy.stats import wilcoxon

    if not difference.any():
        return 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(wilcoxon(difference).pvalue)


def sign_p(difference: NDArray[np.float64]) -> float:
    """Two-sided p of the sign test: the exact binomial over the samples that differ."""
    from scipy.stats import binomtest

    differing = int((difference != 0).sum())
    return float(binomtest(int((difference > 0).sum()), differing).pvalue) if differing else 1.0


def holm(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Holm's step-down adjustment of p values, (m,), in their order."""
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def small_n_note(n: int) -> str:
    """What to say where even n equal signs leave p above 0.05; else nothing."""
    smallest = 2.0 ** (1 - n)
    if smallest <= SIGNIFICANCE:
        return ""
    return f"n = {n}: no exact two-sided test can go under p = {smallest:.4g}"
