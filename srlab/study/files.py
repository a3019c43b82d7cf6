"""Scores and converts image files outside any store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from srlab.data.folders import images
from srlab.errors import Progress, Silent, SrlabError, UsageError
from srlab.figures.comparison import Column, comparison_png
from srlab.image.crop import mod_crop
from srlab.image.files import read_image, write_image
from srlab.image.resize import upscale
from srlab.metrics.score import score

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Convert = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]


def score_files(
    sr: Path,
    hr: Path,
    *,
    scale: int | None,
    metrics: Iterable[str],
    protocols: Iterable[str],
) -> tuple[pd.DataFrame, list[str]]:
    """Scores with columns sample, metric, protocol, value; and what could not be scored, named.

    Two files make one sample; two folders are matched by stem. With a scale hr is cut to a multiple
    of it first, as every protocol here wants it. Raises UsageError for one of each,
    for what is not there, and for a protocol that needs a scale where none was given.
    """
    metrics, protocols = tuple(metrics), tuple(protocols)
    pairs, troubles = _pairs(sr, hr)
    frames = []
    for name, (sr_file, hr_file) in pairs.items():
        try:
            reference = read_image(hr_file)
            frame = score(
                read_image(sr_file),
                mod_crop(reference, scale) if scale is not None else reference,
                scale=scale,
                metrics=metrics,
                protocols=protocols,
            )
        except UsageError:
            raise
        except SrlabError as error:
            troubles.append(f"{name}: {error.code}: {error}")
        else:
            frame.insert(0, "sample", name)
            frames.append(frame)
    columns = ["sample", "metric", "protocol", "value"]
    return pd.concat(frames) if frames else pd.DataFrame(columns=columns), troubles


def convert_files(
    source: Path, output: Path, convert: Convert, *, progress: Progress | None = None
) -> tuple[list[Path], list[str]]:
    """Write `convert` of every image as PNG; the paths written, and what failed, named.

    `output` is a .png file for one image, else a folder in which stems are kept. Raises UsageError
    for a source that is not there, and where an image would be written over a source.
    """
    progress = progress or Silent()
    _require(source)
    files = images(source) if source.is_dir() else {source.stem: source}
    if not files:
        raise UsageError(f"{source} holds no images (png, jpg, tif, bmp, webp)")
    to_file = output.suffix.lower() == ".png"
    if to_file and source.is_dir():
        raise UsageError(f"{source} is a folder, so {output} must be a folder too, not a .png file")
    targets = {path: output if to_file else output / f"{stem}.png" for stem, path in files.items()}
    sources = {path.resolve() for path in files.values()}
    if over := [target for target in targets.values() if target.resolve() in sources]:
        raise UsageError(f"{over[0]} would be written over; name another folder to write to")
    _make_folder(output.parent if to_file else output)
    written, troubles = [], []
    progress.start("write", len(files))
    try:
        for path, target in targets.items():
            try:
                write_image(target, convert(read_image(path)))
                written.append(target)
            except SrlabError as error:
                troubles.append(f"{path}: {error.code}: {error}")
            except OSError as error:
                troubles.append(f"{target}: not written: {error.strerror}")
            progress.advance(path.stem)
    finally:
        progress.finish()
    return written, troubles


def _require(path: Path) -> None:
    if not path.exists():
        raise UsageError(f"there is no {path}; expected an image or a folder of images")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}") from error


def _pairs(sr: Path, hr: Path) -> tuple[dict[str, tuple[Path, Path]], list[str]]:
    _require(sr)
    _require(hr)
    if sr.is_dir() != hr.is_dir():
        raise UsageError(f"{sr} and {hr} must be two images or two folders")
    if not sr.is_dir():
        return {sr.stem: (sr, hr)}, []
    ours, theirs = images(sr), images(hr)
    both = sorted(ours.keys() & theirs.keys())
    if not both:
        raise UsageError(f"no image of {sr} has the name of one in {hr}; files are matched by stem")
    troubles = [
        f"{name}: partner-missing: only in {sr if name in ours else hr}"
        for name in sorted(ours.keys() ^ theirs.keys())
    ]
    return {name: (ours[name], theirs[name]) for name in both}, troubles


def compare_picture(
    source: Path, sr: NDArray[np.uint8], *, label: str, scale: int, hr: Path | None = None
) -> bytes:
    """A PNG of bicubic beside `sr`, both of an image; with `hr` also that, RMSE and PSNR of each.

    Raises an ImageError where the sizes do not fit together.
    """
    lr = read_image(source)
    made = [("bicubic", upscale(lr, scale)), (label, sr)]
    if hr is None:
        return comparison_png(
            [Column(title=name, caption="", pixels=pixels) for name, pixels in made]
        )
    reference = mod_crop(read_image(hr), scale)
    columns = []
    for name, pixels in made:
        frame = score(pixels, reference, scale=scale, metrics=("psnr", "rmse"))
        psnr, rmse = frame["value"]
        caption = f"PSNR {psnr:.2f} dB, RMSE {rmse:.2f} levels (paper-y)"
        columns.append(Column(title=name, caption=caption, pixels=pixels))
    return comparison_png([*columns, Column(title="hr", caption="", pixels=reference)])
