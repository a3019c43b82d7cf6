"""Writes `lpips-squeeze.csv` from a store in which the demo study was evaluated."""

from __future__ import annotations

import sys
from pathlib import Path

from srlab.evaluation.known import write_known_scores
from srlab.store.store import Store

METRIC = "lpips-squeeze"


def main(store: str) -> None:
    """Keep the rows that were computed there; those taken from the old file do not count."""
    rows = Store.open(store).rows(
        "SELECT key, benchmark, sample, scale, upscaler, metric, protocol, value FROM scores "
        "WHERE metric = ? AND origin = 'computed' ORDER BY ALL",
        [METRIC],
    )
    names = ("key", "benchmark", "sample", "scale", "upscaler", "metric", "protocol", "value")
    rows = sorted((dict(zip(names, row, strict=True)) for row in rows), key=_order)
    target = Path(__file__).with_name(f"{METRIC}.csv")
    count = write_known_scores(target, rows)
    sys.stdout.write(f"{count} rows in {target}\n")


def _order(row: dict) -> tuple:
    return row["scale"], row["upscaler"], row["sample"]


if __name__ == "__main__":
    main(sys.argv[1])
