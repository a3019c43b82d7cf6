"""Does what a study declares: train, evaluate, classify, then report."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from srlab.analysis.frames import Filter
from srlab.analysis.predictions import Arm, PredictionFilter
from srlab.classification.classify import (
    Classified,
    ClassifyRequest,
    default_classifier,
    draw_known,
    make_classify_request,
    run_classify,
    with_control,
)
from srlab.classifiers.catalog import CLASSIFIERS, describe_classifier, label_of
from srlab.data.benchmark import BenchmarkSource, Samples, parse_benchmark
from srlab.data.catalog import BENCHMARKS
from srlab.data.classes import KNOWN_IMAGES, ClassSource, parse_images
from srlab.errors import Progress, StudyError
from srlab.evaluation.request import Request, make_request
from srlab.evaluation.run import Evaluation, Resources, run_evaluation
from srlab.places import is_folder, is_there
from srlab.report.write import FORMATS, write_report
from srlab.store.file_index import FileIndex
from srlab.store.store import Store
from srlab.study.consent import Ask, code_named, require_consent
from srlab.study.read import ClassifyStep, EvaluateStep, Study, read_study
from srlab.study.training import find_recipes, left_later, train_all
from srlab.train.trained import Trained
from srlab.upscale.catalog import describe, is_named
from srlab.upscale.typed import parse_upscaler, split_suffix


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a study."""

    trained: list[Trained]
    evaluation: Evaluation | None
    classified: Classified | None
    reports: list[Path]

    @property
    def complete(self) -> bool:
        """Whether everything wanted is there."""
        return all(done is None or done.complete for done in (self.evaluation, self.classified))


def run_study(
    study: Study,
    *,
    store: Path | None = None,
    progress: Progress | None = None,
    command: str = "",
    allow_code: bool = False,
    ask: Ask | None = None,
) -> Outcome:
    """Train what is not trained, evaluate and classify what is not stored, write the report.

    Raises UsageError for a name that is not known, before anything is computed; and
    CodeNotAllowedError where the study names code that nobody agreed to run (see
    `require_consent`, which takes `allow_code` and `ask`).
    """
    if code_named(study) and str(study.folder) not in sys.path:
        sys.path.insert(0, str(study.folder))
    require_consent(study, allow=allow_code, ask=ask)
    for name in study.report.formats if study.report else ():
        if name not in FORMATS:
            raise StudyError(f"[report] formats holds {name!r}; known are {', '.join(FORMATS)}")
    recipes = find_recipes(study)
    _check_evaluate(study, left_later(study, recipes))
    opened = Store.create(store)
    trained = train_all(study, recipes, opened, progress)
    request = _request(study, study.evaluate) if study.evaluate else None
    evaluation = None
    if request is not None:
        evaluation = run_evaluation(
            request,
            opened,
            progress=progress,
            resources=Resources(command=command),
        )
    classified = None
    if study.classify is not None:
        wanted = _classify_request(study, study.classify, FileIndex(opened))
        classified = run_classify(
            wanted, opened, progress=progress, resources=Resources(command=command)
        )
    reports = []
    if study.report is not None:
        reports = write_report(
            opened,
            study.folder / study.report.output,
            formats=study.report.formats,
            title=study.title,
            selection=_selection(study),
            predictions=_predictions(study),
            trainings=[recipe.name for recipe in recipes],
        )
    return Outcome(trained=trained, evaluation=evaluation, classified=classified, reports=reports)


def report_on(
    source: Path, folder: Path, *, formats: Iterable[str], store: Path | None = None
) -> list[Path]:
    """Write up a study's scores, or (where `source` is a folder) everything in a store."""
    if is_folder(source):
        return write_report(Store.open(source), folder, formats=tuple(formats))
    study = read_study(source)
    return write_report(
        Store.open(store),
        folder,
        formats=tuple(formats),
        title=study.title,
        selection=_selection(study),
        predictions=_predictions(study),
        trainings=[recipe.name for recipe in find_recipes(study)],
    )


def _check_evaluate(study: Study, later: set[Path]) -> None:
    """Raise what is wrong with `[evaluate]`, but for checkpoints that the study trains first."""
    step = study.evaluate
    if step is None:
        return
    there = tuple(text for text in step.upscalers if not _is_one_of(text, study.folder, later))
    if there or not step.upscalers:
        _request(study, replace(step, upscalers=there))
    for text in (_anchored(text, study.folder) for text in there):
        what = parse_upscaler(text).what
        if ":" not in what and not is_named(what) and not is_there(what):
            describe(text, step.scales[0])  # says what is wrong with it


def _is_one_of(text: str, folder: Path, files: set[Path]) -> bool:
    core, _ = split_suffix(text)
    return any(folder / name in files for name in (core, core.partition("=")[2]) if name)


