"""`srlab report` and `srlab dashboard`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from srlab.cli.options import StoreOption


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(report)
    app.command()(dashboard)


def report(
    source: Annotated[
        Path, typer.Argument(metavar="STUDY|STORE", help="A study file, or a store's folder.")
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FOLDER", help="Where to write it.")
    ],
    form: Annotated[
        list[str], typer.Option("--format", metavar="FORMAT", help="md, pdf, docx, tex, html.")
    ] = ["md"],  # noqa: B006
    store: StoreOption = None,
) -> None:
    """Write up what is stored.

    Of a study, what it declares; of a store's folder, all that is in it.
    """
    from srlab.study.steps import report_on

    for path in report_on(source, output, formats=form, store=store):
        typer.echo(path)


def dashboard(
    store: StoreOption = None,
    port: Annotated[int, typer.Option(metavar="N", help="The port to listen on.")] = 8501,
) -> None:
    """Serve the app until Ctrl-C.

    It listens on this machine alone (127.0.0.1).
    """
    from srlab.shipped import share_root
    from srlab.store.store import Store

    opened = Store.open(store)
    command = [sys.executable, "-m", "dashboard", "--store", str(opened.root), "--port", str(port)]
    raise typer.Exit(subprocess.run(command, cwd=share_root(), check=False).returncode)
