"""Everything a report is made from, read from the store once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import PurePath
from typing import Any

import pandas as pd

from srlab.analysis.costs import costs
from srlab.analysis.csv_text import csv_of
from srlab.analysis.frames import CELL, COLUMNS, Filter, as_list, failures, scores
from srlab.analysis.history import COLUMNS as EPOCHS
from srlab.analysis.history import history
from srlab.analysis.leaderboard import BASELINE, leaderboard, with_leads
from srlab.analysis.paired import gains
from srlab.analysis.predictions import PredictionFilter
from srlab.analysis.published import printed_beside, printed_sets
from srlab.analysis.same_work import PLACE, works
from srlab.data.catalog import BENCHMARKS
from srlab.errors import ReportError
from srlab.metrics.catalog import METRICS, Direction
from srlab.metrics.protocol import DEFAULT_PROTOCOL
from srlab.report.album import Album
from srlab.report.document import DataFile
from srlab.report.predicted import PredictedSet, hexadecimal, predicted_sets, predictions_like
from srlab.report.prediction_files import prediction_files
from srlab.report.sets import known_set, set_names
from srlab.store.store import Store
from srlab.upscale.info import REFERENCE

HISTORY_FILE = "history.csv"
_DIGESTS = ["key", "fingerprint", "hr", "lr", "sr"]
_EXTRA = ["origin", "run", "time", *_DIGESTS]
_IDENTITY = [name for name in COLUMNS if name != "value"]
_IN_CSV = [*COLUMNS, "origin", "run", *_DIGESTS]


@dataclass(frozen=True, kw_only=True)
class Material:
    """What the sections are made from.

    `rows` are scores with the `set` that each is of (`report.sets`), `board` their leaderboard,
    `gains` paired ones over the baseline in `metric` under `protocol`, the two that summary, chart
    and strips go by; all three name a set in `set` and keep its `benchmark`. Of upscalers that
    were not selected only the place in families and the number of images count. `printed` are
    values of papers for the cells of `board`, `unprinted` says why others have none.
    `unknown_metrics` have rows in the store that are left out here: the catalog does not say which
    way they run. `predicted` has what classifiers said, `predictions_wanted` is true where a person
    asked for some.

    `trainings` has the epochs of what was trained, as `analysis.history` gives them.

    Where there are predictions, `rows` may be empty.
    """

    rows: pd.DataFrame
    board: pd.DataFrame
    gains: pd.DataFrame
    metric: str
    protocol: str
    upscalers: pd.DataFrame
    costs: pd.DataFrame
    stored_runs: pd.DataFrame
    failures: pd.DataFrame
    album: Album
    printed: pd.DataFrame
    unprinted: tuple[str, ...] = ()
    unknown_metrics: tuple[str, ...] = ()
    predicted: tuple[PredictedSet, ...] = ()
    predictions_wanted: bool = False
    trainings: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=EPOCHS))

    @cached_property
    def every_row(self) -> pd.DataFrame:
        """`rows`, and the further scores that predictions are held against."""
        parts = [self.rows, *(item.scored for item in self.predicted)]
        parts = [part for part in parts if len(part)]
        parts = [part if "set" in part else part.assign(set=set_names(part)) for part in parts]
        if len(parts) < 2:
            return parts[0] if parts else self.rows
        joined = pd.concat([part[self.rows.columns] for part in parts], ignore_index=True)
        return joined.drop_duplicates(_IDENTITY, ignore_index=True)

    @property
    def benchmarks(self) -> list[str]:
        """Names of the sets in `rows`: known ones in the catalog's order, then the others."""
        return _in_order(self.rows["set"].unique())

    @property
    def every_set(self) -> list[str]:
        """Names of all sets, in the same order."""
        predicted = {item.benchmark for item in self.predicted}
        return _in_order({*self.every_row["set"], *predicted})

    @property
    def scales(self) -> list[int]:
        """All scales, small ones first."""
        return sorted(int(scale) for scale in self.rows["scale"].unique())

    @property
    def metrics(self) -> list[str]:
        """Metrics in the catalog's order."""
        return [info.name for info in METRICS if info.name in set(self.every_row["metric"])]

    @property
    def protocols(self) -> list[str]:
        """Protocols, the one that the report goes by first."""
        return list(dict.fromkeys([self.protocol, *sorted(self.every_row["protocol"].unique())]))

    @cached_property
    def rows_csv(self) -> bytes:
        """Every row as the file that lies beside a report; equal rows give equal bytes."""
        table = self.every_row[_IN_CSV].copy()
        for column in _DIGESTS:
            table[column] = [hexadecimal(value) for value in table[column]]
        return csv_of(table).encode()

    @property
    def sha256(self) -> str:
        """What `sha256sum rows.csv` prints."""
        return hashlib.sha256(self.rows_csv).hexdigest()

    @cached_property
    def files(self) -> tuple[DataFile, ...]:
        """The files of predictions and of trainings; none where there were none."""
        content = csv_of(self.trainings).encode()
        epochs = [DataFile(name=HISTORY_FILE, content=content)] if len(self.trainings) else []
        return (*prediction_files(self.predicted), *epochs)

    @property
    def newest(self) -> datetime:
        """When the newest of the rows was stored, UTC."""
        tables = [self.every_row, *(item.rows for item in self.predicted)]
        return max(table["time"].max() for table in tables if len(table)).to_pydatetime()

    @property
    def runs(self) -> pd.DataFrame:
        """The runs behind the rows, oldest first, with how many scores and predictions each gave.

        Columns run, scores, predictions, and what is stored of a run.
        """
        counted = pd.DataFrame(
            {
                "scores": self.every_row["run"].value_counts(),
                "predictions": pd.Series(
                    [run for item in self.predicted for run in item.rows["run"]], dtype=object
                ).value_counts(),
            }
        )
        counted = counted.fillna(0).astype(int)
        joined = counted.join(self.stored_runs).reset_index(names="run")
        return joined.sort_values("run", ignore_index=True)

    def images(self, benchmark: str, scale: int) -> int:
        """How many images of a set were scored at a scale in the main metric and protocol."""
        board = self.board_of(benchmark, self.protocol)
        there = board[(board["scale"] == scale) & (board["metric"] == self.metric)]
        return int(there["images"].max())

    def board_of(self, benchmark: str, protocol: str) -> pd.DataFrame:
        """The leaderboard of one set under one protocol."""
        board = self.board
        return board[(board["set"] == benchmark) & (board["protocol"] == protocol)]

    def leaders(self, benchmark: str, scale: int) -> pd.DataFrame:
        """Upscalers scored on all images in the main metric, the best first."""
        board = self.board_of(benchmark, self.protocol)
        return board[
            (board["scale"] == scale)
            & (board["metric"] == self.metric)
            & (METRICS[self.metric].direction is not Direction.NONE)
            & (board["n"] == board["images"])
            & (board["upscaler"] != REFERENCE)
        ]


