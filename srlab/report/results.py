"""The results of one set: means, gains with intervals, a chart, printed values beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from srlab.analysis.average_ranks import average_ranks
from srlab.analysis.counting import counted
from srlab.analysis.leaderboard import BASELINE, order_over_scales
from srlab.analysis.ranking import with_gain
from srlab.analysis.same_work import BY_NAME
from srlab.figures.charts import Panel, Series, dot_chart
from srlab.metrics.catalog import METRICS
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
from srlab.report.flip_cells import records
from srlab.report.material import Material
from srlab.report.sets import file_part, set_title
from srlab.upscale.info import REFERENCE

CellMaker = Callable[[pd.DataFrame], Cell]
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
        blocks += _ranks(material, benchmark)
        for protocol in material.protocols:
            blocks += _published(material, benchmark, protocol)
    return [*blocks, *(Note(text=words.unprinted(reason)) for reason in material.unprinted)]


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
    """What a reader must know about means of some images, and about identical ones."""
    board = material.board[material.board["set"] == benchmark]
    blocks: list[Block] = []
    partial = board[(board["n"] < board["images"]) & (board["upscaler"] != REFERENCE)]
    if len(partial):
        blocks.append(Note(text=words.partial(sorted(partial["upscaler"].unique()))))
    blocks += [
        Note(text=words.identical(item))
        for item in records(
            board[board["infinite"] + board["above"] > 0].sort_values("scale", kind="stable")
        )
    ]
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
    """How many images are behind the columns: of each metric and scale where they differ."""
    named: dict[tuple[str, int], int] = {}
    for row in records(board):
        place = str(row["metric"]), int(row["scale"])
        named[place] = max(named.get(place, 0), int(row["images"]))
    by_scale = {scale: {n for (_, s), n in named.items() if s == scale} for scale in _scales(board)}
    if all(len(n) == 1 for n in by_scale.values()):
        return words.counts({scale: n.pop() for scale, n in by_scale.items()})
    return words.counts_by_metric(named)


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
    """A row per upscaler, in the order of the first metric at the smallest scale."""
    chosen = board[board["metric"].isin(metrics)]
    first = order_over_scales(chosen[chosen["metric"] == metrics[0]])
    names = list(dict.fromkeys([*first, *sorted(chosen["upscaler"])]))
    for name in names:
        row = [Cell(value=phrases.upscaler(name))]
        for metric in metrics:
            for scale in _scales(board):
                column = chosen[(chosen["metric"] == metric) & (chosen["scale"] == scale)]
                row.append(cell(column[column["upscaler"] == name]))
        yield tuple(row)


def _mean_cell(own: pd.DataFrame) -> Cell:
    """The mean over finite values; bold for who leads."""
    if own.empty:
        return Cell(value=None)
    item = own.iloc[0]
    mean = float("inf") if item["infinite"] == item["n"] else float(item["mean"])
    mark = phrases.IDENTICAL if item["infinite"] + item["above"] else ""
    if item["n"] < item["images"]:
        return Cell(value=mean, mark=mark + phrases.PARTIAL)
    return Cell(value=mean, best=bool(item["leads"]), mark=mark)


def _interval_cell(own: pd.DataFrame) -> Cell:
    if own.empty or np.isnan(own.iloc[0]["low"]):
        return Cell(value=None)
    return Cell(value=Span(low=float(own.iloc[0]["low"]), high=float(own.iloc[0]["high"])))


# Gains


def _gains(material: Material, benchmark: str) -> list[Block]:
    gains = material.gains[material.gains["set"] == benchmark]
    if gains.empty:
        return []
    decimals = METRICS[material.metric].decimals
    unit = METRICS[material.metric].unit
    places = {name: place for place, name in enumerate(_names_in_order(material, benchmark))}
    gains = gains.assign(place=gains["upscaler"].map(places))
    gains = gains.sort_values(["scale", "place"], kind="stable")
    rows = tuple(
        (
            Cell(value=phrases.times(int(item["scale"]))),
            Cell(value=item["upscaler"]),
            Cell(value=float(item["gain"])),
            Cell(value=Span(low=float(item["low"]), high=float(item["high"]))),
            *(Cell(value=int(item[name])) for name in ("wins", "losses", "n")),
            Cell(value=float(item["holm_p"])),
        )
        for item in records(gains)
    )
    columns = (
        Column(title="Scale", align=Align.LEFT),
        _NAME,
        Column(title=f"Gain, {unit}" if unit else "Gain", decimals=decimals, style=Style.SIGNED),
        Column(title="95% interval", decimals=decimals, style=Style.SIGNED),
        *(Column(title=title) for title in ("Better", "Worse", "n")),
        Column(title="p", style=Style.PROBABILITY),
    )
    families = {int(row["scale"]): int(row["family"]) for row in records(gains)}
    caption = words.gains_caption(
        set_title(benchmark), BASELINE, material.metric, material.protocol, families
    )
    notes = [
        (note, [(str(row["upscaler"]), int(row["scale"])) for row in records(group)])
        for note, group in gains[gains["note"] != ""].groupby("note", sort=False)
    ]
    return [
        Table(caption=caption, columns=columns, rows=rows),
        *(Note(text=words.gain_note(str(note), who, of=len(gains))) for note, who in notes),
    ]


def _names_in_order(material: Material, benchmark: str) -> list[str]:
    """All upscalers of a set in the order of its table under the main metric and protocol."""
    board = material.board_of(benchmark, material.protocol)
    return order_over_scales(board[board["metric"] == material.metric])


def _chart(material: Material, benchmark: str) -> list[Block]:
    """Gains over the baseline where there is one, else the values themselves."""
    gains = material.gains[material.gains["set"] == benchmark]
    metric = material.metric
    if gains.empty:
        axis, zero = words.value_axis(metric), ""
        table = material.board_of(benchmark, material.protocol)
        table = table[(table["metric"] == metric) & (table["upscaler"] != REFERENCE)]
        table = table.rename(columns={"counted": "centre"})
    else:
        axis, zero = words.gain_axis(metric, BASELINE), BASELINE
        table = gains.rename(columns={"gain": "centre"})
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
            name=f"chart-{file_part(benchmark)}.png",
            png=dot_chart(panels, axis=axis, zero=zero, order=_names_in_order(material, benchmark)),
            caption=words.chart_caption(set_title(benchmark), axis, material.protocol),
            alt=words.chart_alt(axis, described, metric),
        )
    ]


def _ranks(material: Material, benchmark: str) -> list[Block]:
    """Average ranks with Nemenyi's critical difference; nothing where three cannot be ranked."""
    rows = material.rows
    table = average_ranks(
        rows[
            (rows["set"] == benchmark)
            & (rows["metric"] == material.metric)
            & (rows["protocol"] == material.protocol)
        ]
    )
    if table.empty:
        return []
    panels = tuple(
        Panel(
            title=phrases.times(scale),
            series=tuple(
                Series(
                    name=str(row["upscaler"]),
                    values=(),
                    mean=row["average_rank"],
                    low=row["average_rank"] - row["critical_difference"] / 2,
                    high=row["average_rank"] + row["critical_difference"] / 2,
                )
                for row in records(table[table["scale"] == scale])
            ),
        )
        for scale in _scales(table)
    )
    order = list(dict.fromkeys(table.sort_values("scale", kind="stable")["upscaler"]))
    told = table.drop_duplicates("scale")
    tests = {int(row["scale"]): float(row["friedman_p"]) for row in records(told)}
    described = [
        (str(row["upscaler"]), int(row["scale"]), float(row["average_rank"]))
        for row in records(table)
    ]
    return [
        Figure(
            name=f"ranks-{file_part(benchmark)}.png",
            png=dot_chart(panels, axis=words.RANK_AXIS, order=order),
            caption=words.ranks_caption(
                set_title(benchmark), material.metric, material.protocol, tests
            ),
            alt=words.ranks_alt(described),
        )
    ]


