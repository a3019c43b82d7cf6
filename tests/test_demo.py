"""The demo study: its shipped rows still fit, and everything else is computed on the spot."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from srlab.evaluation.known import COLUMNS, read_known_scores
from srlab.shipped import share_root
from srlab.study.read import read_study
from srlab.study.steps import run_study

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
    assert len(rows) == 17 * 4 * 3


def _without_report(study):
    from dataclasses import replace

    return replace(study, report=None)
