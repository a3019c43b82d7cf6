"""`srlab score`, `upscale` and `downscale`: files in, numbers or files out; no store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from srlab.cli.options import (
    DeviceOption,
    FormatOption,
    JsonOption,
    Metrics,
    PrecisionOption,
    Protocols,
    TileOption,
)
from srlab.cli.terminal import INCOMPLETE, printable, tell
from srlab.errors import UsageError

_IMAGE_OR_FOLDER = typer.Argument(metavar="IMAGE|FOLDER", help="An image, or a folder of images.")
_OUT = typer.Option("-o", "--output", metavar="OUT", help="A .png file, or a folder.")
_SCALE = typer.Option("-s", "--scale", metavar="N", help="2, 3, 4 or 8.")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (score, upscale, downscale):
        app.command()(command)


def score(
    sr: Annotated[Path, typer.Argument(metavar="SR", help="The upscaled image, or a folder.")],
    hr: Annotated[Path, typer.Argument(metavar="HR", help="The reference, or a folder.")],
    scale: Annotated[
        int | None,
        typer.Option("-s", "--scale", metavar="N", min=1, help="Decides the border that is cut."),
    ] = None,
    metric: Metrics = ["psnr", "ssim"],  # noqa: B006
    protocol: Protocols = [],  # noqa: B006
    form: FormatOption = "table",
    as_json: JsonOption = False,
) -> None:
    """Score two images, or two folders matched by name.

    With a scale the default protocol is paper-y; without one, full-rgb, the only one whose border
    cut does not depend on the scale.
    """
    from srlab.cli.output import metric_value, print_frame
    from srlab.study.files import score_files

    protocols = protocol or (["paper-y"] if scale is not None else ["full-rgb"])
    table, troubles = score_files(sr, hr, scale=scale, metrics=metric, protocols=protocols)
    form = "json" if as_json else form
    print_frame(table, form, formatters={"value": metric_value})
    _say_troubles(troubles)


def upscale(
    source: Annotated[Path, _IMAGE_OR_FOLDER],
    upscaler: Annotated[
        str,
        typer.Option(
            "-u",
            "--upscaler",
            metavar="UPSCALER",
            help="As for evaluate (`srlab show upscalers`).",
        ),
    ],
    scale: Annotated[int, _SCALE],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            help="A .png file, or a folder; may be left out with --compare.",
        ),
    ] = None,
    device: DeviceOption = "auto",
    precision: PrecisionOption = "fp32",
    tile: TileOption = None,
    compare: Annotated[
        Path | None,
        typer.Option(metavar="PICTURE", help="Also draw it beside bicubic; for one image."),
    ] = None,
    hr: Annotated[
        Path | None, typer.Option(metavar="HR", help="The reference, for --compare.")
    ] = None,
) -> None:
    """Upscale an image or a folder.

    Names are kept up to the suffix; what is written is PNG. The picture of --compare shows bicubic
    and the result, whole and enlarged; with --hr also the reference, PSNR and RMSE.
    """
    from dataclasses import replace

    from srlab.cli.progress import make_progress
    from srlab.image.files import read_image
    from srlab.study.files import compare_picture, convert_files
    from srlab.upscale.catalog import PRECISIONS, describe
    from srlab.upscale.info import Family

    _check_picture(source, output, compare, hr)
    info = describe(upscaler, scale)
    if info.family is Family.OUTPUTS:
        raise UsageError(f"{upscaler} is ready already; name what upscales")
    call = replace(info, device=device, tile=tile, dtype=PRECISIONS[precision]).load()
    written: list[Path] = []
    troubles: list[str] = []
    if output is not None:
        written, troubles = convert_files(source, output, call, progress=make_progress())
        for path in written:
            typer.echo(printable(str(path)))
    if compare is not None and not troubles:
        sr = read_image(written[0]) if written else call(read_image(source))
        picture = compare_picture(source, sr, label=info.name, scale=scale, hr=hr)
        compare.parent.mkdir(parents=True, exist_ok=True)
        compare.write_bytes(picture)
        typer.echo(printable(str(compare)))
    _say_troubles(troubles)


def _check_picture(
    source: Path, output: Path | None, compare: Path | None, hr: Path | None
) -> None:
    """Raise UsageError for what --compare cannot draw, or where it would write over an image."""
    if compare is None:
        if output is None:
            raise UsageError("nothing is written; name -o OUT, or --compare PICTURE")
        if hr is not None:
            raise UsageError("--hr belongs to --compare PICTURE; `srlab score` scores files")
        return
    if source.is_dir():
        raise UsageError(f"--compare draws one image; {source} is a folder")
    if compare.suffix.lower() != ".png":
        raise UsageError(f"--compare writes PNG; {compare} should end in .png")
    images = [source, *([hr] if hr else [])]
    images += [output, output / f"{source.stem}.png"] if output else []
    if compare.resolve() in [path.resolve() for path in images]:
        raise UsageError(f"{compare} would be written over; name another file for --compare")


def downscale(
    source: Annotated[Path, _IMAGE_OR_FOLDER],
    scale: Annotated[int, _SCALE],
    output: Annotated[Path, _OUT],
    degradation: Annotated[
        str,
        typer.Option("--degradation", metavar="NAME", help="`srlab show degradations` lists them."),
    ] = "matlab-bicubic",
) -> None:
    """Make the small image of a large one.

    hr is cut to a multiple of the scale first; what is written is PNG.
    """
    from srlab.cli.progress import make_progress
    from srlab.data.degradation import DEGRADATIONS
    from srlab.errors import UsageError
    from srlab.study.files import convert_files
    from srlab.upscale.catalog import SCALES

    if scale not in SCALES:
        raise UsageError(f"scale {scale} is not supported; expected one of 2, 3, 4, 8")
    make = DEGRADATIONS[degradation]
    written, troubles = convert_files(
        source, output, lambda hr: make(hr, scale)[1], progress=make_progress()
    )
    for path in written:
        typer.echo(printable(str(path)))
    _say_troubles(troubles)


def _say_troubles(troubles: list[str]) -> None:
    for trouble in troubles:
        tell(f"failed: {trouble}")
    if troubles:
        raise typer.Exit(INCOMPLETE)