def _request(study: Study, step: EvaluateStep) -> Request:
    return make_request(
        benchmarks=[_anchored(text, study.folder) for text in step.benchmarks],
        upscalers=[_anchored(text, study.folder) for text in step.upscalers],
        scales=step.scales,
        metrics=step.metrics,
        protocols=[study.protocols.get(name, name) for name in step.protocols],
        degradation=step.degradation,
        lr=study.folder / step.lr if step.lr else None,
        limit=step.limit,
        tile=step.tile,
        precision=step.precision,
        known_scores=study.folder / step.known_scores if step.known_scores else None,
    )


def _classify_request(study: Study, step: ClassifyStep, index: FileIndex) -> ClassifyRequest:
    request = make_classify_request(
        images=_anchored(step.images, study.folder),
        upscalers=[_anchored(text, study.folder) for text in step.upscalers],
        scales=step.scales,
        classifier=_anchored_classifier(step.classifier, study.folder),
        samples=step.samples,
        seed=step.seed,
        stratified=step.stratified,
        metrics=step.metrics,
        degradation=step.degradation,
        tile=step.tile,
        precision=step.precision,
        index=index,
    )
    index.save()
    return request


def _anchored_classifier(text: str | None, folder: Path) -> str | None:
    """`[LABEL=]FOLDER` with the folder made absolute, where it lies in the study's."""
    if text is None or text in CLASSIFIERS:
        return text
    label, equals, rest = text.rpartition("=")
    lies_there = rest not in CLASSIFIERS and is_folder(folder / rest)
    return f"{label}{equals}{folder / rest}" if lies_there else text


def _selection(study: Study) -> Filter:
    step = study.evaluate
    if step is None:
        return _scores_of(_predictions(study), study.classify)
    if not step.scales:
        raise StudyError("[evaluate] scales is empty; name at least one")
    benchmarks = [parse_benchmark(_anchored(text, study.folder)) for text in step.benchmarks]
    upscalers = [parse_upscaler(_anchored(text, study.folder)).label for text in step.upscalers]
    return Filter(
        benchmarks=[benchmark.name for benchmark in benchmarks],
        samples=_limited(benchmarks, step),
        scales=step.scales,
        upscalers=upscalers,
        metrics=step.metrics,
        protocols=[p.name if (p := study.protocols.get(n)) else n for n in step.protocols],
        degradation=step.degradation,
    )


def _predictions(study: Study) -> PredictionFilter | None:
    """The predictions that a study's [classify] asks for; None where it has none."""
    step = study.classify
    if step is None:
        return None
    source = parse_images(_anchored(step.images, study.folder))
    upscalers = [parse_upscaler(_anchored(text, study.folder)).label for text in step.upscalers]
    return PredictionFilter(
        benchmarks=[source.name],
        samples=_drawn(study, step, source),
        scales=step.scales,
        classifiers=[label_of(step.classifier or default_classifier(source))],
        upscalers=[*with_control(upscalers), Arm.SMALL.value],
        degradation=step.degradation,
    )


def _drawn(study: Study, step: ClassifyStep, source: ClassSource) -> list[str]:
    """The images that a study draws; none where it takes all."""
    if step.samples is None:
        return []
    named = _anchored_classifier(step.classifier, study.folder)
    info = describe_classifier(named or default_classifier(source))
    drawn, _ = draw_known(source, info, step.samples, seed=step.seed, stratified=step.stratified)
    return [image.name for image in drawn]


def _scores_of(predictions: PredictionFilter | None, step: ClassifyStep | None) -> Filter:
    """The scores beneath the predictions of a study that declares no evaluation of its own."""
    if predictions is None or step is None:
        return Filter()
    return Filter(
        benchmarks=predictions.benchmarks,
        samples=predictions.samples,
        scales=predictions.scales,
        upscalers=predictions.upscalers,
        metrics=step.metrics,
        degradation=predictions.degradation,
    )


def _limited(benchmarks: list[BenchmarkSource], step: EvaluateStep) -> list[str]:
    """The samples that a limit leaves, as set/name; none where there is no limit: all of them."""
    if step.limit is None:
        return []
    return [
        f"{benchmark.name}/{sample.name}"
        for benchmark in benchmarks
        for scale in step.scales
        for sample in _found(benchmark, scale, step).samples
    ]


def _found(benchmark: BenchmarkSource, scale: int, step: EvaluateStep) -> Samples:
    if benchmark.is_luma_file:
        return benchmark.luma_samples(scale, limit=step.limit)
    return benchmark.samples(scale, degradation=step.degradation, limit=step.limit)


def _anchored(text: str, folder: Path) -> str:
    """`text` with the path in it made absolute: what has a slash, or lies in the study's folder."""
    core, suffix = split_suffix(text)
    name, equals, rest = core.partition("=")
    if not equals or "/" in name:
        name, equals, rest = "", "", core
    prefix = f"{name}{equals}"
    if rest.startswith("outputs:"):
        return f"{prefix}outputs:{folder / rest.removeprefix('outputs:')}{suffix}"
    if rest.startswith(("hf:", "py:")):
        return text
    known = rest in BENCHMARKS or rest in KNOWN_IMAGES or is_named(rest)
    is_path = "/" in rest or (not known and is_there(folder / rest))
    return f"{prefix}{folder / rest}{suffix}" if is_path else text
