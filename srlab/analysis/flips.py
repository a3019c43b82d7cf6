"""The list of flips: every image whose prediction changed, with probabilities before and after."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

import pandas as pd

from srlab.analysis.compared import FLIPS, Compared, against_original
from srlab.analysis.frames import as_list, filter_of
from srlab.analysis.predictions import PredictionFilter, predictions
from srlab.errors import StoreError, UnknownNameError, UsageError
from srlab.store.store import Store

_log = logging.getLogger(__name__)

COLUMNS = [
    "sample",
    "upscaler",
    "scale",
    "truth",
    "original",
    "original_probability",
    "upscaled",
    "upscaled_probability",
    "category",
]
_NEEDED = [
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
]
_SHOWN_NAMES = 5


def flips(
    store: Store | str | None = None,
    *,
    category: Sequence[str] = (),
    classes: Sequence[str] = (),
    **filters: Any,
) -> pd.DataFrame:
    """Every image of one benchmark that one classifier saw otherwise than its original.

    `category` keeps some of harmed, rescued, changed-wrong, `classes` those of some true classes;
    filters are those of `predictions` (`upscalers=["small"]` names the small image). Raises
    UsageError where rows of several benchmarks or classifiers are left, UnknownNameError for an
    upscaler or a class without predictions, StoreError where nothing could be compared. Images
    that lack one of the two predictions are named in the log.
    """
    chosen = filter_of(PredictionFilter, filters)
    frame = predictions(store, rows=chosen, columns=_NEEDED)
    for column, option in (("benchmark", "-b"), ("classifier", "--classifier")):
        _require_one(frame, column, option)
    compared = against_original(frame)
    _require_pairs(compared, as_list(chosen.upscalers))
    if lost := compared.unpaired["sample"].unique().tolist():
        _log.warning("not compared, since a prediction is missing: %s", _some(lost))
    return flip_list(compared.pairs, category=category, classes=classes)


def flip_list(
    pairs: pd.DataFrame, *, category: Sequence[str] = (), classes: Sequence[str] = ()
) -> pd.DataFrame:
    """The flips among `pairs` (of `Compared`) with the columns of a list, in the pairs' order.

    Raises UsageError for a category that is none of a flip, UnknownNameError for a class that no
    image has.
    """
    categories, labels = as_list(category), as_list(classes)
    known = [flip.value for flip in FLIPS]
    if wrong := [name for name in categories if name not in known]:
        raise UsageError(f"{wrong[0]!r} is no kind of flip; expected some of {', '.join(known)}")
    _require_known("class", labels, pairs["truth"])
    rows = pairs[pairs["category"].isin(categories or known)]
    rows = rows[rows["truth"].isin(labels)] if labels else rows
    return rows[COLUMNS].reset_index(drop=True)


def _require_one(frame: pd.DataFrame, column: str, option: str) -> None:
    names = frame[column].unique().tolist()
    if len(names) > 1:
        raise UsageError(
            f"the store has predictions of the {column}s {_some(names)}; name one ({option})"
        )


def _require_pairs(compared: Compared, upscalers: list[str]) -> None:
    if compared.pairs.empty:
        raise StoreError(
            "no prediction could be held against its original: the store has none that fit, or "
            "those of the original are missing; `srlab classify` makes them"
        )
    _require_known("upscaler", upscalers, compared.pairs["upscaler"])


def _require_known(kind: str, names: Iterable[str], column: pd.Series) -> None:
    known = [str(name) for name in column.unique()]
    for name in names:
        if name not in known:
            near = get_close_matches(name.lower(), known, n=3, cutoff=0.5)
            hint = f"did you mean {' or '.join(near)}?" if near else f"there are {_some(known)}"
            raise UnknownNameError(f"no {kind} called {name!r} was compared; {hint}")


def _some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    rest = len(names) - _SHOWN_NAMES
    return ", ".join(map(str, names[:_SHOWN_NAMES])) + (f" and {rest} more" if rest > 0 else "")
