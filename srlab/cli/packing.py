"""`srlab pack`: a benchmark as one evaluation file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(pack)


def pack(
    benchmark: Annotated[
        str,
        typer.Option(
            "-b", "--benchmark", metavar="NAME|[NAME=]FOLDER", help="A known set or a folder."
        ),
    ],
    scale: Annotated[int, typer.Option("-s", "--scale", metavar="N", help="2, 3, 4 or 8.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="OUT.h5", help="The new file.")],
    native: Annotated[
        bool, typer.Option("--native", help="Keep lr small, not enlarged by bicubic to hr's size.")
    ] = False,
    degradation: Annotated[
        str,
        typer.Option(metavar="NAME", help="How lr is made (`srlab show degradations`), or given."),
    ] = "srcnn-pytorch",
) -> None:
    """Write a benchmark's luma as one evaluation file (.h5).

    The layout is that of SRCNN's PyTorch code. `srlab evaluate -b OUT.h5 --protocol srcnn-pytorch`
    scores it, and a recipe may name it as its validation.
    """
    from srlab.cli.progress import make_progress
    from srlab.data.benchmark import parse_benchmark
    from srlab.data.pack import pack as pack_samples

    count = pack_samples(
        parse_benchmark(benchmark),
        scale,
        output,
        native=native,
        degradation=degradation,
        progress=make_progress(),
    )
    typer.echo(f"{output}: {count} images, {output.stat().st_size / 1e6:,.1f} MB")
