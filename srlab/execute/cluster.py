"""Jobs on a Ray cluster (`RAY_ADDRESS`, else one started on this machine)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from srlab.errors import WorkerLostError
from srlab.execute.outcome import Done, Failed, Job, Result
from srlab.extras import require

_RETRIES = 3


def on_ray(
    function: Callable[[Job], Result], jobs: Iterable[Job], *, workers: int
) -> Iterator[Done[Job, Result] | Failed[Job]]:
    """Map on Ray, `workers` jobs at a time; a job whose node dies is tried again elsewhere.

    Jobs carry the images that they need; files of weights are read by path on every node. Raises
    MissingExtraError where Ray is not installed.
    """
    ray = require("ray", extra="ray")
    started_here = not ray.is_initialized()
    if started_here:
        local = {} if os.environ.get("RAY_ADDRESS") else {"include_dashboard": False}
        ray.init(logging_level="ERROR", log_to_driver=False, **local)
    try:
        yield from _map(ray, function, jobs, workers)
    finally:
        if started_here:
            ray.shutdown()


def _map(
    ray: Any, function: Callable[[Job], Result], jobs: Iterable[Job], workers: int
) -> Iterator[Done[Job, Result] | Failed[Job]]:
    remote = ray.remote(num_cpus=1, max_retries=_RETRIES)(function)
    remaining = iter(jobs)
    running: dict[Any, Job] = {}
    try:
        while True:
            for job in islice(remaining, max(0, 2 * workers - len(running))):
                running[remote.remote(job)] = job
            if not running:
                return
            ready, _ = ray.wait(list(running), num_returns=1)
            for reference in ready:
                yield _outcome(ray, running.pop(reference), reference)
    finally:
        for reference in running:
            ray.cancel(reference)


def _outcome(ray: Any, job: Job, reference: Any) -> Done[Job, Any] | Failed[Job]:
    try:
        return Done(job=job, result=ray.get(reference))
    except ray.exceptions.RayTaskError as error:
        return Failed.of(job, error.cause or error)
    except ray.exceptions.RayError as error:
        return Failed.of(
            job, WorkerLostError(f"a Ray worker was lost ({type(error).__name__}); run again")
        )
