"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

StoreOption = Annotated[
    Path | None,
    typer.Option("--store", metavar="FOLDER", help="The store (default: SRLAB_STORE, or .srlab)."),
]
Benchmarks = Annotated[
    list[str],
    typer.Option(
        "-b",
        "--benchmark",
        metavar="NAME|[NAME=]FOLDER",
        help="A known set, a folder of images, or an evaluation file (.h5); repeatable.",
    ),
]
Upscalers = Annotated[
    list[str],
    typer.Option(
        "-u",
        "--upscaler",
        metavar="[NAME=]UPSCALER",
        help="nearest, bilinear, bicubic, lanczos, a network that comes along (srcnn-y, edsr-light "
        "…), a file of weights, hf:ORG/NAME, py:module:factory or outputs:FOLDER; +ensemble, "
        "+replicate and +correct[=T] go behind (`srlab show upscalers`); repeatable.",
    ),
]
Scales = Annotated[
    list[int], typer.Option("-s", "--scale", help="2, 3, 4 or 8; repeatable.", metavar="N")
]
Metrics = Annotated[
    list[str],
    typer.Option(
        "-m", "--metric", metavar="NAME", help="`srlab show metrics` lists them; repeatable."
    ),
]
Protocols = Annotated[
    list[str],
    typer.Option(
        "--protocol", metavar="NAME", help="`srlab show protocols` lists them; repeatable."
    ),
]
DegradationOption = Annotated[
    str | None,
    typer.Option(
        "--degradation", metavar="NAME", help="How lr is made (default: given, or the protocol's)."
    ),
]
LrKindOption = Annotated[
    list[str],
    typer.Option(
        "--lr-kind",
        metavar="KIND",
        help="Only given lr of this kind, or of this folder; repeatable.",
    ),
]
FormatOption = Annotated[
    Literal["table", "csv", "json", "md", "latex"], typer.Option("--format", help="How to print.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
PrecisionOption = Annotated[
    Literal["fp32", "fp16", "bf16"], typer.Option(help="What a network computes in.")
]
DeviceOption = Annotated[
    str, typer.Option("--device", metavar="NAME", help="auto, cpu, cuda[:N] or mps.")
]
TileOption = Annotated[
    int | None,
    typer.Option(
        "--tile", metavar="N", min=16, help="Run nets in tiles of N lr pixels (less memory)."
    ),
]
