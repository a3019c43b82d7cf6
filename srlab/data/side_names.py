"""What names say of the side and the scale that an image or a folder is of, in any letter case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
_HR, _LR = r"hr|gt", r"lr[a-z]*|lq"
_SELFEXSR = re.compile(r"(?P<name>.+?)_SRF_(?P<scale>\d+)_(?P<kind>.+)", re.IGNORECASE)
_SUFFIX = re.compile(
    rf"(?P<name>.+?)[_-](?:(?P<hr>{_HR})|(?P<lr>{_LR}))(?:[_-]?x(?P<scale>[2348]))?", re.IGNORECASE
)
_PREFIX = re.compile(rf"(?:(?P<hr>{_HR})|(?P<lr>{_LR}))[_-](?P<name>.+)", re.IGNORECASE)
# DIV2K's tracks mild, wild and difficult: 0801x4m, 0801x4w2, 0801x4d.
_SCALED = re.compile(r"(?P<name>.+?)[_-]?x(?P<scale>[2348])(?:[mwd]\d?)?", re.IGNORECASE)
_HR_FOLDER = re.compile(
    r"(?P<bare>hr|gt|gtmod\d+|targets?|high[_-]?res)|(?P<set>.+)[_-](?:hr|gt)", re.IGNORECASE
)
_LR_WORD = r"(?:lr|lq|inputs?|low[_-]?res|lrbicx?\d*)(?:[_-]?[a-z0-9]+)*"
_SCALE_FOLDER = re.compile(r"(?:x(?P<a>[2348])|(?P<b>[2348])x?)", re.IGNORECASE)
_SCALE_BEHIND = re.compile(r"x(?P<scale>[2348])(?![a-z0-9])", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Side:
    """A file's name: the sample's, whether it is the lr, and the scale, if it says one.

    `other` is what SelfExSR calls the results of other methods: neither side.
    """

    name: str
    is_lr: bool
    scale: int | None = None
    other: bool = False


def read_side(stem: str) -> Side | None:
    """What `stem` says: img_001_SRF_2_HR, baby_lr, lr_baby, baby_LRBI_x2; None for neither side."""
    if match := _SELFEXSR.fullmatch(stem):
        kind = match["kind"].lower()
        return Side(
            name=match["name"],
            is_lr=kind == "lr",
            scale=int(match["scale"]),
            other=kind not in ("hr", "lr"),
        )
    if match := _SUFFIX.fullmatch(stem):
        scale = int(match["scale"]) if match["scale"] else None
        return Side(name=match["name"], is_lr=bool(match["lr"]), scale=scale)
    if match := _PREFIX.fullmatch(stem):
        return Side(name=match["name"], is_lr=bool(match["lr"]))
    return None


def without_side(stem: str) -> str:
    """`stem` without what says its side."""
    side = read_side(stem)
    return side.name if side else stem


def without_scale(stem: str) -> str:
    """`stem` without the scale behind it: 0801x4 is 0801, baby_x2 is baby."""
    match = _SCALED.fullmatch(stem)
    return match["name"] if match else stem


def scale_in(stems: Iterable[str]) -> int | None:
    """The scale that all `stems` say behind their names; None where they do not say one."""
    found = {match["scale"] if (match := _SCALED.fullmatch(stem)) else None for stem in stems}
    return int(scale) if len(found) == 1 and (scale := found.pop()) else None


def hr_folder(name: str) -> str | None:
    """The name of the set before the word for hr ("DIV2K_valid" of DIV2K_valid_HR), "" for none.

    None where the name is not one of a folder of hr.
    """
    match = _HR_FOLDER.fullmatch(name)
    return None if match is None else match["set"] or ""


def is_lr_folder(name: str, *, of: str = "") -> bool:
    """Whether a folder's name says lr, of the set called `of`: LR, LQ, input, LR_wild, X2."""
    if _SCALE_FOLDER.fullmatch(name):
        return not of
    before = rf"{re.escape(of)}[_-]" if of else ""
    return re.fullmatch(rf"{before}{_LR_WORD}", name, re.IGNORECASE) is not None


def folder_scale(name: str) -> int | None:
    """The scale that a folder's name is or ends in: X2, 2x, LRbicx4, LR_x3."""
    if match := _SCALE_FOLDER.fullmatch(name):
        return int(match["a"] or match["b"])
    match = _SCALE_BEHIND.search(name)
    return int(match["scale"]) if match else None


def read_alike(lr: Mapping[str, T], hr: Iterable[str]) -> dict[str, T]:
    """`lr` by the names of `hr`: as they are, without scale or side, whichever finds most.

    Of readings that find as many the plainest counts; one in which two files share a name does
    not.
    """
    readings: tuple[Callable[[str], str], ...] = (
        lambda stem: stem,
        without_scale,
        without_side,
        lambda stem: without_side(without_scale(stem)),
    )
    names = set(hr)
    found = [{read(stem): source for stem, source in lr.items()} for read in readings]
    whole = [reading for reading in found if len(reading) == len(lr)]
    return max(whole, key=lambda reading: len(reading.keys() & names))
