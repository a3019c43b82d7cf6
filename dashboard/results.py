"""What the pages read from the store. The only file that caches.

Everything cached is keyed by the names of the store's shards: they change with every append, so
that a running evaluation shows up with the next look, and never otherwise. What is read from
pictures is keyed by their files.

Rows that name no benchmark, sample, scale, upscaler or protocol, or a metric that the catalog does
not know (a store edited by hand, or written by another srlab), are left out of every answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import study as predicted
from dashboard.images import busiest_block, damaged_pictures, state_of_pictures
from dashboard.study import Page, Setting, Study
from srlab.analysis import average_ranks, frames, history, leaderboard, paired, ranking
from srlab.errors import SrlabError
from srlab.fingerprint import digest
from srlab.image.files import decode, image_size
from srlab.metrics.catalog import METRICS, Direction
from srlab.store.shards import list_shards
from srlab.store.store import Store
from srlab.store.tables import (
    CLASSIFIERS,
    EXPLANATIONS,
    FAILURES,
    HISTORY,
    IMAGES,
    PREDICTIONS,
    SCORES,
    UPSCALERS,
    Table,
)

_NAMES = ("benchmark", "sample", "scale", "upscaler", "protocol")
_PICTURES = ("hr", "lr", "sr")
_CLASSIFIED = (PREDICTIONS, CLASSIFIERS, UPSCALERS)
_HIGHEST = " ".join(
    f"WHEN '{row.name}' THEN {row.highest}" for row in METRICS if isfinite(row.highest)
)
_COVERAGE = f"""
SELECT benchmark, scale, degradation, lr_kind, protocol, metric, upscaler, count(*) AS n,
    favg(least(value, CASE metric {_HIGHEST} ELSE value END)) AS counted,
    count(*) FILTER (NOT isfinite(value)) AS infinite,
    favg(value) FILTER (isfinite(value)) AS mean
