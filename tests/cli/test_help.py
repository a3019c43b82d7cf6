"""Every command and every option says what it is for, on a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from srlab.cli.app import app

_WIDE = 80


def _commands(command: Any = None, words: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    command = command or get_command(app)
    yield " ".join(words), command
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, (*words, name))


COMMANDS = dict(_commands())


def test_the_commands_are_those_of_the_design() -> None:
    assert set(get_command(app).commands) >= {  # pyright: ignore[reportAttributeAccessIssue]
        *("evaluate", "run", "scores", "leaderboard", "rank", "compare", "score", "upscale"),
        *("downscale", "report", "dashboard", "show", "store"),
    }


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_has_help(words: str) -> None:
    assert COMMANDS[words].help


@pytest.mark.parametrize("words", COMMANDS)
def test_every_option_and_argument_has_help(words: str) -> None:
    without = [p.name for p in COMMANDS[words].params if not getattr(p, "help", None)]
    assert without == []


@pytest.mark.parametrize("words", COMMANDS)
def test_help_is_printed_whole_on_a_narrow_terminal(srlab_, monkeypatch, words: str) -> None:
    monkeypatch.setenv("COLUMNS", str(_WIDE))
    said = srlab_(words, "--help")
    assert said.code == 0
    assert max(map(len, said.out.splitlines())) <= _WIDE
    assert "..." not in said.out.partition("Commands:")[2]


def test_srlab_alone_prints_its_help_and_is_wrong_usage(srlab_) -> None:
    said = srlab_()
    assert said.code == 2
    assert "evaluate" in said.out + said.err


def test_the_version_is_printed(srlab_) -> None:
    import srlab

    assert srlab_("--version").out == f"srlab {srlab.__version__}\n"
