"""`srlab report` and `dashboard`: what they are asked, and what they start."""

from __future__ import annotations

import subprocess
import sys

import pytest

from srlab.shipped import share_root


def test_a_store_is_written_up_and_every_file_is_named(evaluated, place) -> None:
    said = evaluated("report .srlab -o out --format md")
    assert said.code == 0, said.err
    assert "out/report.md" in said.out
    assert all((place / line).is_file() for line in said.out.splitlines())


def test_an_unknown_format_is_wrong_usage(evaluated) -> None:
    said = evaluated("report .srlab -o out --format pfd")
    assert said.code == 2
    assert "did you mean pdf" in said.err


@pytest.mark.parametrize(("source", "code"), [("nothere.toml", 2), ("photos", 1)])
def test_what_is_no_study_and_no_store_cannot_be_written_up(srlab_, source: str, code: int) -> None:
    assert srlab_("report", source, "-o", "out").code == code


def test_the_dashboard_is_started_on_the_store_and_port_named(evaluated, monkeypatch) -> None:
    started: list = []

    def run(command, **how):
        started.append((command, how))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr("subprocess.run", run)
    assert evaluated("dashboard --port 8600").code == 0
    [(command, how)] = started
    assert command[:3] == [sys.executable, "-m", "dashboard"]
    assert command[-2:] == ["--port", "8600"]
    assert command[4].endswith(".srlab")
    assert how["cwd"] == share_root()


def test_the_dashboard_of_no_store_is_not_started(srlab_, monkeypatch) -> None:
    monkeypatch.setattr("subprocess.run", lambda *_, **__: pytest.fail("was started"))
    assert srlab_("dashboard").code == 1
