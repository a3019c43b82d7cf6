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
from srlab.analysis.same_work import BY_NAME, PLACE, Work, works
from srlab.data.catalog import BENCHMARKS
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
    "above",
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


def printed_sets() -> frozenset[str]:
    """The sets of which papers printed values."""
    return frozenset(published()["benchmark"])


def printed_beside(
    board: pd.DataFrame, found_works: Sequence[Work]
) -> tuple[pd.DataFrame, list[str]]:
    """Printed rows for the cells of `board`, and why other cells have none, a sentence each.

    `found_works` are those of `works`.

    Rows have the columns of a leaderboard, with the names of `board` for the set and its lr, and
    `citation` and `recognised`: whether the set was known by the digests of its images or, where
    those are not at hand (Urban100), by its name alone.
    """
    table = published()
    cells = board.groupby([*PLACE, "metric", "protocol"])["images"].max().reset_index()
    found, reasons = [], []
    for work in found_works:
        here = cells[(cells[PLACE] == list(work.place)).all(axis=1)]
        name, scale = work.place[:2]
        if here.empty:
            continue
        if work.reason:
            reasons.append(f"{name} x{scale}: no printed values stand beside ours: {work.reason}")
        if not work.known:
            continue
        count = BENCHMARKS[work.known].count
        own = table[(table["benchmark"] == work.known) & (table["scale"] == scale)]
        own = own.drop(columns=["benchmark", "scale"]).merge(here, on=["metric", "protocol"])
        found.append(own[own["images"] == count].assign(recognised=work.by))
        for images in sorted(set(own["images"]) - {count}):
            metrics = sorted(set(own.loc[own["images"] == images, "metric"]))
            reasons.append(
                f"{name} x{scale}: no printed values of {', '.join(metrics)} stand beside ours: "
                f"{images} images were scored, and papers print means over {count}"
            )
    if not found:
        return pd.DataFrame(columns=PRINTED), reasons
    rows = pd.concat(found, ignore_index=True)
    rows = rows.assign(n=rows["images"], infinite=0, above=0, counted=rows["mean"], leads=False)
    return rows[PRINTED], reasons


def with_published(board: pd.DataFrame, store: Store) -> tuple[pd.DataFrame, list[str]]:
    """`board` with printed rows in their places, and the column `citation`; and the reasons."""
    rows, reasons = printed_beside(board, works(store, printed_sets()))
    if rows.empty:
        return board.assign(citation=""), reasons
    by_name = rows["recognised"] == BY_NAME
    rows["citation"] = rows["citation"].where(~by_name, rows["citation"] + " (set by name)")
    names = [name for name in [*board.columns, "citation"] if name in rows]
    joined = pd.concat([board.assign(citation=""), rows[names]], ignore_index=True)
    return in_order(joined.astype({"n": int, "images": int, "leads": bool})), reasons
