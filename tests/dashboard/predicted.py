"""Made-up predictions of pictures that a store has, so that no net is needed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dashboard.flips.choosing import FlipSelection
from dashboard.study import Setting
from srlab.fingerprint import bytes_digest, digest
from srlab.image.files import decode, encode_png
from srlab.image.overlay import overlay
from srlab.store.shards import now
from srlab.store.store import Store

CLASSIFIER = "made-up"
SETTING = Setting(benchmark="tiny", classifier=CLASSIFIER)
SELECTION = FlipSelection(
    benchmark="tiny", classifier=CLASSIFIER, scale=3, arms=("small", "bicubic", "lanczos")
)
LOOK = digest(CLASSIFIER)
SIDES = ("original", "upscaled", "difference")
_PICTURES = """
SELECT DISTINCT sample, scale, degradation, upscaler, fingerprint, hr, sr
FROM scores WHERE benchmark = ? AND scale = ? AND sr IS NOT NULL ORDER BY ALL
"""


def keep_predictions(
    store: Store,
    benchmark: str,
    said: Mapping[str, Mapping[str, str]],
    *,
    truth: Mapping[str, str],
    classes: Sequence[str],
    scale: int = 3,
    classifier: str = CLASSIFIER,
) -> None:
    """Keep labels as predictions: `said[arm][sample]`; arms are original, small and upscalers.

    The label has probability 0.5, the others share the rest unevenly, in the order of `classes`.
    """
    look = digest(classifier)
    rows = []
    for sample, _, degradation, upscaler, fingerprint, _, _ in _pictures(store, benchmark, scale):
        for arm in ("original", "small", upscaler):
            if sample not in said.get(arm, {}):
                continue
            upscaled = arm == upscaler
            rows.append(
                {
                    "benchmark": benchmark,
                    "sample": sample,
                    "truth": truth[sample],
                    "scale": scale,
                    "degradation": degradation,
                    "classifier": classifier,
                    "classifier_fingerprint": look,
                    "arm": "upscaled" if upscaled else arm,
                    "upscaler": upscaler if upscaled else "",
                    "fingerprint": fingerprint if upscaled else b"",
                    "time": now(),
                    **_seen(said[arm][sample], truth[sample], classes, len(rows)),
                }
            )
    store.append("predictions", rows)
    facts = json.dumps({"source": f"/of/{classifier}"})
    row = {"classifier": classifier, "fingerprint": look, "facts": facts, "time": now()}
    store.append("classifiers", [row])


def keep_explanation(store: Store, benchmark: str, sample: str, upscaler: str, **row: Any) -> None:
    """Keep maps of one flip at scale 3, made of its own pictures."""
    [found] = [
        found
        for found in _pictures(store, benchmark, 3)
        if (found[0], found[3]) == (sample, upscaler)
    ]
    names = {side: digest([side, benchmark, sample, upscaler]) for side in SIDES}
    for place, side in enumerate(SIDES):
        picture = decode(store.pictures.read(found[5 if side == "original" else 6])).pixels
        values = np.linspace(-1, 1, picture[..., 0].size).reshape(picture.shape[:2]) / (place + 1)
        png = encode_png(overlay(picture, values, limit=1.0))
        store.maps.write(names[side], png)
        kept = {"image": names[side], "kind": "explanation", "content": bytes_digest(png)}
        store.append("images", [{**kept, "time": now()}])
    store.append(
        "explanations",
        [
            {
                "benchmark": benchmark,
                "sample": sample,
                "scale": 3,
                "degradation": found[2],
                "classifier": CLASSIFIER,
                "classifier_fingerprint": LOOK,
                "upscaler": upscaler,
                "fingerprint": found[4],
                "method": "occlusion",
                "label": "fox",
                "limit": 0.125,
                "time": now(),
                **names,
                **row,
            }
        ],
    )


def _pictures(store: Store, benchmark: str, scale: int) -> list[tuple]:
    return store.rows(_PICTURES, [benchmark, scale])


def _seen(label: str, truth: str, classes: Sequence[str], seed: int) -> dict[str, Any]:
    others = [name for name in classes if name != label]
    weights = np.arange(len(others), 0, -1) ** 2.0
    shares = dict(zip(others, 0.5 * weights / weights.sum(), strict=True)) | {label: 0.5}
    top = sorted(shares.items(), key=lambda pair: -pair[1])[:5]
    return {
        "key": digest([label, seed]),
        "label": label,
        "probability": 0.5,
        "truth_probability": shares[truth],
        "margin": 0.1 + seed % 7,
        "top": json.dumps([[name, share] for name, share in top]),
        "probabilities": np.array([shares[name] for name in classes], "<f4").tobytes(),
    }
