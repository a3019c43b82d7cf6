"""What a person looks at: one frozen `Selection`, chosen in a bar of widgets.

Which widgets a view has, and what each of them offers after those before it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import pandas as pd

from dashboard.bar import Bar
from dashboard.results import Cell
from dashboard.study import records
from dashboard.words import TIMES
from srlab.analysis.leaderboard import BASELINE
from srlab.metrics.catalog import DEFAULT_METRICS, METRICS
from srlab.metrics.protocol import DEFAULT_PROTOCOL
from srlab.upscale.info import REFERENCE

HR = "hr"
BY_BASELINE = "baseline"


@dataclass(frozen=True, kw_only=True)
class Selection:
    """One benchmark or several at one scale under one protocol; the rest where a view asks.

    `cells` are what to read, one for each benchmark and lr.
    """

    cells: tuple[Cell, ...]
    scale: int
    protocol: str
    metrics: tuple[str, ...]
    upscaler: str = ""
    baseline: str = ""
    sample: str = ""
    against: str = HR

    @property
    def metric(self) -> str:
        """The one metric of views that show one."""
        return self.metrics[0]

    @property
    def cell(self) -> Cell:
        """The one cell of views that show one benchmark."""
        return self.cells[0]

    def link(self, **changes: str) -> dict[str, str]:
        """The query that restores this selection in the rankings or image view, with `changes`."""
        query = {
            "benchmark": self.cell.benchmark,
            "lr": self.cell.lr,
            "scale": str(self.scale),
            "protocol": self.protocol,
            "metric": self.metric,
            "upscaler": self.upscaler,
            "baseline": self.baseline,
            "sample": self.sample,
        }
        return {name: value for name, value in {**query, **changes}.items() if value}

    def url(self, page: str, **changes: str) -> str:
        """`link` as an address within the app."""
        return f"/{page}?{urlencode(self.link(**changes))}"


def choose_board(bar: Bar, known: pd.DataFrame) -> tuple[Selection, list[str]]:
    """What the leaderboard shows, and the benchmarks chosen that have nothing of it."""
    names = _values(known, "benchmark")
    benchmarks = bar.many("benchmark", "Benchmarks", names, default=names[:2])
    known = known[known["benchmark"].isin(benchmarks)]
    scale, protocol, known = _scale_and_protocol(bar, known)
    metrics = bar.many(
        "metric", "Metrics", _metrics(known), default=DEFAULT_METRICS, show=_metric_title
    )
    known = known[known["metric"].isin(metrics)]
    stored = set(known["benchmark"])
    selection = Selection(
        cells=_cells(known),
        scale=scale,
        protocol=protocol,
        metrics=tuple(metrics),
    )
    return selection, [name for name in benchmarks if name not in stored]


def choose_ranking(bar: Bar, known: pd.DataFrame) -> Selection:
    """What the rankings show."""
    cell, known = _one_cell(bar, known)
    metric = bar.one(
        "metric", "Metric", _metrics(known), default=DEFAULT_METRICS[0], show=_metric_title
    )
    upscaler, baseline = _pair(bar, known[known["metric"] == metric])
    return Selection(
        cells=(cell,),
        scale=cell.scale,
        protocol=cell.protocol,
        metrics=(metric,),
        upscaler=upscaler,
        baseline=baseline,
    )


def choose_image(
    bar: Bar, known: pd.DataFrame, samples_of: Callable[[Cell], list[str]]
) -> tuple[Selection, list[str]]:
    """What the image view shows, and the samples of its cell."""
    cell, known = _one_cell(bar, known)
    metrics = _metrics(known)
    metric = DEFAULT_METRICS[0] if DEFAULT_METRICS[0] in metrics else metrics[0]
    # Upscalers without that metric follow.
    others = known[known["metric"] != metric]
    upscaler, baseline = _pair(
        bar, pd.concat([known[known["metric"] == metric], others]), reference=True
    )
    against = bar.one(
        "against",
        "Difference to",
        [HR, BY_BASELINE] if baseline else [HR],
        show=lambda what: what if what == HR else baseline,
        width=130,
    )
    samples = samples_of(cell)
    sample = bar.one("sample", "Sample", samples, width=190)
    selection = Selection(
        cells=(cell,),
        scale=cell.scale,
        protocol=cell.protocol,
        metrics=tuple(metrics),
        upscaler=upscaler,
        baseline=baseline,
        sample=sample,
        against=against,
    )
    return selection, samples


def _one_cell(bar: Bar, known: pd.DataFrame) -> tuple[Cell, pd.DataFrame]:
    """The benchmark, scale, protocol and, where there are several, lr; and what it has."""
    benchmark = bar.one("benchmark", "Benchmark", _values(known, "benchmark"))
    known = known[known["benchmark"] == benchmark]
    _, _, known = _scale_and_protocol(bar, known)
    if len(lrs := _values(known, "lr")) > 1:
        known = known[known["lr"] == bar.one("lr", "lr", lrs, width=190)]
    return _cells(known)[0], known


def _cells(known: pd.DataFrame) -> tuple[Cell, ...]:
    """The cells of one scale and protocol, in the order of their names."""
    names = ["benchmark", "scale", "protocol", "degradation", "lr_kind"]
    found = known[names].drop_duplicates().sort_values(names)
    return tuple(
        Cell(
            benchmark=str(row["benchmark"]),
            scale=int(row["scale"]),
            protocol=str(row["protocol"]),
            degradation=str(row["degradation"]),
            lr_kind=str(row["lr_kind"]),
        )
        for row in records(found)
    )


def _scale_and_protocol(bar: Bar, known: pd.DataFrame) -> tuple[int, str, pd.DataFrame]:
    scale = bar.one(
        "scale", "Scale", _values(known, "scale"), show=lambda n: f"{TIMES}{n}", width=90
    )
    known = known[known["scale"] == scale]
    protocol = bar.one(
        "protocol", "Protocol", _values(known, "protocol"), default=DEFAULT_PROTOCOL, width=150
    )
    return scale, protocol, known[known["protocol"] == protocol]


def _pair(bar: Bar, known: pd.DataFrame, *, reference: bool = False) -> tuple[str, str]:
    """An upscaler of `known`, best first, and a baseline that is another one ("" for none).

    The reference is one of them, the last, where a view can show it.
    """
    names = list(dict.fromkeys(known["upscaler"]))
    upscalers = [name for name in names if name != REFERENCE]
    upscalers += [REFERENCE] if reference and REFERENCE in names else []
    default = next((name for name in upscalers if name != BASELINE), upscalers[0])
    upscaler = bar.one("upscaler", "Upscaler", upscalers, default=default, width=200)
    others = [name for name in upscalers if name != upscaler]
    if not others:
        return upscaler, ""
    return upscaler, bar.one("baseline", "Baseline", others, default=BASELINE, width=170)


def _values(known: pd.DataFrame, column: str) -> list:
    return sorted(known[column].unique().tolist())


def _metrics(known: pd.DataFrame) -> list[str]:
    stored = set(known["metric"])
    return [row.name for row in METRICS if row.name in stored]


def _metric_title(name: str) -> str:
    return METRICS[name].title