FROM scores WHERE {{where}} AND {{named}} GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What is read at a time: rows of one benchmark, scale, lr and protocol are comparable."""

    benchmark: str
    scale: int
    protocol: str
    degradation: str
    lr_kind: str = ""

    @property
    def lr(self) -> str:
        """The lr in one word: its kind where it was given, else how it was made."""
        return self.lr_kind or self.degradation


def watched(store: Store) -> str:
    """Changes whenever something is added that a page shows."""
    return state_of(store) + _state(store, *_CLASSIFIED, EXPLANATIONS, HISTORY)


def state_of(store: Store) -> str:
    """Changes whenever something is added to the tables of scores."""
    return _state(store, SCORES, FAILURES, UPSCALERS)


def coverage(store: Store) -> pd.DataFrame:
    """What is stored, in the order of a leaderboard; known metrics only.

    Columns benchmark, scale, degradation, lr_kind, protocol, metric, upscaler, n, counted,
    infinite, mean; and `lr`, one word for both that tell the lr.
    """
    return _coverage(str(store.root), state_of(store))


def board(store: Store, cell: Cell, metrics: Sequence[str]) -> pd.DataFrame:
    """The leaderboard of one cell."""
    return _board(str(store.root), state_of(store), cell, tuple(metrics))


def ranks(store: Store, cell: Cell, metric: str) -> pd.DataFrame:
    """Average ranks over the images of a cell; empty where three upscalers cannot be ranked."""
    return _ranks(str(store.root), state_of(store), cell, metric)


def ranked(store: Store, cell: Cell, metric: str, upscaler: str, baseline: str) -> pd.DataFrame:
    """Every sample of `upscaler`, largest gain over `baseline` first, with the picture names.

    Where neither direction is better, `gain` is the plain difference to the baseline.
    """
    return _ranked(str(store.root), state_of(store), cell, metric, upscaler, baseline)


def paired_difference(store: Store, cell: Cell, metric: str, a: str, b: str) -> dict | None:
    """The row of `compare` for a against b; None where they share no sample."""
    return _paired(str(store.root), state_of(store), cell, metric, a, b)


def samples(store: Store, cell: Cell) -> list[str]:
    """The samples of a cell, in order of their names."""
    return _samples(str(store.root), state_of(store), cell)


def sample_scores(store: Store, cell: Cell, sample: str) -> pd.DataFrame:
    """All scores of one sample, with the names of its pictures."""
    rows = _scores(str(store.root), state_of(store), cell)
    return rows[rows["sample"] == sample].reset_index(drop=True)


def open_failures(
    store: Store, benchmarks: Sequence[str], scale: int, protocol: str
) -> pd.DataFrame:
    """What could not be had for these sets at this scale under the protocol, newest first."""
    rows = _failures(str(store.root), state_of(store))
    here = rows["benchmark"].isin(list(benchmarks))
    here &= rows["scale"].isna() | (rows["scale"] == scale)
    here &= rows["protocol"].isna() | (rows["protocol"] == protocol)
    return rows[here].drop(columns=["degradation", "protocol"]).reset_index(drop=True)


def classified(store: Store) -> pd.DataFrame:
    """What was classified: benchmark, classifier, scale, arm, upscaler, n."""
    return _classified(str(store.root), _state(store, *_CLASSIFIED))


def study(store: Store, setting: Setting) -> Study:
    """What became of the predictions of a setting, at all scales."""
    return _study(str(store.root), _state(store, *_CLASSIFIED), setting)


def quality(store: Store, setting: Setting, protocol: str) -> pd.DataFrame:
    """How the flips of a setting go with the scores of the same images."""
    state = _state(store, *_CLASSIFIED, SCORES)
    return _quality(str(store.root), state, setting, protocol, study(store, setting).pairs)


def tops(store: Store, page: Page) -> pd.DataFrame:
    """The likeliest labels of the samples of a page in every arm."""
    return _tops(str(store.root), _state(store, *_CLASSIFIED), page)


def pictures(store: Store, page: Page) -> pd.DataFrame:
    """The scores of the samples of a page, with the names of their pictures."""
    return _pictures(str(store.root), state_of(store), page)


def explanations(store: Store, setting: Setting) -> pd.DataFrame:
    """The maps of a setting, with their names."""
    return _explanations(str(store.root), _state(store, *_CLASSIFIED, EXPLANATIONS), setting)


def epochs(store: Store) -> pd.DataFrame:
    """How trainings went, a row an epoch."""
    return _epochs(str(store.root), _state(store, HISTORY))


def classifier_source(store: Store, name: str) -> str:
    """What names a classifier to a command: its name, and the folder it was read from."""
    return _classifier_source(str(store.root), _state(store, *_CLASSIFIED), name)


def size_of(store: Store, digest: str) -> tuple[int, int] | None:
    """(height, width) of a stored picture; None where its file is gone or damaged."""
    try:
        return image_size(store.pictures.read(digest))
    except SrlabError:
        return None


def damaged(store: Store, digests: Sequence[str]) -> list[str]:
    """Those of `digests` whose file is there and not what was scored."""
    try:
        files = state_of_pictures(store.pictures, *digests)
        return _damaged(str(store.root), _state(store, IMAGES), files, tuple(digests))
    except (SrlabError, OSError):
        return []


def focus(store: Store, a: str, b: str) -> tuple[int, int] | None:
    """(x, y) of the centre of the block of pixels in which two pictures differ most."""
    try:
        return _focus(str(store.root), state_of_pictures(store.pictures, a, b), a, b)
    except OSError:
        return None


@st.cache_data(max_entries=64, show_spinner=False)
def _damaged(root: str, state: str, files: object, digests: tuple[str, ...]) -> list[str]:
    return damaged_pictures(Store.open(root), *digests)


@st.cache_data(max_entries=512, show_spinner=False)
def _focus(root: str, files: object, a: str, b: str, *, block: int = 32) -> tuple[int, int] | None:
    pictures = Store(Path(root)).pictures
    try:
        first, second = (decode(pictures.read(name)).pixels for name in (a, b))
    except SrlabError:
        return None
    return busiest_block(first, second, block=block)


@st.cache_data(max_entries=4, show_spinner=False)
def _coverage(root: str, state: str) -> pd.DataFrame:
    where, parameters = frames.Filter().where()
    named = " AND ".join(f"{name} IS NOT NULL" for name in _NAMES)
    table = Store.open(root).frame(_COVERAGE.format(where=where, named=named), parameters)
    table = table[_is_known(table)]
    lr = table["degradation"].where(table["lr_kind"] == "", table["lr_kind"])
    return leaderboard.in_order(table.assign(lr=lr))


@st.cache_data(max_entries=32, show_spinner="Reading scores …")
def _scores(root: str, state: str, cell: Cell) -> pd.DataFrame:
    rows = frames.scores(Store.open(root), rows=_filter(cell), extra=_PICTURES)
    return _named_pictures(_named(rows[_is_known(rows)]))


@st.cache_data(max_entries=64, show_spinner="Computing means and intervals …")
def _board(root: str, state: str, cell: Cell, metrics: tuple[str, ...]) -> pd.DataFrame:
    rows = frames.scores(Store.open(root), rows=_filter(cell, metrics))
    return leaderboard.leaderboard(frame=_named(rows))


@st.cache_data(max_entries=64, show_spinner=False)
def _ranks(root: str, state: str, cell: Cell, metric: str) -> pd.DataFrame:
    rows = _scores(root, state, cell)
    return average_ranks.average_ranks(rows[rows["metric"] == metric])


@st.cache_data(max_entries=64, show_spinner="Ranking …")
def _ranked(
    root: str, state: str, cell: Cell, metric: str, upscaler: str, baseline: str
) -> pd.DataFrame:
    directed = METRICS[metric].direction is not Direction.NONE
    table = ranking.rank(
        upscaler,
        Store.open(root),
        metric=metric,
        protocol=cell.protocol,
        baseline=baseline,
        by="gain" if directed else "value",
        samples=_samples(root, state, cell),
        **_place(cell),
    )
    table = _named_pictures(table)
    theirs = _scores(root, state, cell)
    theirs = theirs[(theirs["upscaler"] == baseline) & (theirs["metric"] == metric)]
    names = dict(zip(theirs["sample"], theirs["sr"], strict=True))
    table["baseline_sr"] = table["sample"].map(names)
    if not directed:
        table["gain"] = table["value"] - table["baseline"]
        table = table.sort_values("gain", ascending=False, ignore_index=True)
        table["rank"] = range(1, len(table) + 1)
    return table


@st.cache_data(max_entries=64, show_spinner="Comparing …")
def _paired(root: str, state: str, cell: Cell, metric: str, a: str, b: str) -> dict | None:
    table = paired.compare(
        a,
        b,
        Store.open(root),
        protocols=[cell.protocol],
        metrics=[metric],
        samples=_samples(root, state, cell),
        **_place(cell),
    )
    return None if table.empty else table.iloc[0].to_dict()


@st.cache_data(max_entries=4, show_spinner=False)
def _failures(root: str, state: str) -> pd.DataFrame:
    return frames.failures(Store.open(root)).dropna(subset=["benchmark", "time"])


@st.cache_data(max_entries=4, show_spinner=False)
def _classified(root: str, state: str) -> pd.DataFrame:
    return predicted.read_arms(Store.open(root))


@st.cache_data(max_entries=8, show_spinner="Holding predictions against those of originals …")
def _study(root: str, state: str, setting: Setting) -> Study:
    return predicted.read_study(Store.open(root), setting)


@st.cache_data(max_entries=16, show_spinner="Holding flips against scores …")
def _quality(
    root: str, state: str, setting: Setting, protocol: str, _pairs: pd.DataFrame
) -> pd.DataFrame:
    return predicted.read_quality(Store.open(root), _pairs, protocol)


@st.cache_data(max_entries=64, show_spinner=False)
def _tops(root: str, state: str, page: Page) -> pd.DataFrame:
    return predicted.read_tops(Store.open(root), page)


@st.cache_data(max_entries=64, show_spinner=False)
def _pictures(root: str, state: str, page: Page) -> pd.DataFrame:
    rows = predicted.read_pictures(Store.open(root), page)
    return _named_pictures(_named(rows[_is_known(rows)]))


@st.cache_data(max_entries=8, show_spinner=False)
def _explanations(root: str, state: str, setting: Setting) -> pd.DataFrame:
    return predicted.read_explanations(Store.open(root), setting)


@st.cache_data(max_entries=4, show_spinner=False)
def _epochs(root: str, state: str) -> pd.DataFrame:
    return history.history(store=Store.open(root))


@st.cache_data(max_entries=16, show_spinner=False)
def _classifier_source(root: str, state: str, name: str) -> str:
    return predicted.read_source(Store.open(root), name)


def _filter(cell: Cell, metrics: Sequence[str] = ()) -> frames.Filter:
    return frames.Filter(protocols=[cell.protocol], metrics=metrics, **_place(cell))


def _place(cell: Cell) -> dict[str, Any]:
    return {
        "benchmarks": [cell.benchmark],
        "scales": [cell.scale],
        "degradation": cell.degradation,
        "lr_kinds": [cell.lr_kind] if cell.lr_kind else (),
    }


def _state(store: Store, *tables: Table) -> str:
    names = [
        shard.path.name
        for table in tables
        for shards in list_shards(store.root, table).values()
        for shard in shards
    ]
    return digest([str(store.root), names]).hex()


def _samples(root: str, state: str, cell: Cell) -> list[str]:
    return sorted(set(_scores(root, state, cell)["sample"]))


def _is_known(rows: pd.DataFrame) -> pd.Series:
    return rows["metric"].isin([row.name for row in METRICS])


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.dropna(subset=list(_NAMES))


def _named_pictures(rows: pd.DataFrame) -> pd.DataFrame:
    """Digests as the hex that names them in URLs; None where there is no picture."""
    rows = rows.copy()
    for column in _PICTURES:
        rows[column] = [None if _absent(value) else bytes(value).hex() for value in rows[column]]
    return rows


def _absent(value: object) -> bool:
    return not isinstance(value, (bytes, bytearray, memoryview))
