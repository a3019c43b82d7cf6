"""Were they close calls? The original's margin where the label changed, and where it did not."""

from __future__ import annotations

import html
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard.flips.choosing import FlipSelection
from dashboard.flips.kinds import arm_in_words
from dashboard.study import Study, records
from dashboard.words import COLOUR, GREY
from srlab.report.flip_words import margin

ROW = 76  # pixels: the two boxes of an arm
_AROUND = 84  # pixels: legend, axis and its title


class Group(NamedTuple):
    """One of the two groups of images: what it is called, and its colour."""

    flipped: bool
    name: str
    colour: str


_GROUPS = (Group(True, "flipped", COLOUR), Group(False, "not flipped", GREY))


def show_closeness(study: Study, selection: FlipSelection) -> None:
    """The section."""
    rows = selection.here(study.margins)
    if rows.empty:
        return
    st.subheader("Were they close calls anyway?", anchor=False)
    with st.container(key="beside-margins"):
        left, right = st.columns([11, 9], vertical_alignment="top")
    pairs = selection.here(study.pairs)
    left.plotly_chart(chart(pairs), key="margins", config={"displayModeBar": False})
    lines = "\n".join(f"- {arm_in_words(row['upscaler'])}: {margin(row)}." for row in records(rows))
    right.markdown(lines)
    right.caption(
        "The margin is how far the classifier's first label lies before its second one, in logits, "
        "on the original: near 0 the two were close before anything was upscaled. A dot is an "
        "image, boxes hold the middle half of them. p is not adjusted for the number of arms."
    )


def chart(pairs: pd.DataFrame) -> go.Figure:
    """The original's margins of both groups, an arm a row, a dot an image."""
    arms = list(dict.fromkeys(pairs["upscaler"]))
    labels = {arm: _label(arm, pairs[pairs["upscaler"] == arm]) for arm in arms}
    figure = go.Figure([_boxes(pairs[pairs["flipped"] == g.flipped], labels, g) for g in _GROUPS])
    figure.update_xaxes(
        title_text="logit margin of the original (first label minus second)",
        title_font_size=12,
        rangemode="tozero",
    )
    order = [labels[arm] for arm in arms]
    figure.update_yaxes(type="category", categoryarray=order, range=[len(order) - 0.5, -0.5])
    figure.update_layout(
        boxmode="group",
        boxgap=0.25,
        boxgroupgap=0.2,
        height=ROW * len(arms) + _AROUND,
        margin={"l": 0, "r": 8, "t": 32, "b": 48},
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
    )
    return figure


def _boxes(pairs: pd.DataFrame, labels: dict[str, str], group: Group) -> go.Box:
    counts = pairs["upscaler"].value_counts()
    return go.Box(
        name=f"{group.name} (n = {', '.join(str(counts.get(arm, 0)) for arm in labels)})",
        x=pairs["original_margin"],
        y=pairs["upscaler"].map(labels),
        orientation="h",
        boxpoints="all",
        pointpos=0,
        jitter=0.7,
        marker={"size": 5, "color": group.colour, "opacity": 0.65},
        line={"width": 1.2, "color": group.colour},
        fillcolor="rgba(0, 0, 0, 0)",
        hovertext=[
            f"{html.escape(name)}: {value:.2f}"
            for name, value in zip(pairs["sample"], pairs["original_margin"], strict=True)
        ],
        hoverinfo="text",
        hoveron="points",
    )


def _label(arm: str, pairs: pd.DataFrame) -> str:
    """An arm with the sizes of its groups, for the axis."""
    flipped = int(pairs["flipped"].sum())
    return f"{html.escape(arm)}<br>{flipped} of {len(pairs)} flipped"
