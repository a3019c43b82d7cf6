"""How the folders of benchmark sets look, and which files in them are hr and lr of one sample.

A layout is a function from a folder to the `ImageSet` in it, or None where the folder is not laid
out so; `LAYOUTS` lists them in the order in which they are tried. Names are read in any letter
case; the sizes of a few images are, where names do not say the scale. What looks like lr and is
not understood is refused by name, for lr made here instead would look right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from srlab.data.folders import IMAGE_SUFFIXES, images, natural, subfolders, visible
from srlab.data.image_set import ImageSet, Pairing
from srlab.data.left_out import folders_below, unused
from srlab.data.lr_folders import LrFolder, look_alikes, lr_folders, paired
from srlab.data.side_names import (
    Side,
    folder_scale,
    hr_folder,
    is_lr_folder,
    read_side,
    without_side,
)
from srlab.errors import BenchmarkError, ImageError
from srlab.image.files import image_size


def read_folder(folder: Path) -> ImageSet:
    """The images of `folder`, by the first layout that fits; raises BenchmarkError for none."""
    for layout in LAYOUTS:
        if (found := layout(folder)) is not None:
            return _with_left_out(folder, found)
    holds = "holds no images" if visible(folder) else "is empty"
    raise BenchmarkError(
        f"{folder} {holds}; expected images ({' '.join(sorted(IMAGE_SUFFIXES))}), HR/ beside LR/ "
        "or LR_bicubic/X2/, GT/ beside LQ/, GTmod12/ beside LRbicx4/, DIV2K_valid_HR/ beside "
        "DIV2K_valid_LR_bicubic/X4/, or image_SRF_2/ with *_HR.png and *_LR.png"
    )


def _with_left_out(folder: Path, found: ImageSet) -> ImageSet:
    """`found` with what lies around its images and is none of them."""
    files = found.files
    places = list(dict.fromkeys(path.parent for path in files))
    hr = found.hr or {}
    homes = dict.fromkeys(path.parent for path in hr.values() if isinstance(path, Path))
    below = [line for home in homes for line in folders_below(home, but=places)]
    return replace(found, left_out=tuple(unused(folder, files)), below=tuple(below))


def set_title(folder: Path) -> str:
    """The name of the set that `folder` is, or is a part of: "Set5" for `/Set5/image_SRF_2`."""
    if hr_folder(folder.parent.name) == "" and _scales_in(folder):
        return folder.name
    if folder_scale(folder.name) and hr_folder(folder.parent.parent.name) == "":
        return folder.parent.name
    inside = _hr_in(folder)
    name = hr_folder((inside or folder).name)
    if name:
        return name
    while hr_folder(folder.name) == "" or re.fullmatch(r"image_SRF_\d+", folder.name):
        folder = folder.parent
    return folder.name


def _scale_folders(folder: Path) -> ImageSet | None:
    """`image_SRF_2/`, `image_SRF_3/` … of the SelfExSR release, inside the folder or it itself."""
    pairings = {}
    for one in (folder, *subfolders(folder)):
        if match := re.fullmatch(r"image_SRF_(\d+)", one.name):
            scale = int(match[1])
            sides = _read_sides({stem: p for stem, p in images(one).items() if read_side(stem)})
            if not (found := sides.get(scale) or sides.get(None)) or not found.hr:
                raise BenchmarkError(
                    f"{one} holds no *_SRF_{scale}_HR.png and *_SRF_{scale}_LR.png, as its name "
                    "promises; rename the folder if it holds something else"
                )
            pairings[scale] = Pairing(hr=found.hr, lr=found.lr or None)
    return ImageSet(pairings=pairings, hr=None) if pairings else None


# HR/Set5/x2 beside LR/LRBI/Set5/x2 (RCAN and others)


def _tree(folder: Path) -> ImageSet | None:
    """Sets in folders of scales below one for hr: from its root, from a set, or from a scale."""
    roots = [one for one in subfolders(folder) if hr_folder(one.name) == ""]
    for root in (*roots, folder, folder.parent, folder.parent.parent):
        if hr_folder(root.name) != "" or not root.is_dir():
            continue
        sets = {one.name: _scales_in(one) for one in subfolders(root)}
        sets = {name: scales for name, scales in sets.items() if scales}
        below = folder.relative_to(root).parts if folder.is_relative_to(root) else ()
        if not sets or (below and below[0] not in sets):
            continue
        if not below and len(sets) > 1:
            raise BenchmarkError(
                f"{folder} holds several sets ({', '.join(sets)}); name one of them, such as "
                f"{root / next(iter(sets))}"
            )
        name = below[0] if below else next(iter(sets))
        return _of_tree(root, name, sets[name])
    return None


def _of_tree(root: Path, name: str, scales: Mapping[int, Path]) -> ImageSet:
    pairings, refused = {}, {}
    for scale, place in scales.items():
        hr = {without_side(stem): path for stem, path in images(place).items()}
        homes = [one for one in subfolders(root.parent) if is_lr_folder(one.name)]
        homes += [deep for one in homes for deep in subfolders(one)]
        below = [one / name for one in homes if (one / name).is_dir()]
        found = [p for one in below for s, p in _scales_in(one).items() if s == scale]
        made = paired(hr, [LrFolder(folder=p, images=images(p), scale=scale) for p in found])
        pairings[scale] = made.pairings.get(scale, Pairing(hr=hr, lr=None))
        refused |= made.refused
    return ImageSet(pairings=pairings, hr=None, refused=refused)


def _scales_in(folder: Path) -> dict[int, Path]:
    """The folders of scales in `folder` that hold images."""
    if not folder.is_dir():
        return {}
    found = {folder_scale(one.name): one for one in subfolders(folder)}
    return {
        scale: one
        for scale, one in found.items()
        if scale and re.fullmatch(r"x?\dx?", one.name, re.IGNORECASE) and images(one)
    }


# HR/ beside LR/


def _beside(folder: Path) -> ImageSet | None:
    """An hr folder, named itself or by the folder that holds it, with lr folders beside it."""
    hr_place = folder if hr_folder(folder.name) is not None else _hr_in(folder)
    if hr_place is None:
        return None
    hr = images(hr_place)
    if not hr:
        raise BenchmarkError(f"{hr_place} holds no images; it should hold the hr of the set")
    if any((side := read_side(stem)) and side.is_lr for stem in hr):
        return None  # pairs in one folder
    return _with_lr(hr_place, hr, hr_place.parent, of=hr_folder(hr_place.name) or "")


def _hr_in(folder: Path) -> Path | None:
    if not folder.is_dir():
        return None
    inside = [one for one in subfolders(folder) if hr_folder(one.name) is not None]
    if len(inside) > 1:
        raise BenchmarkError(
            f"{folder} holds several sets ({', '.join(one.name for one in inside)}); name one of "
            f"them, such as {inside[0]}"
        )
    return inside[0] if inside else None


def _with_lr(place: Path, hr: dict[str, Path], home: Path, *, of: str = "") -> ImageSet:
    """The hr in `place` with the lr that lies in `home`, and what there is beside, refused."""
    bare = {without_side(stem): path for stem, path in hr.items()}
    hr = bare if _has_sides(hr) and len(bare) == len(hr) else hr
    found = paired(hr, lr_folders(home, of=of))
    around = [one for one in _around(place, home) if one != place]
    return replace(found, refused={**look_alikes(hr, around, found), **found.refused})


def _around(place: Path, home: Path) -> Iterator[Path]:
    for one in (*subfolders(place), *subfolders(home)):
        yield one
        yield from subfolders(one)


def _has_sides(stems: Mapping[str, Path]) -> bool:
    return all((side := read_side(stem)) and not side.is_lr for stem in stems)


# *_HR.png beside *_LR.png


def _suffixed(folder: Path) -> ImageSet | None:
    """`*_HR.png` (or plain names) beside `*_LR.png` in one folder, or `*_HR.png` alone."""
    found = images(folder)
    sides = {stem: read_side(stem) for stem in found}
    if not any(side and side.is_lr for side in sides.values()):
        if not found or not _has_sides(found):
            return None
        hr = {without_side(stem): path for stem, path in found.items()}
        return ImageSet(pairings={}, hr=hr) if len(hr) == len(found) else None
    pairings = {}
    for scale, both in _read_sides(found).items():
        if not both.lr and both.plain:
            continue
        pairings[scale or _measured_scale(folder, both)] = Pairing(hr=both.hr, lr=both.lr or None)
    return ImageSet(pairings=pairings, hr=None) if pairings else None


@dataclass(frozen=True, kw_only=True)
class _Sides:
    hr: dict[str, Path]
    lr: dict[str, Path]
    plain: bool = False


def _read_sides(found: Mapping[str, Path]) -> dict[int | None, _Sides]:
    """hr and lr by the scale in their names; None for names that say no scale.

    Plain names are hr, beside lr that say no scale.
    """
    by_scale: dict[int | None, _Sides] = {}
    for stem, path in found.items():
        side = read_side(stem) or Side(name=stem, is_lr=False)
        if side.other:
            continue
        both = by_scale.setdefault(side.scale, _Sides(hr={}, lr={}))
        (both.lr if side.is_lr else both.hr)[side.name] = path
    plain = by_scale.get(None)
    if plain and not plain.lr:  # baby.png beside baby_LR_x2.png
        for scale, both in list(by_scale.items()):
            if scale and not both.hr:
                by_scale[scale] = _Sides(hr=plain.hr, lr=both.lr)
        by_scale[None] = replace(plain, plain=len(by_scale) > 1)
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
    """Nothing but hr images, and lr perhaps in folders below."""
    hr = images(folder)
    if not hr:
        return None
    found = _with_lr(folder, hr, folder)
    beside = [one for one in subfolders(folder.parent) if one != folder]
    return replace(found, refused={**look_alikes(hr, beside, found), **found.refused})


LAYOUTS: tuple[Callable[[Path], ImageSet | None], ...] = (
    _scale_folders,
    _tree,
    _beside,
    _suffixed,
    _flat,
)
