"""Does upscaling change what a classifier sees? How many, which, and whether they were close."""

from __future__ import annotations

import shlex

import pandas as pd
import streamlit as st

from dashboard import results
from dashboard.bar import Bar, show_notes
from dashboard.flips.changes import show_changes
from dashboard.flips.choosing import FlipSelection, choose_study
from dashboard.flips.closeness import show_closeness
from dashboard.flips.listing import IMAGE_PAGE, show_listing
from dashboard.flips.relations import show_confusion, show_quality, show_recurring
from srlab.analysis.leaderboard import BASELINE
from srlab.metrics.protocol import DEFAULT_PROTOCOL
from srlab.store.store import Store

FIRST_STEP = "srlab classify --images materials -u lanczos -s 4"


def show() -> None:
    """The page."""
    store = Store.open()
    known = results.classified(store)
    if known.empty:
        _say_what_to_run()
        return
    selection = choose_study(Bar(), known)
    notes = st.container()
    study = results.study(store, selection.setting)
    if selection.here(study.pairs).empty:
        show_notes()
        _say_what_is_missing(store, selection)
        return
    protocol = protocol_of(results.coverage(store), selection)
    show_changes(study, selection)
    show_listing(store, study, selection, protocol)
    flipped = bool(selection.here(study.pairs)["flipped"].any())
    if flipped:
        show_closeness(study, selection)
        show_quality(store, selection, protocol)
    opened = show_recurring(study, selection, protocol)
    if flipped:
        show_confusion(study, selection)
    with notes:
        show_notes()
    if opened:
        st.switch_page(IMAGE_PAGE, query_params=opened)


def protocol_of(known: pd.DataFrame, selection: FlipSelection) -> str:
    """The protocol whose scores are shown: the usual one where it is stored."""
    here = known[(known["benchmark"] == selection.benchmark) & (known["scale"] == selection.scale)]
    stored = sorted(set(here["protocol"]))
    return stored[0] if stored and DEFAULT_PROTOCOL not in stored else DEFAULT_PROTOCOL


def _say_what_to_run() -> None:
    st.header("Nothing was classified yet")
    st.markdown(
        "Whether upscaling changes what a classifier sees is told by classifying originals, small "
        "and upscaled images. Without a download, on patches of scikit-image's pictures:"
    )
    st.code(FIRST_STEP, language="bash")
    st.markdown("Then reload this page.")


def _say_what_is_missing(store: Store, selection: FlipSelection) -> None:
    st.info(
        "Nothing can be compared here: an image needs the prediction of its original and of "
        "another arm. To have them, with the images as you keep them:",
        icon=":material/join_inner:",
    )
    classifier = results.classifier_source(store, selection.classifier)
    images = ["--images", selection.benchmark, "--classifier", classifier]
    command = ["srlab", "classify", *images, "-u", BASELINE, "-s", str(selection.scale)]
    st.code(shlex.join(command), language="bash")


if __name__ == "__main__":
    show()
