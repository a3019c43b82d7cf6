"""What became of the predictions of one set of images and one classifier; `results` keeps it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from srlab.analysis import frames
from srlab.analysis.accuracy import accuracy
from srlab.analysis.classwise import confusion
from srlab.analysis.compared import CELL, against_original
from srlab.analysis.divergence import mean_divergences
from srlab.analysis.flip_quality import flip_quality, scores_of
from srlab.analysis.margins import margins
from srlab.analysis.predictions import PredictionFilter, predictions
from srlab.analysis.transitions import transitions
from srlab.classifiers.catalog import CLASSIFIERS
from srlab.errors import SrlabError
from srlab.store.store import Store

_ROW = ("benchmark", "sample", "truth", "scale", "classifier", "arm", "upscaler", "label")
_ARMS = """
SELECT benchmark, classifier, scale, arm, upscaler, count(*) AS n
FROM predictions WHERE {where} AND {named} GROUP BY ALL ORDER BY ALL
"""
_EXPLANATIONS = """
SELECT sample, scale, upscaler, method, label, "limit", lower(hex(original)) AS original,
    lower(hex(upscaled)) AS upscaled, lower(hex(difference)) AS difference
FROM explanations SEMI JOIN predictions USING (benchmark, sample, scale, degradation, classifier,
    classifier_fingerprint, upscaler, fingerprint)
WHERE benchmark = ? AND classifier = ? ORDER BY sample, scale, upscaler, method
"""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One set of images as one classifier saw it: what can be held against itself."""

    benchmark: str
    classifier: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some samples of a setting, whose pictures and likeliest labels are shown at a time."""

    setting: Setting
    scale: int
    degradation: str
    samples: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Study:
    """All scales and arms of a setting: pairs of `Compared` without probabilities, and tables.

    `changes` are the rows of `transitions`, with `divergence` (the mean in bits); Holm's
    adjustment there is over the arms of one scale.
    """

    pairs: pd.DataFrame
    changes: pd.DataFrame
    accuracy: pd.DataFrame
    margins: pd.DataFrame
    confusion: pd.DataFrame


def read_arms(store: Store) -> pd.DataFrame:
    """What was classified: benchmark, classifier, scale, arm, upscaler, n."""
    where, parameters = PredictionFilter().where()
    named = " AND ".join(f"{name} IS NOT NULL" for name in _ROW)
    sql = _ARMS.format(where=where, named=named)
    return store.frame(sql, parameters, tables=("predictions",))


def read_study(store: Store, setting: Setting) -> Study:
    """The tables of a setting; rows that lack a name, a label or a margin are left out."""
    rows = predictions(
        store, benchmarks=[setting.benchmark], classifiers=[setting.classifier]
    ).dropna(subset=[*_ROW, "probability", "margin"])
    rows = rows.astype({"scale": int})
    compared = against_original(rows)
    pairs = compared.pairs
    return Study(
        pairs=pairs.drop(columns=["original_probabilities", "upscaled_probabilities"]),
        changes=_with_divergence(transitions(compared), pairs),
        accuracy=accuracy(rows),
        margins=margins(pairs),
        confusion=confusion(pairs),
    )


def read_quality(store: Store, pairs: pd.DataFrame, protocol: str) -> pd.DataFrame:
    """How flips among `pairs` go with the scores of the same images."""
    return flip_quality(pairs, scores_of(pairs, store, protocol=protocol))


def read_tops(store: Store, page: Page) -> pd.DataFrame:
    """The likeliest labels of the samples of a page in every arm, with the probability of truth."""
    return predictions(
        store,
        benchmarks=[page.setting.benchmark],
        classifiers=[page.setting.classifier],
        scales=[page.scale],
        samples=list(page.samples),
        degradation=page.degradation,
        columns=["sample", "truth", "arm", "upscaler", "truth_probability", "top"],
    )


def read_pictures(store: Store, page: Page) -> pd.DataFrame:
    """The scores of the samples of a page, with the names of their pictures (bytes)."""
    return frames.scores(
        store,
        benchmarks=[page.setting.benchmark],
        scales=[page.scale],
        samples=list(page.samples),
        degradation=page.degradation,
        extra=["hr", "lr", "sr"],
    )


def read_explanations(store: Store, setting: Setting) -> pd.DataFrame:
    """The maps stored of predictions that still stand, with their names as hex."""
    return store.frame(
        _EXPLANATIONS,
        [setting.benchmark, setting.classifier],
        tables=("explanations", "predictions"),
        benchmarks=[setting.benchmark],
    )


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """`rows` as mappings, one a row."""
    return cast("list[dict[str, Any]]", rows.to_dict("records"))


def read_source(store: Store, classifier: str) -> str:
    """What names a classifier to a command: its name alone where the catalog has it."""
    if classifier in CLASSIFIERS:
        return classifier
    sql = 'SELECT arg_max(facts, "order") FROM classifiers WHERE classifier = ?'
    [[facts]] = store.rows(sql, [classifier], tables=("classifiers",))
    try:
        source = json.loads(facts)["source"]
    except (TypeError, ValueError, KeyError, RecursionError):
        return classifier
    return f"{classifier}={source}"


def _with_divergence(changes: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """`changes` with the mean divergence; nan where stored probabilities cannot be compared."""
    try:
        means = mean_divergences(pairs)
    except SrlabError:
        return changes.assign(divergence=np.nan)
    means = means[[*CELL, "mean"]].rename(columns={"mean": "divergence"})
    return changes.merge(means, on=CELL, how="left")
