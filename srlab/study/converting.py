"""Converts image files outside any store, and draws results beside one another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from srlab.data.folders import IMAGE_SUFFIXES, images
from srlab.data.left_out import UNREAD_SUFFIXES, folders_below, unread
from srlab.errors import Progress, Silent, SrlabError, UsageError
from srlab.figures.comparison import Column, comparison_png
from srlab.image.files import decode, read_image, write_image
from srlab.image.notes import Notes
from srlab.metrics.score import score
from srlab.places import is_folder
from srlab.study.scoring import cut_alike, require_there

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Convert = Callable[[Pixels], Pixels]


_OTHER_FORMATS = (IMAGE_SUFFIXES | UNREAD_SUFFIXES) - {".png"}


@dataclass(frozen=True, kw_only=True)
class Converted:
    """The files that were written; what failed, named; what was done to the sources' content."""

    written: tuple[Path, ...]
    troubles: tuple[str, ...]
    notes: tuple[str, ...]


def convert_files(
    source: Path, output: Path, convert: Convert, *, progress: Progress | None = None
) -> Converted:
    """Write `convert` of every image as PNG.

    `output` is a .png file for one image, else a folder in which stems are kept. Raises UsageError
    for a source that is not there, for the name of an image in another format, and where an image
    would be written over a source.
    """
    progress, notes = progress or Silent(), Notes()
    require_there(source)
    files = images(source) if is_folder(source) else {source.stem: source}
    if not files:
        raise UsageError(f"{source} holds no images (png, jpg, tif, bmp, webp)")
    targets = _targets(source, output, files)
    written: list[Path] = []
    in_folder = is_folder(source)
    troubles = [f"{one.place}: left-out: {one.why}" for one in unread(source)] if in_folder else []
    progress.start("write", len(files))
    try:
        for path, target in targets.items():
            try:
                decoded = decode(path)
                notes.add(decoded.notes, str(path))
                write_image(target, convert(decoded.pixels))
                notes.add(getattr(convert, "notes", ()), str(path))
                written.append(target)
            except SrlabError as error:
                troubles.append(f"{path}: {error.code}: {error}")
            except OSError as error:
                troubles.append(f"{target}: not written: {error.strerror}")
            progress.advance(path.stem)
    finally:
        progress.finish()
    below = folders_below(source, but=[output]) if in_folder else ()
    return Converted(
        written=tuple(written), troubles=tuple(troubles), notes=(*notes.lines(), *below)
    )


def _targets(source: Path, output: Path, files: Mapping[str, Path]) -> dict[Path, Path]:
    """Where what is made of each file goes; the folder is made."""
    to_file = output.suffix.lower() == ".png" and not is_folder(output)
    check_output(output)
    if to_file and is_folder(source):
        raise UsageError(f"{source} is a folder, so {output} must be a folder too, not a .png file")
    targets = {path: output if to_file else output / f"{stem}.png" for stem, path in files.items()}
    sources = {path.resolve() for path in files.values()}
    if over := [target for target in targets.values() if target.resolve() in sources]:
        raise UsageError(f"{over[0]} would be written over; name another folder to write to")
    folder = output.parent if to_file else output
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}") from error
    return targets


def check_output(output: Path) -> None:
    """Raise UsageError for the name of an image in a format that is not written."""
    suffix = output.suffix.lower()
    if suffix in _OTHER_FORMATS and not is_folder(output):
        raise UsageError(
            f"{output} asks for {suffix}, and what is written is PNG, which loses nothing; name "
            f"{output.with_suffix('.png')}, or a folder"
        )


def compare_picture(
    lr: Pixels,
    made: Mapping[str, Pixels],
    *,
    scale: int,
    hr: Path | None = None,
) -> bytes:
    """A PNG of the results by their labels side by side; with `hr` also that, RMSE and PSNR.

    Raises an ImageError where the sizes do not fit together.
    """
    if hr is None:
        return comparison_png(
            [Column(title=name, caption="", pixels=pixels) for name, pixels in made.items()]
        )
    reference = read_image(hr)
    columns = []
    for name, pixels in made.items():
        sr, reference = cut_alike(pixels, reference, scale=scale)
        frame = score(sr, reference, scale=scale, metrics=("psnr", "rmse"))
        psnr, rmse = frame["value"]
        caption = f"PSNR {psnr:.2f} dB, RMSE {rmse:.2f} levels (paper-y)"
        columns.append(Column(title=name, caption=caption, pixels=sr))
    return comparison_png([*columns, Column(title="hr", caption="", pixels=reference)])
