"""The sets of a report: a benchmark's name, and behind it which lr, where there are several.

Scores of different lr share no mean, so each lr of a benchmark is a set of its own in a report.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import pandas as pd

from srlab.data.catalog import BENCHMARKS, BenchmarkInfo
from srlab.data.lr_kind import folder_of
from srlab.fingerprint import digest

_LR = ["degradation", "lr_kind"]
_STRANGER = "(not the known set)"
_SCALE_IN_FOLDER = re.compile(r"(?:/[xX]\d+|_SRF_\d+|[xX_]\d+)$")


def set_names(rows: pd.DataFrame, strangers: Collection[str] = ()) -> pd.Series:
    """The set of each of `rows`: its benchmark, with the lr in brackets where there are several.

    Several at one scale under one protocol: that protocols prepare lr differently makes no sets.
    `strangers` are benchmarks that are called like a known set and have other images.
    """
    if rows.empty:
        return rows["benchmark"]
    places = rows.groupby(["benchmark", "scale", "protocol"])[_LR].transform("nunique").max(axis=1)
    several = set(rows.loc[places > 1, "benchmark"])
    lr = rows[["benchmark", "scale", *_LR]].drop_duplicates()
    folder = lr["lr_kind"].map(lambda kind: _SCALE_IN_FOLDER.sub("", folder_of(str(kind))))
    lr["name"] = folder.where(lr["lr_kind"] != "", lr["degradation"])
    alike = lr.duplicated(["benchmark", "scale", "name"], keep=False)
    lr["name"] = lr["name"].where(~alike | (lr["lr_kind"] == ""), lr["lr_kind"])
    named = rows[["benchmark", "scale", *_LR]].merge(lr, how="left")["name"]
    found = [
        " ".join(
            [
                benchmark,
                *([_STRANGER] if benchmark in strangers else []),
                *([f"(lr: {name})"] if benchmark in several else []),
            ]
        )
        for benchmark, name in zip(rows["benchmark"], named, strict=True)
    ]
    return pd.Series(found, rows.index, dtype="str")


def known_set(name: str) -> BenchmarkInfo | None:
    """The catalog's row of a set, if it is a known one."""
    benchmark = "" if _STRANGER in name else name.partition(" ")[0]
    return BENCHMARKS[benchmark] if benchmark in BENCHMARKS else None  # noqa: SIM401


def set_title(name: str) -> str:
    """A set's title: the catalog's, else its name."""
    info, (_, space, lr) = known_set(name), name.partition(" ")
    return f"{info.title}{space}{lr}" if info else name


def file_part(name: str) -> str:
    """What stands for a set in names of files: letters, digits and - . _ alone, no two alike."""
    part = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-")
    return part if part == name else f"{part}-{digest(name).hex()[:4]}"
