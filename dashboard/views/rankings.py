"""On which images, and by how much: each image's score and gain, best and worst as crops."""

from __future__ import annotations

import html
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import results
from dashboard.bar import Bar, show_notes
from dashboard.images import picture_url
from dashboard.selection import Selection, choose_ranking
from dashboard.viewer import Strip, strips
from dashboard.words import (
    COLOUR,
    DASHED,
    GREY,
    NOTHING,
    code,
    counted,
    heading,
    number,
    probability,
    protocol_in_words,
    signed,
    unit_of,
)
from srlab.metrics.catalog import METRICS, Direction
from srlab.store.store import Store

SHOWN = 5
_TABLE_HEIGHT = 420
_IMAGE_PAGE = "views/image.py"


class Words(NamedTuple):
    """What the two ends and the difference are called."""

    first: str
    last: str
    gain: str
    against: str


def words_of(metric: str) -> Words:
    """Best, worst and gain; other words where neither direction is better."""
    if METRICS[metric].direction is Direction.NONE:
        return Words("Highest", "Lowest", "difference", "difference to")
    return Words("Best", "Worst", "gain", "gain over")


def show() -> None:
    """The page."""
    store = Store.open()
    selection = choose_ranking(Bar(), results.coverage(store))
    show_notes()
    st.caption(protocol_in_words(selection.protocol))
    if not selection.baseline:
        _say_what_to_run(selection)
        return
    table = results.ranked(
        store, selection.cell, selection.metric, selection.upscaler, selection.baseline
    )
    if table.empty:
        st.info("The two were scored on no common image.", icon=":material/join_inner:")
        return
    st.markdown(summary(store, selection))
    with st.container(key="beside-chart"):
        left, right = st.columns([11, 9])
    with left:
        opened = _table(table, selection)
    with right:
        opened = _chart(table, selection) or opened
    opened = _strips(store, table, selection) or opened
    if opened:
        st.switch_page(_IMAGE_PAGE, query_params=selection.link(sample=opened))


def summary(store: Store, selection: Selection) -> str:
    """Paired gain, its interval, wins, losses and test, as a sentence of Markdown."""
    metric = selection.metric
    row = results.paired_difference(
        store, selection.cell, metric, selection.upscaler, selection.baseline
    )
    if row is None:
        return ""
    unit = METRICS[metric].unit
    mean = f"{signed(row['gain'], metric)} {unit}".strip()
    low, high = signed(row["low"], metric), signed(row["high"], metric)
    bounds = f", 95 % interval {low} … {high}" if row["interval"] else ""
    counts, verdict = "", ""
    if METRICS[metric].direction is not Direction.NONE:
        ties = f", {counted(row['ties'], 'tie')}" if row["ties"] else ""
        counts = f"; better on **{row['wins']}**, worse on **{row['losses']}**{ties}"
        verdict = {"undecided": "; not told apart"}.get(row["verdict"], f"; **{row['verdict']}**")
    note = f" ({row['note']})" if row["note"] else ""
    against = words_of(metric).against
    return (
        f"{code(selection.upscaler)}, {against} {code(selection.baseline)}: **{mean}** on average "
        f"over {counted(row['n'], 'image')}{bounds}{counts}; Wilcoxon "
        f"{probability(row['wilcoxon_p'])}, by Holm {probability(row['holm_p'])} over "
        f"{counted(row['family'], 'comparison')} with {code(selection.baseline)}{verdict}{note}."
    )


def _table(table: pd.DataFrame, selection: Selection) -> str:
    """The sortable table; the sample of a row that was clicked."""
    shown, style = as_shown(table, selection)
    event = st.dataframe(
        style,
        hide_index=True,
        height=min(_TABLE_HEIGHT, 37 + 35 * len(shown)),
        placeholder=NOTHING,
        column_config={
            "#": st.column_config.NumberColumn(width=48),
            "sr": st.column_config.ImageColumn("", width=72),
            "Sample": st.column_config.TextColumn(width=150),
        },
        on_select="rerun",
        selection_mode="single-row",
        key="ranking",
    )
    rows = event["selection"]["rows"]
    return str(table["sample"].iloc[rows[0]]) if rows else ""


def as_shown(
    table: pd.DataFrame, selection: Selection
) -> tuple[pd.DataFrame, pd.io.formats.style.Styler]:
    """Rank, thumbnail, sample, both scores, gain; numbers stay numbers and so sort."""
    metric = selection.metric
    ours, theirs = heading(metric), f"of {selection.baseline}"
    gain = f"{words_of(metric).gain.capitalize()} {unit_of(metric)}".strip()
    shown = pd.DataFrame(
        {
            "#": table["rank"],
            "sr": [picture_url(sr) if sr else None for sr in table["sr"]],
            "Sample": table["sample"],
            ours: table["value"],
            theirs: table["baseline"],
            gain: table["gain"],
        }
    )
    plain, difference = partial(number, metric=metric), partial(signed, metric=metric)
    formats: dict[Any, Any] = {ours: plain, theirs: plain, gain: difference}
    return shown, shown.style.format(formats)


