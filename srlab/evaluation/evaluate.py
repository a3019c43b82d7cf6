"""The call for a notebook: evaluate, and get the scores."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from srlab.analysis.frames import scores
from srlab.evaluation.request import make_request
from srlab.evaluation.run import Resources, run_evaluation
from srlab.store.store import Store

if TYPE_CHECKING:
    import pandas as pd

    from srlab.errors import Progress

_log = logging.getLogger(__name__)


def evaluate(
    benchmarks: Iterable[str],
    upscalers: Iterable[str],
    scales: Iterable[int],
    *,
    store: Store | str | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
    **wanted: Any,
) -> pd.DataFrame:
    """Evaluate what is not stored yet, and return the scores asked for as a tidy frame.

    `wanted` takes what `make_request` takes: metrics, protocols, degradation, policy, limit, ….
    What could not be had is logged as a warning each, and kept in the store's failures.
    """
    request = make_request(benchmarks=benchmarks, upscalers=upscalers, scales=scales, **wanted)
    opened = store if isinstance(store, Store) else Store.create(store)
    resources = Resources(workers=workers) if workers is not None else Resources()
    result = run_evaluation(request, opened, progress=progress, resources=resources)
    for warning in result.warnings:
        _log.warning("%s", warning)
    for trouble in result.troubles:
        _log.warning("%s: %s: %s", trouble.where, trouble.code, trouble.reason)
    frame = scores(
        opened,
        benchmarks=[source.name for source in request.benchmarks],
        scales=request.scales,
        upscalers=result.upscalers,
        metrics=[metric.name for metric in request.metrics],
        protocols=[protocol.name for protocol in request.protocols],
    )
    made = zip(
        *(frame[name] for name in ("benchmark", "scale", "degradation", "lr_kind")), strict=True
    )
    frame = frame[[lr in set(result.lr) for lr in made]]
    if request.limit is not None:
        named = zip(frame["benchmark"], frame["sample"], strict=True)
        frame = frame[[sample in result.samples for sample in named]]
    return frame.reset_index(drop=True)