def _series(material: Material, item: pd.Series, *, over: str) -> Series:
    """The dots of one row: every image's counted value, or gain over the baseline."""
    rows = material.rows
    rows = rows[
        (rows["set"] == item["set"])
        & (rows["scale"] == item["scale"])
        & (rows["metric"] == material.metric)
        & (rows["protocol"] == material.protocol)
    ]
    own = rows["upscaler"] == item["upscaler"]
    if over:
        values = with_gain(rows, over)["gain"].set_axis(rows.index)[own]
    else:
        values = pd.Series(counted(rows["value"].to_numpy(float), rows["metric"]), rows.index)[own]
    return Series(
        name=str(item["upscaler"]),
        values=tuple(values.dropna().astype(float)),
        mean=float(item["centre"]),
        low=float(item["low"]),
        high=float(item["high"]),
    )


# Printed values


def _published(material: Material, benchmark: str, protocol: str) -> list[Block]:
    """Printed values beside the measured ones, where both are of the same work."""
    printed = material.printed
    printed = printed[(printed["set"] == benchmark) & (printed["protocol"] == protocol)]
    if printed.empty:
        return []
    scales = _scales(printed)
    board = material.board_of(benchmark, protocol)
    board = board[board["scale"].isin(scales) & (board["upscaler"] != REFERENCE)]
    metrics = [row.name for row in METRICS if row.name in {*printed["metric"]} & {*board["metric"]}]
    metrics = metrics[: _MOST_COLUMNS // len(scales)]
    printed = printed[printed["metric"].isin(metrics)]
    here = board[(board["n"] == board["images"]) & board["metric"].isin(metrics)]
    here = here.assign(citation="", recognised="")
    both = pd.concat([here[[*printed.columns]], printed], ignore_index=True)
    sources = list(dict.fromkeys(printed["citation"]))
    by_name = bool((printed["recognised"] == BY_NAME).any())
    method, *columns = _columns(metrics, scales)
    return [
        Table(
            caption=words.published_caption(set_title(benchmark), protocol),
            columns=(replace(method, title="Method"), *columns, Column(title="Source")),
            rows=tuple(_published_rows(both, metrics, scales, sources)),
        ),
        Paragraph(text=words.published_sources(sources, by_name=by_name)),
    ]


def _published_rows(
    table: pd.DataFrame, metrics: list[str], scales: list[int], sources: list[str]
) -> Iterator[tuple[Cell, ...]]:
    """A row per method and side, in the order of the first metric at the smallest scale."""
    table = table.assign(here=table["citation"] == "")
    # One label of both sides, so that the order sees two methods; ours come first of equals.
    table["method"] = table["upscaler"]
    table["upscaler"] = table["method"] + table["here"].map({True: "", False: "\0printed"})
    table = table.drop_duplicates(["upscaler", "metric", "scale"])
    first = order_over_scales(table[table["metric"] == metrics[0]])
    for name in dict.fromkeys([*first, *sorted(table["upscaler"])]):
        group = table[table["upscaler"] == name]
        cells = group.set_index(["metric", "scale"])
        numbers = [
            words.source_number(sources.index(text)) for text in {*group["citation"]} if text
        ]
        yield (
            Cell(value=str(group["method"].iloc[0]), best=bool(group["here"].iloc[0])),
            *(_printed_cell(cells, metric, scale) for metric in metrics for scale in scales),
            Cell(value=", ".join(sorted(numbers)) or words.HERE),
        )


def _printed_cell(cells: pd.DataFrame, metric: str, scale: int) -> Cell:
    """A mean of one side, never bold, with the mark of identical images; a dash for none."""
    if (metric, scale) not in cells.index:
        return Cell(value=None)
    return replace(_mean_cell(cells.loc[[(metric, scale)]].reset_index()), best=False)
