from __future__ import annotations

import os

import pytest

from srlab.errors import MetricError, MissingExtraError
from srlab.execute import cluster
from srlab.execute.cluster import on_ray
from srlab.execute.outcome import Done, Failed


def double(job: int) -> int:
    if job == 3:
        raise MetricError("three is not doubled")
    if job == 4:
        os._exit(9)
    return 2 * job


def test_without_ray_the_install_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'srlab\[ray\]'"):
        next(on_ray(double, [1], workers=1))


@pytest.mark.filterwarnings("ignore")
def test_jobs_on_ray_end_as_done_or_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray", reason="the extra 'ray' is not installed")
    monkeypatch.setattr(cluster, "_RETRIES", 0)
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    outcomes = list(on_ray(double, range(6), workers=2))
    done = {outcome.job: outcome.result for outcome in outcomes if isinstance(outcome, Done)}
    failed = {outcome.job: outcome.code for outcome in outcomes if isinstance(outcome, Failed)}
    assert done == {0: 0, 1: 2, 2: 4, 5: 10}
    assert failed == {3: "metric", 4: "worker-lost"}
