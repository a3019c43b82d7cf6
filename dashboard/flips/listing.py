"""The list of flips: filters, a page of strips, and the rows as a file."""

from __future__ import annotations

import streamlit as st

from dashboard.bar import Bar
from dashboard.flips.choosing import FlipSelection, Listed, choose_flips
from dashboard.flips.kinds import definitions
from dashboard.flips.strips import read_shown, strips_of
from dashboard.study import Study, records
from dashboard.viewer import flips
from dashboard.words import counted
from srlab.analysis.csv_text import csv_of
from srlab.analysis.flips import flip_list
from srlab.store.store import Store

IMAGE_PAGE = "views/image.py"


def show_listing(store: Store, study: Study, selection: FlipSelection, protocol: str) -> None:
    """The section; opens the image page where a person asks for it."""
    st.subheader("Flips", anchor=False)
    st.caption(definitions())
    if not selection.here(study.pairs)["flipped"].any():
        st.info("No prediction changed here.", icon=":material/check:")
        return
    listed = choose_flips(Bar(), study.pairs, selection)
    if listed.rows.empty:
        st.info("No flip fits these filters.", icon=":material/filter_alt_off:")
        return
    st.caption(_count(listed))
    shown = read_shown(store, listed.page, selection, protocol)
    strips = strips_of(store, listed.page, shown)
    asked = flips(strips, key="flips")
    _say_missing(sum(any(not seen.url for seen in flip.seen) for flip in strips))
    st.download_button(
        "Download as csv",
        csv_of(flip_list(listed.rows)),
        file_name=f"flips-{selection.benchmark}-x{selection.scale}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    for row in records(listed.page):
        if asked == f"{row['upscaler']} {row['sample']}":
            link = selection.image_link(row["sample"], row["upscaler"], protocol)
            st.switch_page(IMAGE_PAGE, query_params=link)


def _count(listed: Listed) -> str:
    last = listed.first + len(listed.page)
    return (
        f"{listed.first + 1}–{last} of {counted(len(listed.rows), 'flip')}, by name. The small "
        "image is enlarged by its scale. Every picture pixel is a whole number of screen pixels, "
        "not smoothed; only pictures that are too large for their place are reduced. Below each "
        "what the classifier said, ✓ the true class."
    )


def _say_missing(count: int) -> None:
    if count:
        st.info(
            f"Pictures of {counted(count, 'flip')} of this page are not in the store; "
            "`srlab classify` as before makes them again.",
            icon=":material/hide_image:",
        )
