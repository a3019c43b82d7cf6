"""Tidy rows out of a store: one score a row."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from srlab.errors import UsageError
from srlab.metrics.catalog import METRICS
from srlab.store.store import Store

_log = logging.getLogger(__name__)

COLUMNS = ["benchmark", "sample", "scale", "upscaler", "metric", "protocol", "value"]


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which rows; an empty part means all. Metric aliases are resolved."""

    benchmarks: Sequence[str] = ()
    samples: Sequence[str] = ()
    scales: Sequence[int] = ()
    upscalers: Sequence[str] = ()
    metrics: Sequence[str] = ()
    protocols: Sequence[str] = ()
    degradation: str | None = None

    def where(self) -> tuple[str, list[Any]]:
        """A SQL condition over `scores` with its parameters."""
        parts = {
            "benchmark": as_list(self.benchmarks),
            "sample": as_list(self.samples),
            "scale": as_list(self.scales),
            "upscaler": as_list(self.upscalers),
            "metric": [METRICS[name].name for name in as_list(self.metrics)],
            "protocol": as_list(self.protocols),
        }
        conditions, parameters = [], []
        for column, values in parts.items():
            if values:
                conditions.append(f'"{column}" IN (SELECT unnest(?))')
                parameters.append(values)
        if self.degradation is not None:
            conditions.append("degradation = ?")
            parameters.append(self.degradation)
        else:
            conditions.append(_STANDARD)
        return " AND ".join(conditions), parameters


_STANDARD = """
(benchmark, scale, degradation) IN (
    SELECT (benchmark, scale, min(degradation)) FROM (
        SELECT DISTINCT benchmark, scale, degradation FROM scores
        WHERE degradation IN ('given', 'matlab-bicubic')
    ) GROUP BY benchmark, scale
)
"""


def as_list(given: Sequence | int) -> list:
    """`given` as a list; a name or a number alone is one of it."""
    return [given] if isinstance(given, str | int) else list(given)


def scores(
    store: Store | str | None = None,
    *,
    rows: Filter | None = None,
    extra: Sequence[str] = (),
    **filters: Any,
) -> pd.DataFrame:
    """Scores as a tidy frame: benchmark, sample, scale, upscaler, metric, protocol, value.

    Filters are those of `Filter`, as keywords (`benchmarks=["set5"]`) or as one object; `extra`
    names further columns of the table (`sr`, `seconds`, …). Without a degradation, rows made from
    the given lr count, else those of MATLAB's bicubic.
    """
    opened = store if isinstance(store, Store) else Store.open(store)
    chosen = rows or _filter(filters)
    condition, parameters = chosen.where()
    columns = ", ".join(f'"{name}"' for name in [*COLUMNS, *extra])
    frame = opened.frame(
        f"SELECT {columns} FROM scores WHERE {condition} "
        "ORDER BY benchmark, scale, metric, protocol, upscaler, sample",
        parameters,
        benchmarks=as_list(chosen.benchmarks) or None,
    )
    known = frame["metric"].isin([metric.name for metric in METRICS])
    if not known.all():
        strange = ", ".join(map(str, frame.loc[~known, "metric"].unique()[:3]))
        _log.warning("scores of metrics that this srlab does not know are left out: %s", strange)
    return frame[known].reset_index(drop=True)


def _filter(filters: dict[str, Any]) -> Filter:
    known = [field.name for field in fields(Filter)]
    if unknown := sorted(filters.keys() - set(known)):
        raise UsageError(f"{unknown[0]!r} is no filter; expected some of {', '.join(known)}")
    return Filter(**filters)


def superseded(store: Store | str | None = None) -> pd.DataFrame:
    """Scores that are kept and no longer shown, since other weights carry their label now.

    One row per upscaler, scale and fingerprint (hex), with the number of scores and the newest
    time.
    """
    opened = store if isinstance(store, Store) else Store.open(store)
    return opened.frame(_SUPERSEDED, tables=("scores", "upscalers"))


def failures(store: Store | str | None = None) -> pd.DataFrame:
    """What could not be had and has not been had since: one row a failure, newest first."""
    opened = store if isinstance(store, Store) else Store.open(store)
    return opened.frame(_OPEN_FAILURES, tables=("failures", "scores"))


_SUPERSEDED = """
SELECT upscaler, scale, lower(hex(fingerprint)) AS fingerprint, count(*) AS scores,
       max(time) AS time
FROM every_scores ANTI JOIN (
    SELECT upscaler, scale, arg_max(fingerprint, time) AS fingerprint
    FROM upscalers GROUP BY upscaler, scale
) newest USING (upscaler, scale, fingerprint)
GROUP BY ALL ORDER BY upscaler, scale, time
"""

_OPEN_FAILURES = """
SELECT benchmark, sample, scale, upscaler, metric, code, reason, f.time
FROM failures f
WHERE NOT EXISTS (
    FROM scores s WHERE s.time > f.time AND s.benchmark = f.benchmark AND s.scale = f.scale
    AND s.sample = coalesce(f.sample, s.sample) AND s.upscaler = coalesce(f.upscaler, s.upscaler)
    AND s.degradation = coalesce(f.degradation, s.degradation)
    AND s.metric = coalesce(f.metric, s.metric) AND s.protocol = coalesce(f.protocol, s.protocol)
) ORDER BY f.time DESC
"""
