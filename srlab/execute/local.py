"""Jobs on this machine: threads of this process, or processes of their own."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from itertools import islice

from srlab.errors import WorkerLostError
from srlab.execute.outcome import Done, Failed, Job, Result

_IN_FLIGHT_PER_WORKER = 2


def default_workers() -> int:
    """As many as there are cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_threads(
    function: Callable[[Job], Result], jobs: Iterable[Job], *, workers: int
) -> Iterator[Done[Job, Result] | Failed[Job]]:
    """Map in threads: right where the work releases the interpreter lock, as ours does."""
    yield from _map(ThreadPoolExecutor(workers), function, jobs, workers)


def in_processes(
    function: Callable[[Job], Result], jobs: Iterable[Job], *, workers: int
) -> Iterator[Done[Job, Result] | Failed[Job]]:
    """Map in spawned processes; one that dies fails its jobs, and a new pool takes the rest."""
    remaining = iter(jobs)
    lost = True
    while lost:
        lost = False
        pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
        for outcome in _map(pool, function, remaining, workers):
            lost = lost or (isinstance(outcome, Failed) and outcome.code == WorkerLostError.code)
            yield outcome


def _map(
    pool: Executor, function: Callable[[Job], Result], jobs: Iterable[Job], workers: int
) -> Iterator[Done[Job, Result] | Failed[Job]]:
    remaining = iter(jobs)
    running: dict[Future[Result], Job] = {}
    broken = False
    try:
        while True:
            room = 0 if broken else workers * _IN_FLIGHT_PER_WORKER - len(running)
            for job in islice(remaining, room):
                running[pool.submit(function, job)] = job
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                outcome = _outcome(running.pop(future), future)
                broken = broken or _is_lost(outcome)
                yield outcome
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _outcome(job: Job, future: Future[Result]) -> Done[Job, Result] | Failed[Job]:
    try:
        return Done(job=job, result=future.result())
    except BrokenProcessPool:
        return Failed.of(
            job,
            WorkerLostError(
                "a worker process died (out of memory, or killed); run again, with fewer --workers "
                "if memory was short"
            ),
        )
    except Exception as error:  # every failure of a job is reported, none ends the run
        return Failed.of(job, error)


def _is_lost(outcome: Done | Failed) -> bool:
    return isinstance(outcome, Failed) and outcome.code == WorkerLostError.code
