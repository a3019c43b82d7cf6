"""What upscalers cost, from the facts and times that the store keeps."""

from __future__ import annotations

import numpy as np
import pandas as pd

from srlab.fingerprint import json_object
from srlab.store.store import Store

COLUMNS = [
    "upscaler",
    "scale",
    "parameters",
    "macs_per_megapixel",
    "macs_hd",
    "receptive_radius",
    "seconds_per_megapixel",
    "timed_height",
    "timed_width",
    "timed_images",
    "licence",
    "training_data",
]
_USUAL_AREA = 512 * 512
_NUMBERS = ("parameters", "macs_per_megapixel", "macs_hd", "receptive_radius")
_TEXTS = ("licence", "training_data")


def costs(store: Store | str | None = None) -> pd.DataFrame:
    """One row per upscaler and scale: what it costs, as far as the store knows; else null.

    `parameters`; `macs_per_megapixel` and `macs_hd`, multiply-adds for a million pixels of lr and
    for an sr of 1280x720; `receptive_radius` in pixels of the net's input;
    `seconds_per_megapixel` of sr, the median over `timed_images` of one size, `timed_height` by
    `timed_width`: of the sizes made that nearest to 512 x 512 (small images cost more a pixel), on
    the machine that made them; licence and training data as the weights' header tells them.
    """
    opened = store if isinstance(store, Store) else Store.open(store)
    facts = opened.frame(_FACTS, tables=("upscalers",))
    times = _of_one_size(opened.frame(_TIMES, tables=("scores", "images")))
    table = facts.merge(times, on=["upscaler", "scale"], how="left")
    told = [json_object(text) for text in table["facts"]]
    for name in _NUMBERS:
        table[name] = pd.array([_number(own.get(name)) for own in told], dtype="Int64")
    for name in _TEXTS:
        values = [own.get(name) for own in told]
        table[name] = [value if isinstance(value, str) else None for value in values]
    return table[COLUMNS]


_FACTS = """
SELECT upscaler, scale, arg_max(facts, "order") AS facts
FROM upscalers GROUP BY upscaler, scale ORDER BY upscaler, scale
"""

_TIMES = """
SELECT upscaler, scale, height AS timed_height, width AS timed_width,
    median(seconds / (height * width / 1e6)) AS seconds_per_megapixel, count(*) AS timed_images
FROM (
    SELECT DISTINCT s.upscaler, s.scale, i.image, i.seconds, i.height, i.width
    FROM scores s JOIN images i ON s.sr = i.image
    WHERE i.seconds > 0 AND i.height > 0 AND i.width > 0
) GROUP BY ALL
"""


def _of_one_size(times: pd.DataFrame) -> pd.DataFrame:
    """For each upscaler and scale the size nearest to the usual area; of equals the commoner."""
    area = (times["timed_height"] * times["timed_width"]).astype(float)
    away = np.abs(np.log(area / _USUAL_AREA))
    keys = ["upscaler", "scale", "away", "fewer", "timed_height", "timed_width"]
    ordered = times.assign(away=away, fewer=-times["timed_images"]).sort_values(keys)
    return ordered.drop_duplicates(["upscaler", "scale"]).drop(columns=["away", "fewer"])


def _number(value: object) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**62
    return value if fits else None  # pyright: ignore[reportReturnType]
