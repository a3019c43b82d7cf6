"""What a person looks at: a row of widgets, one frozen `Selection`, and the URL that restores it.

Every choice stands in the URL's query, so that a link restores a view. The URL is taken over where
it differs from what was last written there (a link was opened, or the browser went back);
otherwise the widgets count. A value that the store does not have is replaced by the default, and
a warning says so until another value is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.results import Cell
from dashboard.words import TIMES, code
from srlab.analysis.leaderboard import BASELINE
from srlab.metrics.catalog import DEFAULT_METRICS, METRICS, Direction
from srlab.metrics.protocol import DEFAULT_PROTOCOL

_WRITTEN = "_written_in_url"
_SEVERAL = "_choices_of_several"
_NOTES = "_notes_on_link"
T = TypeVar("T")
HR = "hr"
BY_BASELINE = "baseline"


@dataclass(frozen=True, kw_only=True)
class Selection:
    """One benchmark or several at one scale under one protocol; the rest where a view asks."""

    benchmarks: tuple[str, ...]
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

    def cells(self) -> list[Cell]:
        """What to read, one cell a benchmark."""
        return [
            Cell(benchmark=name, scale=self.scale, protocol=self.protocol)
            for name in self.benchmarks
        ]

    @property
    def cell(self) -> Cell:
        """The one cell of views that show one benchmark."""
        return self.cells()[0]

    def link(self, **changes: str) -> dict[str, str]:
        """The query that restores this selection in the rankings or image view, with `changes`."""
        query = {
            "benchmark": self.benchmarks[0],
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


@dataclass
class Bar:
    """A row of widgets kept in the URL, each under its own name.

    Views that choose one and views that choose several share the name in the URL, not the widget.
    A widget's options may depend on what the ones before it gave.
    """

    place: DeltaGenerator = field(
        default_factory=lambda: st.container(horizontal=True, vertical_alignment="bottom")
    )

    def one(
        self,
        name: str,
        label: str,
        options: Sequence[T],
        *,
        default: T | None = None,
        show: Callable[[T], str] = str,
        width: int = 150,
    ) -> T:
        """One of `options` (not empty)."""
        fallback = default if default is not None and default in options else options[0]
        asked, key = _asked(name), f"one-{name}"
        if asked is None:
            remembered = _as_option(_written().get(name, [""])[0], options)
            kept = st.session_state.get(key, remembered)
            value = kept if kept in options else fallback
        else:
            known = _as_option(asked[0], options)
            value = fallback if known is None else known
            if known is None:
                _note(name, f"{label.lower()} {code(asked[0])}", code(show(value)), [str(value)])
        st.session_state[key] = value
        chosen = self.place.selectbox(label, options, key=key, format_func=show, width=width)
        _write(name, [str(chosen)])
        return chosen

    def many(
        self,
        name: str,
        label: str,
        options: Sequence[str],
        *,
        default: Sequence[str],
        show: Callable[[str], str] = str,
    ) -> list[str]:
        """One or more of `options`, in their order."""
        fallback = [option for option in options if option in default] or list(options[:1])
        asked, key = _asked(name), f"many-{name}"
        if asked is None:
            kept = st.session_state.get(key) or _remembered().get(name, [])
            values = [option for option in options if option in kept] or fallback
        else:
            values = [option for option in options if option in asked] or fallback
            unknown = [text for text in asked if text not in options]
            if unknown:
                shown = ", ".join(code(show(value)) for value in values)
                _note(name, f"{label.lower()} {', '.join(map(code, unknown))}", shown, values)
        st.session_state[key] = values
        chosen = self.place.multiselect(label, options, key=key, format_func=show, width=340)
        values = [option for option in options if option in chosen] or fallback
        _write(name, values)
        _remembered()[name] = values
        return values


def choose_next(name: str, value: str) -> None:
    """Have `value` chosen at the next run; for a widget's callback."""
    st.session_state[f"one-{name}"] = value


def show_notes() -> None:
    """Say what a link asked for and the store does not have."""
    for text, _ in st.session_state.get(_NOTES, {}).values():
        st.warning(text, icon=":material/link_off:")


def choose_board(bar: Bar, known: pd.DataFrame) -> tuple[Selection, list[str]]:
    """What the leaderboard shows, and the benchmarks chosen that have nothing of it."""
    names = _values(known, "benchmark")
    benchmarks = bar.many("benchmark", "Benchmarks", names, default=names[:2])
    known = known[known["benchmark"].isin(benchmarks)]
    scale, protocol, known = _scale_and_protocol(bar, known)
    metrics = bar.many(
        "metric", "Metrics", _metrics(known), default=DEFAULT_METRICS, show=_metric_title
    )
    stored = set(known[known["metric"].isin(metrics)]["benchmark"])
    selection = Selection(
        benchmarks=tuple(name for name in benchmarks if name in stored),
        scale=scale,
        protocol=protocol,
        metrics=tuple(metrics),
    )
    return selection, [name for name in benchmarks if name not in stored]


