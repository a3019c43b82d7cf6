"""Cells and columns that the tables of the flip study share."""

from __future__ import annotations

import pandas as pd

from srlab.report.document import Align, Cell, Column, Estimate
from srlab.report.flip_words import Row
from srlab.report.phrases import times

PLACE = (Column(title="Scale", align=Align.LEFT), Column(title="Arm", align=Align.LEFT))


def records(table: pd.DataFrame) -> list[Row]:
    """The rows of a table, for sentences and cells."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def place_cells(row: Row) -> tuple[Cell, Cell]:
    """Scale and arm of a row, for the columns of PLACE."""
    return Cell(value=times(int(row["scale"]))), Cell(value=str(row["upscaler"]))


def percent_cell(row: Row, value: str, low: str, high: str) -> Cell:
    """A share with its interval in percent; the names are those of the columns."""
    share, below, above = (100 * float(row[name]) for name in (value, low, high))
    return Cell(value=Estimate(value=share, low=below, high=above))


def text_column(title: str) -> Column:
    """A column of names."""
    return Column(title=title, align=Align.LEFT)
