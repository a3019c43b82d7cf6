"""What a person looks at on the flips page: the bar above, and the filters of the list."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard.bar import Bar
from dashboard.flips.kinds import CATEGORIES, SMALL, controls_first
from dashboard.study import Setting
from dashboard.words import TIMES
from srlab.analysis.leaderboard import BASELINE

PER_PAGE = 10
_EVERY = ""
_LISTED = "_listed_flips"
_PAGE = "page"


@dataclass(frozen=True, kw_only=True)
class FlipSelection:
    """One set of images, classifier and scale; the arms shown, controls first.

    `hidden` are the upscalers of this scale that were not chosen.
    """

    benchmark: str
    classifier: str
    scale: int
    arms: tuple[str, ...]
    hidden: tuple[str, ...] = ()

    @property
    def setting(self) -> Setting:
        """What to read."""
        return Setting(benchmark=self.benchmark, classifier=self.classifier)

    def here(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Those of `rows` that are of this scale and its arms, in their order."""
        rows = rows[(rows["scale"] == self.scale) & rows["upscaler"].isin(self.arms)]
        places = rows["upscaler"].map({name: place for place, name in enumerate(self.arms)})
        return rows.loc[places.sort_values(kind="stable").index].reset_index(drop=True)

    def image_link(
        self, sample: str, arm: str, protocol: str, *, scale: int | None = None
    ) -> dict[str, str]:
        """The query of the image page that shows a sample as an arm has it."""
        upscalers = [name for name in self.arms if name != SMALL]
        shown = next(iter(upscalers), "") if arm == SMALL else arm
        query = {
            "benchmark": self.benchmark,
            "scale": str(scale or self.scale),
            "protocol": protocol,
            "upscaler": shown,
            "baseline": BASELINE if shown != BASELINE and BASELINE in upscalers else "",
            "sample": sample,
        }
        return {name: value for name, value in query.items() if value}


@dataclass(frozen=True, kw_only=True)
class Listed:
    """The flips that the filters let through, in the list's order, and those of one page."""

    rows: pd.DataFrame
    page: pd.DataFrame
    first: int


def choose_study(bar: Bar, known: pd.DataFrame) -> FlipSelection:
    """What is shown of what was classified (`known`, not empty)."""
    benchmark = bar.one("benchmark", "Images", _values(known, "benchmark"))
    known = known[known["benchmark"] == benchmark]
    classifier = bar.one("classifier", "Classifier", _values(known, "classifier"), width=200)
    known = known[known["classifier"] == classifier]
    scale = bar.one(
        "scale", "Scale", _values(known, "scale"), show=lambda n: f"{TIMES}{n}", width=90
    )
    known = known[known["scale"] == scale]
    upscalers = _values(known[known["upscaler"] != ""], "upscaler")
    chosen = upscalers
    if upscalers:
        chosen = bar.many("upscaler", "Upscalers", upscalers, default=upscalers)
    small = [SMALL] if (known["arm"] == SMALL).any() else []
    return FlipSelection(
        benchmark=benchmark,
        classifier=classifier,
        scale=int(scale),
        arms=tuple(controls_first([*small, *chosen])),
        hidden=tuple(name for name in upscalers if name not in chosen),
    )


def choose_flips(bar: Bar, pairs: pd.DataFrame, selection: FlipSelection) -> Listed:
    """The flips of `pairs` that the filters let through, ordered by image; one page of them."""
    rows = selection.here(pairs[pairs["flipped"]])
    arm = bar.one("arm", "Upscaler", [_EVERY, *selection.arms], show=_arm, width=180)
    rows = rows[rows["upscaler"] == arm] if arm else rows[rows["upscaler"] != SMALL]
    truths = rows["truth"].value_counts()
    truth = bar.one(
        "class",
        "True class",
        [_EVERY, *sorted(truths.index)],
        show=lambda name: f"{name} ({truths[name]})" if name else f"all classes ({len(rows)})",
        width=220,
    )
    rows = rows[rows["truth"] == truth] if truth else rows
    counts = rows["category"].value_counts()
    categories = bar.pills(
        "category",
        "Category",
        CATEGORIES,
        show=lambda name: f"{name} ({counts.get(name, 0)})",
    )
    rows = rows[rows["category"].isin(categories)]
    rows = rows.sort_values("sample", kind="stable", ignore_index=True)
    _turn_back((selection, arm, truth, *categories))
    page = bar.page(_PAGE, -(-len(rows) // PER_PAGE))
    first = PER_PAGE * (page - 1)
    return Listed(rows=rows, page=rows.iloc[first : first + PER_PAGE], first=first)


def _turn_back(listed: tuple[object, ...]) -> None:
    """Open the first page where another list than before is shown."""
    before = st.session_state.get(_LISTED)
    if before is not None and before != listed:
        st.session_state[f"one-{_PAGE}"] = 1
    st.session_state[_LISTED] = listed


def _arm(name: str) -> str:
    if not name:
        return "all upscalers"
    return "small (no upscaler)" if name == SMALL else name


def _values(known: pd.DataFrame, column: str) -> list:
    return sorted(known[column].unique().tolist())
