"""A store of made-up rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from srlab.fingerprint import digest
from srlab.store.store import Store

Keep = Callable[..., Store]
CLASSES = "abcdefgh"
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
        lr_kind: str = "",
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
                    "key": digest([upscaler, version, scale, sample, metric, protocol]),
                    "benchmark": benchmark,
                    "sample": sample,
                    "degradation": degradation,
                    "lr_kind": lr_kind,
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


@pytest.fixture
def classify(store: Store) -> Keep:
    """Keep predictions: `classify({"original": "aab", "bicubic": "abb"}, truth="aaa")`.

    A letter is the label of an image (img_001, img_002, …), a blank means that it was not
    classified. Arms are "original", "small", else an upscaler's label; `margins` are those of all
    arms. The label has probability 0.6, the other classes of `CLASSES` share the rest.
    """

    def write(
        arms: Mapping[str, Sequence[str]],
        *,
        truth: Sequence[str],
        margins: Sequence[float] | None = None,
        benchmark: str = "photos",
        scale: int = 3,
        degradation: str = "matlab-bicubic",
        classifier: str = "vit",
        version: int = 1,
        classifier_version: int = 1,
        second: int = 0,
    ) -> Store:
        time = _BEGIN + timedelta(seconds=second)
        look = digest([classifier, classifier_version])
        rows, upscalers = [], []
        for name, labels in arms.items():
            upscaled = name not in ("original", "small")
            fingerprint = digest([name, scale, version]) if upscaled else b""
            setting = {
                "benchmark": benchmark,
                "scale": scale,
                "degradation": degradation,
                "classifier": classifier,
                "classifier_fingerprint": look,
                "arm": "upscaled" if upscaled else name,
                "upscaler": name if upscaled else "",
                "fingerprint": fingerprint,
                "time": time,
            }
            if upscaled:
                common = {"upscaler": name, "scale": scale, "fingerprint": fingerprint}
                upscalers.append({**common, "family": "classical", "time": time})
            for i, (label, true) in enumerate(zip(labels, truth, strict=True)):
                if label != " ":
                    margin = margins[i] if margins is not None else 1.0
                    rows.append({**setting, **_seen(label, true, f"img_{i + 1:03}", margin)})
        store.append("predictions", rows)
        store.append("upscalers", upscalers)
        store.append("classifiers", [{"classifier": classifier, "fingerprint": look, "time": time}])
        return store

    return write


def _seen(label: str, truth: str, sample: str, margin: float) -> dict:
    probabilities = np.full(len(CLASSES), 0.4 / (len(CLASSES) - 1), np.float32)
    probabilities[CLASSES.index(label)] = 0.6
    order = np.argsort(-probabilities, kind="stable")[:5]
    return {
        "key": digest([label, sample]),
        "sample": sample,
        "truth": truth,
        "label": label,
        "probability": float(probabilities.max()),
        "truth_probability": float(probabilities[CLASSES.index(truth)]),
        "margin": margin,
        "top": json.dumps([[CLASSES[i], float(probabilities[i])] for i in order]),
        "probabilities": probabilities.astype("<f4").tobytes(),
    }


def _lettered(values: Sequence[float]) -> dict[str, float]:
    return {f"img_{i:03}": value for i, value in enumerate(values, start=1)}