def gather(
    store: Store,
    selection: Filter,
    *,
    predictions: PredictionFilter | None = None,
    trainings: Sequence[str] = (),
) -> Material:
    """Read what the report needs.

    Without a filter of its own, `predictions` are those of the images selected. `trainings` are
    told of besides those that the upscalers and classifiers came from; where everything is
    selected, all are. Raises ReportError where the store has neither such a score nor such a
    prediction.
    """
    every = scores(store, rows=replace(selection, upscalers=()), extra=_EXTRA)
    known_works = works(store, printed_sets())
    every["set"] = set_names(every, {work.place[0] for work in known_works if work.stranger})
    chosen = as_list(selection.upscalers)
    rows = every[every["upscaler"].isin(chosen)] if chosen else every
    predicted = predicted_sets(store, predictions or predictions_like(selection), extra=_EXTRA)
    if predicted and (rows["upscaler"] == REFERENCE).all():
        rows = rows.iloc[:0]
    elif rows.empty:
        raise ReportError(
            f"the store at {store.root} has no such scores, so there is nothing to write up; run "
            "`srlab evaluate -b skimage -u bicubic -u lanczos -s 2` first, or ask for less"
        )
    metric, protocol = _main(rows) if len(rows) else (METRICS.names()[0], DEFAULT_PROTOCOL)
    known = store.frame(_UPSCALERS, tables=("upscalers",))
    epochs = history(store=store)
    if selection != Filter():
        names = {*trainings, *(item.classifier for item in predicted)}
        names |= _weights_of(known[known["upscaler"].isin(set(rows["upscaler"]))])
        epochs = epochs[epochs["training"].isin(names)].reset_index(drop=True)
    board = with_leads(_of(rows, leaderboard(frame=every)))
    printed, unprinted = printed_beside(board, known_works)
    same = (every["metric"] == metric) & (every["protocol"] == protocol)
    same &= (BASELINE in set(rows["upscaler"])) & (METRICS[metric].direction is not Direction.NONE)
    return Material(
        rows=rows.reset_index(drop=True),
        board=board,
        gains=_of(rows, gains(every[same])),
        printed=_with_sets(printed, board),
        unprinted=tuple(unprinted),
        metric=metric,
        protocol=protocol,
        upscalers=known,
        costs=costs(store),
        stored_runs=_runs(store),
        failures=_failures(store, selection),
        album=Album(store),
        unknown_metrics=_unknown_metrics(store, selection),
        predicted=predicted,
        predictions_wanted=predictions is not None,
        trainings=epochs,
    )


