"""The lr that lie beside hr: which folders hold them, of which scale, and under which names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from srlab.data.folders import images, subfolders
from srlab.data.image_set import Images, ImageSet, Pairing
from srlab.data.side_names import folder_scale, is_lr_folder, read_alike, scale_in
from srlab.errors import BenchmarkError, ImageError
from srlab.image.files import ImageSource, image_size
from srlab.image.scales import SCALES
from srlab.places import is_folder

_LOOKED_AT = 64
_MEASURED = 3


@dataclass(frozen=True, kw_only=True)
class LrFolder:
    """A folder of lr images, by their stems, and the scale that its name or theirs say."""

    folder: Path
    images: Mapping[str, Path]
    scale: int | None


def lr_folders(home: Path, *, of: str = "") -> list[LrFolder]:
    """The folders in `home` whose names say lr of the set called `of`, those of scales opened."""
    return [
        found for one in subfolders(home) if is_lr_folder(one.name, of=of) for found in _in(one)
    ]


def _in(folder: Path) -> Iterator[LrFolder]:
    """The images of `folder` and of its folders of scales; their scale where names say it."""
    if own := images(folder):
        yield LrFolder(folder=folder, images=own, scale=folder_scale(folder.name) or scale_in(own))
    for one in subfolders(folder):
        scale = folder_scale(one.name)
        if scale and (own := images(one)):
            yield LrFolder(folder=one, images=own, scale=scale)


def paired(hr: Images, found: Iterable[LrFolder]) -> ImageSet:
    """`hr` with the lr that was found; scales of which lr is there and cannot be used, refused."""
    pairings: dict[int, Pairing] = {}
    refused: dict[int, str] = {}
    used: dict[int, Path] = {}
    for one in found:
        lr = read_alike(one.images, hr)
        scale = one.scale or _measured(hr, lr)
        if not lr.keys() & hr.keys():
            reason = f"{one.folder} holds lr, none of which is named as an hr image ({_some(lr)})"
        elif scale not in SCALES:
            reason = f"{one.folder} holds images that are not 2, 3, 4 or 8 times smaller than hr"
        elif scale in used:
            reason = f"{used[scale]} and {one.folder} both hold lr of x{scale}"
        else:
            used[scale], pairings[scale] = one.folder, Pairing(hr=hr, lr=lr)
            continue
        of = [scale] if scale in SCALES else [s for s in SCALES if s not in pairings]
        refused |= {s: f"{reason}; {_way_out(one.folder)}" for s in of}
    pairings = {scale: pairing for scale, pairing in pairings.items() if scale not in refused}
    return ImageSet(pairings=pairings, hr=hr, refused=refused)


def named_lr(hr: Images, folder: Path) -> ImageSet:
    """`hr` with the lr of a folder that a person named; raises BenchmarkError where it has none."""
    found = list(_in(folder)) if is_folder(folder) else []
    if not found:
        raise BenchmarkError(
            f"{folder} holds no lr images; expected images named as those of hr, or X2/, X3/ … of "
            "such"
        )
    made = paired(hr, found)
    if made.refused:
        raise BenchmarkError(next(iter(made.refused.values())))
    there = ", ".join(f"x{scale}" for scale in sorted(made.pairings))
    why = f"{folder} holds lr of {there} alone; ask for those scales, or leave out --lr {folder}"
    return replace(made, refused={s: why for s in SCALES if s not in made.pairings})


def look_alikes(hr: Images, around: Iterable[Path], known: ImageSet) -> dict[int, str]:
    """Folders of images named as hr and just so many times smaller, which nobody understood.

    What to say of each scale; scales that `known` has lr for are left out.
    """
    refused: dict[int, str] = {}
    for folder in list(dict.fromkeys(around))[:_LOOKED_AT]:
        try:
            small = images(folder)
        except BenchmarkError:
            continue
        lr = read_alike(small, hr) if small else {}
        scale = _measured(hr, lr) if 2 * len(lr.keys() & hr.keys()) >= len(hr) else None
        if scale in SCALES and scale not in known.pairings:
            refused[scale] = (
                f"{folder} holds images that look like hr made {scale} times smaller "
                f"({_some(path.name for path in small.values())}); {_way_out(folder)}"
            )
    return refused


def _measured(hr: Images, lr: Mapping[str, ImageSource]) -> int | None:
    """How many times smaller lr is, by the first pairs that can be read; None for no whole one."""
    found: set[int | None] = set()
    for name in [name for name in lr if name in hr][:_MEASURED]:
        try:
            large, small = _size(hr[name]), _size(lr[name])
        except ImageError:
            continue
        fits = [s for s in (1, *SCALES) if (large[0] // s, large[1] // s) == small]
        near = [s for s in (1, *SCALES) if round(large[0] / max(1, small[0])) == s]
        found.add((fits or near or [None])[0])
    return found.pop() if len(found) == 1 else None


def _size(source: object) -> tuple[int, int]:
    return image_size(source)  # type: ignore[arg-type]


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:3]) + (" …" if len(listed) > 3 else "")


def _way_out(folder: Path) -> str:
    return (
        f"name the lr to be used (--lr {folder}), or let lr be made from hr (--degradation "
        "matlab-bicubic)"
    )
