"""What the categories of a prediction are called and how they are coloured; names of arms."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.words import COLOUR, TIMES, code
from srlab.analysis.compared import FLIPS, Category
from srlab.analysis.leaderboard import BASELINE
from srlab.analysis.predictions import Arm

SMALL = Arm.SMALL.value
CATEGORIES = tuple(flip.value for flip in FLIPS)
COLOURS = {
    Category.HARMED.value: "#d9622b",
    Category.RESCUED.value: COLOUR,
    Category.CHANGED_WRONG.value: "#b08a1e",
}
"""Of each kind of flip; legible on light and on dark, and told apart by every kind of eye."""
MEANINGS = {
    Category.HARMED.value: "right, then wrong",
    Category.RESCUED.value: "wrong, then right",
    Category.CHANGED_WRONG.value: "wrong both times, with another label",
}


def definitions() -> str:
    """What a flip is, as Markdown."""
    kinds = "; ".join(f"**{name}**: {MEANINGS[name]}" for name in CATEGORIES)
    return (
        "A flip is an image that the classifier calls something else than its original. "
        f"Of three kinds: {kinds}. **small** is the small image as it is, without any upscaler: "
        f"what flips there, or after {code(BASELINE)}, cannot be blamed on a network."
    )


def controls_first(arms: list[str]) -> list[str]:
    """`arms` with the small image and bicubic before the others."""
    controls = [name for name in (SMALL, BASELINE) if name in arms]
    return [*controls, *(name for name in arms if name not in controls)]


def arm_in_words(name: str) -> str:
    """An arm as Markdown in a sentence."""
    return "the small image" if name == SMALL else code(name)


def place(upscaler: str, scale: int) -> str:
    """An arm at a scale as a heading: `bicubic ×3`."""
    return f"{upscaler} {TIMES}{scale}"


def show_table(table: pd.DataFrame, *, texts: int, key: str) -> None:
    """A whole table whose columns, after so many of text, are numbers that are written out."""
    right = st.column_config.Column(alignment="right")
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        column_config=dict.fromkeys(table.columns[texts:], right),
        key=key,
    )
