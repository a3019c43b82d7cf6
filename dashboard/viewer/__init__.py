"""Components that show pixels as they are: `viewer` (linked panels and a wipe), `strips`, `flips`.

The browser fetches the store's PNGs by URL and shows them at whole-number magnification without
smoothing. Everything that comes from data is put in as text, never as HTML.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from streamlit.components.v2 import component

_HERE = Path(__file__).parent
_PLACE = re.compile(r"\d{1,3}(\.\d+)?(,\d{1,6}){2}")


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One picture: where its PNG is, its size in pixels, and what stands under it.

    `factor` is how many reference pixels one of its pixels covers; `made` says that it is held
    against the reference while the space bar is down.
    """

    id: str
    title: str
    detail: str
    url: str
    height: int
    width: int
    factor: int = 1
    made: bool = False


@dataclass(frozen=True, kw_only=True)
class ScoreTable:
    """What stands beside the panels: a row an upscaler, cells as text, marks for the best."""

    columns: Sequence[str]
    rows: Sequence[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Strip:
    """One sample of a strip: pictures cut at one place, `focus` = (x, y) in reference pixels."""

    name: str
    note: str
    href: str
    focus: tuple[int, int]
    pictures: Sequence[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a person asked for inside the viewer; "" where nothing was."""

    place: str = ""
    upscaler: str = ""
    step: str = ""


@dataclass(frozen=True, kw_only=True)
class Chance:
    """A label with its probability: `share` is the bar's length (0 to 1), `text` stands at it.

    `truth` marks the true class, `said` the prediction, `far` one that is not next in the order.
    """

    label: str
    text: str
    share: float
    truth: bool = False
    said: bool = False
    far: bool = False


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A picture that a classifier saw, and what it said; no `url` where the picture is gone.

    `factor` is how many reference pixels one of its pixels covers.
    """

    title: str
    detail: str
    url: str
    height: int
    width: int
    factor: int = 1
    chances: Sequence[Chance] = ()


@dataclass(frozen=True, kw_only=True)
class Maps:
    """Maps of one method: pictures as {title, url}, and the ends of their scale of colours."""

    title: str
    note: str
    low: str
    high: str
    colours: Sequence[str]
    pictures: Sequence[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class Flip:
    """One flip of a list; `height` and `width` are those of the reference.

    `todo` is the command that makes `maps` where there are none; without both nothing is said.
    """

    id: str
    name: str
    kind: str
    colour: str
    place: str
    href: str
    height: int
    width: int
    seen: Sequence[Seen]
    maps: Sequence[Maps] = ()
    todo: str = ""


def viewer(panels: Sequence[Panel], scores: ScoreTable, *, place: str, key: str) -> Asked:
    """Show `panels` linked in zoom and place; `place` is `zoom,x,y` as a link carries it."""
    data = {
        "panels": [asdict(panel) for panel in panels],
        "scores": asdict(scores),
        "place": place if _PLACE.fullmatch(place) else "",
    }
    result = _viewer(
        data=data,
        key=key,
        on_place_change=_nothing,
        on_upscaler_change=_nothing,
        on_step_change=_nothing,
    )
    given = {name: result.get(name) or "" for name in ("place", "upscaler", "step")}
    return Asked(**{name: str(value) for name, value in given.items()})


def strips(columns: Sequence[tuple[str, Sequence[Strip]]], *, key: str) -> str:
    """Show columns of strips with a title each; the name of the sample that was clicked, or ""."""
    data = {
        "columns": [
            {"title": title, "strips": [asdict(strip) for strip in group]}
            for title, group in columns
        ]
    }
    result = _strips(data=data, key=key, on_opened_change=_nothing)
    return str(result.get("opened") or "")


def flips(shown: Sequence[Flip], *, key: str) -> str:
    """Show flips as strips; the id of the one whose image was asked for, or ""."""
    data = {"flips": [asdict(flip) for flip in shown]}
    result = _flips(data=data, key=key, on_opened_change=_nothing)
    return str(result.get("opened") or "")


def _nothing() -> None:
    """Streamlit wants a callback for every value that a component gives."""


def _component(name: str) -> Any:
    html, css, js = (
        (_HERE / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")
    )
    return component(f"srlab_{name}", html=html, css=css, js=js)


_viewer = _component("viewer")
_strips = _component("strips")
_flips = _component("flips")
