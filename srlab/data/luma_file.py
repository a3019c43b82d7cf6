"""Evaluation files: one HDF5 with the luma of a whole set, in the layout of SRCNN's PyTorch code.

Groups `hr` and `lr` hold one dataset per image, called 0, 1, …: (H, W), float, grey levels 0 to
255. lr is native, smaller than hr by the scale, or already enlarged to its size: the shapes tell.
A file that srlab wrote says more: the `scale` of all, and the `name` of each image.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srlab.data.image_set import ImageSet, Pairing
from srlab.data.plane import LAYOUT, Plane, dataset, group, opened
from srlab.errors import BenchmarkError
from srlab.image.scales import SCALES

if TYPE_CHECKING:
    import h5py

LUMA_SUFFIXES = (".h5", ".hdf5")
MAX_IMAGES = 10_000
_LONGEST_NAME = 255

Sizes = Mapping[str, tuple[int, int]]


def read_luma_file(path: Path) -> ImageSet:
    """The images of an evaluation file as planes, by sample name; only headers are read.

    An enlarged lr serves the scale that the file tells, or, where it tells none, any. Raises
    BenchmarkError for another HDF5 or anything else, ImageTooLargeError.
    """
    with opened(path, BenchmarkError) as file:
        keys = {side: _keys(group(file, side), path) for side in ("hr", "lr")}
        sizes = {side: {key: dataset(file, side, key).shape for key in keys[side]} for side in keys}
        names = _names(file, keys["hr"], keys["lr"])
        factor = _factor(sizes["hr"], sizes["lr"], path)
        scales = (factor,) if factor > 1 else _told_scales(file)
    hr, lr = (
        {names[key]: Plane(path=path, group=side, key=key) for key in keys[side]} for side in keys
    )
    pairing = Pairing(hr=hr, lr=lr, enlarged=factor == 1)
    return ImageSet(pairings=dict.fromkeys(scales, pairing), hr=None)


def _keys(side: h5py.Group, path: Path) -> list[str]:
    if len(side) > MAX_IMAGES:
        raise BenchmarkError(
            f"{path} holds {len(side):,} images; at most {MAX_IMAGES:,} are read: split it"
        )
    keys = list(side)
    for key in keys:
        check_name(key, path)
    return keys


def _names(file: h5py.File, hr: list[str], lr: list[str]) -> dict[str, str]:
    """Sample names by key: what srlab wrote beside the image, else the key."""
    names = {}
    for key in dict.fromkeys([*hr, *lr]):
        owner = dataset(file, "hr" if key in hr else "lr", key)
        names[key] = _attribute(owner, "name") or key
        check_name(names[key], file.filename)
    if len(set(names.values())) < len(names):
        raise BenchmarkError(f"{file.filename} gives two images one name; expected {LAYOUT}")
    return names


def check_name(name: object, path: object) -> None:
    """Raise BenchmarkError unless `name` will do for an image of an evaluation file."""
    fits = isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME and name.isprintable()
    if not fits or "/" in str(name):
        raise BenchmarkError(
            f"{path} calls an image {str(name)[:40]!r}; expected up to {_LONGEST_NAME} printable "
            "characters without a slash"
        )


def _factor(hr: Sizes, lr: Sizes, path: Path) -> int:
    """By how much hr is larger than lr, alike in all pairs; 1 where lr is enlarged."""
    factors: dict[int, str] = {}
    for key in filter(lr.__contains__, hr):
        (height, width), (small_height, small_width) = hr[key], lr[key]
        factor = height // small_height
        if (height, width) != (small_height * factor, small_width * factor):
            raise BenchmarkError(
                f"{path}: hr/{key} is {height}x{width} and lr/{key} {small_height}x{small_width}; "
                "expected lr of the same size (enlarged), or smaller by the scale"
            )
        factors.setdefault(factor, key)
    if not factors:
        raise BenchmarkError(f"{path} holds no pair of images; expected {LAYOUT}")
    if len(factors) > 1:
        found = ", ".join(f"{factor} times ({key})" for factor, key in sorted(factors.items()))
        raise BenchmarkError(
            f"{path} holds hr larger than lr by {found}; expected one scale, all lr native or all "
            "enlarged"
        )
    return next(iter(factors))


def _told_scales(file: h5py.File) -> tuple[int, ...]:
    """The scale of enlarged lr, where the file tells it; else all."""
    told = _attribute(file, "scale")
    if told is None:
        return SCALES
    if told not in SCALES:
        raise BenchmarkError(
            f"{file.filename} says that its scale is {str(told)[:40]}; expected one of "
            f"{', '.join(map(str, SCALES))}"
        )
    return (int(told),)


def _attribute(owner: h5py.Dataset | h5py.File, name: str) -> Any:
    """One value beside a dataset or the file; None where there is none, or a whole array."""
    if name not in owner.attrs or owner.attrs.get_id(name).shape != ():
        return None
    return owner.attrs[name]
