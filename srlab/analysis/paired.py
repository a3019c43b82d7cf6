"""Upscalers on the same images: paired gains, intervals, tests, wins and losses.

A family is all upscalers that the store holds against one baseline, in one cell (set, scale, lr,
metric, protocol): Holm's adjustment is over it, whatever part of it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from srlab.analysis.counting import counted_gain, exact_gain
from srlab.analysis.family import adjusted
from srlab.analysis.frames import CELL, scores
from srlab.analysis.interval import mean_interval
from srlab.analysis.leaderboard import BASELINE, in_order
from srlab.analysis.signed_ranks import (
    SIGNIFICANCE,
    beyond_reach,
    sign_p,
    small_n_note,
    smallest_p,
    wilcoxon_p,
)
from srlab.errors import StoreError, UnknownNameError, UsageError
from srlab.metrics.catalog import METRICS, Direction
from srlab.store.store import Store
from srlab.upscale.info import REFERENCE

ALL = "all"
SPREAD = (
    "the interval holds zero, for the gains differ widely; their signs and ranks tell the two apart"
)
_FOUND = [
    "n",
    "gain",
    "low",
    "high",
    "interval",
    "wilcoxon_p",
    "sign_p",
    "holm_p",
    "family",
    "wins",
    "losses",
    "ties",
    "dominance",
    "verdict",
    "note",
]
COLUMNS = [*CELL, "a", "b", *_FOUND]
_COUNTS = ("wins", "losses", "ties")
_OPPOSITE = {
    "better": "worse",
    "worse": "better",
    "dominates": "dominated",
    "dominated": "dominates",
}


def compare(
    a: str,
    b: str | None = None,
    store: Store | str | None = None,
    *,
    against: str | None = None,
    **filters: Any,
) -> pd.DataFrame:
    """`a` against `b`, one row a cell; with `against="all"` one for every other upscaler.

    `gain` is by how much `a` is better, the mean over the `n` samples that both have, with its
    Student's t interval of 95%: positive when better, whichever way the metric runs (a - b where
    neither way is better). Identical images count as 100 dB. `wilcoxon_p` and `sign_p` are
    two-sided and exact up to 50 samples; `holm_p` is Wilcoxon's p adjusted over the `family`, the
    number of upscalers that the store holds against `b` in that cell (against all: against `a`).

    Wins count the samples on which `a` is better, `ties` those that differ by the metric's
    tolerance at most. `dominance` is "dominates" where `a` is nowhere worse and somewhere better,
    "dominated" the other way round. `verdict` is "better" or "worse" where holm_p is under 0.05
    and gain, wins and losses say the same, else "undecided". `note` says where so few samples
    decide that no test could, and where interval and verdict differ. Filters are those of `scores`.
    Raises UnknownNameError for an upscaler without such scores, StoreError where the two share no
    sample.
    """
    if (b is None) == (against is None) or against not in (None, ALL):
        raise UsageError("compare A with one upscaler B, or with against='all' (--against all)")
    if REFERENCE in (a, b):
        raise UsageError(f"{REFERENCE} is the reference itself; name two upscalers")
    if a == b:
        raise UsageError(f"{a} compared with itself differs nowhere; name two upscalers")
    filters.pop("upscalers", None)  # the family is all that the store holds
    rows = scores(store, extra=["key"], **filters)
    missing = [name for name in (a, b) if name and name not in set(rows["upscaler"])]
    if missing:
        raise UnknownNameError(
            f"the store has no such scores of {' and '.join(missing)}; `srlab leaderboard` shows "
            "what it has"
        )
    table = turned(gains(rows, a)) if b is None else gains(rows, b)
    table = table[table["upscaler"] == a] if b else table
    if table.empty:
        other = b or "any other upscaler"
        raise StoreError(f"{a} and {other} were never scored alike on one sample; evaluate both")
    sides = {"a": a, "b": b if b else table["upscaler"]}
    return in_order(table.assign(**sides)[COLUMNS])


def gains(rows: pd.DataFrame, baseline: str = BASELINE) -> pd.DataFrame:
    """Every upscaler of `rows` against `baseline`, one row a cell, with the columns of `compare`.

    `rows` are those of `scores`, with `key` where labels of equal images are to count once; they
    should hold all upscalers of a cell, for they are the family. `upscaler` stands for `a`.
    """
    theirs = rows[rows["upscaler"] == baseline]
    others = rows[~rows["upscaler"].isin([baseline, REFERENCE])]
    carried = [*CELL, "sample", "value", *(["key"] if "key" in rows else [])]
    pairs = others[["upscaler", *carried]].merge(
        theirs[carried], on=[*CELL, "sample"], suffixes=("", "_baseline")
    )
    table = pd.DataFrame(
        [
            {**dict(zip([*CELL, "upscaler"], names, strict=True)), **_paired(str(names[4]), group)}
            for names, group in pairs.groupby([*CELL, "upscaler"], sort=False)
        ],
        columns=[*CELL, "upscaler", *_FOUND, "what", "deciding"],
    )
    table = table.astype(dict.fromkeys(_COUNTS, "Int64"))
    for _, group in table.groupby(CELL, sort=False):
        p, over = adjusted(group["wilcoxon_p"].to_numpy(float), group["what"].tolist())
        table.loc[group.index, "holm_p"], table.loc[group.index, "family"] = p, over
    table["family"] = table["family"].astype("Int64")
    table["verdict"] = [_verdict(row) for row in table.to_dict("records")]
    holds_zero = (table["low"] <= 0) & (table["high"] >= 0)
    spread = table["verdict"].isin(["better", "worse"]) & holds_zero
    table["note"] = table["note"].mask(spread, SPREAD)
    table["note"] = [_note(row) for row in table.to_dict("records")]
    return in_order(table.drop(columns=["what", "deciding"]))


def turned(table: pd.DataFrame) -> pd.DataFrame:
    """`table` of `gains` as the baseline sees it: its gains over the upscalers of the rows."""
    return table.assign(
        gain=-table["gain"],
        low=-table["high"],
        high=-table["low"],
        wins=table["losses"],
        losses=table["wins"],
        dominance=table["dominance"].replace(_OPPOSITE),
        verdict=table["verdict"].replace(_OPPOSITE),
    )


def _paired(metric: str, group: pd.DataFrame) -> dict[str, Any]:
    """What the pairs of one upscaler and the baseline in one cell say."""
    ours, theirs = (group[name].to_numpy(float) for name in ("value", "value_baseline"))
    exact, tolerance = exact_gain(ours, theirs, metric), METRICS[metric].tolerance
    found = mean_interval(counted_gain(ours, theirs, group["metric"]))
    above, below = int((exact > 0).sum()), int((exact < 0).sum())
    ties = len(exact) - above - below
    excludes_zero = found.low > 0 or found.high < 0
    return {
        "n": len(exact),
        "gain": found.mean,
        "low": found.low,
        "high": found.high,
        "interval": found.kind,
        "wilcoxon_p": wilcoxon_p(exact, tolerance=tolerance),
        "sign_p": sign_p(exact),
        **_counts(metric, above, below, ties),
        "note": small_n_note(above + below, ties, excludes_zero=excludes_zero),
        "what": _what(group),
        "deciding": above + below,
    }


def _counts(metric: str, above: int, below: int, ties: int) -> dict[str, Any]:
    """Wins, losses, ties; nobody wins in a metric of which neither more nor less is better."""
    if METRICS[metric].direction is Direction.NONE:
        return {**dict.fromkeys(_COUNTS), "dominance": ""}
    dominance = ""
    if above or below:
        dominance = "" if above and below else ("dominates" if above else "dominated")
    return {"wins": above, "losses": below, "ties": ties, "dominance": dominance}


def _what(group: pd.DataFrame) -> object:
    """What tells this comparison from others: the keys of its scores; None for equal images."""
    if "key" not in group or group["key"].isna().any():
        return str(group["upscaler"].iloc[0])
    ours = tuple(map(bytes, group["key"]))
    theirs = group["key_baseline"]
    same = not theirs.isna().any() and ours == tuple(map(bytes, theirs))
    return None if same else ours


def _note(row: Mapping[Any, Any]) -> str:
    """The note of a row, or that so few images could not decide so many comparisons."""
    deciding, family = int(row["deciding"]), int(row["family"])
    if row["note"] or family * smallest_p(deciding) <= SIGNIFICANCE:
        return row["note"]
    return beyond_reach(deciding, family)


def _verdict(row: Mapping[Any, Any]) -> str:
    if METRICS[row["metric"]].direction is Direction.NONE:
        return ""
    if row["holm_p"] < SIGNIFICANCE:
        if row["gain"] >= 0 and row["wins"] > row["losses"]:
            return "better"
        if row["gain"] <= 0 and row["losses"] > row["wins"]:
            return "worse"
    return "undecided"
