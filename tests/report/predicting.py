"""Predictions that nobody made, of the pictures of a store."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from srlab.fingerprint import digest
from srlab.store.store import Store

CLASSES = tuple("abcdefgh")
FACTS = {
    "architecture": "ViTForImageClassification",
    "parameters": 76301,
    "backend": "pil",
    "input_size": [64, 64],
}
_TIME = datetime(2026, 3, 1)


def predict(
    store: Store,
    arms: Mapping[str, Sequence[str]],
    *,
    truth: Sequence[str],
    benchmark: str = "small",
    scale: int = 3,
    classifier: str = "vit",
    classes: Sequence[str] = CLASSES,
    samples: Sequence[str] = (),
    facts: str | None = None,
) -> Store:
    """Keep predictions: an arm is "original", "small", else an upscaler, with a label per image.

    Images are those of the store in the order of their names, or `samples`; a blank label means
    that the image was not classified. The label has probability 0.6, the other classes share the
    rest; margins grow with the image's place.
    """
    names = list(samples) or _scored(store, benchmark)
    look = digest([classifier])
    rows, upscalers = [], []
    for arm, labels in arms.items():
        upscaled = arm not in ("original", "small")
        fingerprint = _fingerprint(store, arm, scale) if upscaled else b""
        if upscaled:
            common = {"upscaler": arm, "scale": scale, "fingerprint": fingerprint}
            upscalers.append({**common, "family": "classical", "facts": "{}", "time": _TIME})
        setting = {
            "benchmark": benchmark,
            "scale": scale,
            "degradation": "matlab-bicubic",
            "classifier": classifier,
            "classifier_fingerprint": look,
            "arm": "upscaled" if upscaled else arm,
            "upscaler": arm if upscaled else "",
            "fingerprint": fingerprint,
            "run": "looking",
            "time": _TIME,
        }
        rows += [
            {**setting, **_seen(place, names[place], label, truth[place], classes)}
            for place, label in enumerate(labels)
            if label.strip()
        ]
    store.append("predictions", rows)
    store.append("upscalers", upscalers)
    known = {"classifier": classifier, "fingerprint": look, "labels": json.dumps(list(classes))}
    told = json.dumps(FACTS) if facts is None else facts
    store.append("classifiers", [{**known, "facts": told, "time": _TIME}])
    return store


def _scored(store: Store, benchmark: str) -> list[str]:
    found = store.rows(
        "SELECT DISTINCT sample FROM scores WHERE benchmark = ? ORDER BY sample", [benchmark]
    )
    return [str(name) for (name,) in found]


def _fingerprint(store: Store, upscaler: str, scale: int) -> bytes:
    """That of the upscaler in the store, or one for an upscaler that is not there."""
    found = store.rows(
        "SELECT arg_max(fingerprint, time) FROM upscalers WHERE upscaler = ? AND scale = ?",
        [upscaler, scale],
        tables=("upscalers",),
    )
    return bytes(found[0][0]) if found[0][0] else digest([upscaler, scale])


def _seen(place: int, sample: str, label: str, truth: str, classes: Sequence[str]) -> dict:
    probabilities = np.full(len(classes), 0.4 / (len(classes) - 1), np.float32)
    probabilities[list(classes).index(label)] = 0.6
    order = np.argsort(-probabilities, kind="stable")[:5]
    return {
        "key": digest([label, sample]),
        "sample": sample,
        "truth": truth,
        "label": label,
        "probability": float(probabilities.max()),
        "truth_probability": float(probabilities[list(classes).index(truth)]),
        "margin": 0.5 * (1 + place),
        "top": json.dumps([[classes[i], float(probabilities[i])] for i in order]),
        "probabilities": probabilities.astype("<f4").tobytes(),
    }
