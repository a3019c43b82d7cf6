"""The typer application: global options, and one module per group of commands."""

from __future__ import annotations

import logging
import os
from typing import Annotated, Literal

import typer

import srlab
from srlab.cli import (
    classifying,
    evaluating,
    images,
    packing,
    results,
    show,
    stores,
    training,
    writing,
)

app = typer.Typer(
    name="srlab",
    help="Which upscaler is better, on which images, and by how much?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"srlab {srlab.__version__}")
        raise typer.Exit


@app.callback()
def configure(
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], typer.Option(help="How much to log.")
    ] = "warning",
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Which upscaler is better, on which images, and by how much?"""
    del version
    logging.basicConfig(level=log_level.upper(), format="srlab: %(levelname)s: %(message)s")
    if debug:
        os.environ["SRLAB_DEBUG"] = "1"


for module in (evaluating, classifying, training, packing, results, images, writing, show, stores):
    module.register(app)
