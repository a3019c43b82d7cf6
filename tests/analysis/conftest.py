"""A store of made-up rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from srlab.fingerprint import digest
from srlab.store.store import Store

Keep = Callable[..., Store]
_BEGIN = datetime(2026, 1, 1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


@pytest.fixture
def keep(store: Store) -> Keep:
    """Keep values as scores: `keep({"bicubic": [30.0, 31.0]}, metric="psnr")`.

    A list gives the samples a, b, c …; a mapping names them. `version` is what the fingerprint is
    made of, `second` when the rows were written.
    """

    def write(
        values: Mapping[str, Sequence[float] | Mapping[str, float]],
        *,
        benchmark: str = "set5",
        scale: int = 2,
        metric: str = "psnr",
        protocol: str = "paper-y",
        degradation: str = "given",
        version: int = 1,
        second: int = 0,
    ) -> Store:
        time = _BEGIN + timedelta(seconds=second)
        scores, upscalers = [], []
        for upscaler, given in values.items():
            named = given if isinstance(given, Mapping) else _lettered(given)
            fingerprint = digest([upscaler, scale, version])
            common = {"upscaler": upscaler, "scale": scale, "fingerprint": fingerprint}
            upscalers.append({**common, "family": "classical", "time": time})
            scores += [
                {
                    **common,
                    "benchmark": benchmark,
                    "sample": sample,
                    "degradation": degradation,
                    "metric": metric,
                    "protocol": protocol,
                    "value": value,
                    "sr": digest([upscaler, sample]),
                    "time": time,
                }
                for sample, value in named.items()
            ]
        store.append("scores", scores)
        store.append("upscalers", upscalers)
        return store

    return write


def _lettered(values: Sequence[float]) -> dict[str, float]:
    return {f"img_{i:03}": value for i, value in enumerate(values, start=1)}
