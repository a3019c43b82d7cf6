"""Scores a pair (sr, hr) by several metrics under several protocols, sharing what they share."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING

from srlab.errors import MetricError, ProtocolError, SrlabError
from srlab.image.crop import cut_border
from srlab.metrics.catalog import (
    BORDER_ONLY,
    DEFAULT_METRICS,
    METRICS,
    Kind,
    MetricInfo,
)
from srlab.metrics.channels import match_channels, to_channel
from srlab.metrics.protocol import DEFAULT_PROTOCOL, PROTOCOLS, Measure, Protocol
from srlab.registry import load_object

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Levels = NDArray[np.floating]


@dataclass(frozen=True, kw_only=True)
class Score:
    """The value of one metric under one protocol; `error` stands where there is none."""

    metric: MetricInfo
    protocol: Protocol
    value: float
    seconds: float
    error: SrlabError | None = None


def score(
    sr: Pixels,
    hr: Pixels,
    *,
    scale: int | None = None,
    metrics: Iterable[str] = DEFAULT_METRICS,
    protocols: Iterable[str] = (DEFAULT_PROTOCOL,),
) -> pd.DataFrame:
    """A frame with columns metric, protocol, value for one pair.

    `sr` and `hr` are uint8, (H, W, 3) or (H, W), of one size. Raises the first SrlabError that a
    metric meets: sizes or channels that differ, an image under 11 pixels for SSIM, a protocol that
    scores no 8-bit images.
    """
    import pandas as pd

    wanted = [(METRICS[m], PROTOCOLS[p]) for p in protocols for m in metrics]
    rows = []
    for result in score_pair(sr, hr, wanted, scale=scale):
        if result.error is not None:
            raise result.error
        rows.append((result.metric.name, result.protocol.name, result.value))
    return pd.DataFrame(rows, columns=["metric", "protocol", "value"])


def score_pair(
    sr: Pixels | Levels,
    hr: Pixels | Levels,
    wanted: Iterable[tuple[MetricInfo, Protocol]],
    *,
    scale: int | None = None,
) -> Iterator[Score]:
    """The wanted scores, in the order asked; a metric that fails gives a Score with its error.

    Where the protocol rounds sr the pair is uint8, else it is luma in floating point, (H, W).
    Raises SizeMismatchError or ChannelMismatchError where nothing can be compared at all.
    """
    pair = match_channels(sr, hr, scale=scale)
    inputs = _Inputs(*pair, scale=scale)
    for metric, protocol in wanted:
        start = perf_counter()
        value, error = math.nan, None
        try:
            _require_kind(sr, metric, protocol)
            value = _value(metric, inputs.of(metric, protocol.measure))
        except SrlabError as caught:
            error = caught
        yield Score(
            metric=metric,
            protocol=protocol,
            value=value,
            seconds=perf_counter() - start,
            error=error,
        )


class _Inputs:
    """What metrics are given: the images after the border cut, and their channels, made once."""

    def __init__(self, sr: Pixels | Levels, hr: Pixels | Levels, *, scale: int | None) -> None:
        self._sr, self._hr, self._scale = sr, hr, scale
        self._channels = lru_cache(maxsize=None)(self._make_channels)

    def of(self, metric: MetricInfo, measure: Measure) -> tuple[NDArray, ...]:
        """(sr, hr) as `metric` expects them; sr alone where it looks at one image."""
        border_only = metric.honours == BORDER_ONLY
        pair = self._cut(measure) if border_only else self._channels(measure)
        return pair[:1] if metric.kind is Kind.IMAGE else pair

    def _cut(self, measure: Measure) -> tuple[NDArray, NDArray]:
        border = measure.border(self._scale)
        return cut_border(self._sr, border), cut_border(self._hr, border)

    def _make_channels(self, measure: Measure) -> tuple[NDArray, NDArray]:
        sr, hr = (
            to_channel(pixels, channel=measure.channel, rounded=measure.rounded, grey=measure.grey)
            for pixels in self._cut(measure)
        )
        return sr, hr


def _require_kind(sr: NDArray, metric: MetricInfo, protocol: Protocol) -> None:
    """Raise ProtocolError unless sr is what the protocol and the metric look at."""
    if protocol.preparation.sr_rounded:
        return
    if sr.dtype.kind != "f":
        raise ProtocolError(
            f"{protocol.name} scores a net's float output, and this is an image of 8 bits; "
            f"`srlab evaluate --protocol {protocol.name}` runs the net and scores it"
        )
    if metric.honours == BORDER_ONLY:
        raise ProtocolError(
            f"{metric.name} looks at RGB, and {protocol.name} has luma only; choose another "
            "protocol for it"
        )


def _value(metric: MetricInfo, arrays: tuple[NDArray, ...]) -> float:
    value = float(load_object(metric.function)(*arrays))
    if math.isnan(value):
        raise MetricError(
            f"{metric.name} gave nan on images of {arrays[0].shape[0]}x{arrays[0].shape[1]}; "
            "nan is never stored"
        )
    return value
