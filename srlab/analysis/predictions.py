"""Tidy rows of predictions out of a store: one image that a classifier looked at a row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from srlab.analysis.frames import as_list, condition, filter_of
from srlab.data.degradation import DEFAULT
from srlab.errors import StoreError, UsageError
from srlab.store.store import Store
from srlab.store.tables import PREDICTIONS

COLUMNS = [
    "benchmark",
    "sample",
    "truth",
    "scale",
    "degradation",
    "classifier",
    "arm",
    "upscaler",
    "label",
    "probability",
    "truth_probability",
    "margin",
    "top",
    "probabilities",
    "correct",
    "correct5",
]
_MADE_OF = {"correct": ("label", "truth"), "correct5": ("top", "truth")}


class Arm(StrEnum):
    """What of a sample was classified: the original, the small image, or an upscaled one."""

    ORIGINAL = "original"
    SMALL = "small"
    UPSCALED = "upscaled"


@dataclass(frozen=True, kw_only=True)
class PredictionFilter:
    """Which rows; an empty part means all.

    `upscalers` says what the original is held against: labels of upscalers, or "small" for the
    small image. Rows of the original stay, unless `arms` leaves them out.
    """

    benchmarks: Sequence[str] = ()
    samples: Sequence[str] = ()
    scales: Sequence[int] = ()
    classifiers: Sequence[str] = ()
    arms: Sequence[str] = ()
    upscalers: Sequence[str] = ()
    degradation: str | None = None

    def where(self) -> tuple[str, list[Any]]:
        """A SQL condition over `predictions` with its parameters."""
        parts = {
            "benchmark": as_list(self.benchmarks),
            "sample": as_list(self.samples),
            "scale": as_list(self.scales),
            "classifier": as_list(self.classifiers),
            "arm": as_list(self.arms),
        }
        parts["degradation"] = as_list(self.degradation or ())
        where, parameters = condition(parts)
        where += "" if self.degradation else f" AND {_STANDARD}"
        if upscalers := as_list(self.upscalers):
            where += f" AND (arm = 'original' OR {_SHOWN} IN (SELECT unnest(?)))"
            parameters = [*parameters, upscalers]
        return where, parameters


_STANDARD = f"""
(benchmark, scale, degradation) IN (
    SELECT (benchmark, scale, min(degradation)) FROM predictions
    WHERE degradation IN ('given', '{DEFAULT}') GROUP BY benchmark, scale
)
"""
# min() takes "given" where there is such a row: it comes first in the alphabet.
_SHOWN = "CASE arm WHEN 'upscaled' THEN upscaler ELSE arm END"


def predictions(
    store: Store | str | None = None,
    *,
    rows: PredictionFilter | None = None,
    columns: Sequence[str] = COLUMNS,
    **filters: Any,
) -> pd.DataFrame:
    """Predictions as a tidy frame, one classified image a row.

    `truth` and `label` are normalised class names, `probability` is that of the label and
    `truth_probability` that of the truth (0 to 1), `margin` the logit of the first label minus
    that of the second. `top` lists up to five (label, probability), the likeliest first;
    `probabilities` are the bytes of one little-endian float32 a class (none where a row has none).
    `correct` says whether the label is the truth, `correct5` whether the truth is in `top`.
    `upscaler` is empty unless the arm is upscaled.

    Filters are those of `PredictionFilter`, as keywords (`scales=[3]`) or as one object; `columns`
    may leave some out or name more of the table (`seconds`, `run`, …). Without a degradation, rows
    made from the given lr count, else those of MATLAB's bicubic. Raises StoreError for a row that
    is not as srlab writes it.
    """
    opened = store if isinstance(store, Store) else Store.open(store)
    chosen = rows or filter_of(PredictionFilter, filters)
    where, parameters = chosen.where()
    frame = opened.frame(
        f"SELECT {_stored(columns)} FROM predictions WHERE {where} "
        "ORDER BY benchmark, classifier, scale, arm, upscaler, sample",
        parameters,
        tables=("predictions",),
        benchmarks=as_list(chosen.benchmarks) or None,
    )
    return _completed(frame)[list(columns)]


def superseded_predictions(store: Store | str | None = None) -> pd.DataFrame:
    """Predictions that are kept and no longer shown: other weights carry their label now.

    One row per classifier, upscaler (empty for original and small) and scale, with the number of
    predictions and the newest time.
    """
    opened = store if isinstance(store, Store) else Store.open(store)
    return opened.frame(_SUPERSEDED, tables=("predictions",))


_SUPERSEDED = f"""
SELECT classifier, upscaler, scale, count(*) AS predictions, max(time) AS time
FROM every_predictions ANTI JOIN predictions USING ({", ".join(PREDICTIONS.identity)})
GROUP BY ALL ORDER BY ALL
"""


def _stored(columns: Sequence[str]) -> str:
    """The columns of the table that `columns` are made of, for SQL."""
    names = dict.fromkeys(part for name in columns for part in _MADE_OF.get(name, (name,)))
    if unknown := [name for name in names if name not in PREDICTIONS.columns]:
        raise UsageError(
            f"predictions have no column {unknown[0]!r}; expected some of "
            f"{', '.join([*PREDICTIONS.columns, *_MADE_OF])}"
        )
    return ", ".join(f'"{name}"' for name in names)


def _completed(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with bytes, lists and the columns that follow from others."""
    if "top" in frame:
        frame["top"] = pd.Series(
            [_top(text) for text in frame["top"].tolist()], frame.index, dtype=object
        )
    if "probabilities" in frame:
        blobs = frame["probabilities"].tolist()
        content = [bytes(blob) if isinstance(blob, bytes | bytearray) else b"" for blob in blobs]
        frame["probabilities"] = pd.Series(content, frame.index, dtype=object)
    if {"label", "truth"} <= set(frame):
        frame["correct"] = (frame["label"] == frame["truth"]).astype(bool)
    if {"top", "truth"} <= set(frame):
        listed = zip(frame["top"].tolist(), frame["truth"].tolist(), strict=True)
        known = [any(label == truth for label, _ in top) for top, truth in listed]
        frame["correct5"] = pd.Series(known, frame.index, dtype=bool)
    return frame


def _top(text: str) -> list[tuple[str, float]]:
    try:
        return [(str(label), float(p)) for label, p in json.loads(text)]
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreError(
            f"a prediction's top labels are not as srlab writes them ({str(text)[:60]!r}); "
            "`srlab store forget` removes a set's rows, classify it again"
        ) from error
