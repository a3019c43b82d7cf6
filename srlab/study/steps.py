"""Does what a study declares: evaluate, then report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from srlab.analysis.frames import Filter
from srlab.data.benchmark import BenchmarkSource, parse_benchmark
from srlab.data.catalog import BENCHMARKS
from srlab.errors import Progress, StudyError
from srlab.evaluation.request import Request, make_request
from srlab.evaluation.run import Evaluation, Resources, run_evaluation
from srlab.report.write import FORMATS, write_report
from srlab.store.store import Store
from srlab.study.read import EvaluateStep, Study, read_study
from srlab.upscale.catalog import UPSCALERS
from srlab.upscale.typed import parse_upscaler, split_suffix


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a study."""

    evaluation: Evaluation | None
    reports: list[Path]

    @property
    def complete(self) -> bool:
        """Whether everything wanted is there."""
        return self.evaluation is None or self.evaluation.complete


def run_study(
    study: Study,
    *,
    store: Path | None = None,
    progress: Progress | None = None,
    command: str = "",
) -> Outcome:
    """Evaluate what is not stored yet, then write the report.

    Raises UsageError for a name that is not known, before anything is computed.
    """
    for name in study.report.formats if study.report else ():
        if name not in FORMATS:
            raise StudyError(f"[report] formats holds {name!r}; known are {', '.join(FORMATS)}")
    request = _request(study, study.evaluate) if study.evaluate else None
    opened = Store.create(store)
    evaluation = None
    if request is not None:
        evaluation = run_evaluation(
            request,
            opened,
            progress=progress,
            resources=Resources(command=command),
        )
    reports = []
    if study.report is not None:
        reports = write_report(
            opened,
            study.folder / study.report.output,
            formats=study.report.formats,
            title=study.title,
            selection=_selection(study),
        )
    return Outcome(evaluation=evaluation, reports=reports)


def report_on(
    source: Path, folder: Path, *, formats: Iterable[str], store: Path | None = None
) -> list[Path]:
    """Write up a study's scores, or (where `source` is a folder) everything in a store."""
    if source.is_dir():
        return write_report(Store.open(source), folder, formats=tuple(formats))
    study = read_study(source)
    return write_report(
        Store.open(store),
        folder,
        formats=tuple(formats),
        title=study.title,
        selection=_selection(study),
    )


def _request(study: Study, step: EvaluateStep) -> Request:
    return make_request(
        benchmarks=[_anchored(text, study.folder) for text in step.benchmarks],
        upscalers=[_anchored(text, study.folder) for text in step.upscalers],
        scales=step.scales,
        metrics=step.metrics,
        protocols=[study.protocols.get(name, name) for name in step.protocols],
        degradation=step.degradation,
        limit=step.limit,
        tile=step.tile,
        known_scores=study.folder / step.known_scores if step.known_scores else None,
    )


def _selection(study: Study) -> Filter:
    step = study.evaluate
    if step is None:
        return Filter()
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
        protocols=step.protocols,
        degradation=step.degradation,
    )


def _limited(benchmarks: list[BenchmarkSource], step: EvaluateStep) -> list[str]:
    """The samples that a limit leaves, by name; none where there is no limit, which means all."""
    if step.limit is None:
        return []
    return [
        sample.name
        for benchmark in benchmarks
        for scale in step.scales
        for sample in benchmark.samples(
            scale, degradation=step.degradation, limit=step.limit
        ).samples
    ]


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
    known = rest in BENCHMARKS or rest in UPSCALERS
    is_path = "/" in rest or (not known and (folder / rest).exists())
    return f"{prefix}{folder / rest}{suffix}" if is_path else text
