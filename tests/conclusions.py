"""Made-up scores from which wrong conclusions were once drawn, and what is true of them.

Values are those of a few images, among them identical ones (infinite), ones above 100 dB, ones
that tie, and ones that are missing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from srlab.analysis.frames import COLUMNS
from srlab.fingerprint import digest
from srlab.store.store import Store

LEVELS = st.sampled_from([20.0, 30.0, 30.0001, 30.5, 99.0, 101.0, 120.0, np.inf])
PARTIAL = st.one_of(st.none(), LEVELS)
FIELD = st.dictionaries(
    st.sampled_from(["bicubic", "a", "b", "c", "z"]),
    st.lists(PARTIAL, min_size=4, max_size=4),
    min_size=2,
)
METRIC = st.sampled_from(["psnr", "mse"])


def frame(field: dict[str, list[float | None]], metric: str = "psnr") -> pd.DataFrame:
    """Rows of `scores`; of a metric that is better when low the values are turned round."""
    rows = [
        (
            "set",
            f"img{i}",
            2,
            name,
            metric,
            "paper-y",
            value if metric == "psnr" else 200 - value,
            "given",
            "LR#1",
        )
        for name, values in field.items()
        for i, value in enumerate(values)
        if value is not None and not (metric == "mse" and np.isinf(value))
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def dominates(rows: pd.DataFrame, a: str, b: str) -> bool:
    """Whether `a` is at least as good on every image that anyone has, and better on one."""
    table = rows.pivot(index="sample", columns="upscaler", values="value")
    if a not in table or b not in table or table[a].isna().any():
        return False
    ours, theirs = table[a], table[b].fillna(-np.inf)
    if (rows["metric"] == "mse").any():
        ours, theirs = -ours, -table[b].fillna(np.inf)
    return bool((ours >= theirs).all() and (ours > theirs).any())


def must_stand_above(rows: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """The pairs of which the first is nowhere worse and somewhere better."""
    for a, b in itertools.permutations(rows["upscaler"].unique(), 2):
        if dominates(rows, a, b):
            yield a, b


def keep(store: Store, rows: pd.DataFrame) -> Store:
    """Put `rows` into a store, without pictures."""
    made = [
        {
            **row,
            "key": digest([row["upscaler"], row["sample"], row["metric"]]),
            "fingerprint": digest(row["upscaler"]),
            "origin": "computed",
            "run": "r",
        }
        for row in rows.to_dict("records")
    ]
    store.append("scores", made)
    known = [
        {"upscaler": name, "scale": 2, "fingerprint": digest(name), "family": "outputs"}
        for name in rows["upscaler"].unique()
    ]
    store.append("upscalers", known)
    return store
