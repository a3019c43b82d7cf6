"""The call for a notebook and a command: draw images, evaluate them, classify every arm."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from srlab.classification.looks import wanted_looks
from srlab.classification.run import Classification, Unclassified, run_classification
from srlab.classifiers.catalog import CLASSIFIERS, describe_classifier
from srlab.classifiers.info import ClassifierInfo
from srlab.classifiers.labels import known_classes, match_labels
from srlab.data.class_image import ClassImage
from srlab.data.classes import ClassSource, drawn_benchmark, parse_images
from srlab.errors import LabelsError, LeftOutError, Progress, Silent, UsageError
from srlab.evaluation.request import Request, make_request
from srlab.evaluation.run import Evaluation, Resources, run_evaluation
from srlab.fingerprint import file_digest
from srlab.store.file_index import FileIndex
from srlab.store.store import Store
from srlab.upscale.typed import parse_upscaler

if TYPE_CHECKING:
    import pandas as pd

CONTROL = "bicubic"
"""The upscaler that is always classified: without it a flip cannot be blamed on a network."""
METRICS = ("psnr", "ssim")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ClassifyRequest:
    """A classification as it was asked for; images are drawn, names looked up.

    `asked` are the upscalers that were named, `upscalers` these and the control; `evaluation`
    makes the pictures that the classifier looks at, `left_out` is what was brought and is not used.
    """

    source: ClassSource
    images: tuple[ClassImage, ...]
    classifier: ClassifierInfo
    upscalers: tuple[str, ...]
    asked: tuple[str, ...]
    evaluation: Request
    left_out: tuple[Unclassified, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Classified:
    """What came of it: the evaluation beneath, the classification, and what they were of."""

    benchmark: str
    classifier: str
    samples: tuple[str, ...]
    upscalers: tuple[str, ...]
    asked: tuple[str, ...]
    scales: tuple[int, ...]
    evaluation: Evaluation
    classification: Classification

    @property
    def complete(self) -> bool:
        """Whether everything wanted is stored now."""
        return self.evaluation.complete and not self.classification.troubles


def make_classify_request(
    *,
    images: str,
    upscalers: Iterable[str],
    scales: Iterable[int],
    classifier: str | None = None,
    samples: int | None = None,
    seed: int = 0,
    stratified: bool = False,
    metrics: Iterable[str] = METRICS,
    index: FileIndex | None = None,
    **evaluation: Any,
) -> ClassifyRequest:
    """Draw the images and look every name up; `evaluation` takes what `make_request` takes.

    Without a `classifier`, the one that the catalog has for these images. Bicubic joins the
    upscalers where it is not among them. Raises UsageError, UnknownNameError, LabelsError,
    BenchmarkError, ClassifierError, OfflineError or DownloadError.
    """
    source = parse_images(images)
    digest = partial(index.digest, kind="content", compute=file_digest) if index else file_digest
    info = describe_classifier(classifier or default_classifier(source), digest_file=digest)
    drawn, unknown = draw_known(source, info, samples, seed=seed, stratified=stratified)
    given = [upscalers] if isinstance(upscalers, str) else list(upscalers)
    asked = tuple(parse_upscaler(text).label for text in given)
    given = with_control(given)
    request = make_request(
        benchmarks=[drawn_benchmark(source, drawn)],
        upscalers=given,
        scales=scales,
        metrics=metrics,
        **evaluation,
    )
    return ClassifyRequest(
        source=source,
        images=drawn,
        classifier=info,
        upscalers=tuple(parse_upscaler(text).label for text in given),
        asked=asked,
        evaluation=request,
        left_out=(
            *(
                Unclassified(where=str(one.place), code=LeftOutError.code, reason=one.why)
                for one in source.left_out()
            ),
            *(
                Unclassified(
                    where=f"{source.name}/{name}",
                    code=LabelsError.code,
                    reason=f"the classifier {info.name} knows no class of this name; its images "
                    "are left out",
                )
                for name in unknown
            ),
        ),
    )


def draw_known(
    source: ClassSource,
    info: ClassifierInfo,
    samples: int | None,
    *,
    seed: int,
    stratified: bool,
) -> tuple[tuple[ClassImage, ...], list[str]]:
    """The images drawn among those whose class the classifier knows, and the other classes."""
    known, unknown = known_classes(source.labels(), info.labels)
    match_labels(known, info.labels)
    only = set(known) if unknown else None
    return source.draw(samples, seed=seed, stratified=stratified, classes=only), unknown


def with_control(upscalers: Iterable[str]) -> list[str]:
    """The upscalers, and bicubic before them where it is not among them."""
    given = list(upscalers)
    there = any(parse_upscaler(text) == parse_upscaler(CONTROL) for text in given)
    return given if there else [CONTROL, *given]


def run_classify(
    request: ClassifyRequest,
    store: Store,
    *,
    progress: Progress | None = None,
    resources: Resources | None = None,
) -> Classified:
    """Evaluate what is not stored, then classify what is not; a second call does nothing."""
    told, given = progress or Silent(), resources or Resources()
    evaluation = run_evaluation(request.evaluation, store, progress=told, resources=given)
    truths = {image.name: image.truth for image in request.images}
    looks = wanted_looks(
        store,
        request.source.name,
        truths,
        upscalers=request.upscalers,
        scales=request.evaluation.scales,
    )
    classification = run_classification(
        store,
        looks,
        request.classifier,
        device=request.evaluation.device,
        resources=given,
        progress=told,
    )
    classification.troubles[:0] = request.left_out
    return Classified(
        benchmark=request.source.name,
        classifier=request.classifier.name,
        samples=tuple(truths),
        upscalers=request.upscalers,
        asked=request.asked,
        scales=request.evaluation.scales,
        evaluation=evaluation,
        classification=classification,
    )


def classify(
    images: str,
    upscalers: Iterable[str],
    scales: Iterable[int],
    *,
    store: Store | str | None = None,
    progress: Progress | None = None,
    **wanted: Any,
) -> pd.DataFrame:
    """Classify what is not classified yet, and return the predictions as a tidy frame.

    `wanted` takes what `make_classify_request` takes: classifier, samples, seed, stratified, ….
    What could not be had is logged as a warning each.
    """
    from srlab.analysis.predictions import predictions

    opened = store if isinstance(store, Store) else Store.create(store)
    request = make_classify_request(
        images=images, upscalers=upscalers, scales=scales, index=FileIndex(opened), **wanted
    )
    done = run_classify(request, opened, progress=progress)
    for trouble in [*done.evaluation.troubles, *done.classification.troubles]:
        _log.warning("%s: %s: %s", trouble.where, trouble.code, trouble.reason)
    return predictions(
        opened,
        benchmarks=[done.benchmark],
        samples=done.samples,
        scales=done.scales,
        classifiers=[done.classifier],
        upscalers=[*done.upscalers, "small"],
    )


def default_classifier(source: ClassSource) -> str:
    """The classifier that the catalog has for these images; UsageError where it has none."""
    for row in CLASSIFIERS:
        if row.images == source.name and source.origin == parse_images(row.images).origin:
            return row.name
    known = ", ".join(row.images for row in CLASSIFIERS)
    raise UsageError(
        f"{source.name} has no classifier of its own (only {known} have); name one with "
        "--classifier FOLDER or hf:ORG/NAME"
    )
