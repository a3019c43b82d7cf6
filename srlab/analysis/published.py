"""Values that papers printed, joined on benchmark, scale, metric and protocol, with citation.

`published.csv` was transcribed from papers and the evaluations that they released; the digits are
the printed ones and were not measured again.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

import pandas as pd

COLUMNS = ["benchmark", "scale", "upscaler", "metric", "protocol", "mean", "citation"]


def published(
    *,
    benchmarks: Sequence[str] = (),
    scales: Sequence[int] = (),
    metrics: Sequence[str] = (),
    protocols: Sequence[str] = (),
) -> pd.DataFrame:
    """Printed means as a frame like a leaderboard's, with the citation; empty filters mean all."""
    with files("srlab.analysis").joinpath("published.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file)
    table["metric"] = table["metric"].str.removesuffix("_rgb")
    table = table.rename(columns={"method": "upscaler", "value": "mean"})[COLUMNS]
    filters = {"benchmark": benchmarks, "scale": scales, "metric": metrics, "protocol": protocols}
    for column, values in filters.items():
        if values:
            table = table[table[column].isin(list(values))]
    return table.reset_index(drop=True)
