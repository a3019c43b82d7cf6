"""How many predictions changed: a sentence an arm, the four-way table, shares as bars."""

from __future__ import annotations

import html
from collections.abc import Mapping
from math import isnan, nan
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard.flips.choosing import FlipSelection
from dashboard.flips.kinds import CATEGORIES, COLOURS, arm_in_words, show_table
from dashboard.study import Study, records
from dashboard.words import GREY, NOTHING, TIMES, counted, plain
from srlab.analysis.predictions import Arm
from srlab.report.flip_words import changed, left_out, percent, percent_span
from srlab.report.phrases import probability

ROW = 35  # pixels: the height of a bar's row
_AROUND = 96  # pixels: legend, axis and its title
_COLUMNS = {
    "Seen as": ("upscaler", "What was held against the original."),
    "Images": ("n", "Images of which both predictions are stored."),
    "Kept right": ("kept_right", "Right as original, right here."),
    "Harmed": ("harmed", "Right as original, wrong here."),
    "Rescued": ("rescued", "Wrong as original, right here."),
    "Kept wrong": ("kept_wrong", "Wrong both times, whatever the labels."),
    "Relabelled": ("changed_wrong", "Of the kept wrong: those with another wrong label."),
    "Changed": ("changed_share", "Harmed, rescued or relabelled, of all images."),
    "95% interval": ("", "Wilson's interval of the share of changed predictions."),
    "Accuracy": ("accuracy", "Right here, of all images."),
    "McNemar p": (
        "mcnemar_p",
        "Exact McNemar test of harmed against rescued: did accuracy change by more than chance?",
    ),
    "by Holm": ("holm_p", "McNemar's p, adjusted for all arms of this scale."),
}
_PERCENTS = ("Changed", "Accuracy")


def show_changes(study: Study, selection: FlipSelection) -> None:
    """The section."""
    rows = selection.here(study.changes)
    st.subheader(f"{plain(selection.benchmark)} {TIMES}{selection.scale}", anchor=False)
    with st.container(key="beside-changes"):
        left, right = st.columns([11, 9], vertical_alignment="center")
    left.markdown(sentences(rows))
    right.plotly_chart(chart(rows), key="changes", config={"displayModeBar": False})
    shown = as_shown(rows)
    st.dataframe(
        styled(shown),
        hide_index=True,
        height="content",
        placeholder=NOTHING,
        column_config={
            name: st.column_config.Column(
                help=what,
                alignment="left" if name == "Seen as" else "right",
            )
            for name, (_, what) in _COLUMNS.items()
        },
        key="four-ways",
    )
    st.caption(
        "Kept right, harmed, rescued and kept wrong add up to all images; relabelled is a part of "
        "kept wrong. McNemar's exact test asks whether accuracy changed, not whether predictions "
        f"did; Holm's adjustment is over all {int(rows['family'].max())} arms at "
        f"{TIMES}{selection.scale}."
    )
    with st.expander("Accuracy of every arm, and how far its probabilities moved"):
        _show_accuracy(study, selection)


def sentences(rows: pd.DataFrame) -> str:
    """Who changed how many: a line of Markdown an arm."""
    return "\n".join(f"- {arm_in_words(row['upscaler'])}: {_said(row)}" for row in records(rows))


def _said(row: Mapping[str, Any]) -> str:
    if not row["n"]:
        return f"{left_out(row)}."
    lost = left_out(row)
    return f"{changed(row)}{f' ({lost})' if lost else ''}."


def as_shown(rows: pd.DataFrame) -> pd.DataFrame:
    """The four-way table; numbers stay numbers and so sort."""
    shown = pd.DataFrame({name: rows[column] for name, (column, _) in _COLUMNS.items() if column})
    spans = [
        percent_span(low, high).replace("% to ", "–")
        for low, high in zip(rows["changed_low"], rows["changed_high"], strict=True)
    ]
    shown.insert(list(_COLUMNS).index("95% interval"), "95% interval", spans)
    return shown


def styled(shown: pd.DataFrame) -> pd.io.formats.style.Styler:
    """`shown` with percents, p values and bits as people read them."""
    formats: dict[Any, Any] = dict.fromkeys(_PERCENTS, percent)
    formats |= dict.fromkeys(("McNemar p", "by Holm"), probability)
    return shown.style.format(formats)


def chart(rows: pd.DataFrame) -> go.Figure:
    """Changed predictions of every arm by kind, with the interval of their sum."""
    names = [html.escape(name) for name in rows["upscaler"]]
    figure = go.Figure(
        [
            go.Bar(
                name=kind,
                x=100 * rows[kind.replace("-", "_")] / rows["n"].where(rows["n"] > 0),
                y=names,
                orientation="h",
                marker_color=COLOURS[kind],
                hovertext=[
                    f"{name}: {n} {kind} of {counted(of, 'image')}"
                    for name, n, of in zip(
                        names, rows[kind.replace("-", "_")], rows["n"], strict=True
                    )
                ],
                hoverinfo="text",
            )
            for kind in CATEGORIES
        ]
    )
    figure.add_trace(_intervals(rows, names))
    figure.update_xaxes(
        title_text="predictions that changed (% of images), with 95% interval",
        title_font_size=12,
        rangemode="tozero",
    )
    figure.update_yaxes(type="category", categoryarray=names, range=[len(names) - 0.5, -0.5])
    figure.update_layout(
        barmode="stack",
        bargap=0.35,
        height=ROW * len(names) + _AROUND,
        margin={"l": 0, "r": 8, "t": 32, "b": 48},
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
    )
    return figure


def _intervals(rows: pd.DataFrame, names: list[str]) -> go.Scatter:
    share = 100 * rows["changed_share"]
    return go.Scatter(
        x=share,
        y=names,
        mode="markers",
        marker={"size": 1, "color": GREY},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": 100 * rows["changed_high"] - share,
            "arrayminus": share - 100 * rows["changed_low"],
            "thickness": 1.5,
            "width": 4,
            "color": GREY,
        },
        showlegend=False,
        hoverinfo="skip",
    )


def _show_accuracy(study: Study, selection: FlipSelection) -> None:
    shown = accuracy_table(study, selection)
    show_table(shown, texts=1, key="accuracies")
    st.caption(
        "Intervals are Wilson's. Top 5: the true class is among the five likeliest. Divergence: "
        "the mean Jensen–Shannon divergence to the probabilities of the original, in bits: 0 for "
        "the same ones, 1 for nothing in common."
    )


def accuracy_table(study: Study, selection: FlipSelection) -> pd.DataFrame:
    """Top-1 and top-5 accuracy of the originals and of every arm, and the divergence."""
    rows = study.accuracy[study.accuracy["scale"] == selection.scale]
    originals = rows[rows["arm"] == Arm.ORIGINAL.value]
    moved = {row["upscaler"]: row["divergence"] for row in records(selection.here(study.changes))}
    return pd.DataFrame(
        [
            {
                "Seen as": row["upscaler"],
                "Images": row["n"],
                "Accuracy": percent(row["top1"]),
                "its 95% interval": percent_span(row["top1_low"], row["top1_high"]),
                "Top 5": percent(row["top5"]),
                "its 95% interval ": percent_span(row["top5_low"], row["top5_high"]),
                "Divergence (bit)": _bits(moved.get(row["upscaler"], nan)),
            }
            for row in records(pd.concat([originals, selection.here(rows)]))
        ]
    )


def _bits(value: float) -> str:
    return NOTHING if isnan(value) else f"{value:.3f}"
