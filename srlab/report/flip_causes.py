"""Why predictions change: close calls before, or images that were upscaled worse?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from srlab.analysis.flip_quality import flip_quality
from srlab.analysis.margins import margins
from srlab.figures.margins import MarginPanel, MarginRow, margin_chart
from srlab.metrics.catalog import METRICS
from srlab.report import flip_cause_words as words
from srlab.report.document import (
    Block,
    Cell,
    Column,
    Estimate,
    Figure,
    Heading,
    Note,
    Paragraph,
    Style,
    Table,
)
from srlab.report.flip_cells import PLACE, percent_cell, place_cells, records, text_column
from srlab.report.flip_words import Row
from srlab.report.phrases import times
from srlab.report.predicted import PredictedSet

_MOST_METRICS = 4
_SAME_ORDER = {"mse", "rmse"}
"""These order images as PSNR does."""


def causes(item: PredictedSet) -> list[Block]:
    """The analysis of margins, and the relation to scores; nothing where nothing changed."""
    if not item.pairs["flipped"].any():
        return []
    return [
        Heading(text="Why predictions change", level=3),
        *_margins(item),
        *_quality(item),
    ]


# Margins


def _margins(item: PredictedSet) -> list[Block]:
    table = margins(item.pairs)
    rows = records(table)
    return [
        Paragraph(text=f"{words.MARGIN} {words.margins_told(rows)}"),
        _margin_table(item, rows),
        Figure(
            name=f"margins-{item.file_part}.png",
            png=margin_chart(tuple(_panels(item)), axis=words.MARGIN_AXIS),
            caption=words.margins_figure(item.title),
            alt=words.margins_alt(rows),
        ),
    ]


def _margin_table(item: PredictedSet, rows: list[Row]) -> Table:
    columns = (
        *PLACE,
        Column(title="Changed"),
        Column(title="median"),
        Column(title="Unchanged"),
        Column(title="median"),
        Column(title="Pairs, %", decimals=1),
        Column(title="p", style=Style.PROBABILITY),
    )
    cells = tuple(
        (
            *place_cells(row),
            *(
                Cell(value=row[name])
                for name in ("flipped", "flipped_median", "unflipped", "unflipped_median")
            ),
            percent_cell(row, "auc", "low", "high"),
            Cell(value=float(row["p"])),
        )
        for row in rows
    )
    return Table(caption=words.margins_caption(item.title), columns=columns, rows=cells)


def _panels(item: PredictedSet) -> Iterator[MarginPanel]:
    for scale, group in item.pairs.groupby("scale"):
        rows = tuple(_row(str(name), arm) for (_, name), arm in group.groupby(["arm", "upscaler"]))
        yield MarginPanel(title=times(int(str(scale))), rows=rows)


def _row(name: str, pairs: pd.DataFrame) -> MarginRow:
    margin, flipped = pairs["original_margin"].astype(float), pairs["flipped"].astype(bool)
    return MarginRow(name=name, changed=tuple(margin[flipped]), unchanged=tuple(margin[~flipped]))


# Scores


def _quality(item: PredictedSet) -> list[Block]:
    if item.scored.empty:
        return []
    table = flip_quality(item.upscaled, item.scored)
    metrics = _metrics(table)
    if not metrics:
        return []
    by_metric = {
        metric: {
            (int(row["scale"]), str(row["upscaler"])): row
            for row in records(table[table["metric"] == metric])
        }
        for metric in metrics
    }
    places = sorted({place for rows in by_metric.values() for place in rows})
    told = [words.quality_told(metric, list(rows.values())) for metric, rows in by_metric.items()]
    columns = (
        text_column("Scale"),
        text_column("Upscaler"),
        *(Column(title=words.quality_column(metric), decimals=1) for metric in metrics),
    )
    cells = tuple(
        (
            Cell(value=times(place[0])),
            Cell(value=place[1]),
            *(_auc(by_metric[metric].get(place)) for metric in metrics),
        )
        for place in places
    )
    caption = words.quality_caption(item.title, str(table["protocol"].iloc[0]))
    return [
        Paragraph(text=f"{words.QUALITY} {words.quality_all(told)}"),
        Table(caption=caption, columns=columns, rows=cells),
        *_without_score(table[table["metric"].isin(metrics)]),
    ]


def _without_score(table: pd.DataFrame) -> list[Block]:
    """How many images had to be left out for want of a score."""
    most = int(table["without_score"].max())
    return [Note(text=words.without_score(most))] if most else []


def _metrics(table: pd.DataFrame) -> list[str]:
    """The metrics to show, in the catalog's order."""
    there = set(table["metric"])
    if "psnr" in there:
        there -= _SAME_ORDER
    return [info.name for info in METRICS if info.name in there][:_MOST_METRICS]


def _auc(row: Row | None) -> Cell:
    if row is None:
        return Cell(value=None)
    auc, low, high = (100 * float(row[name]) for name in ("auc", "low", "high"))
    return Cell(value=Estimate(value=auc, low=low, high=high))
