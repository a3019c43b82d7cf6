"""The results of one set: means, gains with intervals, a chart, printed values beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from srlab.analysis.leaderboard import BASELINE
from srlab.analysis.published import published
from srlab.data.degradation import DEFAULT, GIVEN
from srlab.figures.charts import Panel, Series, dot_chart
from srlab.metrics.catalog import METRICS, Direction
from srlab.report import phrases, words
from srlab.report.document import (
    Align,
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    Note,
    Paragraph,
    Span,
    Style,
    Table,
)
from srlab.report.material import Material, known_set, set_title
from srlab.upscale.info import REFERENCE

CellMaker = Callable[[pd.DataFrame, pd.DataFrame], Cell]
"""From an upscaler's row of the board (or none), and all rows of that column, to a cell."""

_MOST_COLUMNS = 8
_NAME = Column(title="Upscaler", align=Align.LEFT)


def results(material: Material) -> list[Block]:
    """A part per set, in the order of the sets; nothing where no scores were selected."""
    if material.rows.empty:
        return []
    blocks: list[Block] = [Heading(text="Results")]
    if not material.gains.empty:
        blocks.append(Paragraph(text=words.gains_explained(BASELINE)))
    for benchmark in material.benchmarks:
        blocks.append(Heading(text=set_title(benchmark), level=2))
        for protocol in material.protocols:
            board = material.board_of(benchmark, protocol)
            caption = words.means_caption(set_title(benchmark), protocol, _counts(board))
            blocks += _tables(board, caption, _mean_cell)
        blocks += _doubts(material, benchmark)
        blocks += _gains(material, benchmark)
        blocks += _chart(material, benchmark)
        for protocol in material.protocols:
            blocks += _published(material, benchmark, protocol)
    return blocks


def intervals(material: Material) -> list[Block]:
    """The intervals of all means, for those who need them."""
    if material.rows.empty:
        return []
    blocks: list[Block] = [Heading(text="Intervals of the means")]
    for benchmark in material.benchmarks:
        for protocol in material.protocols:
            board = material.board_of(benchmark, protocol)
            caption = words.intervals_caption(set_title(benchmark), protocol, _counts(board))
            blocks += _tables(board, caption, _interval_cell)
    return blocks


# Means


def _doubts(material: Material, benchmark: str) -> list[Block]:
    """What a reader must know about means of some images, and about infinite values."""
    board = material.board[material.board["benchmark"] == benchmark]
    blocks: list[Block] = []
    partial = board[~board["whole"] & (board["upscaler"] != REFERENCE)]
    if len(partial):
        blocks.append(Note(text=words.partial(sorted(partial["upscaler"].unique()))))
    for metric, group in board[board["infinite"] > 0].groupby("metric", sort=False):
        blocks.append(Note(text=words.infinite(int(group["infinite"].sum()), str(metric))))
    return blocks


def _tables(board: pd.DataFrame, caption: str, cell: CellMaker) -> Iterator[Table]:
    """The board as one table, or as several where its metrics do not fit a page's width."""
    for metrics in _portions(board):
        yield Table(
            caption=caption,
            columns=_columns(metrics, _scales(board)),
            rows=tuple(_rows(board, metrics, cell)),
        )


def _scales(board: pd.DataFrame) -> list[int]:
    return sorted(int(scale) for scale in board["scale"].unique())


