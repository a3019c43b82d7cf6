"""Where a classifier's evidence lies in an image and in its upscaled version, as pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from srlab.classifiers.catalog import CLASSIFIERS, describe_classifier
from srlab.classifiers.explain import attention_rollout, occlusion_map
from srlab.classifiers.info import Classifier, ClassifierInfo
from srlab.classifiers.labels import normalise
from srlab.errors import ClassifierError, Progress, Silent, StoreError, UsageError
from srlab.fingerprint import bytes_digest, digest
from srlab.image.files import decode, encode_png
from srlab.image.overlay import overlay
from srlab.places import is_folder
from srlab.store.shards import now
from srlab.store.store import Store

_WINDOWS_PER_SIDE = 8
_PERCENTILE = 99.5
"""Of all values of both maps: what the strongest colour stands for."""
_VERSION = 1


class Method(StrEnum):
    """How evidence is located: by covering places, or by following attention."""

    OCCLUSION = "occlusion"
    ROLLOUT = "rollout"


def parse_methods(names: Sequence[str]) -> list[Method]:
    """The methods of these names, each once. Raises UsageError for one that is none."""
    known = [method.value for method in Method]
    if wrong := [name for name in names if name not in known]:
        raise UsageError(f"{wrong[0]!r} is no way to explain; expected {' or '.join(known)}")
    return [Method(name) for name in dict.fromkeys(names)]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One pair of pictures to explain: the names of hr and sr in the store, and what was said.

    `label` is the original's prediction, of which occlusion shows the evidence in both.
    """

    benchmark: str
    sample: str
    scale: int
    degradation: str
    classifier: str
    classifier_fingerprint: bytes
    upscaler: str
    fingerprint: bytes
    label: str
    flipped: bool
    hr: bytes
    sr: bytes


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Three pictures in the store's maps: original, upscaled, and upscaled minus original.

    `limit` is what the strongest colour stands for in all three.
    """

    subject: Subject
    method: Method
    limit: float
    original: bytes
    upscaled: bytes
    difference: bytes


def find_subjects(
    store: Store,
    sample: str,
    *,
    benchmark: str | None = None,
    classifier: str | None = None,
    upscalers: Sequence[str] = (),
    scales: Sequence[int] = (),
) -> list[Subject]:
    """What of a sample can be explained: the upscalers and scales named, else all of its flips.

    Raises StoreError where the store has no such predictions, UsageError where several sets or
    classifiers have, or nothing flipped and nothing was named.
    """
    wanted = {"benchmark": benchmark, "classifier": classifier}
    rows = [
        Subject(**dict(zip(_COLUMNS, row, strict=True)))
        for row in store.rows(_PAIRS, [sample], tables=("predictions", "scores"))
    ]
    rows = [row for row in rows if all(not v or getattr(row, k) == v for k, v in wanted.items())]
    for kind in wanted:
        if len(names := sorted({getattr(row, kind) for row in rows})) > 1:
            raise UsageError(f"{sample} was classified in the {kind}s {', '.join(names)}; name one")
    found = [
        row
        for row in rows
        if (not upscalers or row.upscaler in upscalers) and (not scales or row.scale in scales)
    ]
    if not found:
        raise StoreError(
            f"the store has no predictions of {sample} that fit; `srlab flips` lists the images, "
            "`srlab classify` makes predictions"
        )
    chosen = found if upscalers or scales else [row for row in found if row.flipped]
    if not chosen:
        there = ", ".join(f"{row.upscaler} x{row.scale}" for row in found[:6])
        raise UsageError(f"{sample} did not flip; name what to explain all the same: {there}")
    return chosen


def find_classifier(store: Store, subjects: Sequence[Subject]) -> ClassifierInfo:
    """The classifier of these predictions: the known one of that name, else where it was loaded.

    Raises ClassifierError where what lies there now is not what classified.
    """
    name, fingerprint = subjects[0].classifier, subjects[0].classifier_fingerprint
    sources = [name] if name in CLASSIFIERS else []
    sql = "SELECT json_extract_string(facts, '$.source') FROM classifiers WHERE fingerprint = ?"
    rows = store.rows(sql, [fingerprint], tables=("classifiers",))
    sources += [f"{name}={source}" for (source,) in rows if source and is_folder(source)]
    for source in sources:
        info = describe_classifier(source)
        if info.fingerprint == fingerprint:
            return info
    raise ClassifierError(
        f"the classifier {name} that made these predictions is not where it was; name it with "
        "--classifier"
    )


def explain(
    store: Store,
    subjects: Sequence[Subject],
    info: ClassifierInfo,
    *,
    methods: Sequence[Method] = tuple(Method),
    device: str = "auto",
    progress: Progress | None = None,
) -> Iterator[Explanation]:
    """Explain each subject by each method, keep the pictures, and yield what they are called.

    Occlusion shows by how much the probability of the original's label drops where a grey window
    covers the place; rollout the share of attention. Raises ClassifierError for a rollout of a net
    without a class token.
    """
    told, network = progress or Silent(), info.load(device)
    told.start("explain", len(subjects) * len(methods))
    try:
        for subject in subjects:
            if subject.classifier_fingerprint != info.fingerprint:
                raise ClassifierError(
                    f"{info.name} is not the classifier that made the predictions of "
                    f"{subject.sample}; classify again, or name the other one"
                )
            for method in methods:
                yield _explain_one(store, subject, network, method)
                told.advance(f"{subject.sample} x{subject.scale} {subject.upscaler} {method}")
    finally:
        told.finish()


def _explain_one(
    store: Store, subject: Subject, network: Classifier, method: Method
) -> Explanation:
    pictures = [decode(store.pictures.read(name)).pixels for name in (subject.hr, subject.sr)]
    before, after = (_map(network, picture, subject.label, method) for picture in pictures)
    limit = float(np.percentile(np.abs([before, after]), _PERCENTILE)) or 1.0
    drawn = {
        "original": overlay(pictures[0], before, limit=limit),
        "upscaled": overlay(pictures[1], after, limit=limit),
        "difference": overlay(pictures[1], after - before, limit=limit),
    }
    names = {role: _name(subject, method, role) for role in drawn}
    images = []
    for role, pixels in drawn.items():
        png = encode_png(pixels)
        store.maps.write(names[role], png)
        images.append(_image_row(names[role], png, pixels))
    store.append("images", images)
    explanation = Explanation(subject=subject, method=method, limit=limit, **names)
    store.append("explanations", [_row(explanation)])
    return explanation


def _map(
    network: Classifier, picture: NDArray[np.uint8], label: str, method: Method
) -> NDArray[np.float32]:
    if method is Method.ROLLOUT:
        return attention_rollout(network, picture)
    window = max(1, min(picture.shape[:2]) // _WINDOWS_PER_SIDE)
    index = [normalise(name) for name in network.labels].index(label)
    stride = max(1, window // 2)
    return occlusion_map(network, picture, label_index=index, window=window, stride=stride)


def _name(subject: Subject, method: Method, role: str) -> bytes:
    return digest(
        {
            "is": "explanation",
            "version": _VERSION,
            "method": method.value,
            "role": role,
            "hr": subject.hr.hex(),
            "sr": subject.sr.hex(),
            "label": subject.label,
            "classifier": subject.classifier_fingerprint.hex(),
        }
    )


def _image_row(name: bytes, png: bytes, pixels: NDArray[np.uint8]) -> dict[str, Any]:
    height, width, channels = pixels.shape
    return {
        "image": name,
        "kind": "explanation",
        "content": bytes_digest(png),
        "height": height,
        "width": width,
        "channels": channels,
        "bytes": len(png),
        "time": now(),
    }


def _row(explanation: Explanation) -> dict[str, Any]:
    subject = explanation.subject
    row = {name: getattr(subject, name) for name in _COLUMNS if name not in ("hr", "sr", "flipped")}
    names = ("limit", "original", "upscaled", "difference")
    return {
        **row,
        "method": explanation.method.value,
        "time": now(),
        **{name: getattr(explanation, name) for name in names},
    }


_COLUMNS = tuple(field.name for field in fields(Subject))
"""As the question below answers them."""
_PAIRS = """
SELECT DISTINCT u.benchmark, u.sample, u.scale, u.degradation, u.classifier,
    u.classifier_fingerprint, u.upscaler, u.fingerprint, o.label, o.label <> u.label, s.hr, s.sr
FROM predictions u
JOIN predictions o ON o.arm = 'original' AND (o.benchmark, o.sample, o.scale, o.degradation,
    o.classifier) = (u.benchmark, u.sample, u.scale, u.degradation, u.classifier)
JOIN scores s ON (s.benchmark, s.sample, s.scale, s.degradation, s.upscaler, s.fingerprint)
    = (u.benchmark, u.sample, u.scale, u.degradation, u.upscaler, u.fingerprint)
WHERE u.arm = 'upscaled' AND u.sample = ?
ORDER BY ALL
"""
