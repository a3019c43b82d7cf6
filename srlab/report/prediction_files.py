"""The files of rows behind what a report says of predictions."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pandas as pd

from srlab.analysis.classwise import per_class
from srlab.analysis.compared import shown
from srlab.analysis.csv_text import csv_of
from srlab.analysis.divergence import divergences
from srlab.analysis.flips import flip_list
from srlab.analysis.predictions import COLUMNS
from srlab.report.document import DataFile
from srlab.report.predicted import DIGESTS, PredictedSet, hexadecimal, with_probabilities

PREDICTIONS, CLASSES = "predictions.csv", "classes.csv"
_IN_CSV = [*(name for name in COLUMNS if name != "probabilities"), "divergence", "run", *DIGESTS]
_IMAGE = ["scale", "degradation", "arm", "upscaler", "sample"]


def prediction_files(predicted: Sequence[PredictedSet]) -> tuple[DataFile, ...]:
    """Predictions, classes and the flips of each set; none where nothing was classified.

    Equal rows give equal bytes.
    """
    if not predicted:
        return ()
    rows = pd.concat([_rows(item) for item in predicted], ignore_index=True)
    classes = pd.concat([per_class(item.rows) for item in predicted], ignore_index=True)
    return (
        _csv(PREDICTIONS, rows[_IN_CSV]),
        *(_csv(flips_name(item, predicted), flip_list(item.pairs)) for item in predicted),
        _csv(CLASSES, classes),
    )


def flips_name(item: PredictedSet, predicted: Sequence[PredictedSet]) -> str:
    """The name of the file that lists the flips of `item`: `flips.csv` where there is one only."""
    return "flips.csv" if len(predicted) == 1 else f"flips-{item.file_part}.csv"


def _rows(item: PredictedSet) -> pd.DataFrame:
    """The predictions with their divergence from the original's, and digests as text."""
    pairs = with_probabilities(item.pairs)
    moved = pairs[_IMAGE].assign(divergence=divergences(pairs))
    table = shown(item.rows)
    table = table.merge(moved, on=_IMAGE, how="left")
    table["upscaler"] = item.rows["upscaler"].to_numpy()
    table["top"] = [json.dumps(top) for top in table["top"]]
    for name in DIGESTS:
        table[name] = [hexadecimal(value) for value in table[name]]
    return table


def _csv(name: str, table: pd.DataFrame) -> DataFile:
    return DataFile(name=name, content=csv_of(table).encode())
