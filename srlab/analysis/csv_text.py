"""Frames as csv, for programs, and safe to open in a spreadsheet."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|inf)", re.IGNORECASE)


def csv_of(frame: pd.DataFrame) -> str:
    """The rows as csv with a header, full precision, lines ended by a newline alone.

    A text that a spreadsheet would run as a formula stands behind an apostrophe, so that it does
    not: names of files and classes come from strangers.
    """
    texts = frame.select_dtypes(exclude=["number", "bool"]).columns
    safe = frame.assign(**{str(name): frame[name].map(_no_formula) for name in texts})
    return safe.to_csv(index=False, lineterminator="\n")


def _no_formula(value: Any) -> Any:
    if not isinstance(value, str) or not value.startswith(_STARTS) or _NUMBER.fullmatch(value):
        return value
    return f"'{value}"
