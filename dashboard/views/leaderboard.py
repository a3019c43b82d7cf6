"""Which upscaler is better: means with intervals, one table a benchmark, one protocol at a time."""

from __future__ import annotations

import html
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots
from streamlit.delta_generator import DeltaGenerator

from dashboard import results
from dashboard.bar import Bar, show_notes
from dashboard.results import Cell
from dashboard.selection import Selection, choose_board
from dashboard.study import records
from dashboard.words import (
    COLOUR,
    DASHED,
    GREY,
    NOTHING,
    TIMES,
    axis,
    code,
    counted,
    heading,
    interval,
    number,
    plain,
    probability,
    protocol_in_words,
    signed,
)
from srlab.analysis.counting import counted_in_words
from srlab.analysis.csv_text import csv_of
from srlab.analysis.leaderboard import BASELINE
from srlab.analysis.signed_ranks import SIGNIFICANCE, smallest_p
from srlab.metrics.catalog import METRICS
from srlab.store.store import Store

GAIN = f"Gain on {BASELINE} (dB)"
BEST = "font-weight: bold; background-color: rgba(60, 160, 90, 0.22)"
BESIDE = 2  # metrics: the columns of more leave no room beside the table
ROW = 35  # pixels: the height of a row of the table
_BELOW = 48  # pixels: the axis and its title


