"""What a person wants evaluated, resolved into catalog rows before anything is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from srlab.data.benchmark import BenchmarkSource, parse_benchmark
from srlab.data.degradation import DEGRADATIONS, GIVEN
from srlab.errors import UsageError
from srlab.metrics.catalog import BORDER_ONLY, DEFAULT_METRICS, METRICS, Kind, MetricInfo
from srlab.metrics.protocol import DEFAULT_PROTOCOL, PROTOCOLS, Preparation, Protocol
from srlab.places import is_folder
from srlab.upscale.catalog import PRECISIONS, SCALES
from srlab.upscale.typed import parse_upscaler

MINIMUM_TILE = 16


class Policy(StrEnum):
    """What becomes of wanted rows: compute those not stored, all of them, or none."""

    MISSING = "missing"
    AGAIN = "again"
    CACHED = "cached"


@dataclass(frozen=True, kw_only=True)
class Request:
    """An evaluation as it was asked for; upscalers stay text until their scale is known."""

    benchmarks: tuple[BenchmarkSource, ...]
    upscalers: tuple[str, ...]
    scales: tuple[int, ...]
    metrics: tuple[MetricInfo, ...]
    protocols: tuple[Protocol, ...]
    degradation: str | None = None
    policy: Policy = Policy.MISSING
    limit: int | None = None
    tile: int | None = None
    precision: str = "fp32"
    device: str = "auto"
    maps: bool = False
    known_scores: Path | None = None


def make_request(
    *,
    benchmarks: Iterable[str | BenchmarkSource],
    upscalers: Iterable[str],
    scales: Iterable[int],
    metrics: Iterable[str] = DEFAULT_METRICS,
    protocols: Iterable[str | Protocol] = (DEFAULT_PROTOCOL,),
    degradation: str | None = None,
    lr: Path | str | None = None,
    policy: str = Policy.MISSING,
    limit: int | None = None,
    tile: int | None = None,
    precision: str = "fp32",
    device: str = "auto",
    maps: bool = False,
    known_scores: Path | None = None,
) -> Request:
    """Look every name up. Raises UsageError or UnknownNameError for what does not fit.

    `lr` is a folder of lr for the one benchmark named, in the place of what lies beside its hr.
    """
    if degradation not in (None, GIVEN):
        degradation = DEGRADATIONS[degradation].name
    request = Request(
        benchmarks=_with_lr(_sources(benchmarks), lr, degradation),
        upscalers=tuple(_once(upscalers)),
        scales=tuple(sorted(_once(scales))),
        metrics=tuple(METRICS[name] for name in _once(metrics)),
        protocols=tuple(p if isinstance(p, Protocol) else PROTOCOLS[p] for p in _once(protocols)),
        degradation=degradation,
        policy=_policy(policy),
        limit=limit,
        tile=tile,
        precision=precision,
        device=device,
        maps=maps,
        known_scores=known_scores,
    )
    _check(request)
    return request


def _sources(given: Iterable[str | BenchmarkSource]) -> tuple[BenchmarkSource, ...]:
    """Sets that are named, each once, and sets that are at hand already."""
    listed = [given] if isinstance(given, str) else list(given)
    named = [parse_benchmark(text) for text in _once(t for t in listed if isinstance(t, str))]
    return (*named, *(source for source in listed if isinstance(source, BenchmarkSource)))


def _with_lr(
    sources: tuple[BenchmarkSource, ...], lr: Path | str | None, degradation: str | None
) -> tuple[BenchmarkSource, ...]:
    """The one set that a named folder of lr is for, with it."""
    if lr is None:
        return sources
    if len(sources) != 1:
        raise UsageError(
            f"--lr {lr} is for one set; {len(sources)} were named, evaluate them apart"
        )
    if degradation not in (None, GIVEN):
        raise UsageError(f"--lr names the lr, and --degradation {degradation} would make others")
    if not is_folder(lr):
        raise UsageError(f"--lr {lr} is no folder; expected one of lr images, or of X2/, X3/ …")
    return (replace(sources[0], lr=Path(lr).absolute()),)


def _policy(name: str) -> Policy:
    try:
        return Policy(name)
    except ValueError:
        known = ", ".join(Policy)
        raise UsageError(f"{name!r} is no policy; expected one of {known}") from None


def _once(names: Iterable) -> list:
    """The names in order, each once; a text alone is one name."""
    return list(dict.fromkeys([names] if isinstance(names, str) else names))


def _check(request: Request) -> None:
    _need("benchmark", "-b skimage", request.benchmarks)
    _need("upscaler", "-u bicubic", request.upscalers)
    _need("scale", "-s 2", request.scales)
    _need("metric", "-m psnr", request.metrics)
    for scale in request.scales:
        if scale not in SCALES:
            raise UsageError(f"scale {scale} is not supported; expected one of 2, 3, 4, 8")
    for metric in request.metrics:
        if metric.kind is Kind.SET:
            raise UsageError(f"{metric.name} needs a whole set; it is no score of an image")
    _check_preparations(request)
    names = [source.name for source in request.benchmarks]
    if len(set(names)) != len(names):
        raise UsageError(f"two benchmarks are called alike ({', '.join(names)}); write NAME=FOLDER")
    labels: dict[str, str] = {}
    for text in request.upscalers:
        other = labels.setdefault(parse_upscaler(text).label, text)
        if other != text:
            label = parse_upscaler(text).label
            raise UsageError(
                f"two upscalers are called {label} ({other}, {text}); write NAME={text}"
            )
    _check_options(request)


def _check_preparations(request: Request) -> None:
    for protocol in request.protocols:
        if protocol.preparation == Preparation():
            continue
        if protocol not in list(PROTOCOLS):
            raise UsageError(f"{protocol.name} prepares images as no protocol of srlab does")
        if request.degradation is not None:
            raise UsageError(
                f"{protocol.name} says itself how images are prepared; leave out --degradation "
                f"{request.degradation}, or evaluate the other protocols apart"
            )
        blind = [metric.name for metric in request.metrics if metric.honours == BORDER_ONLY]
        if blind:
            raise UsageError(
                f"{', '.join(blind)} looks at RGB, and {protocol.name} has luma only; evaluate it "
                "under the other protocols apart"
            )


def _check_options(request: Request) -> None:
    if request.limit is not None and request.limit < 1:
        raise UsageError(f"--limit {request.limit} leaves no image; expected 1 or more")
    if request.precision not in PRECISIONS:
        raise UsageError(
            f"{request.precision!r} is no precision; expected one of {', '.join(PRECISIONS)}"
        )
    if request.tile is not None and request.tile < MINIMUM_TILE:
        raise UsageError(f"--tile {request.tile} is too small; expected {MINIMUM_TILE} or more")


def _need(what: str, example: str, given: Sequence) -> None:
    if not given:
        raise UsageError(f"no {what} was named; name at least one ({example})")
