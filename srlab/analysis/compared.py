"""What became of the original's prediction: every other arm held against it, image by image."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from srlab.analysis.predictions import Arm


class Category(StrEnum):
    """What happened to a prediction between the original and the other image."""

    KEPT_RIGHT = "kept-right"
    HARMED = "harmed"
    RESCUED = "rescued"
    KEPT_WRONG = "kept-wrong"
    CHANGED_WRONG = "changed-wrong"


FLIPS = (Category.HARMED, Category.RESCUED, Category.CHANGED_WRONG)
"""The categories in which the label changed."""

CELL = ["benchmark", "classifier", "scale", "arm", "upscaler"]
"""What statistics are made of: one arm, for one classifier and benchmark at one scale."""

_SETTING = ["benchmark", "classifier", "scale"]
_SAME = [*_SETTING, "degradation", "sample", "truth"]
_CARRIED = {
    "label": "",
    "probability": "_probability",
    "margin": "_margin",
    "correct": "_right",
    "correct5": "_right5",
    "probabilities": "_probabilities",
}


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The pairs that could be made, and the predictions that found no partner.

    `pairs` has a row per image of an arm and its original: the columns of `CELL` (`upscaler` is
    "small" for that arm), degradation, sample, truth, then `original`, `original_probability`,
    `original_margin`, `original_right`, `original_right5`, `original_probabilities`, the same
    with `upscaled` in front (also for the small image), `category`, and `flipped`, which is true
    where the label changed. Only what the predictions had is there.

    `unpaired` has the columns of `CELL`, `sample`, and `missing`: "original" where only the other
    arm was classified, else the arm that lacks an image whose original was classified.
    """

    pairs: pd.DataFrame
    unpaired: pd.DataFrame


def shown(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` of predictions with a name for every arm: `upscaler` is "original" or "small"."""
    named = frame["upscaler"].where(frame["arm"] == Arm.UPSCALED.value, frame["arm"])
    return frame.assign(upscaler=named)


def against_original(frame: pd.DataFrame) -> Compared:
    """Every prediction of `frame` beside the original's of the same image at the same scale.

    A prediction without a partner is in `unpaired` and in no statistic. An upscaler counts as
    lacking an image where it has others of that benchmark, classifier and scale.
    """
    named = shown(frame)
    is_original = named["arm"] == Arm.ORIGINAL.value
    carried = [name for name in _CARRIED if name in named]
    original = named.loc[is_original, [*_SAME, *carried]]
    others = named.loc[~is_original, [*CELL, *_SAME[3:], *carried]]
    pairs = others.rename(columns=_renamed("upscaled", carried)).merge(
        original.rename(columns=_renamed("original", carried)), on=_SAME
    )
    pairs["category"] = _categories(pairs)
    pairs["flipped"] = pairs["category"].isin([flip.value for flip in FLIPS])
    names = [
        *_renamed("original", carried).values(),
        *_renamed("upscaled", carried).values(),
    ]
    pairs = pairs[[*CELL, *_SAME[3:], *names, "category", "flipped"]]
    return Compared(pairs=_sorted(pairs), unpaired=_unpaired(original, others, pairs))


def _renamed(side: str, carried: list[str]) -> dict[str, str]:
    return {name: f"{side}{_CARRIED[name]}" for name in carried}


def _categories(pairs: pd.DataFrame) -> pd.Series:
    before = (pairs["original"] == pairs["truth"]).to_numpy(bool)
    after = (pairs["upscaled"] == pairs["truth"]).to_numpy(bool)
    same = (pairs["original"] == pairs["upscaled"]).to_numpy(bool)
    names = np.select(
        [before & after, before, after, same],
        [Category.KEPT_RIGHT, Category.HARMED, Category.RESCUED, Category.KEPT_WRONG],
        Category.CHANGED_WRONG,
    )
    return pd.Series(names, pairs.index, dtype="str")


def _unpaired(original: pd.DataFrame, others: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    cells = others[CELL].drop_duplicates()
    expected = original[[*_SETTING, "sample"]].merge(cells, on=_SETTING)
    lacking = _without(expected, pairs)
    alone = _without(others[[*CELL, "sample"]], pairs)
    return _sorted(
        pd.concat([lacking.assign(missing=lacking["arm"]), alone.assign(missing="original")])
    )


def _without(rows: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    names = [*CELL, "sample"]
    joined = rows[names].merge(pairs[names], on=names, how="left", indicator="found")
    return joined.loc[joined["found"] == "left_only", names]


def _sorted(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values([*CELL, "sample"], kind="stable", ignore_index=True)
