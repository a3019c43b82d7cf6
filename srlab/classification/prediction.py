"""What a classifier said of one image, as a row of the store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from srlab.classification.looks import Look
from srlab.classifiers.labels import normalise
from srlab.classifiers.probabilities import probabilities
from srlab.store.shards import Row

TOP = 5


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What was said, whatever names it is kept under.

    `margin` is the logit of the first label minus that of the second, `every` the probabilities of
    all classes as little-endian float32, `top` up to five (label, probability).
    """

    margin: float
    top: tuple[tuple[str, float], ...]
    every: bytes
    seconds: float | None = None

    def row(self, look: Look, *, classifier: str, fingerprint: bytes, truth: int) -> Row:
        """The row for `look`; `truth` is the place of its class among the labels."""
        label, probability = self.top[0]
        return {
            "key": look.key(fingerprint),
            "benchmark": look.benchmark,
            "sample": look.sample,
            "truth": normalise(look.truth),
            "scale": look.scale,
            "degradation": look.degradation,
            "classifier": classifier,
            "classifier_fingerprint": fingerprint,
            "arm": look.arm.value,
            "upscaler": look.upscaler,
            "fingerprint": look.fingerprint,
            "label": label,
            "probability": probability,
            "truth_probability": float(np.frombuffer(self.every, "<f4")[truth]),
            "margin": self.margin,
            "top": json.dumps([list(pair) for pair in self.top]),
            "probabilities": self.every,
            "seconds": self.seconds,
        }


def read_logits(
    logits: NDArray[np.float32], labels: tuple[str, ...], *, seconds: float
) -> Prediction:
    """The prediction that `logits` (classes,) are."""
    order = np.argsort(-logits, kind="stable")
    every = probabilities(logits)
    return Prediction(
        margin=float(logits[order[0]] - logits[order[1]]),
        top=tuple((normalise(labels[place]), float(every[place])) for place in order[:TOP]),
        every=every.astype("<f4").tobytes(),
        seconds=seconds,
    )


def read_stored(stored: Mapping[str, Any]) -> Prediction:
    """The prediction in a row of the store."""
    top = tuple((str(label), float(p)) for label, p in json.loads(stored["top"]))
    return Prediction(
        margin=stored["margin"],
        top=top,
        every=bytes(stored["probabilities"]),
        seconds=stored["seconds"],
    )
