"""The four-way table: right or wrong before, right or wrong after, and whether that is chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import bdtr

from srlab.analysis.compared import CELL, Category, Compared
from srlab.analysis.family import holm
from srlab.analysis.interval import wilson
from srlab.analysis.signed_ranks import SIGNIFICANCE

_SHARES = ("changed", "harmed", "rescued")
_COUNTS = ["kept_right", "harmed", "rescued", "kept_wrong", "changed_wrong", "changed"]
_LEFT_OUT = ["without_original", "without_upscaled"]
COLUMNS = [
    *CELL,
    "n",
    *_COUNTS,
    *(f"{name}_{what}" for name in _SHARES for what in ("share", "low", "high")),
    "original_accuracy",
    "accuracy",
    "top5",
    "mcnemar_p",
    "holm_p",
    "family",
    "note",
    *_LEFT_OUT,
]


def transitions(compared: Compared, *, every: Compared | None = None) -> pd.DataFrame:
    """What became of the original's predictions, one row per arm held against it.

    Counts of images: `kept_right`, `harmed` (right, then wrong), `rescued` (wrong, then right) and
    `kept_wrong` add up to `n`, the images that have both predictions. `changed_wrong` is the part
    of `kept_wrong` whose label changed, and `changed` is harmed + rescued + changed_wrong.

    Shares are of `n`, with Wilson's 95% interval: `changed_share`; `harmed_share`, the negative
    flip rate (Yan et al., CVPR 2021); `rescued_share`, the rescue rate. `original_accuracy`,
    `accuracy` and `top5` (the last two of the arm) are of the same `n` images.

    `mcnemar_p` is the exact two-sided McNemar test of harmed against rescued: whether accuracy
    changed, not whether predictions did. `holm_p` is it adjusted over the `family`: the number of
    arms held against one original (set, classifier, scale), of `every` where `compared` is a part.
    `note` says where so few turned that no p can go under 0.05. `without_original` and
    `without_upscaled` count the images left out for want of a partner.
    """
    table = _counted(compared)
    n = table["n"].to_numpy(np.int64)
    for name in _SHARES:
        count = table[name].to_numpy(np.int64)
        table[f"{name}_share"] = _share(count, n)
        table[f"{name}_low"], table[f"{name}_high"] = wilson(count, n)
    harmed, rescued = (table[name].to_numpy(np.int64) for name in ("harmed", "rescued"))
    kept = table["kept_right"].to_numpy(np.int64)
    table["original_accuracy"] = _share(kept + harmed, n)
    table["accuracy"] = _share(kept + rescued, n)
    table["top5"] = _share(table["right5"].to_numpy(np.int64), n)
    table["mcnemar_p"] = mcnemar_p(harmed, rescued)
    table = table.merge(_adjusted(table if every is None else _counted(every)), on=CELL)
    table["note"] = [_note(int(turned)) for turned in harmed + rescued]
    return table[COLUMNS]


def mcnemar_p(harmed: NDArray[np.int64], rescued: NDArray[np.int64]) -> NDArray[np.float64]:
    """Two-sided p of McNemar's exact test: the binomial of harmed among those that turned.

    Q. McNemar, Psychometrika 12 (1947) 153-157, with the exact binomial in place of chi-squared;
    1 where none turned.
    """
    fewer, turned = np.minimum(harmed, rescued), harmed + rescued
    return np.where(turned > 0, np.minimum(1.0, 2 * bdtr(fewer, np.maximum(turned, 1), 0.5)), 1.0)


def _adjusted(table: pd.DataFrame) -> pd.DataFrame:
    """Holm's p of each arm over those of its set, classifier and scale, and how many they are."""
    harmed, rescued = (table[name].to_numpy(np.int64) for name in ("harmed", "rescued"))
    found = table[CELL].assign(holm_p=mcnemar_p(harmed, rescued), family=0)
    for _, group in found.groupby(CELL[:3]):
        found.loc[group.index, "holm_p"] = holm(group["holm_p"].to_numpy(float))
        found.loc[group.index, "family"] = len(group)
    return found


def _counted(compared: Compared) -> pd.DataFrame:
    pairs, unpaired = compared.pairs, compared.unpaired
    counts = pd.DataFrame(
        {name.value.replace("-", "_"): pairs["category"] == name.value for name in Category}
    )
    counts["right5"] = pairs["upscaled_right5"]
    alone = pd.DataFrame({"without_original": unpaired["missing"] == "original"})
    alone["without_upscaled"] = ~alone["without_original"]
    parts = [pairs[CELL].join(counts.astype(int)), unpaired[CELL].join(alone.astype(int))]
    table = pd.concat(parts).groupby(CELL).sum().astype(np.int64).reset_index()
    table["kept_wrong"] += table["changed_wrong"]
    table["changed"] = table[["harmed", "rescued", "changed_wrong"]].sum(axis=1)
    table["n"] = table[["kept_right", "harmed", "rescued", "kept_wrong"]].sum(axis=1)
    return table


def _share(count: NDArray[np.int64], n: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(n > 0, count / np.maximum(n, 1), np.nan)


def _note(turned: int) -> str:
    """What to say where even `turned` images that all turn one way leave p above 0.05."""
    if turned == 0:
        return "no image turned right or wrong: there is nothing to test"
    smallest = 2.0 ** (1 - turned)
    if smallest <= SIGNIFICANCE:
        return ""
    images = "1 image" if turned == 1 else f"{turned} images"
    return f"{images} turned right or wrong: no exact test can go under p = {smallest:.4g}"
