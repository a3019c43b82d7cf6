"""What lies among images and is not read as one: named, since a person may have meant it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from srlab.data.folders import IMAGE_SUFFIXES, subfolders, visible
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


def unread(folder: Path) -> Iterator[tuple[Path, str]]:
    """The files of `folder` that look like images and are not read as such, and why.

    Their suffix is one of another image format, or their first bytes are those of an image and
    their suffix is none; or their name is an image's and they are no file, as a broken link.
    """
    if not folder.is_dir():
        return
    strange = 0
    for path in visible(folder):
        suffix = path.suffix.lower()
        if suffix in UNREAD_SUFFIXES:
            yield path, f"{suffix} is not read; convert it to PNG"
        elif suffix in IMAGE_SUFFIXES:
            if not path.is_file() and not path.is_dir():
                yield path, "it is no file (a link to nothing, say)"
        elif path.is_file():
            strange += 1
            if strange <= _LOOKED_INTO and _looks_like_image(path):
                yield path, "it is an image without an image's suffix; rename it"


def folders_below(folder: Path, *, but: Path | None = None) -> Iterator[str]:
    """A line for each folder in `folder` that holds images: these are not looked at.

    Nothing is said of the folder `but`, nor of those around it.
    """
    if not folder.is_dir():
        return
    for one in subfolders(folder):
        if but is not None and but.resolve().is_relative_to(one.resolve()):
            continue
        if count := count_images(one):
            yield f"{one}: the {count} images in this folder are not looked at"


def count_images(folder: Path) -> int:
    """How many files of `folder` have an image's suffix; 0 for one that cannot be read."""
    try:
        return sum(path.suffix.lower() in IMAGE_SUFFIXES for path in visible(folder))
    except BenchmarkError:
        return 0


def _looks_like_image(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    return head.startswith(IMAGE_HEADS)
