"""Scores image files outside any store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from srlab.data.folders import images
from srlab.data.layouts import read_folder, set_title
from srlab.data.left_out import unread
from srlab.errors import Progress, Silent, SrlabError, UsageError
from srlab.image.crop import mod_crop
from srlab.image.files import decode
from srlab.image.notes import Notes
from srlab.metrics.catalog import METRICS, MetricInfo
from srlab.metrics.protocol import PROTOCOLS, Protocol
from srlab.metrics.score import score_pair
from srlab.places import is_folder, is_there
from srlab.upscale.outputs import match_outputs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

COLUMNS = ["sample", "metric", "protocol", "value"]


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A frame of the columns sample, metric, protocol, value; what could not be scored, named.

    `notes` say what was done to the content of which files.
    """

    table: pd.DataFrame
    troubles: tuple[str, ...]
    notes: tuple[str, ...]


def score_files(
    sr: Path,
    hr: Path,
    *,
    scale: int | None,
    metrics: Iterable[str],
    protocols: Iterable[str],
    progress: Progress | None = None,
) -> Scored:
    """The scores of two files, which make one sample, or of two folders.

    The hr of a folder are read as those of a benchmark are, its sr matched to them as outputs of a
    program are (see `match_outputs`). With a scale hr is cut to a multiple of it first, as every
    protocol here wants it, and an sr of hr's own size with it. What fails is named, and the other
    metrics and images go on. Raises UsageError for one file and one folder, for what is not there,
    for folders that share no image, and for a protocol that needs a scale where none was given.
    """
    wanted = [(METRICS[m], PROTOCOLS[p]) for p in tuple(protocols) for m in tuple(metrics)]
    for _, protocol in wanted:
        protocol.measure.border(scale)  # says which one needs a scale
    pairs, troubles = _pairs(sr, hr, scale)
    progress, notes, rows = progress or Silent(), Notes(), []
    progress.start("score", len(pairs))
    try:
        for name, files in pairs.items():
            try:
                rows += _score(name, files, wanted, scale, notes, troubles)
            except UsageError:
                raise
            except SrlabError as error:
                troubles.append(f"{name}: {error.code}: {error}")
            progress.advance(name)
    finally:
        progress.finish()
    table = pd.DataFrame(rows, columns=COLUMNS)
    return Scored(table=table, troubles=tuple(troubles), notes=tuple(notes.lines()))


def _score(
    name: str,
    files: tuple[Path, Path],
    wanted: list[tuple[MetricInfo, Protocol]],
    scale: int | None,
    notes: Notes,
    troubles: list[str],
) -> list[tuple[str, str, str, float]]:
    pixels = []
    for path in files:
        decoded = decode(path)
        notes.add(decoded.notes, str(path))
        pixels.append(decoded.pixels)
    rows = []
    for result in score_pair(*cut_alike(*pixels, scale=scale), wanted, scale=scale):
        metric, protocol = result.metric.name, result.protocol.name
        if isinstance(result.error, UsageError):
            raise result.error
        if result.error is not None:
            error = result.error
            troubles.append(f"{name}: {metric} under {protocol}: {error.code}: {error}")
        else:
            rows.append((name, metric, protocol, result.value))
    return rows


def cut_alike(sr: Pixels, hr: Pixels, *, scale: int | None) -> tuple[Pixels, Pixels]:
    """`(sr, hr)` with hr cut to a multiple of `scale`, and an sr of hr's own size cut with it."""
    if scale is None:
        return sr, hr
    equal = sr.shape[:2] == hr.shape[:2]
    return mod_crop(sr, scale) if equal else sr, mod_crop(hr, scale)


def require_there(path: Path) -> None:
    """Raise UsageError where there is nothing at `path`."""
    if not is_there(path):
        raise UsageError(f"there is no {path}; expected an image or a folder of images")


def _pairs(sr: Path, hr: Path, scale: int | None) -> tuple[dict[str, tuple[Path, Path]], list[str]]:
    require_there(sr)
    require_there(hr)
    if is_folder(sr) != is_folder(hr):
        raise UsageError(f"{sr} and {hr} must be two images or two folders")
    if not is_folder(sr):
        return {sr.stem: (sr, hr)}, []
    if sr.resolve() == hr.resolve():
        raise UsageError(f"{sr} and {hr} are one folder; name that of the upscaled images first")
    references = _references(hr, scale)
    matches = match_outputs(sr, references, benchmark=set_title(hr.absolute()).lower(), scale=scale)
    ready = {**_of_equal_names(sr, references), **matches.files}
    if not ready and not matches.ambiguous:
        raise UsageError(
            f"no image of {sr} has the name of one in {hr}; files are matched by stem: "
            f"{', '.join(list(references)[:3])} … are looked for"
        )
    used = {*ready.values(), *(path for group in matches.ambiguous.values() for path in group)}
    troubles = [
        f"{name}: partner-missing: {sr} holds several images for it "
        f"({', '.join(path.name for path in group)}); keep each program's images in a folder"
        for name, group in matches.ambiguous.items()
        if name not in ready
    ]
    troubles += [
        f"{name}: partner-missing: only in {hr}"
        for name in references
        if name not in ready and name not in matches.ambiguous
    ]
    left = [path for path in matches.unmatched_files if path not in used]
    troubles += [f"{path.stem}: partner-missing: only in {path.parent}" for path in left]
    left_out = [one for folder in (sr, hr) for one in unread(folder)]
    troubles += [f"{one.place}: left-out: {one.why}" for one in left_out]
    pairs = {name: (ready[name], references[name]) for name in references if name in ready}
    return pairs, troubles


def _references(folder: Path, scale: int | None) -> dict[str, Path]:
    """The hr images of a folder by the names of samples, without what says their side."""
    found = read_folder(folder)
    if found.hr is not None:
        hr = found.hr
    elif scale is None and len(found.pairings) > 1:
        raise UsageError(f"{folder} holds hr of several scales; name one (-s 2)")
    else:
        pairing = found.at(scale) if scale else next(iter(found.pairings.values()))
        hr = pairing.hr if pairing else images(folder)
    return {name: path for name, path in hr.items() if isinstance(path, Path)}


def _of_equal_names(sr: Path, references: Mapping[str, Path]) -> dict[str, Path]:
    """The images of `sr` that are called just as an hr file, `_HR` and all."""
    here = images(sr)
    return {
        name: here[path.stem]
        for name, path in references.items()
        if path.stem in here and here[path.stem] != path
    }
