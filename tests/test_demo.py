"""The demo study: its shipped rows still fit, and everything else is computed on the spot."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from srlab.analysis.flips import flips
from srlab.analysis.predictions import predictions
from srlab.evaluation.known import COLUMNS, read_known_scores
from srlab.shipped import share_root
from srlab.store.store import Store
from srlab.study.read import read_study
from srlab.study.steps import run_study
from srlab.upscale.shipped_nets import SHIPPED

DEMO = share_root() / "reports" / "demo"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No network and no backbone: what a fresh machine behind a wall has."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "no-weights"))


@pytest.mark.usefixtures("offline")
def test_every_lpips_row_of_the_demo_comes_from_the_shipped_file(tmp_path: Path) -> None:
    """Fails when a key changed: `make demo-rows` computes the file anew."""
    study = read_study(DEMO / "study.toml")
    outcome = run_study(_without_report(study), store=tmp_path / "store")
    evaluation = outcome.evaluation
    assert evaluation is not None
    shipped = len(read_known_scores(DEMO / "lpips-squeeze.csv"))
    assert evaluation.taken_over == {"lpips-squeeze.csv": shipped}
    assert evaluation.troubles == []
    assert evaluation.computed == 2 * shipped


def test_the_shipped_file_holds_lpips_and_nothing_else() -> None:
    with (DEMO / "lpips-squeeze.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert {row["metric"] for row in rows} == {"lpips-squeeze"}
    step = read_study(DEMO / "study.toml").evaluate
    assert step is not None
    served = [set(SHIPPED[name].scales) for name in step.upscalers if name in SHIPPED]
    assert len(rows) == 17 * (4 * 3 + sum(len(scales & set(step.scales)) for scales in served))


def _without_report(study):
    return replace(study, classify=None, report=None)


def test_the_demo_has_real_flips_of_the_shipped_classifier(tmp_path: Path) -> None:
    study = read_study(DEMO / "study.toml")
    outcome = run_study(replace(study, evaluate=None, report=None), store=tmp_path / "store")
    assert outcome.complete
    found = flips(Store.open(tmp_path / "store"), upscalers=["bicubic"])
    assert {"harmed", "rescued"} <= set(found["category"])
    frame = predictions(Store.open(tmp_path / "store"), arms=["original"])
    assert 0.8 <= frame["correct"].mean() <= 0.95
