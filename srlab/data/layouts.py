"""How the folders of benchmark sets look, and which files in them are hr and lr of one sample.

A layout is a function from a folder to the `ImageSet` in it, or None where the folder is not laid
out so; `LAYOUTS` lists them in the order in which they are tried. Only names are read here, except
for pairs that say their scale nowhere: there the sizes of the first one tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from srlab.data.plane import Plane
from srlab.errors import BenchmarkError, ImageError
from srlab.image.files import ImageSource, image_size

Images = Mapping[str, ImageSource | Plane]
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"})
# `img_001_SRF_2_HR`, beside which SelfExSR keeps other methods' results, or `img_001_HR`.
_SIDE = re.compile(r"(?P<name>.+?)(?:_SRF_(?P<scale>\d+)_(?P<kind>.+)|_(?P<side>HR|LR))")


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """The hr of one scale by sample name, and the lr where the set brings them.

    An `enlarged` lr is as large as its hr already.
    """

    hr: Images
    lr: Images | None
    enlarged: bool = False


@dataclass(frozen=True, kw_only=True)
class ImageSet:
    """What a folder holds: pairings of certain scales, and the hr that serves every other one."""

    pairings: Mapping[int, Pairing]
    hr: Images | None

    @property
    def scales(self) -> tuple[int, ...] | None:
        """The scales that the set is restricted to; None where hr serves any."""
        return tuple(sorted(self.pairings)) if self.hr is None else None

    def at(self, scale: int) -> Pairing | None:
        """The images of one scale; None where the set does not serve it."""
        if scale in self.pairings or self.hr is None:
            return self.pairings.get(scale)
        return Pairing(hr=self.hr, lr=None)


def read_folder(folder: Path) -> ImageSet:
    """The images of `folder`, by the first layout that fits; raises BenchmarkError for none."""
    for layout in LAYOUTS:
        if (found := layout(folder)) is not None:
            return found
    holds = "holds no images" if _visible(folder) else "is empty"
    raise BenchmarkError(
        f"{folder} {holds}; expected images ({' '.join(sorted(IMAGE_SUFFIXES))}), HR/ beside "
        "LR_bicubic/X2/, GTmod12/ beside LRbicx4/, DIV2K_valid_HR/ beside "
        "DIV2K_valid_LR_bicubic/X4/, or image_SRF_2/ with *_HR.png and *_LR.png"
    )


def set_title(folder: Path) -> str:
    """The name of the set that `folder` is, or is a part of: "Set5" for `/Set5/image_SRF_2`."""
    beside = _find_hr(folder)
    if beside is not None and (part := beside.match.groupdict().get("set")):
        return part
    while re.fullmatch(r"HR|GTmod\d+|image_SRF_\d+", folder.name):
        folder = folder.parent
    return folder.name


def natural(name: str) -> tuple[tuple[str | int, ...], str]:
    """A sorting key that puts img_2 before img_10."""
    parts = re.split(r"(\d+)", name.lower())
    return tuple(int(part) if part.isdecimal() else part for part in parts), name


def images(folder: Path) -> dict[str, Path]:
    """The image files of `folder` by stem, in natural order; hidden files are not looked at.

    Raises BenchmarkError where two files share a stem: nothing says which one is meant.
    """
    found: dict[str, Path] = {}
    for path in _visible(folder):
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


def _text(name: str) -> str:
    """`name` with bytes that are not UTF-8 (zips of old systems give such) replaced."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _scale_folders(folder: Path) -> ImageSet | None:
    """`image_SRF_2/`, `image_SRF_3/` … of the SelfExSR release, inside the folder or it itself."""
    pairings = {}
    for one in (folder, *subfolders(folder)):
        if match := re.fullmatch(r"image_SRF_(\d+)", one.name):
            scale = int(match[1])
            sides = _read_sides(images(one))
            if not (found := sides.get(scale) or sides.get(None)):
                raise BenchmarkError(
                    f"{one} holds no *_SRF_{scale}_HR.png and *_SRF_{scale}_LR.png, as its name "
                    "promises; rename the folder if it holds something else"
                )
            pairings[scale] = Pairing(hr=found.hr, lr=found.lr or None)
    return ImageSet(pairings=pairings, hr=None) if pairings else None


@dataclass(frozen=True, kw_only=True)
class _Beside:
    """An hr folder's name, and the path beside it of the lr folder of one scale."""

    hr: str
    lr: str


@dataclass(frozen=True, kw_only=True)
class _FoundHr:
    row: _Beside
    match: re.Match[str]
    folder: Path


_BESIDE = (
    _Beside(hr=r"HR", lr=r"LR_bicubic/[Xx](\d+)"),
    _Beside(hr=r"GTmod\d+", lr=r"LRbicx(\d+)"),
    _Beside(hr=r"(?P<set>DIV2K_\w+)_HR", lr=r"{set}_LR_bicubic/[Xx](\d+)"),
)


