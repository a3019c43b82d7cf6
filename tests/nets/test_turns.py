"""Who runs a net when: places and threads are shared out, waiting is counted, pixels stay."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from srlab.nets import turns
from srlab.nets.turns import forwards_at_once, turn, waited_seconds


def test_without_anything_said_one_net_runs_and_torch_keeps_its_threads() -> None:
    with turn(on_cpu=True) as threads:
        assert threads == 0


@pytest.mark.parametrize(("forwards", "threads"), [(1, 8), (2, 4), (3, 2), (8, 1), (20, 1)])
def test_the_cores_are_shared_out(forwards: int, threads: int) -> None:
    with forwards_at_once(forwards, cores=8), turn(on_cpu=True) as given:
        assert given == threads


def test_what_was_before_comes_back() -> None:
    with forwards_at_once(4, cores=4):
        pass
    with turn(on_cpu=True) as threads:
        assert threads == 0


def test_calls_that_overlap_leave_nothing_behind() -> None:
    first, second = forwards_at_once(4, cores=4), forwards_at_once(2, cores=8)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    with turn(on_cpu=True) as threads:
        assert threads == 4
    second.__exit__(None, None, None)
    with turn(on_cpu=True) as threads:
        assert threads == 0


def test_no_more_nets_run_at_once_than_there_are_places() -> None:
    running, most, lock = 0, 0, threading.Lock()
    barrier = threading.Barrier(6)

    def work() -> None:
        nonlocal running, most
        barrier.wait()
        for _ in range(50):
            with turn(on_cpu=True):
                with lock:
                    running += 1
                    most = max(most, running)
                with lock:
                    running -= 1

    with forwards_at_once(2, cores=2), ThreadPoolExecutor(6) as pool:
        for future in [pool.submit(work) for _ in range(6)]:
            future.result()
    assert 1 <= most <= 2


def test_on_an_accelerator_nets_run_one_after_another() -> None:
    with forwards_at_once(4, cores=4), turn(on_cpu=False) as threads:
        assert threads == 0


def test_waiting_for_a_turn_is_counted_for_the_thread_that_waits(monkeypatch) -> None:
    times = iter([10.0, 12.5, 20.0, 21.0])
    monkeypatch.setattr(turns, "perf_counter", lambda: next(times))
    seen = []

    def work() -> None:
        for _ in range(2):
            with turn(on_cpu=True):
                seen.append(waited_seconds())

    before = waited_seconds()
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [2.5, 3.5]
    assert waited_seconds() == before
