"""Progress in plain lines and as a bar."""

from __future__ import annotations

import pytest

from srlab.cli import progress
from srlab.cli.progress import Bar, Lines, make_progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is moved."""
    time = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: time[0])

    def move(seconds: float) -> None:
        time[0] += seconds

    return move


def test_plain_lines_come_every_five_seconds_with_rate_and_time_left(clock, capsys) -> None:
    lines = Lines()
    lines.start("evaluate", 100)
    for step in range(10):
        clock(1.0)
        lines.advance(f"step {step}")
    assert capsys.readouterr().err.splitlines() == [
        "evaluate: 5/100 in 0:05 (1.0/s, 1:35 left, step 4)",
        "evaluate: 10/100 in 0:10 (1.0/s, 1:30 left, step 9)",
    ]


def test_the_last_line_says_how_far_it_came(clock, capsys) -> None:
    lines = Lines()
    lines.start("evaluate", 2)
    clock(3661.0)
    lines.advance()
    lines.advance()
    lines.finish()
    assert capsys.readouterr().err.splitlines()[-1] == "evaluate: 2/2 in 1:01:01 (0.0/s)"


def test_finishing_twice_or_without_a_start_says_nothing_more(clock, capsys) -> None:
    lines = Lines()
    lines.finish()
    lines.start("evaluate", 1)
    lines.advance()
    lines.finish()
    lines.finish()
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_warning_is_said_at_once(capsys) -> None:
    Lines().warn("look at this")
    assert capsys.readouterr().err == "warning: look at this\n"


def test_a_bar_is_for_terminals(monkeypatch) -> None:
    assert isinstance(make_progress(), Lines)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert isinstance(make_progress(), Bar)


def test_a_bar_shows_count_and_warnings_and_takes_brackets_as_they_are(capsys) -> None:
    bar = Bar()
    bar.start("evaluate", 2)
    bar.advance("[red]set5[/red]")
    bar.warn("[bold]odd[/bold]")
    bar.advance("done")
    bar.finish()
    said = capsys.readouterr().err
    assert "2/2" in said
    assert "warning: [bold]odd[/bold]" in said


def test_a_bar_that_never_started_can_be_finished(capsys: pytest.CaptureFixture[str]) -> None:
    Bar().finish()
    assert capsys.readouterr().err == ""