def _beside(folder: Path) -> ImageSet | None:
    """An hr folder, named itself or by the folder that holds it, with lr folders beside it."""
    found = _find_hr(folder)
    if found is None:
        return None
    hr = images(found.folder)
    if not hr:
        raise BenchmarkError(f"{found.folder} holds no images; it should hold the hr of the set")
    pattern = found.row.lr.format(**found.match.groupdict())
    home = found.folder.parent
    pairings = {}
    for one in (deep for sub in subfolders(home) for deep in (sub, *subfolders(sub))):
        if match := re.fullmatch(pattern, one.relative_to(home).as_posix()):
            scale = int(match[1])
            pairings[scale] = Pairing(hr=hr, lr=_without_scale(images(one), scale, hr))
    return ImageSet(pairings=pairings, hr=hr)


def _find_hr(folder: Path) -> _FoundHr | None:
    for row in _BESIDE:
        if match := re.fullmatch(row.hr, folder.name):
            return _FoundHr(row=row, match=match, folder=folder)
        inside = [
            _FoundHr(row=row, match=match, folder=one)
            for one in subfolders(folder)
            if (match := re.fullmatch(row.hr, one.name))
        ]
        if len(inside) > 1:
            raise BenchmarkError(
                f"{folder} holds several sets ({', '.join(one.folder.name for one in inside)}); "
                f"name one of them, such as {inside[0].folder}"
            )
        if inside:
            return inside[0]
    return None


def _without_scale(lr: Images, scale: int, hr: Images) -> Images:
    """lr by sample name: `imgx2` or `img`, whichever reading finds more partners in `hr`."""
    stripped = {name.removesuffix(f"x{scale}"): path for name, path in lr.items()}
    return max((lr, stripped), key=lambda reading: len(reading.keys() & hr.keys()))


def _suffixed(folder: Path) -> ImageSet | None:
    """`*_HR.png` beside `*_LR.png` in one folder, or `*_HR.png` alone."""
    found = images(folder)
    strays = [path.name for stem, path in found.items() if not _SIDE.fullmatch(stem)]
    if len(strays) == len(found):
        return None
    if strays:
        raise BenchmarkError(
            f"{folder} holds *_HR or *_LR images and {', '.join(strays[:3])} beside them, which "
            "are neither; move these elsewhere, or the pairs into a folder of their own"
        )
    pairings = {}
    for scale, sides in _read_sides(found).items():
        if scale is None and not sides.lr:
            return ImageSet(pairings={}, hr=sides.hr)
        pairings[scale or _measured_scale(folder, sides)] = Pairing(
            hr=sides.hr, lr=sides.lr or None
        )
    return ImageSet(pairings=pairings, hr=None) if pairings else None


@dataclass(frozen=True, kw_only=True)
class _Sides:
    hr: dict[str, Path]
    lr: dict[str, Path]


def _read_sides(found: Mapping[str, Path]) -> dict[int | None, _Sides]:
    """hr and lr by the scale in their names; None for names that say no scale."""
    by_scale: dict[int | None, _Sides] = {}
    for stem, path in found.items():
        match = _SIDE.fullmatch(stem)
        side = match and (match["kind"] or match["side"])
        if match is None or side not in {"HR", "LR"}:
            continue
        scale = int(match["scale"]) if match["scale"] else None
        sides = by_scale.setdefault(scale, _Sides(hr={}, lr={}))
        (sides.hr if side == "HR" else sides.lr)[match["name"]] = path
    return by_scale


def _measured_scale(folder: Path, sides: _Sides) -> int:
    """The scale of pairs whose names do not say it, from the heights of the first one readable."""
    for name in sorted(sides.hr.keys() & sides.lr.keys(), key=natural):
        try:
            return round(image_size(sides.hr[name])[0] / image_size(sides.lr[name])[0])
        except ImageError:
            continue
    raise BenchmarkError(
        f"{folder} holds *_LR files without a readable *_HR beside them; expected both of a pair"
    )


def _flat(folder: Path) -> ImageSet | None:
    """Nothing but hr images."""
    hr = images(folder)
    return ImageSet(pairings={}, hr=hr) if hr else None


LAYOUTS: tuple[Callable[[Path], ImageSet | None], ...] = (
    _scale_folders,
    _beside,
    _suffixed,
    _flat,
)


def subfolders(folder: Path) -> list[Path]:
    """The folders in `folder` that are not hidden, in natural order."""
    return [path for path in _visible(folder) if path.is_dir()]


def _visible(folder: Path) -> list[Path]:
    """What lies in `folder` and is not hidden, in natural order."""
    try:
        paths = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError as error:
        raise BenchmarkError(
            f"{folder} cannot be read ({error.strerror}); check that it is there and yours to read"
        ) from error
    return sorted(paths, key=lambda path: natural(path.name))