def show() -> None:
    """The page."""
    store = Store.open()
    selection, without = choose_board(Bar(), results.coverage(store))
    show_notes()
    for benchmark in without:
        _say_what_to_run(benchmark, selection)
    st.caption(protocol_in_words(selection.protocol))
    tables = {cell: results.board(store, cell, selection.metrics) for cell in selection.cells}
    for cell, table in tables.items():
        _benchmark(cell, table, selection)
        _ranks(results.ranks(store, cell, selection.metrics[0]), cell, selection.metrics[0])
    _intervals_in_words(pd.concat(tables.values()))
    st.download_button(
        "Download as csv",
        csv_of(pd.concat(tables.values())),
        file_name=f"leaderboard-x{selection.scale}-{selection.protocol}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    names = [cell.benchmark for cell in selection.cells]
    _failures(results.open_failures(store, names, selection.scale, selection.protocol))


def _benchmark(cell: Cell, table: pd.DataFrame, selection: Selection) -> None:
    images = counted(int(table["images"].max()), "image")
    several = [other.benchmark for other in selection.cells].count(cell.benchmark) > 1
    lr = f" · lr {code(cell.lr)}" if several else ""
    place = f"{plain(cell.benchmark)} {TIMES}{selection.scale}"
    st.subheader(f"{place}{lr} · {images}", anchor=False)
    shown = as_shown(table, selection.metrics)
    left, right = _places(f"{cell.benchmark}-{cell.lr}", len(selection.metrics))
    left.dataframe(
        styled(shown, table, selection.metrics),
        hide_index=True,
        height="content",
        placeholder=NOTHING,
        column_config={
            str(name): st.column_config.NumberColumn(alignment="right")
            for name in shown.select_dtypes("number")
        },
        key=f"board-{cell.benchmark}-{cell.lr}",
    )
    right.plotly_chart(
        chart(table, selection.metrics),
        key=f"chart-{cell.benchmark}-{cell.lr}",
        config={"displayModeBar": False},
    )
    for note in doubts(table):
        st.caption(note)


def _ranks(table: pd.DataFrame, cell: Cell, metric: str) -> None:
    """Average ranks with Nemenyi's critical difference, where three or more can be ranked."""
    if table.empty:
        return
    with st.expander(f"Average ranks by {METRICS[metric].title}"):
        st.plotly_chart(
            ranks_chart(table),
            key=f"ranks-{cell.benchmark}-{cell.lr}",
            config={"displayModeBar": False},
        )
        st.caption(
            f"Friedman's test over {counted(int(table['n'].iloc[0]), 'image')}: "
            f"{probability(float(table['friedman_p'].iloc[0]))}. Where two bars (Nemenyi's "
            "critical difference) overlap, ranks do not tell the two apart. Ranks depend on who "
            "else is ranked; whether one upscaler beats another is told by pairs, under Rankings."
        )


def ranks_chart(table: pd.DataFrame) -> go.Figure:
    """Average ranks as dots, best on top, with bars of the critical difference."""
    names = [html.escape(str(name)) for name in table["upscaler"]]
    half = float(table["critical_difference"].iloc[0]) / 2
    figure = go.Figure(
        go.Scatter(
            x=table["average_rank"],
            y=names,
            error_x={
                "type": "constant",
                "value": half,
                "thickness": 1.5,
                "width": 4,
                "color": GREY,
            },
            mode="markers",
            marker={"size": 9, "color": COLOUR},
            hovertext=[
                f"{name}: average rank {rank:.2f}"
                for name, rank in zip(names, table["average_rank"], strict=True)
            ],
            hoverinfo="text",
        )
    )
    figure.update_xaxes(title_text="average rank over the images; 1 is best", title_font_size=12)
    figure.update_yaxes(type="category", categoryarray=names, range=[len(names) - 0.5, -0.5])
    figure.update_layout(
        height=ROW * (len(names) + 1) + _BELOW,
        margin={"l": 0, "r": 8, "t": 8, "b": _BELOW},
        showlegend=False,
    )
    return figure


def doubts(table: pd.DataFrame) -> list[str]:
    """What a reader of a board must know: who is partial, and what identical images count as."""
    said = []
    partial = table[table["n"] < table["images"]]
    if names := sorted(partial["upscaler"].unique()):
        be = "is" if len(names) == 1 else "are"
        said.append(
            f"{', '.join(map(code, names))} {be} not scored on all images (see the last column): "
            "such a mean is of other images, so it stands below and leads nowhere."
        )
    for row in records(table[table["infinite"] + table["above"] > 0]):
        metric = row["metric"]
        said.append(
            f"{code(row['upscaler'])}: {counted_in_words(row)}: {number(row['counted'], metric)} "
            f"{METRICS[metric].unit}. The table shows the mean of the finite values as they are; "
            "order, interval, gain and chart count them so."
        )
    few = sorted({int(n) for n in table["n"] if smallest_p(n) > SIGNIFICANCE})
    if few:
        said.append(
            f"Of {' or '.join(map(str, few))} {'image' if few == [1] else 'images'} no exact "
            f"two-sided test can go under {SIGNIFICANCE}, and an interval says little about others."
        )
    return said


def _places(benchmark: str, metrics: int) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where table and chart go: beside one another, or below where the table is wide."""
    with st.container(key=f"beside-{benchmark}"):
        if metrics > BESIDE:
            return st.container(), st.container()
        left, right = st.columns([11, 9], vertical_alignment="top")
        return left, right


def as_shown(table: pd.DataFrame, metrics: tuple[str, ...]) -> pd.DataFrame:
    """A row an upscaler, best first by the first metric; numbers stay numbers and so sort."""
    order = _order(table, metrics)
    shown = pd.DataFrame({"Upscaler": order})
    for metric in metrics:
        rows = table[table["metric"] == metric].set_index("upscaler").reindex(order)
        title = METRICS[metric].title
        mean = rows["mean"].where(rows["infinite"] < rows["n"], np.inf)
        shown[heading(metric)] = mean.where(rows["n"].notna()).to_numpy(float)
        bounds = zip(rows["low"], rows["high"], strict=True)
        shown[f"{title} 95 %"] = [interval(low, high, metric) for low, high in bounds]
        if rows["gain"].notna().any():
            shown[GAIN] = rows["gain"].where(rows.index != BASELINE).to_numpy(float)
    shown["Images"] = [_images(table[table["upscaler"] == name]) for name in order]
    return shown


def _images(rows: pd.DataFrame) -> str:
    """How many images are behind an upscaler's means: "5", "2 of 5"; by metric if they differ."""
    parts = [
        (METRICS[row["metric"]].title, f"{n} of {of}" if n < of else str(n))
        for row in records(rows)
        for n, of in [(int(row["n"]), int(row["images"]))]
    ]
    if len({text for _, text in parts}) == 1:
        return parts[0][1]
    return ", ".join(f"{title} {text}" for title, text in parts)


def styled(
    shown: pd.DataFrame, table: pd.DataFrame, metrics: tuple[str, ...]
) -> pd.io.formats.style.Styler:
    """`shown` with each metric's decimals, and the best value of each marked."""
    style = shown.style
    formats: dict[Any, Any] = {}
    for metric in metrics:
        column = heading(metric)
        formats[column] = partial(number, metric=metric)
        leads = set(table.loc[table["leads"] & (table["metric"] == metric), "upscaler"])
        marks = [BEST if name in leads else "" for name in shown["Upscaler"]]
        style = style.apply(lambda _, marks=marks: marks, subset=[column])
    if GAIN in shown:
        metric = table.loc[table["gain"].notna(), "metric"].iloc[0]
        formats[GAIN] = partial(signed, metric=metric)
    return style.format(formats)


def chart(table: pd.DataFrame, metrics: tuple[str, ...]) -> go.Figure:
    """Means as dots with their intervals, a panel a metric; the baseline is a dashed line.

    The means are those that rows are ordered by: identical images count as 100 dB.

    Rows are as high as those of the table beside it, and in its order.
    """
    order = _order(table, metrics)
    figure = make_subplots(cols=len(metrics), shared_yaxes=True, horizontal_spacing=0.06)
    for column, metric in enumerate(metrics, start=1):
        rows = table[table["metric"] == metric]
        figure.add_trace(_dots(rows, metric), row=1, col=column)
        for mean in rows.loc[rows["upscaler"] == BASELINE, "counted"]:
            figure.add_vline(mean, line=DASHED, row="all", col=column)  # pyright: ignore[reportArgumentType]
        figure.update_xaxes(title_text=axis(metric), title_font_size=12, nticks=5, col=column)
    figure.update_yaxes(
        type="category",
        categoryarray=[html.escape(name) for name in order],
        range=[len(order) - 0.5, -0.5],
    )
    figure.update_layout(
        height=ROW * (len(order) + 1) + _BELOW,
        margin={"l": 0, "r": 8, "t": ROW, "b": _BELOW},
        showlegend=False,
    )
    return figure


def _order(table: pd.DataFrame, metrics: tuple[str, ...]) -> list[str]:
    """The upscalers, best first by the first metric; those without it follow."""
    best_first = table[table["metric"] == metrics[0]]["upscaler"].tolist()
    return list(dict.fromkeys([*best_first, *table["upscaler"]]))


def _dots(rows: pd.DataFrame, metric: str) -> go.Scatter:
    texts = [
        f"{html.escape(name)}: {number(mean, metric)} ({interval(low, high, metric)}, n = {n})"
        for name, mean, low, high, n in zip(
            *(rows[column] for column in ("upscaler", "counted", "low", "high", "n")), strict=True
        )
    ]
    colours = [GREY if name == BASELINE else COLOUR for name in rows["upscaler"]]
    return go.Scatter(
        x=rows["counted"],
        y=[html.escape(name) for name in rows["upscaler"]],
        error_x={
            "type": "data",
            "symmetric": False,
            "array": rows["high"] - rows["counted"],
            "arrayminus": rows["counted"] - rows["low"],
            "thickness": 1.5,
            "width": 4,
            "color": GREY,
        },
        mode="markers",
        marker={"size": 9, "color": colours},
        hovertext=texts,
        hoverinfo="text",
    )


def _intervals_in_words(table: pd.DataFrame) -> None:
    said = ["95 % intervals of the mean over images (Student's t)."]
    said.append(
        "They say how much the mean depends on the images at hand; whether one upscaler beats "
        "another is told by the paired gains under Rankings."
    )
    if BASELINE not in set(table["upscaler"]):
        said.append(f"No gains: {code(BASELINE)} was not scored here.")
    st.caption(" ".join(said))


def _say_what_to_run(benchmark: str, selection: Selection) -> None:
    st.info(
        f"{code(benchmark)} has no scores at {TIMES}{selection.scale} under "
        f"{code(selection.protocol)}; to have them: "
        + code(
            f"srlab evaluate -b {benchmark} -s {selection.scale} -u {BASELINE} "
            f"--protocol {selection.protocol}"
        ),
        icon=":material/info:",
    )


def _failures(failed: pd.DataFrame) -> None:
    if failed.empty:
        return
    with st.expander(f"{counted(len(failed), 'failure')}", icon=":material/error:"):
        st.dataframe(
            failed.drop(columns=["scale"]).fillna(NOTHING),
            hide_index=True,
            column_config={
                "reason": st.column_config.TextColumn(width="large"),
                "time": st.column_config.DatetimeColumn("time (UTC)", format="YYYY-MM-DD HH:mm"),
            },
        )


if __name__ == "__main__":
    show()
