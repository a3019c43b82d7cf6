"""Carries an evaluation out: gather, plan, take over what is known, compute the rest, keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from srlab.analysis.far_below import far_below
from srlab.errors import Progress, Silent, SrlabError, UsageError
from srlab.evaluation.doubts import exchanged, left_behind, not_degraded
from srlab.evaluation.gather import Gathered, gather
from srlab.evaluation.job import MAP, JobResult, perform, self_contained
from srlab.evaluation.known import read_known_scores
from srlab.evaluation.ledger import Ledger
from srlab.evaluation.plan import Item, Job, Stored, make_jobs, make_plan
from srlab.evaluation.preflight import clear
from srlab.evaluation.request import Policy, Request
from srlab.evaluation.stored import known_values, read_stored, stored_notes
from srlab.evaluation.trouble import Trouble
from srlab.execute.cluster import on_ray
from srlab.execute.local import default_workers, in_processes, in_threads
from srlab.execute.outcome import Done, Failed
from srlab.fingerprint import json_object
from srlab.image.notes import Notes
from srlab.nets.turns import forwards_at_once
from srlab.store.buffer import RowBuffer
from srlab.store.file_index import FileIndex
from srlab.store.shards import new_run
from srlab.store.store import Store
from srlab.upscale.info import Family, UpscalerInfo

_JOBS_PER_WORKER = 2
"""With fewer nets to run than that, one after another takes all cores."""

_EXECUTORS = {"local": in_threads, "processes": in_processes, "ray": on_ray}


@dataclass(frozen=True, kw_only=True)
class Resources:
    """Where and how jobs run; none of it changes a number."""

    executor: str = "local"
    workers: int = field(default_factory=default_workers)
    command: str = ""

    def __post_init__(self) -> None:
        if self.executor not in _EXECUTORS:
            raise UsageError(
                f"{self.executor!r} is no executor; expected one of {', '.join(_EXECUTORS)}"
            )
        if self.workers < 1:
            raise UsageError(f"{self.workers} workers do nothing; expected 1 or more")


@dataclass(kw_only=True)
class Evaluation:
    """What an evaluation did: scores present before, taken over, computed, still missing; why.

    `samples` are (benchmark, sample); `lr` lists the benchmark, scale, degradation and kind of lr
    of what it was of; `notes` gathers what was done to files' content, for `warnings`.
    """

    run: str
    upscalers: list[str] = field(default_factory=list)
    samples: set[tuple[str, str]] = field(default_factory=set)
    lr: list[tuple[str, int, str, str]] = field(default_factory=list)
    present: int = 0
    taken_over: dict[str, int] = field(default_factory=dict)
    computed: int = 0
    missing: int = 0
    troubles: list[Trouble] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes, repr=False)

    @property
    def complete(self) -> bool:
        """Whether every wanted score is stored now."""
        return self.missing == 0 and not self.troubles


def run_evaluation(
    request: Request,
    store: Store,
    *,
    progress: Progress | None = None,
    resources: Resources | None = None,
) -> Evaluation:
    """Make every wanted score be in the store, as far as the policy allows.

    What fails is named in `troubles` and does not stop the rest. Ctrl-C keeps what is finished.
    A network far below bicubic is named in `warnings`.
    """
    gathered, result = _evaluate(request, store, progress or Silent(), resources or Resources())
    nets = {info.name for info in gathered.upscalers if info.family is Family.NETWORK}
    protocols = [protocol.name for protocol in request.protocols]
    for name, note in stored_notes(store, gathered.items):
        result.notes.add([note], name)
    result.warnings += result.notes.lines()
    result.warnings += [
        found.in_words() for found in far_below(store, sorted(nets), result.lr, protocols)
    ]
    return result


def _evaluate(
    request: Request, store: Store, progress: Progress, resources: Resources
) -> tuple[Gathered, Evaluation]:
    index = FileIndex(store)
    gathered = gather(request, index)
    doubted = not_degraded(gathered.items, index)
    index.save()
    stored = read_stored(store, [source.name for source in request.benchmarks])
    plan = make_plan(gathered.items, stored, request.policy)
    result = Evaluation(
        run=new_run(),
        upscalers=sorted({info.name for info in gathered.upscalers}),
        samples={(item.sample.benchmark, item.sample.name) for item in gathered.items},
        lr=sorted({_lr_of(item) for item in gathered.items}),
        present=plan.present,
        troubles=list(gathered.troubles),
        warnings=[
            *gathered.warnings,
            *doubted,
            *left_behind(request, gathered, stored),
            *exchanged(gathered, stored),
        ],
    )
    renamed = _renamed(store, gathered)
    if not plan.absent and not gathered.troubles and not renamed:
        return gathered, result
    with RowBuffer(store) as buffer:
        ledger = Ledger(buffer, result.run)
        there = _with_scores(gathered, stored)
        ledger.keep_upscalers(info for info in renamed if info.fingerprint in there)
        ledger.expect_upscalers(info for info in renamed if info.fingerprint not in there)
        absent = _take_over(request, store, plan.absent, ledger, result)
        if request.policy is Policy.CACHED:
            result.missing = sum(len(item.wanted) for item in absent)
            return gathered, result
        jobs = make_jobs(absent, stored, request.policy)
        _Working(store, ledger, result, progress).work(jobs, resources)
    return gathered, result


def _with_scores(gathered: Gathered, stored: Stored) -> set[bytes]:
    """The fingerprints of which a wanted score is stored under these very names."""
    return {
        item.upscaler.fingerprint
        for item in gathered.items
        if any(item.label(wanted) in stored.labels for wanted in item.wanted)
    }


def _lr_of(item: Item) -> tuple[str, int, str, str]:
    sample = item.sample
    return sample.benchmark, sample.scale, sample.degradation, sample.lr_kind


def _renamed(store: Store, gathered: Gathered) -> list[UpscalerInfo]:
    """Upscalers that are not the newest of their label in the store, with what it knows of them."""
    rows = store.rows(
        'SELECT upscaler, scale, fingerprint, facts FROM upscalers ORDER BY "order"',
        tables=("upscalers",),
    )
    newest = {(name, scale): fingerprint for name, scale, fingerprint, _ in rows}
    known = {fingerprint: json_object(facts) for *_, fingerprint, facts in rows}
    return [
        replace(info, facts={**known.get(info.fingerprint, {}), **info.facts})
        for info in gathered.upscalers
        if newest.get((info.name, info.scale)) != info.fingerprint
    ]


def _take_over(
    request: Request, store: Store, absent: tuple[Item, ...], ledger: Ledger, result: Evaluation
) -> list[Item]:
    """Keep values that are known under another name or from a file; the items still to be done."""
    if request.policy is Policy.AGAIN:
        return list(absent)
    keys = {wanted.key for item in absent for wanted in item.wanted}
    values = {key: (value, "store") for key, value in known_values(store, keys).items()}
    if request.known_scores is not None:
        origin = request.known_scores.name
        for key, value in read_known_scores(request.known_scores).items():
            values.setdefault(key, (value, origin))
    for item in absent:
        for wanted in item.wanted:
            if wanted.key in values:
                value, origin = values[wanted.key]
                ledger.keep_score(item, wanted, value, origin=origin)
                result.taken_over[origin] = result.taken_over.get(origin, 0) + 1
    return [
        replace(item, wanted=tuple(w for w in item.wanted if w.key not in values))
        for item in absent
    ]


class _Working:
    """Moves jobs through an executor and their results into the store."""

    def __init__(
        self, store: Store, ledger: Ledger, result: Evaluation, progress: Progress
    ) -> None:
        self._store, self._ledger, self._result = store, ledger, result
        self._progress = progress

    def work(self, jobs: list[Job], resources: Resources) -> None:
        """Do all jobs; the run's row says how it ended, also when it was cut short."""
        result = self._result
        self._ledger.start_run(resources.command, resources.executor, resources.workers, len(jobs))
        for trouble in result.troubles:
            self._ledger.keep_trouble(trouble)
        status = "interrupted"
        try:
            cleared = clear(jobs)
            result.missing += cleared.missing
            self._ledger.expect_upscalers(cleared.loaded)
            for trouble in cleared.troubles:
                self._keep_trouble(trouble)
            self._progress.start("evaluate", len(cleared.jobs))
            with forwards_at_once(_forwards(cleared.jobs, resources), cores=default_workers()):
                for outcome in self._outcomes(cleared.jobs, resources):
                    self._receive(outcome)
                    self._progress.advance(_describe(outcome.job))
            status = "done" if result.complete else "incomplete"
        finally:
            self._progress.finish()
            self._ledger.finish_run(status, result.computed, len(result.troubles))

    def _outcomes(
        self, jobs: list[Job], resources: Resources
    ) -> Iterator[Done[Job, JobResult] | Failed[Job]]:
        executor: Callable = _EXECUTORS[resources.executor]
        remote = resources.executor == "ray"
        given = self._packed(jobs) if remote else jobs
        return executor(perform, given, workers=resources.workers)

    def _packed(self, jobs: list[Job]) -> Iterator[Job]:
        """Jobs with the bytes of their files inside; one whose files vanished is named."""
        for job in jobs:
            try:
                yield self_contained(job)
            except (SrlabError, OSError) as error:
                self._fail(job, getattr(error, "code", "unexpected"), str(error))

    def _receive(self, outcome: Done[Job, JobResult] | Failed[Job]) -> None:
        job = outcome.job
        if isinstance(outcome, Failed):
            self._fail(job, outcome.code, outcome.reason)
            return
        result = outcome.result
        for image in result.images:
            pictures = self._store.maps if image.kind == MAP else self._store.pictures
            pictures.write(image.image, image.png)
            self._ledger.keep_image(image)
        for name, note in result.notes:
            self._result.notes.add([note], name)
        if result.error is not None:
            self._fail(job, result.error.code, str(result.error))
        for wanted, score in zip(job.wanted, result.scores, strict=False):
            if score.error is None:
                self._ledger.keep_score(job.item, wanted, score.value, seconds=score.seconds)
                self._result.computed += 1
            else:
                trouble = Trouble.with_sample(job.item.sample, job.item.upscaler.name, score.error)
                self._result.missing += 1
                self._keep_trouble(
                    replace(trouble, metric=wanted.metric.name, protocol=wanted.protocol.name)
                )

    def _fail(self, job: Job, code: str, reason: str) -> None:
        sample = job.item.sample
        self._result.missing += len(job.wanted)
        self._keep_trouble(
            Trouble(
                benchmark=sample.benchmark,
                sample=sample.name,
                scale=sample.scale,
                degradation=sample.degradation,
                upscaler=job.item.upscaler.name,
                protocol=job.item.luma,
                code=code,
                reason=reason,
            )
        )

    def _keep_trouble(self, trouble: Trouble) -> None:
        self._result.troubles.append(trouble)
        self._ledger.keep_trouble(trouble)


def _forwards(jobs: list[Job], resources: Resources) -> int:
    """As many nets at once as there are workers and cores, where there is work for all of them."""
    nets = sum(job.item.upscaler.family is Family.NETWORK for job in jobs)
    many = nets >= _JOBS_PER_WORKER * resources.workers
    return min(resources.workers, default_workers()) if many else 1


def _describe(job: Job) -> str:
    sample = job.item.sample
    return f"{sample.benchmark}/{sample.name} x{sample.scale} {job.item.upscaler.name}"
