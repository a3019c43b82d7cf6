"""Scores that were computed elsewhere and travel as a file: they count where their keys match.

The file is a csv with the columns `key,benchmark,sample,scale,upscaler,metric,protocol,value`;
the names are for people, only key and value are used.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from srlab.errors import UsageError

COLUMNS = ("key", "benchmark", "sample", "scale", "upscaler", "metric", "protocol", "value")


def read_known_scores(path: Path) -> dict[bytes, float]:
    """Values by key. Raises UsageError for a file that is not one of these."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise UsageError(
                    f"{path} has the columns {reader.fieldnames}; expected {','.join(COLUMNS)}"
                )
            rows = [(bytes.fromhex(row["key"]), float(row["value"])) for row in reader]
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise UsageError(f"{path} cannot be read as known scores: {error}") from error
    if any(len(key) != 16 or math.isnan(value) or value == -math.inf for key, value in rows):
        raise UsageError(f"{path} holds a key that is not 32 hex digits, or nan or -inf")
    values = dict(rows)
    if len(values) != len(set(rows)):
        raise UsageError(f"{path} gives one key two values; make it anew")
    return values


def write_known_scores(path: Path, rows: Iterable[Mapping[str, object]]) -> int:
    """Write rows with the columns above (key as bytes); how many."""
    count = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        for row in rows:
            writer.writerow({**row, "key": bytes(row["key"]).hex()})  # type: ignore[arg-type]
            count += 1
    return count
