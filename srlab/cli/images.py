"""`srlab score`, `upscale` and `downscale`: files in, numbers or files out; no store."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from srlab.cli.options import (
    DeviceOption,
    FormatOption,
    JsonOption,
    Metrics,
    PrecisionOption,
    Protocols,
    TileOption,
    Upscalers,
)
from srlab.cli.terminal import INCOMPLETE, printable, tell
from srlab.errors import UsageError
from srlab.places import is_folder

if TYPE_CHECKING:
    from srlab.study.converting import Converted
    from srlab.upscale.info import Upscale

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
    from srlab.cli.progress import make_progress
    from srlab.study.scoring import score_files

    protocols = protocol or (["paper-y"] if scale is not None else ["full-rgb"])
    done = score_files(
        sr, hr, scale=scale, metrics=metric, protocols=protocols, progress=make_progress()
    )
    form = "json" if as_json else form
    print_frame(done.table, form, formatters={"value": metric_value})
    _say(done.notes, done.troubles)


def upscale(
    source: Annotated[Path, _IMAGE_OR_FOLDER],
    upscaler: Upscalers,
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
        typer.Option(metavar="PICTURE", help="Also draw the results side by side; for one image."),
    ] = None,
    hr: Annotated[
        Path | None, typer.Option(metavar="HR", help="The reference, for --compare.")
    ] = None,
) -> None:
    """Upscale an image or a folder.

    Names are kept up to the suffix; what is written is PNG. Several upscalers write to a folder
    each, OUT/NAME/. The picture of --compare shows all of them, whole and enlarged, one alone
    beside bicubic; with --hr also the reference, PSNR and RMSE.
    """
    from srlab.image.files import read_image
    from srlab.study.converting import compare_picture

    _check_picture(source, output, compare, hr)
    calls = _calls(upscaler, scale, device=device, precision=precision, tile=tile)
    _check_outputs(source, output, list(calls))
    notes: list[str] = []
    troubles: list[str] = []
    written: dict[str, Path] = {}
    if output is not None:
        for label, call in calls.items():
            done = _convert(source, output / label if len(calls) > 1 else output, call)
            written.update((label, path) for path in done.written)
            notes += done.notes
            troubles += done.troubles
    if compare is not None and not troubles:
        lr = read_image(source)
        if len(calls) == 1:
            calls = _calls(["nearest" if "bicubic" in calls else "bicubic"], scale) | calls
        made = {
            label: read_image(written[label]) if label in written else call(lr)
            for label, call in calls.items()
        }
        picture = compare_picture(lr, made, scale=scale, hr=hr)
        compare.parent.mkdir(parents=True, exist_ok=True)
        compare.write_bytes(picture)
        typer.echo(printable(str(compare)))
    _say(dict.fromkeys(notes), dict.fromkeys(troubles))


def _calls(
    upscalers: list[str],
    scale: int,
    *,
    device: str = "auto",
    precision: str = "fp32",
    tile: int | None = None,
) -> dict[str, Upscale]:
    """The calls of the upscalers by their labels; raises UsageError for two of one label."""
    from dataclasses import replace

    from srlab.upscale.catalog import PRECISIONS, describe
    from srlab.upscale.info import Family

    infos = [describe(text, scale) for text in dict.fromkeys(upscalers)]
    labels = [info.name for info in infos]
    if twice := sorted({label for label in labels if labels.count(label) > 1}):
        raise UsageError(f"two upscalers are called {twice[0]}; write NAME=UPSCALER")
    calls = {}
    for info in infos:
        if info.family is Family.OUTPUTS:
            raise UsageError(f"{info.name} is ready already; name what upscales")
        if info.family is Family.NETWORK:
            info = replace(info, device=device, tile=tile, dtype=PRECISIONS[precision])
        calls[info.name] = info.load()
    return calls


def _check_outputs(source: Path, output: Path | None, labels: list[str]) -> None:
    """Raise UsageError where several results would go to one file."""
    if output is not None and len(labels) > 1 and output.suffix.lower() == ".png":
        raise UsageError(
            f"{len(labels)} upscalers would write over one another in {output}; name a folder, in "
            f"which each has its own: {', '.join(labels)}"
        )


def _convert(source: Path, output: Path, call: Upscale) -> Converted:
    """Write `call` of every image, and tell the names of what was written."""
    from srlab.cli.progress import make_progress
    from srlab.study.converting import convert_files

    done = convert_files(source, output, call, progress=make_progress())
    for path in done.written:
        typer.echo(printable(str(path)))
    return done


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
    if is_folder(source):
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
    from srlab.data.degradation import DEGRADATIONS
    from srlab.upscale.catalog import SCALES

    if scale not in SCALES:
        raise UsageError(f"scale {scale} is not supported; expected one of 2, 3, 4, 8")
    make = DEGRADATIONS[degradation]
    done = _convert(source, output, lambda hr: make(hr, scale)[1])
    _say(done.notes, done.troubles)


def _say(notes: Iterable[str], troubles: Iterable[str]) -> None:
    for note in notes:
        tell(f"note: {note}")
    failed = False
    for trouble in troubles:
        failed = True
        tell(f"failed: {trouble}")
    if failed:
        raise typer.Exit(INCOMPLETE)
