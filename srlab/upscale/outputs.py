"""Ready sr images of any other program, matched to samples by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from srlab.data.folders import IMAGE_SUFFIXES
from srlab.errors import UsageError
from srlab.places import is_folder

_SIDE = re.compile(r"[_-](?:hr|gt|lr|lq)(?:$|[_-])", re.IGNORECASE)
_SCALE_MARK = re.compile(r"(?<![A-Za-z0-9])[xX]([2348])(?![A-Za-z0-9])")


@dataclass(frozen=True, kw_only=True)
class Matches:
    """Which file is which sample's sr; what was left over on either side.

    `ambiguous` are samples that several files fit, of which none is named as the label says.
    """

    files: dict[str, Path]
    ambiguous: dict[str, tuple[Path, ...]]
    unmatched_samples: tuple[str, ...]
    unmatched_files: tuple[Path, ...]


def match_outputs(
    folder: Path, samples: Iterable[str], *, benchmark: str, scale: int | None, label: str = ""
) -> Matches:
    """Files under `folder` for the named samples.

    Looked for in FOLDER/<benchmark>/X<scale>, FOLDER/<benchmark>, FOLDER/X<scale>, FOLDER; the
    first that exists counts. Without a scale, any is taken that a name says. `pie/7` is looked for
    in the folder `pie` there. A file is a sample's
    when its stem is the sample's name, or starts with it and goes on with anything but a letter or
    digit, or with x<scale> (`img_001_EDSR.png`, `0801x4.png`), unless an x<other scale> follows
    (`img_001_x2.png` is none at x4); a file goes to the longest name it fits. Of several files of
    a sample the one counts that is named exactly, else the one whose name holds the `label`. Files
    that say to be hr or lr (`_HR`, `_GT`, `_LR`, `_LQ`) are no outputs.
    """
    if not is_folder(folder):
        raise UsageError(f"{folder} is no folder; outputs:FOLDER names a folder of sr images")
    place = _place(folder, benchmark, scale)
    names = sorted(samples, key=len, reverse=True)
    stems = _stems(place, {PurePosixPath(name).parent for name in names})
    fitting: dict[str, list[Path]] = {}
    left: list[Path] = []
    for path, stem in sorted(stems.items(), key=lambda item: (len(item[1]), item[0])):
        name = next((n for n in names if _fits(stem, n, scale)), None)
        if name is None or _SIDE.search(stem.removeprefix(name)):
            left.append(path)
        else:
            fitting.setdefault(name, []).append(path)
    found: dict[str, Path] = {}
    ambiguous: dict[str, tuple[Path, ...]] = {}
    for name, paths in fitting.items():
        chosen = _chosen(paths, stems, name, label)
        if chosen is None:
            ambiguous[name] = tuple(paths)
        else:
            found[name] = chosen
            left += [path for path in paths if path != chosen]
    return Matches(
        files=found,
        ambiguous=ambiguous,
        unmatched_samples=tuple(sorted(set(names) - fitting.keys())),
        unmatched_files=tuple(sorted(left)),
    )


def _chosen(paths: list[Path], stems: Mapping[Path, str], name: str, label: str) -> Path | None:
    """The one of several files that is meant; None where nothing says which."""
    if len(paths) == 1:
        return paths[0]
    exact = [path for path in paths if stems[path] == name]
    named = [p for p in paths if label and label.lower() in stems[p].removeprefix(name).lower()]
    return next((group[0] for group in (exact, named) if len(group) == 1), None)


def _place(folder: Path, benchmark: str, scale: int | None) -> Path:
    by_lower_name = {path.name.lower(): path for path in folder.iterdir() if path.is_dir()}
    set_folder = by_lower_name.get(benchmark, folder)
    for path in sorted(set_folder.iterdir()):
        if path.is_dir() and path.name.lower() == f"x{scale}":
            return path
    return set_folder


def _stems(place: Path, parents: Iterable[PurePosixPath]) -> dict[Path, str]:
    """The image files in `place` or its named folders, with what a sample's name would be."""
    return {
        path: (parent / path.stem).as_posix()
        for parent in parents
        if not parent.is_absolute() and ".." not in parent.parts and (place / parent).is_dir()
        for path in (place / parent).iterdir()
        if path.suffix.lower() in IMAGE_SUFFIXES
        and not path.name.startswith(".")
        and path.is_file()
    }


def _fits(stem: str, name: str, scale: int | None) -> bool:
    if not stem.startswith(name):
        return False
    rest = stem.removeprefix(name)
    if scale and any(int(mark) != scale for mark in _SCALE_MARK.findall(rest)):
        return False
    return re.match(rf"$|[^A-Za-z0-9]|x{scale or '[2348]'}(?![0-9])", rest) is not None
