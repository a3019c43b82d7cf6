"""What lies among images and is not read as one: named, since a person may have meant it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from srlab.data.folders import IMAGE_SUFFIXES, images_and_twins, subfolders, visible
from srlab.data.side_names import read_side
from srlab.errors import BenchmarkError
from srlab.image.files import IMAGE_HEADS

_UNREAD = """
.gif .apng .avif .heic .heif .jxl .jp2 .j2k .jpf .jpx .ppm .pgm .pbm .pnm .pfm .tga .psd .exr .hdr
.dds .ico .icns .pcx .qoi .sgi .svg .eps .dng .cr2 .cr3 .nef .arw .raw .npy .npz
"""
UNREAD_SUFFIXES = frozenset(_UNREAD.split())
"""Images in formats that are not read: lossy by palette, not decoded here, or without one size."""
_LOOKED_INTO = 1000
_HEAD = 12
_NO_SUFFIX = "it is an image without an image's suffix; rename it"


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A file or folder that was brought and is not used, and why."""

    place: Path
    why: str

    @property
    def in_words(self) -> str:
        """Both on one line."""
        return f"{self.place}: {self.why}"


def unread(folder: Path) -> Iterator[LeftOut]:
    """The files of `folder` that look like images and are not read as such.

    Their suffix is one of another image format, or their first bytes are those of an image and
    their suffix is none; or their name is an image's and they are no file, as a broken link.
    """
    looked_into = 0
    for path in visible(folder):
        suffix, why = path.suffix.lower(), ""
        if suffix in UNREAD_SUFFIXES:
            why = f"{suffix} is not read; convert it to PNG"
        elif suffix in IMAGE_SUFFIXES:
            why = (
                "" if path.is_file() or path.is_dir() else "it is no file (a link to nothing, say)"
            )
        elif path.is_file() and looked_into < _LOOKED_INTO:
            looked_into += 1
            why = _NO_SUFFIX if _looks_like_image(path) else ""
        if why:
            yield LeftOut(place=path, why=why)


def twins(folder: Path) -> Iterator[LeftOut]:
    """The image files of `folder` that share a stem."""
    for group in images_and_twins(folder)[1]:
        for path in group:
            others = ", ".join(other.name for other in group if other != path)
            why = f"it and {others} are one image by name; rename or remove one"
            yield LeftOut(place=path, why=why)


def unused(folder: Path, used: Iterable[Path]) -> Iterator[LeftOut]:
    """What looks like an image in `folder`, and in the folders that `used` lie in, and is unused.

    Images that say to be the results of other programs are not meant.
    """
    known = set(used)
    for place in dict.fromkeys((folder, *sorted({path.parent for path in known}))):
        yield from unread(place)
        for path in images_and_twins(place)[0].values():
            side = read_side(path.stem)
            if path not in known and not (side and side.other):
                yield LeftOut(place=path, why="it belongs to no sample")


def folders_below(folder: Path, *, but: Iterable[Path] = ()) -> Iterator[str]:
    """A line for each folder in `folder` that holds images: these are not looked at.

    Nothing is said of the folders `but`, nor of those around them.
    """
    others = [other.resolve() for other in but]
    for one in subfolders(folder):
        here = one.resolve()
        if any(other.is_relative_to(here) for other in others):
            continue
        if count := count_images(one):
            yield f"{one}: the {count} images in this folder are not looked at"


def count_images(folder: Path) -> int:
    """How many files of `folder` have an image's suffix; 0 for one that cannot be read."""
    try:
        return sum(path.suffix.lower() in IMAGE_SUFFIXES for path in visible(folder))
    except BenchmarkError:
        return 0


def listed(left: Iterable[str], *, most: int = 20) -> tuple[str, ...]:
    """The lines, as details of an error; of very many the first, and how many more there are."""
    lines = list(left)
    more = [f"and {len(lines) - most} more"] if len(lines) > most else []
    return (*lines[:most], *more)


def _looks_like_image(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    return head.startswith(IMAGE_HEADS)
