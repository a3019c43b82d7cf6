"""What lies in a folder of images: files by name, folders, in the order a person would count."""

from __future__ import annotations

import re
from pathlib import Path

from srlab.errors import BenchmarkError

IMAGE_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".tif", ".tiff", ".webp"}
)


_NAMED = 4


def natural(name: str) -> tuple[tuple[str | int, ...], str]:
    """A sorting key that puts img_2 before img_10."""
    parts = re.split(r"(\d+)", name.lower())
    return tuple(int(part) if part.isdecimal() else part for part in parts), name


def images(folder: Path) -> dict[str, Path]:
    """The image files of `folder` by stem, in natural order; hidden files are not looked at.

    Raises BenchmarkError where files share a stem: nothing says which one is meant.
    """
    found, twins = images_and_twins(folder)
    if twins:
        named = "; ".join(" and ".join(path.name for path in group) for group in twins[:_NAMED])
        more = f"; and {len(twins) - _NAMED} more" if len(twins) > _NAMED else ""
        raise BenchmarkError(
            f"{folder} holds {named}{more}, which are one sample by name; rename or remove one of "
            "each"
        )
    return found


def images_and_twins(folder: Path) -> tuple[dict[str, Path], list[tuple[Path, ...]]]:
    """The image files of `folder` by stem, and apart from them groups of files that share one."""
    groups: dict[str, list[Path]] = {}
    for path in visible(folder):
        if path.suffix.lower() in IMAGE_SUFFIXES and path.is_file():
            groups.setdefault(_text(path.stem), []).append(path)
    found = {stem: group[0] for stem, group in groups.items() if len(group) == 1}
    return found, [tuple(group) for group in groups.values() if len(group) > 1]


def subfolders(folder: Path) -> list[Path]:
    """The folders in `folder` that are not hidden, in natural order."""
    return [path for path in visible(folder) if path.is_dir()]


def visible(folder: Path) -> list[Path]:
    """What lies in `folder` and is not hidden, in natural order."""
    try:
        paths = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError as error:
        raise BenchmarkError(
            f"{folder} cannot be read ({error.strerror}); check that it is there and yours to read"
        ) from error
    return sorted(paths, key=lambda path: natural(path.name))


def _text(name: str) -> str:
    """`name` with bytes that are not UTF-8 (zips of old systems give such) replaced."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