def _portions(board: pd.DataFrame) -> Iterator[list[str]]:
    """The metrics, so many at a time that a table of them fits a page's width."""
    there = set(board["metric"])
    metrics = [info.name for info in METRICS if info.name in there]
    if not metrics:
        return
    step = max(1, _MOST_COLUMNS // len(_scales(board)))
    for start in range(0, len(metrics), step):
        yield metrics[start : start + step]


def _counts(board: pd.DataFrame) -> str:
    n = board.groupby("scale")["n"].max()
    return words.counts({scale: int(n[scale]) for scale in _scales(board)})


def _columns(metrics: list[str], scales: list[int]) -> tuple[Column, ...]:
    return _NAME, *(
        Column(
            title=phrases.column_title(metric, scale),
            decimals=METRICS[metric].decimals,
        )
        for metric in metrics
        for scale in scales
    )


def _rows(board: pd.DataFrame, metrics: list[str], cell: CellMaker) -> Iterator[tuple[Cell, ...]]:
    """A row per upscaler; the best first by the first metric, mean rank over the scales."""
    chosen = board[board["metric"].isin(metrics)]
    first = chosen[chosen["metric"] == metrics[0]]
    ranks = first.assign(rank=first.groupby("scale").cumcount())
    order = ranks.groupby("upscaler")["rank"].mean().sort_values(kind="stable")
    names = list(dict.fromkeys([*order.index, *sorted(chosen["upscaler"])]))
    for name in names:
        row = [Cell(value=phrases.upscaler(name))]
        for metric in metrics:
            for scale in _scales(board):
                column = chosen[(chosen["metric"] == metric) & (chosen["scale"] == scale)]
                row.append(cell(column[column["upscaler"] == name], column))
        yield tuple(row)


def _mean_cell(own: pd.DataFrame, column: pd.DataFrame) -> Cell:
    if own.empty:
        return Cell(value=None)
    item = own.iloc[0]
    if not item["whole"]:
        return Cell(value=float(item["mean"]), mark=phrases.PARTIAL)
    info = METRICS[item["metric"]]
    whole = column.loc[column["whole"] & (column["upscaler"] != REFERENCE), "mean"]
    best = {Direction.HIGHER: whole.max(), Direction.LOWER: whole.min()}.get(info.direction)
    mean = float(item["mean"])
    shown = phrases.number(mean, info.decimals)
    is_best = len(whole) > 1 and best is not None and shown == phrases.number(best, info.decimals)
    return Cell(value=mean, best=is_best)


def _interval_cell(own: pd.DataFrame, column: pd.DataFrame) -> Cell:
    del column
    if own.empty or np.isnan(own.iloc[0]["low"]):
        return Cell(value=None)
    return Cell(value=Span(low=float(own.iloc[0]["low"]), high=float(own.iloc[0]["high"])))


# Gains


def _gains(material: Material, benchmark: str) -> list[Block]:
    gains = material.gains[material.gains["benchmark"] == benchmark]
    if gains.empty:
        return []
    decimals = METRICS[material.metric].decimals
    unit = METRICS[material.metric].unit
    gains = gains.sort_values(["scale", "gain"], ascending=[True, False], kind="stable")
    rows = tuple(
        (
            Cell(value=phrases.times(int(item["scale"]))),
            Cell(value=item["upscaler"]),
            Cell(value=float(item["gain"])),
            Cell(value=Span(low=float(item["low"]), high=float(item["high"]))),
            *(Cell(value=int(item[name])) for name in ("better", "worse", "n")),
            Cell(value=float(item["p"])),
        )
        for _, item in gains.iterrows()
    )
    columns = (
        Column(title="Scale", align=Align.LEFT),
        _NAME,
        Column(title=f"Gain, {unit}" if unit else "Gain", decimals=decimals, style=Style.SIGNED),
        Column(title="95% interval", decimals=decimals, style=Style.SIGNED),
        *(Column(title=title) for title in ("Better", "Worse", "n")),
        Column(title="p", style=Style.PROBABILITY),
    )
    caption = words.gains_caption(
        set_title(benchmark), BASELINE, material.metric, material.protocol, len(rows)
    )
    return [Table(caption=caption, columns=columns, rows=rows)]


def _chart(material: Material, benchmark: str) -> list[Block]:
    """Gains over the baseline where there is one, else the values themselves."""
    gains = material.gains[material.gains["benchmark"] == benchmark]
    metric = material.metric
    if gains.empty:
        axis, zero = words.value_axis(metric), ""
        table = material.board_of(benchmark, material.protocol)
        table = table[(table["metric"] == metric) & (table["upscaler"] != REFERENCE)]
        table = table[np.isfinite(table["mean"])].rename(columns={"mean": "centre"})
    else:
        axis, zero = words.gain_axis(metric, BASELINE), BASELINE
        table = gains[np.isfinite(gains["gain"])].rename(columns={"gain": "centre"})
    if table.empty:
        return []
    panels = tuple(
        Panel(
            title=phrases.times(scale),
            series=tuple(_series(material, item, over=zero) for _, item in group.iterrows()),
        )
        for scale in _scales(table)
        for group in [table[table["scale"] == scale]]
    )
    described = [
        (str(item["upscaler"]), int(item["scale"]), float(item["centre"]))
        for _, item in table.iterrows()
    ]
    return [
        Figure(
            name=f"chart-{benchmark}.png",
            png=dot_chart(panels, axis=axis, zero=zero),
            caption=words.chart_caption(set_title(benchmark), axis, material.protocol),
            alt=words.chart_alt(axis, described, metric),
        )
    ]


def _series(material: Material, item: pd.Series, *, over: str) -> Series:
    rows = material.rows
    rows = rows[
        (rows["benchmark"] == item["benchmark"])
        & (rows["scale"] == item["scale"])
        & (rows["metric"] == material.metric)
        & (rows["protocol"] == material.protocol)
    ].set_index("sample")
    values = rows.loc[rows["upscaler"] == item["upscaler"], "value"]
    if over:
        lower = METRICS[material.metric].direction is Direction.LOWER
        values = (values - rows.loc[rows["upscaler"] == over, "value"]) * (-1 if lower else 1)
    return Series(
        name=str(item["upscaler"]),
        values=tuple(values.dropna().astype(float)),
        mean=float(item["centre"]),
        low=float(item["low"]),
        high=float(item["high"]),
    )


# Printed values


def _published(material: Material, benchmark: str, protocol: str) -> list[Block]:
    """Printed values beside the measured ones, where both are of the same images."""
    board = material.board_of(benchmark, protocol)
    info = known_set(benchmark)
    scales = _scales(board)
    if info is None or board.empty or not _standard(material, benchmark, protocol):
        return []
    printed = published(benchmarks=[benchmark], scales=scales, protocols=[protocol])
    metrics = [row.name for row in METRICS if row.name in {*printed["metric"]} & {*board["metric"]}]
    metrics = metrics[: _MOST_COLUMNS // len(scales)]
    printed = printed[printed["metric"].isin(metrics)]
    if printed.empty:
        return []
    used = min(material.images(benchmark, scale) for scale in scales)
    if used != info.count:
        return [Note(text=words.unlike_published(info.title, used, info.count))]
    here = board[board["whole"] & board["metric"].isin(metrics) & (board["upscaler"] != REFERENCE)]
    both = pd.concat([here.assign(citation="")[list(printed.columns)], printed], ignore_index=True)
    sources = list(dict.fromkeys(printed["citation"]))
    method, *columns = _columns(metrics, scales)
    return [
        Table(
            caption=words.published_caption(info.title, protocol),
            columns=(replace(method, title="Method"), *columns, Column(title="Source")),
            rows=tuple(_published_rows(both, metrics, scales, sources)),
        ),
        Paragraph(text=words.published_sources(sources)),
    ]


def _standard(material: Material, benchmark: str, protocol: str) -> bool:
    """Whether lr came about as in papers."""
    rows = material.rows
    here = (rows["benchmark"] == benchmark) & (rows["protocol"] == protocol)
    return {*rows.loc[here, "degradation"]} <= {GIVEN, DEFAULT}


def _published_rows(
    table: pd.DataFrame, metrics: list[str], scales: list[int], sources: list[str]
) -> Iterator[tuple[Cell, ...]]:
    """A row per method and side, the best first by the first metric: mean rank over the scales."""
    table = table.assign(here=table["citation"] == "")
    first = table[table["metric"] == metrics[0]]
    lower = METRICS[metrics[0]].direction is Direction.LOWER
    ranks = first.assign(rank=first.groupby("scale")["mean"].rank(pct=True, ascending=lower))
    order = ranks.groupby(["upscaler", "here"])["rank"].mean()
    names = [*order.sort_values(kind="stable").index]
    names += sorted({*zip(table["upscaler"], table["here"], strict=True)} - {*names})
    for name, here in names:
        group = table[(table["upscaler"] == name) & (table["here"] == here)]
        values = group.drop_duplicates(["metric", "scale"]).set_index(["metric", "scale"])["mean"]
        means = (values.get((metric, scale)) for metric in metrics for scale in scales)
        numbers = [
            words.source_number(sources.index(text)) for text in {*group["citation"]} if text
        ]
        yield (
            Cell(value=str(name), best=bool(here)),
            *(Cell(value=None if mean is None else float(mean)) for mean in means),
            Cell(value=", ".join(sorted(numbers)) or words.HERE),
        )
