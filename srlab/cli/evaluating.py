"""`srlab evaluate` and `srlab run`."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from srlab.cli.options import (
    Benchmarks,
    DegradationOption,
    DeviceOption,
    Metrics,
    PrecisionOption,
    Protocols,
    Scales,
    StoreOption,
    TileOption,
    Upscalers,
)
from srlab.cli.telling import command_line, say_classified, say_evaluation
from srlab.cli.terminal import INCOMPLETE, printable


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(evaluate)
    app.command()(run)


def evaluate(
    benchmark: Benchmarks,
    upscaler: Upscalers,
    scale: Scales,
    metric: Metrics = ["psnr", "ssim"],  # noqa: B006
    protocol: Protocols = ["paper-y"],  # noqa: B006
    degradation: DegradationOption = None,
    lr: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where the lr of the one set named lie."),
    ] = None,
    policy: Annotated[
        Literal["missing", "again", "cached"],
        typer.Option(help="Compute what is not stored, all of it, or nothing."),
    ] = "missing",
    executor: Annotated[
        Literal["local", "processes", "ray"],
        typer.Option(help="Threads, processes, or a Ray cluster (RAY_ADDRESS)."),
    ] = "local",
    workers: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Jobs at a time (default: the cores).")
    ] = None,
    device: DeviceOption = "auto",
    tile: TileOption = None,
    precision: PrecisionOption = "fp32",
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Only the first N images of each set.")
    ] = None,
    maps: Annotated[
        bool, typer.Option("--maps", help="Also keep a picture of where sr differs from hr.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Score upscalers on benchmarks.

    What is stored already is not computed again. Exit code 3 where a score is missing.
    """
    from srlab.cli.progress import make_progress
    from srlab.evaluation.request import make_request
    from srlab.evaluation.run import Resources, run_evaluation
    from srlab.store.store import Store

    request = make_request(
        benchmarks=benchmark,
        upscalers=upscaler,
        scales=scale,
        metrics=metric,
        protocols=protocol,
        degradation=degradation,
        lr=lr,
        policy=policy,
        limit=limit,
        tile=tile,
        precision=precision,
        device=device,
        maps=maps,
    )
    resources = Resources(executor=executor, command=command_line())
    if workers is not None:
        resources = Resources(executor=executor, command=command_line(), workers=workers)
    result = run_evaluation(
        request, Store.create(store), progress=make_progress(), resources=resources
    )
    say_evaluation(result)
    if not result.complete:
        raise typer.Exit(INCOMPLETE)


def run(
    study: Annotated[Path, typer.Argument(metavar="STUDY.toml", help="What is to be done.")],
    store: StoreOption = None,
    allow_code: Annotated[
        bool, typer.Option("--allow-code", help="Run the code that the study names (py:…).")
    ] = False,
) -> None:
    """Do everything that a study declares.

    What is done already is not done again. Exit code 3 where something is missing. Code of a
    study's own is run only after it was agreed to, on a terminal or by --allow-code.
    """
    from srlab.cli.progress import make_progress
    from srlab.study.read import read_study
    from srlab.study.steps import run_study

    plan = read_study(study)
    outcome = run_study(
        plan,
        store=store,
        progress=make_progress(),
        command=command_line(),
        allow_code=allow_code,
        ask=_ask if sys.stdin.isatty() and sys.stderr.isatty() else None,
    )
    for trained in outcome.trained:
        typer.echo(trained.told)
    if outcome.evaluation is not None:
        say_evaluation(outcome.evaluation)
    if outcome.classified is not None:
        say_classified(outcome.classified)
    for path in outcome.reports:
        if path.stem == "report":
            typer.echo(f"report: {path}")
    tail = ["--store", str(store)] if store else []
    typer.echo(f"browse: {shlex.join([_called_as(), 'dashboard', *tail])}")
    if not outcome.complete:
        raise typer.Exit(INCOMPLETE)


def _ask(question: str) -> bool:
    return typer.confirm(printable(question), default=False, err=True)


def _called_as() -> str:
    """The program as a person may type it again: a path where it is not on the PATH."""
    return sys.argv[0] if shutil.which("srlab") is None else "srlab"