def choose_ranking(bar: Bar, known: pd.DataFrame) -> Selection:
    """What the rankings show."""
    benchmark, scale, protocol, known = _one_cell(bar, known)
    metric = bar.one(
        "metric", "Metric", _metrics(known), default=DEFAULT_METRICS[0], show=_metric_title
    )
    upscaler, baseline = _pair(bar, known[known["metric"] == metric], metric)
    return Selection(
        benchmarks=(benchmark,),
        scale=scale,
        protocol=protocol,
        metrics=(metric,),
        upscaler=upscaler,
        baseline=baseline,
    )


def choose_image(
    bar: Bar, known: pd.DataFrame, samples_of: Callable[[Cell], list[str]]
) -> tuple[Selection, list[str]]:
    """What the image view shows, and the samples of its cell."""
    benchmark, scale, protocol, known = _one_cell(bar, known)
    metrics = _metrics(known)
    metric = DEFAULT_METRICS[0] if DEFAULT_METRICS[0] in metrics else metrics[0]
    # Upscalers without that metric follow: nan sorts last.
    means = known.assign(mean=known["mean"].where(known["metric"] == metric)).sort_values("mean")
    upscaler, baseline = _pair(bar, means.drop_duplicates("upscaler"), metric)
    against = bar.one(
        "against",
        "Difference to",
        [HR, BY_BASELINE] if baseline else [HR],
        show=lambda what: what if what == HR else baseline,
        width=130,
    )
    samples = samples_of(Cell(benchmark=benchmark, scale=scale, protocol=protocol))
    sample = bar.one("sample", "Sample", samples, width=190)
    selection = Selection(
        benchmarks=(benchmark,),
        scale=scale,
        protocol=protocol,
        metrics=tuple(metrics),
        upscaler=upscaler,
        baseline=baseline,
        sample=sample,
        against=against,
    )
    return selection, samples


def _one_cell(bar: Bar, known: pd.DataFrame) -> tuple[str, int, str, pd.DataFrame]:
    benchmark = bar.one("benchmark", "Benchmark", _values(known, "benchmark"))
    known = known[known["benchmark"] == benchmark]
    scale, protocol, known = _scale_and_protocol(bar, known)
    return benchmark, scale, protocol, known


def _scale_and_protocol(bar: Bar, known: pd.DataFrame) -> tuple[int, str, pd.DataFrame]:
    scale = bar.one(
        "scale", "Scale", _values(known, "scale"), show=lambda n: f"{TIMES}{n}", width=90
    )
    known = known[known["scale"] == scale]
    protocol = bar.one(
        "protocol", "Protocol", _values(known, "protocol"), default=DEFAULT_PROTOCOL, width=150
    )
    return scale, protocol, known[known["protocol"] == protocol]


def _pair(bar: Bar, known: pd.DataFrame, metric: str) -> tuple[str, str]:
    """An upscaler, the best first, and a baseline that is another one ("" where there is none)."""
    best_first = known.sort_values("mean", ascending=METRICS[metric].direction is Direction.LOWER)
    upscalers = list(best_first["upscaler"])
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


def _asked(name: str) -> list[str] | None:
    """What a link asks for; None where the URL says nothing new."""
    values = st.query_params.get_all(name)
    if not values:
        st.session_state.get(_NOTES, {}).pop(name, None)
    return values if values and values != _written().get(name) else None


def _write(name: str, values: list[str]) -> None:
    _, stands = st.session_state.get(_NOTES, {}).get(name, ("", values))
    if stands != values:
        st.session_state[_NOTES].pop(name)
    if st.query_params.get_all(name) != values:
        st.query_params[name] = values
    _written()[name] = values


def _written() -> dict[str, list[str]]:
    return st.session_state.setdefault(_WRITTEN, {})


def _remembered() -> dict[str, list[str]]:
    """Choices of several, which views that choose one leave alone."""
    return st.session_state.setdefault(_SEVERAL, {})


def _note(name: str, asked: str, shown: str, values: list[str]) -> None:
    text = (
        f"The link asks for {asked}, which is not stored for this choice. Shown instead: {shown}."
    )
    st.session_state.setdefault(_NOTES, {})[name] = (text, values)


def _as_option(text: str, options: Sequence[T]) -> T | None:
    return next((option for option in options if str(option) == text), None)
