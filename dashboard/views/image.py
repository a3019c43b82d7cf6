"""One image seen closely: hr, lr, baseline, upscaler and difference, linked, pixel for pixel."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from pathlib import PurePosixPath

import pandas as pd
import streamlit as st

from dashboard import results
from dashboard.bar import Bar, choose_next, show_notes
from dashboard.images import difference_url, picture_url
from dashboard.selection import HR, Selection, choose_image
from dashboard.viewer import Panel, ScoreTable, viewer
from dashboard.words import TIMES, heading, number, protocol_in_words, signed
from srlab.analysis.ranking import with_gain
from srlab.image.difference import GAIN, difference_legend
from srlab.metrics.catalog import METRICS, Direction
from srlab.store.store import Store

DAMAGED = "damaged: not the file that was scored"
_PLACE = "place"


def show() -> None:
    """The page."""
    store = Store.open()
    bar = Bar()
    selection, samples = choose_image(
        bar, results.coverage(store), lambda cell: results.samples(store, cell)
    )
    _steps(bar, selection.sample, samples)
    show_notes()
    rows = results.sample_scores(store, selection.cell, selection.sample)
    panels = panels_of(store, rows, selection)
    if not panels:
        st.info(
            "The pictures of this sample are not in the store; evaluate again to make them.",
            icon=":material/hide_image:",
        )
        return
    place = st.query_params.get(_PLACE, "")
    asked = viewer(panels, score_table(rows, selection), place=place, key="viewer")
    st.caption(f"{protocol_in_words(selection.protocol)} Difference: {difference_legend()}.")
    _follow(asked.upscaler, asked.step, selection, samples)
    if asked.place and asked.place != place:
        st.query_params[_PLACE] = asked.place


def panels_of(store: Store, rows: pd.DataFrame, selection: Selection) -> list[Panel]:
    """What is shown, in reading order; nothing where the reference is gone."""
    pictures = {row["upscaler"]: row for row in rows.to_dict("records")}
    ours, theirs = (pictures.get(name, {}) for name in (selection.upscaler, selection.baseline))
    any_row = next(iter(pictures.values()))
    lr = f"lr {TIMES}{selection.scale}, nearest"
    panels = [
        _panel(store, "hr", "hr", any_row["hr"]),
        _panel(store, "lr", lr, any_row["lr"], selection.scale),
        _made(store, "baseline", selection.baseline, theirs.get("sr"), rows),
        _made(store, "upscaler", selection.upscaler, ours.get("sr"), rows),
    ]
    if panels[0] is None:
        return []
    panels = _marked(store, panels)
    if selection.against == HR:
        panels.append(_difference(panels[3], ours, any_row["hr"], HR))
    else:
        panels.append(_difference(panels[3], ours, theirs.get("sr"), selection.baseline))
    return [panel for panel in panels if panel is not None]


def _marked(store: Store, panels: list[Panel | None]) -> list[Panel | None]:
    """`panels`, those labelled whose file is not the one that was scored."""
    shown = [panel for panel in panels if panel is not None]
    urls = {panel.url: PurePosixPath(panel.url).stem for panel in shown}
    bad = results.damaged(store, list(dict.fromkeys(urls.values())))
    return [
        replace(panel, detail=DAMAGED) if panel and urls[panel.url] in bad else panel
        for panel in panels
    ]


def _difference(made: Panel | None, ours: dict, other: str | None, name: str) -> Panel | None:
    """The amplified difference of the upscaler's picture to another one, named in its title."""
    if made is None or other is None:
        return None
    return replace(
        made,
        id="difference",
        title=f"|{made.title} − {name}| {TIMES} {GAIN}",
        detail="black: equal",
        url=difference_url(ours["sr"], other),
        made=False,
    )


def _panel(
    store: Store, name: str, title: str, digest: str | None, factor: int = 1
) -> Panel | None:
    size = results.size_of(store, digest) if digest else None
    if digest is None or size is None:
        return None
    return Panel(
        id=name,
        title=title,
        detail=f"{size[0]} {TIMES} {size[1]}",
        url=picture_url(digest),
        height=size[0],
        width=size[1],
        factor=factor,
    )


def _made(
    store: Store, name: str, upscaler: str, digest: str | None, rows: pd.DataFrame
) -> Panel | None:
    panel = _panel(store, name, upscaler, digest)
    if panel is None:
        return None
    values = rows[rows["upscaler"] == upscaler].set_index("metric")["value"]
    shown = [
        f"{METRICS[metric].title} {number(values[metric], metric)} {METRICS[metric].unit}".strip()
        for metric in [row.name for row in METRICS if row.name in values.index][:2]
    ]
    return replace(panel, detail=" · ".join(shown), made=True)


def score_table(rows: pd.DataFrame, selection: Selection) -> ScoreTable:
    """Every upscaler of this sample, best first by the first metric, with its gain."""
    first = selection.metric
    gains = with_gain(rows, selection.baseline)
    gains = gains[gains["metric"] == first].set_index("upscaler")["gain"]
    values = rows.pivot_table(index="upscaler", columns="metric", values="value", sort=False)
    values = values.reindex(columns=list(selection.metrics))
    better = -METRICS[first].sign * values[first]
    values = values.loc[better.sort_index().sort_values(kind="stable").index]
    columns = ["Upscaler", *map(heading, selection.metrics)]
    if selection.baseline:
        columns.insert(2, f"over {selection.baseline}")
    lines = []
    for name, line in values.iterrows():
        cells = [
            {"text": number(line[metric], metric), "best": _is_best(values[metric], line[metric])}
            for metric in selection.metrics
        ]
        if selection.baseline:
            known = nan if name == selection.baseline else gains.get(str(name), nan)
            gain = signed(known, first)
            cells.insert(1, {"text": gain, "best": False})
        lines.append({"name": name, "cells": cells, "current": name == selection.upscaler})
    return ScoreTable(columns=columns, rows=lines)


def _is_best(values: pd.Series, value: float) -> bool:
    direction = METRICS[str(values.name)].direction
    if direction is Direction.NONE or len(values) < 2:
        return False
    return bool(value == (values.max() if direction is Direction.HIGHER else values.min()))


def _steps(bar: Bar, sample: str, samples: list[str]) -> None:
    at = samples.index(sample)
    for label, step in ((":material/chevron_left:", -1), (":material/chevron_right:", 1)):
        bar.place.button(
            label,
            key=f"step{step}",
            help="previous sample (p)" if step < 0 else "next sample (n)",
            on_click=choose_next,
            args=("sample", samples[(at + step) % len(samples)]),
        )


def _follow(upscaler: str, step: str, selection: Selection, samples: list[str]) -> None:
    """What was clicked or typed inside the viewer becomes the link, and the link the selection."""
    if upscaler and upscaler != selection.upscaler:
        st.query_params["upscaler"] = upscaler
        st.rerun()
    if step in ("next", "previous"):
        at = samples.index(selection.sample) + (1 if step == "next" else -1)
        st.query_params["sample"] = samples[at % len(samples)]
        st.rerun()


if __name__ == "__main__":
    show()
