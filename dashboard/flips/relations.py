"""What flips go with: scores of the same images, other upscalers and scales, other labels."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import results
from dashboard.flips.choosing import FlipSelection
from dashboard.flips.kinds import COLOURS, MEANINGS, arm_in_words, place, show_table
from dashboard.study import Study, records
from dashboard.words import NOTHING, heading, number, protocol_in_words
from srlab.analysis.predictions import Arm
from srlab.analysis.recurring import recurring
from srlab.metrics.catalog import METRICS
from srlab.report.flip_words import percent, percent_span, quality, recurrence
from srlab.store.store import Store

HEIGHT = 420
_SHADE = 0.35


def show_quality(store: Store, selection: FlipSelection, protocol: str) -> None:
    """Whether flips fall on images with a worse score."""
    rows = selection.here(results.quality(store, selection.setting, protocol))
    st.subheader("Do flips fall on badly upscaled images?", anchor=False)
    if rows.empty:
        st.caption("No score of these images is stored, so flips cannot be held against scores.")
        return
    shown = quality_table(rows)
    show_table(shown, texts=2, key="quality")
    st.caption(
        "Worse when flipped: how often a flipped image has the worse score of the two, in all "
        "pairs with one that did not flip (the area under the ROC curve): 50% says nothing, 100% "
        f"that all flips fall on worse images. {protocol_in_words(protocol)}"
    )
    with st.expander("In words"):
        st.markdown("\n".join(_sentence(row) for row in records(rows)))


def quality_table(rows: pd.DataFrame) -> pd.DataFrame:
    """A row a metric and upscaler, as people read them."""
    return pd.DataFrame(
        [
            {
                "Upscaler": row["upscaler"],
                "Score": heading(row["metric"]),
                "Worse when flipped": percent(row["auc"]),
                "95% interval": percent_span(row["low"], row["high"]),
                "Median, flipped": number(row["flipped_median"], row["metric"]),
                "Median, others": number(row["unflipped_median"], row["metric"]),
                "Flipped": row["flipped"],
                "Others": row["unflipped"],
                "Without score": row["without_score"],
            }
            for row in records(rows)
        ]
    )


def _sentence(row: dict[Any, Any]) -> str:
    return f"- {arm_in_words(row['upscaler'])}, {METRICS[row['metric']].title}: {quality(row)}."


def show_recurring(study: Study, selection: FlipSelection, protocol: str) -> dict[str, str]:
    """Images that flip again and again; the link to the image of a row that was clicked."""
    pairs = study.pairs[~study.pairs["upscaler"].isin(selection.hidden)]
    table = recurring(pairs)
    if table.empty:
        return {}
    st.subheader("Images that flip again and again", anchor=False)
    said = recurrence(records(table))
    st.markdown(f"{said[0].upper()}{said[1:]}.")
    shown, kinds = matrix(table, pairs)
    event = st.dataframe(
        _shaded(shown, kinds),
        hide_index=True,
        height=min(HEIGHT, 37 + 35 * len(shown)),
        placeholder=NOTHING,
        column_config={
            "Sample": st.column_config.Column(pinned=True, width=190),
            "Flips": st.column_config.Column(alignment="right", width=70),
        },
        on_select="rerun",
        selection_mode="single-row",
        key="recurring",
    )
    st.caption(
        "All scales. A cell holds the label that the image flipped to, coloured by kind ("
        + "; ".join(f"{name}: {meaning}" for name, meaning in MEANINGS.items())
        + f"), or {NOTHING} where the image did not flip. Click a row to open the image."
    )
    rows = event["selection"]["rows"]
    return _link(records(table)[rows[0]], selection, protocol) if rows else {}


def _link(row: dict[str, Any], selection: FlipSelection, protocol: str) -> dict[str, str]:
    """To the image where it flipped: at the scale selected, if it did so there."""
    places = sorted(row["places"], key=lambda place: place[1] != selection.scale)
    upscaler, scale = places[0]
    return selection.image_link(row["sample"], upscaler, protocol, scale=int(scale))


def matrix(table: pd.DataFrame, pairs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Labels that each image of `recurring` flipped to, a column a place; and of which kind."""
    flipped = pairs[(pairs["arm"] == Arm.UPSCALED.value) & pairs["flipped"]]
    upscaled = pairs.loc[pairs["arm"] == Arm.UPSCALED.value, ["upscaler", "scale"]]
    places = upscaled.drop_duplicates().sort_values(["scale", "upscaler"])
    columns = [place(name, scale) for name, scale in places.itertuples(index=False)]
    named = flipped.assign(
        place=[
            place(name, scale)
            for name, scale in zip(flipped["upscaler"], flipped["scale"], strict=True)
        ]
    )
    labels, kinds = (
        named.pivot_table(index="sample", columns="place", values=value, aggfunc="first")
        .reindex(index=table["sample"], columns=columns)
        .reset_index(drop=True)
        for value in ("upscaled", "category")
    )
    shown = pd.DataFrame(
        {
            "Sample": table["sample"],
            "True class": table["truth"],
            "Flips": [
                f"{flips} of {cells}"
                for flips, cells in zip(table["flips"], table["cells"], strict=True)
            ],
            "Original seen as": [", ".join(labels) for labels in table["original"]],
        }
    )
    return pd.concat([shown, labels], axis=1), kinds


def _shaded(shown: pd.DataFrame, kinds: pd.DataFrame) -> pd.io.formats.style.Styler:
    colours = kinds.map(lambda kind: _shade(COLOURS[kind]) if kind in COLOURS else "")
    style = shown.style.format(na_rep="")
    return (
        style.apply(lambda _: colours, axis=None, subset=list(kinds))
        if len(kinds.columns)
        else style
    )


def _shade(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"background-color: rgba({red}, {green}, {blue}, {_SHADE})"


def show_confusion(study: Study, selection: FlipSelection) -> None:
    """Which labels turned into which."""
    rows = selection.here(study.confusion)
    st.subheader("What turned into what", anchor=False)
    shown = confusion_table(rows)
    st.dataframe(shown, hide_index=True, height=min(HEIGHT, 37 + 35 * len(shown)), key="confusion")


def confusion_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Flips from a label to another, a column an arm, the commonest first."""
    counts = rows.pivot_table(
        index=["original", "upscaled"], columns="upscaler", values="n", aggfunc="sum", fill_value=0
    )
    counts = counts[list(dict.fromkeys(rows["upscaler"]))]
    counts = counts.loc[counts.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    counts = counts.reset_index()
    counts.columns.name = None
    return counts.rename(columns={"original": "Original seen as", "upscaled": "Then as"})
