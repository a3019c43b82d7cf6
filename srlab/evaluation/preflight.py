"""Before the first job: load every net and backbone once, so that a broken one is named once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from srlab.errors import SrlabError, UsageError
from srlab.evaluation.plan import Job
from srlab.evaluation.trouble import Trouble
from srlab.metrics.catalog import MetricInfo
from srlab.registry import load_object
from srlab.upscale.info import Family, UpscalerInfo
from srlab.upscale.luma import luma_call


@dataclass(frozen=True, kw_only=True)
class Cleared:
    """Jobs that can be done, how many scores were taken out, and why."""

    jobs: list[Job]
    loaded: list[UpscalerInfo] = field(default_factory=list)
    missing: int = 0
    troubles: list[Trouble] = field(default_factory=list)


def clear(jobs: list[Job]) -> Cleared:
    """Take out what cannot be had: jobs of an upscaler, scores of a metric, that does not load."""
    loaded: list[UpscalerInfo] = []
    upscalers = _Checks(lambda info: loaded.append(_with_facts(info)))
    on_luma = _Checks(luma_call)
    metrics = _Checks(lambda info: load_object(info.prepare)())
    cleared, missing = [], 0
    troubles: dict[tuple, Trouble] = {}
    for job in jobs:
        info, sample = job.item.upscaler, job.item.sample
        error, protocol = None, None
        if _must_load(job, info):
            error = upscalers.error(info.fingerprint, info)
        if error is None and job.item.luma:
            error, protocol = on_luma.error(info.fingerprint, info), job.item.luma
        if error is not None:
            missing += len(job.wanted)
            place = (sample.benchmark, sample.scale, info.name, protocol)
            trouble = Trouble.with_sample(sample, info.name, error, protocol=protocol)
            troubles.setdefault(place, replace(trouble, sample=None))
            continue
        errors = {m.name: metrics.error(m.name, m) for m in _need_preparing(job)}
        for name, error in errors.items():
            if error is not None:
                trouble = Trouble.with_sample(sample, None, error)
                place = (sample.benchmark, sample.scale, name)
                troubles.setdefault(place, replace(trouble, sample=None, metric=name))
        left = tuple(w for w in job.wanted if errors.get(w.metric.name) is None)
        missing += len(job.wanted) - len(left)
        if left or job.keep:
            cleared.append(replace(job, wanted=left))
    return Cleared(jobs=cleared, loaded=loaded, missing=missing, troubles=list(troubles.values()))


def _with_facts(info: UpscalerInfo) -> UpscalerInfo:
    """The description with what the loaded net tells of its cost."""
    measure = getattr(info.load(), "facts", dict)
    return replace(info, facts={**info.facts, **measure()})


class _Checks:
    """Tries each thing once and remembers what it met."""

    def __init__(self, attempt: Callable) -> None:
        self._attempt = attempt
        self._errors: dict[object, SrlabError | None] = {}

    def error(self, key: object, thing: UpscalerInfo | MetricInfo) -> SrlabError | None:
        if key not in self._errors:
            try:
                self._attempt(thing)
                self._errors[key] = None
            except UsageError:
                raise
            except SrlabError as error:
                self._errors[key] = error
        return self._errors[key]


def _must_load(job: Job, info: UpscalerInfo) -> bool:
    return info.family is Family.NETWORK and job.known is None


def _need_preparing(job: Job) -> list[MetricInfo]:
    unique = {wanted.metric.name: wanted.metric for wanted in job.wanted}
    return [metric for metric in unique.values() if metric.prepare is not None]
