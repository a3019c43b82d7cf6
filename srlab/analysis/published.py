"""Values that papers printed, with citation, and where they may stand beside ours.

`published.csv` was transcribed from papers and the evaluations that they released; the digits are
the printed ones and were not measured again. They stand beside ours only where it is the same work:
scale, metric and protocol, the set by its images, their number, and lr as papers made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

import pandas as pd

from srlab.analysis.leaderboard import in_order
from srlab.analysis.same_work import BY_NAME, PLACE, works
from srlab.store.store import Store

COLUMNS = ["benchmark", "scale", "upscaler", "metric", "protocol", "mean", "citation"]
PRINTED = [
    *PLACE,
    "upscaler",
    "metric",
    "protocol",
    "mean",
    "citation",
    "recognised",
    "images",
    "n",
    "infinite",
    "counted",
    "leads",
]


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


def printed_beside(board: pd.DataFrame, store: Store) -> tuple[pd.DataFrame, list[str]]:
    """Printed rows for the cells of `board`, and why other cells have none, a sentence each.

    Rows have the columns of a leaderboard, with the names of `board` for the set and its lr, and
    `citation` and `recognised`: whether the set was known by the digests of its images or, where
    those are not at hand (Urban100), by its name alone.
    """
    table = published()
    cells = board[[*PLACE, "metric", "protocol"]].drop_duplicates()
    found, reasons = [], []
    for work in works(store, set(table["benchmark"])):
        here = cells[(cells[PLACE] == list(work.place)).all(axis=1)]
        name, scale = work.place[:2]
        if here.empty:
            continue
        if work.reason:
            reasons.append(f"{name} x{scale}: no printed values stand beside ours: {work.reason}")
        own = table[(table["benchmark"] == work.known) & (table["scale"] == scale)]
        joined = own.drop(columns=["benchmark", "scale"]).merge(here, on=["metric", "protocol"])
        found.append(joined.assign(recognised=work.by))
    if not found:
        return pd.DataFrame(columns=PRINTED), reasons
    n = board.groupby(PLACE)["images"].max().rename("images")
    rows = pd.concat(found, ignore_index=True).merge(n, on=PLACE, how="left")
    rows = rows.assign(n=rows["images"], infinite=0, counted=rows["mean"], leads=False)
    return rows[PRINTED], reasons


def with_published(board: pd.DataFrame, store: Store) -> tuple[pd.DataFrame, list[str]]:
    """`board` with printed rows in their places, and the column `citation`; and the reasons."""
    rows, reasons = printed_beside(board, store)
    if rows.empty:
        return board.assign(citation=""), reasons
    by_name = rows["recognised"] == BY_NAME
    rows["citation"] = rows["citation"].where(~by_name, rows["citation"] + " (set by name)")
    names = [name for name in [*board.columns, "citation"] if name in rows]
    joined = pd.concat([board.assign(citation=""), rows[names]], ignore_index=True)
    return in_order(joined.astype({"n": int, "images": int, "leads": bool})), reasons
