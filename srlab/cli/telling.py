"""What came of work, told in a few lines: what was there, was done, is missing, and why."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import typer

from srlab.cli.terminal import tell

if TYPE_CHECKING:
    from srlab.classification.classify import Classified
    from srlab.evaluation.run import Evaluation

_NAMED_TROUBLES = 20


def command_line() -> str:
    """What was typed, for the run's row; only the program's own name is shortened."""
    return shlex.join(["srlab", *sys.argv[1:]])


def say_evaluation(result: Evaluation) -> None:
    """Tell how many scores were there, came from elsewhere, were computed, are missing; and why."""
    parts = [f"{result.computed} scores computed"]
    parts += [f"{n} taken from {origin}" for origin, n in sorted(result.taken_over.items())]
    parts.append(f"{result.present} already stored")
    if result.missing:
        parts.append(f"{result.missing} missing")
    typer.echo(", ".join(parts))
    for warning in result.warnings[:_NAMED_TROUBLES]:
        tell(f"warning: {warning}")
    for trouble in result.troubles[:_NAMED_TROUBLES]:
        tell(f"failed: {trouble.where}: {trouble.code}: {trouble.reason}")
    if (more := len(result.troubles) - _NAMED_TROUBLES) > 0:
        tell(f"failed: and {more} more; the store's failures name them all")


def say_classified(done: Classified) -> None:
    """Tell how much was there, was done and is missing; and why."""
    say_evaluation(done.evaluation)
    found = done.classification
    typer.echo(
        f"{found.computed} predictions by {done.classifier}, {found.present} already stored"
        + (f", {len(found.troubles)} missing" if found.troubles else "")
    )
    for trouble in found.troubles[:_NAMED_TROUBLES]:
        tell(f"failed: {trouble.where}: {trouble.code}: {trouble.reason}")