def _chart(table: pd.DataFrame, selection: Selection) -> str:
    """Gain against the baseline's score, a dot an image; the sample of a dot that was clicked."""
    event = st.plotly_chart(
        chart(table, selection),
        key="gains",
        on_select="rerun",
        selection_mode="points",
        config={"displayModeBar": False},
    )
    points = event["selection"]["points"]
    return str(table["sample"].iloc[points[0]["point_index"]]) if points else ""


def chart(table: pd.DataFrame, selection: Selection) -> go.Figure:
    """A dot an image: right where the baseline does well, high where the upscaler gains."""
    metric, row = selection.metric, METRICS[selection.metric]
    worse = table["gain"] < 0
    dots = go.Scatter(
        x=table["baseline"].clip(upper=row.highest),
        y=table["gain"],
        mode="markers",
        marker={"size": 9, "color": [GREY if lost else COLOUR for lost in worse]},
        hovertext=[
            f"{html.escape(name)}: {number(value, metric)}, {signed(gain, metric)}"
            for name, value, gain in zip(
                table["sample"], table["value"], table["gain"], strict=True
            )
        ],
        hoverinfo="text",
    )
    figure = go.Figure(dots)
    figure.add_hline(0, line=DASHED)
    baseline, title = html.escape(selection.baseline), f"{row.title} {unit_of(metric)}".strip()
    figure.update_xaxes(title_text=f"{title} of {baseline}", title_font_size=12)
    figure.update_yaxes(
        title_text=f"{words_of(metric).against} {baseline} {unit_of(metric)}".strip(),
        title_font_size=12,
    )
    figure.update_layout(
        height=min(_TABLE_HEIGHT, max(260, 37 + 35 * len(table))),
        margin={"l": 0, "r": 8, "t": 8, "b": 44},
        showlegend=False,
        clickmode="event+select",
    )
    return figure


def _strips(store: Store, table: pd.DataFrame, selection: Selection) -> str:
    """The best and the worst five as crops; the sample of one that was clicked."""
    best, worst = ends(table)
    words = words_of(selection.metric)
    st.subheader(f"{words.first} and {words.last.lower()} by {words.gain}", anchor=False)
    st.caption(
        f"hr, {code(selection.baseline)} and {code(selection.upscaler)} at one place: where the "
        "two differ most. Two screen pixels a pixel, not smoothed. Click a strip, a row or a dot "
        "to open the image."
    )
    columns = [
        (f"{words.first} {len(best)}", _strips_of(store, best, selection)),
        (f"{words.last} {len(worst)}", _strips_of(store, worst, selection)),
    ]
    return strips([column for column in columns if column[1]], key="strips")


def ends(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first and the last five rows, the last one first; no row is in both."""
    best = table.head(min(SHOWN, (len(table) + 1) // 2))
    worst = table.iloc[len(best) :].tail(SHOWN).iloc[::-1]
    return best, worst


def _strips_of(store: Store, rows: pd.DataFrame, selection: Selection) -> list[Strip]:
    made = [_strip(store, row, selection) for row in rows.to_dict("records")]
    return [strip for strip in made if strip is not None]


def _strip(store: Store, row: dict, selection: Selection) -> Strip | None:
    """The crops of one sample; nothing where a picture is gone."""
    names = {"hr": row["hr"], selection.baseline: row["baseline_sr"], selection.upscaler: row["sr"]}
    if not all(isinstance(name, str) for name in names.values()):
        return None
    size = results.size_of(store, row["hr"])
    focus = results.focus(store, row["sr"], row["baseline_sr"])
    if size is None or focus is None:
        return None
    unit, metric = METRICS[selection.metric].unit, selection.metric
    return Strip(
        name=row["sample"],
        note=f"{signed(row['gain'], metric)} {unit}".strip(),
        href=selection.url("image", sample=row["sample"]),
        focus=focus,
        pictures=[
            {"label": label, "url": picture_url(name), "height": size[0], "width": size[1]}
            for label, name in names.items()
        ],
    )


def _say_what_to_run(selection: Selection) -> None:
    st.info(
        f"Only {code(selection.upscaler)} was scored here; a gain needs a second upscaler:",
        icon=":material/compare_arrows:",
    )
    st.code(
        f"srlab evaluate -b {selection.cell.benchmark} -s {selection.scale} "
        f"-u bicubic -u lanczos -m {selection.metric} --protocol {selection.protocol}",
        language="bash",
    )


if __name__ == "__main__":
    show()
