"""What lies in a folder of images: files by name, folders, in the order a person would count."""

from __future__ import annotations

import re
from pathlib import Path

from srlab.errors import BenchmarkError

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"})


def natural(name: str) -> tuple[tuple[str | int, ...], str]:
    """A sorting key that puts img_2 before img_10."""
    parts = re.split(r"(\d+)", name.lower())
    return tuple(int(part) if part.isdecimal() else part for part in parts), name


def images(folder: Path) -> dict[str, Path]:
    """The image files of `folder` by stem, in natural order; hidden files are not looked at.

    Raises BenchmarkError where two files share a stem: nothing says which one is meant.
    """
    found: dict[str, Path] = {}
    for path in visible(folder):
        if path.suffix.lower() not in IMAGE_SUFFIXES or not path.is_file():
            continue
        stem = _text(path.stem)
        if stem in found:
            raise BenchmarkError(
                f"{folder} holds {found[stem].name} and {path.name}, which are one sample by "
                "name; rename or remove one"
            )
        found[stem] = path
    return found


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
