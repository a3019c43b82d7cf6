"""How trainings went: a row per epoch out of a store, and a row per training."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from srlab.errors import UnknownNameError
from srlab.registry import did_you_mean
from srlab.store.store import Store

COLUMNS = [
    "training",
    "epoch",
    "steps",
    "loss",
    "validation_loss",
    "psnr",
    "accuracy",
    "rate",
    "seconds",
    "peak_bytes",
    "best",
    "protocol",
    "validation",
    "device",
]
SUMMARY = [
    "training",
    "epochs",
    "best_epoch",
    "psnr",
    "accuracy",
    "validation_loss",
    "started_at",
    "seconds",
    "peak_bytes",
    "protocol",
    "validation",
    "device",
]
_NUMBERS = ["loss", "validation_loss", "psnr", "accuracy", "rate", "seconds"]


def history(trainings: Sequence[str] = (), store: Store | str | None = None) -> pd.DataFrame:
    """One row per epoch of the named trainings (all by default), in the order of COLUMNS.

    `loss` is the mean over the epoch's steps; `psnr` in dB under `protocol` (`accuracy` in [0, 1]
    of a classifier) and `validation_loss` are those of the whole validation images; `seconds`
    counts all epochs so far; `peak_bytes` is the most memory of that epoch; `best` marks the epoch
    whose weights were kept. Epoch 0 is what a fine-tuning started from. Of trainings that share a
    name the one that wrote last counts. Raises UnknownNameError for a name that is not stored.
    """
    opened = store if isinstance(store, Store) else Store.open(store)
    table = opened.frame(_EPOCHS, tables=("history",))
    wanted = [trainings] if isinstance(trainings, str) else list(trainings)
    known = sorted(set(table["training"]))
    for name in wanted:
        if name not in known:
            raise UnknownNameError(
                f"the store at {opened.root} holds no training {name!r}; "
                f"{did_you_mean(name, known)}`srlab history` lists what it holds"
            )
    if wanted:
        table = table[table["training"].isin(wanted)].reset_index(drop=True)
    table[_NUMBERS] = table[_NUMBERS].astype(float)
    table["best"] = _best(table)
    return table[COLUMNS]


def trainings(
    store: Store | str | None = None, *, frame: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row per training, in the order of SUMMARY, of a store or of what `history` gave.

    `epochs` are done; `psnr`, `accuracy` and `validation_loss` are those of the best epoch, and
    `started_at` the score of what a fine-tuning started from; `peak_bytes` the most of any epoch.
    """
    table = history(store=store) if frame is None else frame
    rows = [_summary(name, rows) for name, rows in table.groupby("training", sort=True)]
    summary = pd.DataFrame(rows, columns=SUMMARY)
    return summary.astype({"epochs": int, "best_epoch": int, "peak_bytes": "Int64"})


def score_of(table: pd.DataFrame) -> pd.Series:
    """What epochs are judged by: PSNR, or where there is none accuracy."""
    return table["psnr"].fillna(table["accuracy"])


def _best(table: pd.DataFrame) -> pd.Series:
    """The first epoch of each training that reached its highest score."""
    score = score_of(table)
    top = score.groupby(table["training"]).transform("max")
    reached = (score == top).astype(int)
    return (reached == 1) & (reached.groupby(table["training"]).cumsum() == 1)


def _summary(name: object, rows: pd.DataFrame) -> dict[str, object]:
    best = rows[rows["best"]].iloc[0] if rows["best"].any() else rows.iloc[-1]
    start = score_of(rows[rows["epoch"] == 0])
    return {
        **{column: best[column] for column in SUMMARY if column in rows},
        "training": name,
        "epochs": int(rows["epoch"].max()),
        "best_epoch": int(best["epoch"]),
        "started_at": float(start.iloc[0]) if len(start) else float("nan"),
        "seconds": float(rows["seconds"].max()),
        "peak_bytes": rows["peak_bytes"].max(),
    }


_EPOCHS = """
SELECT * FROM history JOIN (
    SELECT training, arg_max(recipe, "order") AS recipe FROM history GROUP BY training
) USING (training, recipe)
WHERE epoch IS NOT NULL AND steps IS NOT NULL AND seconds IS NOT NULL
ORDER BY training, epoch
"""
