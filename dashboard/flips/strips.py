"""Flips as the component shows them: pictures, what was said of each, maps of the evidence."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from dashboard import results
from dashboard.flips.choosing import FlipSelection
from dashboard.flips.kinds import COLOURS, SMALL, place
from dashboard.images import map_url, picture_url
from dashboard.study import records
from dashboard.viewer import Chance, Flip, Maps, Seen
from dashboard.words import TIMES, number
from srlab.image.overlay import AGAINST, FOR
from srlab.metrics.catalog import METRICS
from srlab.report.flip_words import percent
from srlab.store.store import Store

DAMAGED = "damaged: not what was classified"
ORIGINAL = "original"
_QUALITY = "psnr"
_GREY = (140, 140, 140)
_UNKNOWN = 64  # pixels: the side of an original that is gone
_ROLES = (("original", ORIGINAL), ("upscaled", "upscaled"), ("difference", "difference"))

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the strips of one page are made of, read at once; `tops` are by sample and arm.

    `command` is what follows `srlab explain SAMPLE -u UPSCALER`.
    """

    selection: FlipSelection
    protocol: str
    tops: Mapping[tuple[str, str], Row]
    scores: pd.DataFrame
    explained: pd.DataFrame
    command: tuple[str, ...]


def read_shown(store: Store, rows: pd.DataFrame, selection: FlipSelection, protocol: str) -> Shown:
    """What the strips of `rows`, pairs of the scale selected, are made of."""
    page = results.Page(
        setting=selection.setting,
        scale=selection.scale,
        degradation=str(rows["degradation"].iloc[0]),
        samples=tuple(sorted(set(rows["sample"]))),
    )
    tops = records(results.tops(store, page))
    explained = results.explanations(store, selection.setting)
    return Shown(
        selection=selection,
        protocol=protocol,
        tops={(row["sample"], row["upscaler"] or row["arm"]): row for row in tops},
        scores=results.pictures(store, page),
        explained=explained[explained["scale"] == selection.scale],
        command=_command(store, selection),
    )


def strips_of(store: Store, rows: pd.DataFrame, shown: Shown) -> list[Flip]:
    """A strip a row, in their order, also where pictures are gone."""
    return _marked(store, [_strip(store, row, shown) for row in records(rows)])


def _strip(store: Store, row: Row, shown: Shown) -> Flip:
    sample, arm, scale = row["sample"], row["upscaler"], shown.selection.scale
    of_image = shown.scores[shown.scores["sample"] == sample]
    ours = of_image[of_image["upscaler"] == arm]
    original = _seen(store, ORIGINAL, of_image["hr"], shown.tops.get((sample, ORIGINAL)))
    small = _seen(store, f"small {TIMES}{scale}", of_image["lr"], shown.tops.get((sample, SMALL)))
    seen = [original, replace(small, factor=scale)]
    if arm != SMALL:
        upscaled = _seen(store, arm, ours["sr"], shown.tops.get((sample, arm)))
        seen.append(replace(upscaled, detail=_quality(ours, shown.protocol)))
    maps = _maps(shown.explained, row)
    return Flip(
        id=f"{arm} {sample}",
        name=sample,
        kind=row["category"],
        colour=COLOURS[row["category"]],
        place=place(arm, scale),
        href=f"/image?{urlencode(shown.selection.image_link(sample, arm, shown.protocol))}",
        height=original.height or _UNKNOWN,
        width=original.width or _UNKNOWN,
        seen=seen,
        maps=maps,
        todo="" if maps or arm == SMALL else explain_command(sample, arm, shown.command),
    )


def _seen(store: Store, title: str, digests: pd.Series, top: Row | None) -> Seen:
    """A picture with what was said of it; without a `url` where it is not in the store."""
    digest = next((name for name in digests if isinstance(name, str)), "")
    size = results.size_of(store, digest) if digest else None
    return Seen(
        title=title,
        detail="",
        url=picture_url(digest) if size else "",
        height=size[0] if size else 0,
        width=size[1] if size else 0,
        chances=chances(top) if top else [],
    )


def chances(row: Row) -> list[Chance]:
    """The likeliest labels, then the true one where it is not among them."""
    listed = [
        Chance(
            label=label,
            text=percent(p),
            share=min(max(p, 0.0), 1.0),
            truth=label == row["truth"],
            said=place == 0,
        )
        for place, (label, p) in enumerate(row["top"])
    ]
    if any(chance.truth for chance in listed):
        return listed
    p = row["truth_probability"]
    share = min(max(p, 0.0), 1.0) if p == p else 0.0
    return [*listed, Chance(label=row["truth"], text=percent(p), share=share, truth=True, far=True)]


def _quality(rows: pd.DataFrame, protocol: str) -> str:
    """PSNR of the picture, in words."""
    values = rows.loc[(rows["metric"] == _QUALITY) & (rows["protocol"] == protocol), "value"]
    unit = METRICS[_QUALITY].unit
    return f"{number(float(values.iloc[0]), _QUALITY)} {unit}" if len(values) else ""


def _maps(explained: pd.DataFrame, row: Row) -> list[Maps]:
    found = explained[
        (explained["sample"] == row["sample"]) & (explained["upscaler"] == row["upscaler"])
    ]
    return [maps_of(one) for one in records(found)]


def maps_of(row: Row) -> Maps:
    """The three maps of a row of explanations, with what their colours mean."""
    limit = percent(row["limit"])
    occlusion = row["method"] == "occlusion"
    points = limit.replace("%", " percentage points")
    return Maps(
        title=str(row["method"]),
        note=(
            f"Orange-red speaks for “{row['label']}”, the original's label: its probability drops "
            "where the place is covered. Blue speaks against it. Difference: upscaled minus "
            f"original. Full colour: by {points} or more."
            if occlusion
            else "Orange-red: where the transformer looks, through all its layers, whatever the "
            "label. Difference: upscaled minus original; blue where it looks less. Full colour: "
            f"{limit} of all attention on one patch, or more."
        ),
        low=f"−{limit}",
        high=f"+{limit}",
        colours=[f"rgb({', '.join(map(str, colour))})" for colour in (AGAINST, _GREY, FOR)],
        pictures=[{"title": title, "url": map_url(row[role])} for role, title in _ROLES],
    )


def explain_command(sample: str, upscaler: str, rest: Iterable[str]) -> str:
    """What to type to have the maps of a flip made."""
    return shlex.join(["srlab", "explain", sample, "-u", upscaler, *rest])


def _command(store: Store, selection: FlipSelection) -> tuple[str, ...]:
    """Scale and set; the classifier only where several saw these images; and the store."""
    known = results.classified(store)
    named = []
    if known.loc[known["benchmark"] == selection.benchmark, "classifier"].nunique() > 1:
        named = ["--classifier", results.classifier_source(store, selection.classifier)]
    return (
        *("-s", str(selection.scale), "-b", selection.benchmark),
        *named,
        *("--store", str(store.root)),
    )


def _marked(store: Store, flips: list[Flip]) -> list[Flip]:
    """`flips`, those pictures named whose file is not the one that was classified."""
    urls = {seen.url for flip in flips for seen in flip.seen if seen.url}
    names = {PurePosixPath(url).stem: url for url in sorted(urls)}
    bad = {names[name] for name in results.damaged(store, list(names))}
    if not bad:
        return flips
    return [
        replace(
            flip,
            seen=[replace(one, detail=DAMAGED) if one.url in bad else one for one in flip.seen],
        )
        for flip in flips
    ]