def _weights_of(upscalers: pd.DataFrame) -> set[str]:
    """The names of the trainings that left the weights of these upscalers, best or last."""
    facts = [json_facts(text) or {} for text in upscalers["facts"]]
    stems = [PurePath(str(own.get("source", ""))).stem for own in facts]
    return {stem.removesuffix("-last") for stem in stems}


def json_facts(text: object) -> dict[str, Any] | None:
    """A column of JSON as the object that it holds; {} for null, None for anything else."""
    if not isinstance(text, str):
        return {}
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return facts if isinstance(facts, dict) else None


_UPSCALERS = """
SELECT upscaler, scale, arg_max(family, "order") AS family, arg_max(facts, "order") AS facts
FROM upscalers GROUP BY upscaler, scale ORDER BY upscaler, scale
"""


def _unknown_metrics(store: Store, selection: Filter) -> tuple[str, ...]:
    """Metrics of selected rows that the catalog does not know; `scores` leaves their rows out."""
    condition, parameters = selection.where()
    found = store.rows(
        f"SELECT DISTINCT metric FROM scores WHERE {condition} ORDER BY metric", parameters
    )
    known = {info.name for info in METRICS}
    return tuple(str(metric) for (metric,) in found if metric not in known)


def _main(rows: pd.DataFrame) -> tuple[str, str]:
    """The metric and protocol that the report goes by: PSNR and paper-y where they are there."""
    there = rows[rows["upscaler"] != REFERENCE]
    directed = there["metric"].map(lambda name: METRICS[str(name)].direction is not Direction.NONE)
    protocols = sorted(
        there["protocol"].unique(),
        key=lambda name: (
            not directed[there["protocol"] == name].any(),
            name != DEFAULT_PROTOCOL,
            name,
        ),
    )
    if not protocols:
        raise ReportError("only figures of the references are stored; evaluate an upscaler first")
    under = set(there.loc[there["protocol"] == protocols[0], "metric"])
    ordered = [info for info in METRICS if info.name in under]
    ordered.sort(key=lambda info: info.direction is Direction.NONE)
    return ordered[0].name, protocols[0]


def _of(rows: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """What of `table` is of the upscalers and cells in `rows`, with the set of each."""
    there = rows[[*CELL, "upscaler", "set"]].drop_duplicates()
    return table.merge(there, on=[*CELL, "upscaler"], how="inner")


def _with_sets(printed: pd.DataFrame, board: pd.DataFrame) -> pd.DataFrame:
    sets = board[[*PLACE, "protocol", "set"]].drop_duplicates()
    return printed.merge(sets, on=[*PLACE, "protocol"], how="left")


def _runs(store: Store) -> pd.DataFrame:
    """All runs of the store by name, with command and versions."""
    runs = store.frame("SELECT run, command, started, provenance FROM runs", tables=("runs",))
    return runs.drop_duplicates("run", keep="last").set_index("run")


def _in_order(names: Iterable[str]) -> list[str]:
    known = list(BENCHMARKS)
    infos = {name: known_set(name) for name in sorted(names)}
    return sorted(
        infos, key=lambda name: known.index(info) if (info := infos[name]) else len(known)
    )


def _failures(store: Store, selection: Filter) -> pd.DataFrame:
    """Open failures that fall under the selection; a part that is null fits all."""
    table = failures(store)
    for column, wanted in {
        "benchmark": selection.benchmarks,
        "sample": selection.samples,
        "scale": selection.scales,
        "upscaler": selection.upscalers,
        "metric": [METRICS[name].name for name in selection.metrics],
    }.items():
        if wanted:
            table = table[table[column].isna() | table[column].isin(list(wanted))]
    names = ["benchmark", "scale", "sample", "upscaler", "metric", "protocol", "code", "reason"]
    return table[names].drop_duplicates().sort_values(names).reset_index(drop=True)
