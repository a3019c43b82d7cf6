"""Which images flip again and again, whoever upscaled them."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from srlab.analysis.predictions import Arm

_IMAGE = ["benchmark", "classifier", "sample", "truth"]
COLUMNS = [*_IMAGE, "flips", "cells", "share", "original", "labels", "places"]


def recurring(pairs: pd.DataFrame) -> pd.DataFrame:
    """Every image that flipped at least once, the most often flipped first.

    A cell is an upscaler at a scale (the small image is none): `flips` counts the cells in which
    the image flipped, `cells` those in which it was compared, `share` is flips/cells. `original`
    are the labels of the originals that flipped, `labels` those it flipped to (tuples, the
    commonest first); `places` are the (upscaler, scale) in which it flipped.
    """
    upscaled = pairs[pairs["arm"] == Arm.UPSCALED.value]
    cells = upscaled.groupby(_IMAGE).size().rename("cells").reset_index()
    flipped = upscaled[upscaled["flipped"]]
    places = list(zip(flipped["upscaler"], flipped["scale"], strict=True))
    flipped = flipped.assign(place=pd.Series(places, flipped.index, dtype=object))
    table = (
        flipped.groupby(_IMAGE)
        .agg(
            flips=("place", "size"),
            original=("original", _commonest_first),
            labels=("upscaled", _commonest_first),
            places=("place", tuple),
        )
        .reset_index()
        .merge(cells, on=_IMAGE)
    )
    table["share"] = table["flips"] / table["cells"]
    order = ["flips", "share", "benchmark", "classifier", "sample"]
    ascending = [False, False, True, True, True]
    return table.sort_values(order, ascending=ascending, ignore_index=True)[COLUMNS]


def _commonest_first(labels: pd.Series) -> tuple[str, ...]:
    counts = Counter(labels.tolist())
    return tuple(sorted(counts, key=lambda label: (-counts[label], label)))
