"""Tidy rows out of a store: one score a row."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any, TypeVar

import pandas as pd

from srlab.errors import UsageError
from srlab.metrics.catalog import METRICS
from srlab.store.store import Store

_log = logging.getLogger(__name__)
F = TypeVar("F")

COLUMNS = [
    "benchmark",
    "sample",
    "scale",
    "upscaler",
    "metric",
    "protocol",
    "value",
    "degradation",
    "lr_kind",
]
CELL = ["benchmark", "scale", "degradation", "lr_kind", "metric", "protocol"]
"""What may share a mean, a rank or a comparison: equal in all of these."""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which rows; an empty part means all. Metric aliases are resolved.

    `lr_kinds` are kinds of given lr as rows have them, or their folders alone; a protocol of a
    study's own may be named without the digest behind it, a sample with its set (`set5/img_001`).
    """

    benchmarks: Sequence[str] = ()
    samples: Sequence[str] = ()
    scales: Sequence[int] = ()
    upscalers: Sequence[str] = ()
    metrics: Sequence[str] = ()
    protocols: Sequence[str] = ()
    degradation: str | None = None
    lr_kinds: Sequence[str] = ()

    def where(self) -> tuple[str, list[Any]]:
        """A SQL condition over `scores` with its parameters."""
        parts = {
            "benchmark": as_list(self.benchmarks),
            "scale": as_list(self.scales),
            "upscaler": as_list(self.upscalers),
            "metric": [METRICS[name].name for name in as_list(self.metrics)],
            "degradation": as_list(self.degradation or ()),
        }
        where, parameters = condition(parts)
        for column, also, given in (
            ("sample", "benchmark || '/' || sample", self.samples),
            ("protocol", "string_split(protocol, '#')[1]", self.protocols),
            ("lr_kind", "string_split(lr_kind, '#')[1]", self.lr_kinds),
        ):
            if values := as_list(given):
                where += f" AND ({column} IN (SELECT unnest(?)) OR {also} IN (SELECT unnest(?)))"
                parameters += [values, values]
        return where, parameters


def condition(parts: dict[str, list]) -> tuple[str, list[Any]]:
    """A SQL condition with its parameters; `parts` are columns and what they may hold."""
    parts = {column: values for column, values in parts.items() if values}
    conditions = [f'"{column}" IN (SELECT unnest(?))' for column in parts]
    return " AND ".join(conditions or ["true"]), list(parts.values())


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
    """Scores as a tidy frame, one a row, with the columns of COLUMNS.

    Filters are those of `Filter`, as keywords (`benchmarks=["set5"]`) or as one object; `extra`
    names further columns of the table (`sr`, `seconds`, …). `degradation` says how lr was made,
    `given` where the set brought it; `lr_kind` tells the kinds of given lr apart.
    """
    opened = store if isinstance(store, Store) else Store.open(store)
    chosen = rows or filter_of(Filter, filters)
    where, parameters = chosen.where()
    columns = ", ".join(f'"{name}"' for name in dict.fromkeys([*COLUMNS, *extra]))
    frame = opened.frame(
        f"SELECT {columns} FROM scores WHERE {where} "
        "ORDER BY benchmark, scale, degradation, lr_kind, metric, protocol, upscaler, sample",
        parameters,
        benchmarks=as_list(chosen.benchmarks) or None,
    )
    known = frame["metric"].isin([metric.name for metric in METRICS])
    if not known.all():
        strange = ", ".join(map(str, frame.loc[~known, "metric"].unique()[:3]))
        _log.warning("scores of metrics that this srlab does not know are left out: %s", strange)
    return frame[known].reset_index(drop=True)


def filter_of(kind: Callable[..., F], filters: dict[str, Any]) -> F:
    """The filter that keywords make; raises UsageError for a word that is no part of it."""
    known = list(signature(kind).parameters)
    if unknown := sorted(filters.keys() - set(known)):
        raise UsageError(f"{unknown[0]!r} is no filter; expected some of {', '.join(known)}")
    return kind(**filters)


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
    SELECT upscaler, scale, arg_max(fingerprint, "order") AS fingerprint
    FROM upscalers GROUP BY upscaler, scale
) newest USING (upscaler, scale, fingerprint)
GROUP BY ALL ORDER BY upscaler, scale, time
"""

_OPEN_FAILURES = """
SELECT benchmark, sample, scale, degradation, upscaler, metric, protocol, code, reason, f.time
FROM failures f
WHERE NOT EXISTS (
    FROM scores s WHERE s."order" > f."order" AND s.benchmark = f.benchmark AND s.scale = f.scale
    AND (s.sample = f.sample OR f.sample IS NULL AND NOT EXISTS (
        FROM scores o WHERE o.benchmark = f.benchmark AND o.scale = f.scale AND NOT EXISTS (
            FROM scores n WHERE n."order" > f."order" AND n.benchmark = f.benchmark
            AND n.scale = f.scale AND n.sample = o.sample
            AND n.upscaler = coalesce(f.upscaler, n.upscaler)
        )
    )) AND s.upscaler = coalesce(f.upscaler, s.upscaler)
    AND s.degradation = coalesce(f.degradation, s.degradation)
    AND s.metric = coalesce(f.metric, s.metric) AND s.protocol = coalesce(f.protocol, s.protocol)
) ORDER BY f."order" DESC
"""
