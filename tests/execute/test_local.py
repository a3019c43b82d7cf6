from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from srlab.errors import MetricError
from srlab.execute.local import in_processes, in_threads
from srlab.execute.outcome import Done, Failed

EXECUTORS = [in_threads, in_processes]


def double(job: int) -> int:
    if job == 3:
        raise MetricError("three is not doubled")
    if job == 4:
        raise ZeroDivisionError("four")
    return 2 * job


def die_at_two(job: int) -> int:
    if job == 2:
        os._exit(9)
    return job


@pytest.mark.parametrize("executor", EXECUTORS)
def test_every_job_ends_as_done_or_failed(executor: Callable) -> None:
    outcomes = list(executor(double, range(6), workers=2))
    done = {outcome.job: outcome.result for outcome in outcomes if isinstance(outcome, Done)}
    failed = {outcome.job: outcome.code for outcome in outcomes if isinstance(outcome, Failed)}
    assert done == {0: 0, 1: 2, 2: 4, 5: 10}
    assert failed == {3: "metric", 4: "unexpected"}


def test_jobs_are_taken_as_they_are_needed() -> None:
    taken = []

    def jobs():
        for number in range(100):
            taken.append(number)
            yield number

    outcomes = in_threads(double, jobs(), workers=2)
    next(outcomes)
    outcomes.close()
    assert len(taken) < 10


def test_a_worker_that_dies_fails_its_jobs_and_the_others_go_on() -> None:
    outcomes = list(in_processes(die_at_two, range(12), workers=1))
    failed = {outcome.job: outcome.code for outcome in outcomes if isinstance(outcome, Failed)}
    done = {outcome.job for outcome in outcomes if isinstance(outcome, Done)}
    assert failed[2] == "worker-lost"
    assert set(failed.values()) == {"worker-lost"}
    assert done | failed.keys() == set(range(12))
    assert len(done) >= 9
