"""The sections before the results: who leads, on which images, by which upscalers, how scored."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import pandas as pd

from srlab.analysis.leaderboard import BASELINE
from srlab.analysis.signed_ranks import smallest_p
from srlab.data.catalog import BenchmarkInfo
from srlab.data.classes import KNOWN_IMAGES, ClassSource
from srlab.figures.fonts import drawable, printable
from srlab.metrics.catalog import METRICS, Direction
from srlab.report import phrases, prediction_words, setting_words, words
from srlab.report.document import (
    Align,
    Block,
    Bullets,
    Cell,
    Column,
    Heading,
    Note,
    Paragraph,
    Span,
    Table,
)
from srlab.report.flip_cells import records
from srlab.report.material import Material, json_facts
from srlab.report.sets import known_set, set_title
from srlab.report.words import Lead
from srlab.upscale.catalog import UPSCALERS
from srlab.upscale.info import REFERENCE, Family


def summary(material: Material) -> list[Block]:
    """Who leads each set at each scale, and warnings: small sets, and sets without a word."""
    sentences, notes, unled = [], [], []
    for benchmark in material.benchmarks:
        counts: dict[int, list[int]] = {}
        for scale in material.scales:
            if item := _lead(material, benchmark, scale):
                n = material.images(benchmark, scale)
                counts.setdefault(n, []).append(scale)
                sentences.append(words.lead(set_title(benchmark), n, item, material.metric))
        notes += [
            words.small_set(set_title(benchmark), n, smallest_p(n), scales)
            for n, scales in counts.items()
            if n < words.SMALL_N
        ]
        if not counts:
            unled.append(set_title(benchmark))
    if unled and METRICS[material.metric].direction is Direction.NONE:
        notes.append(words.no_direction(material.metric))
    elif unled:
        notes.append(words.not_led(unled, material.metric, material.protocol))
    scored = (
        Paragraph(text=words.summary(material.metric, material.protocol)),
        Bullets(items=tuple(sentences)),
    )
    return [
        Heading(text="Summary"),
        *(scored if sentences else ()),
        *_predictions(material),
        *(Note(text=text) for text in [*notes, *_left_out(material)]),
    ]


def _predictions(material: Material) -> list[Block]:
    """What became of predictions, a sentence for each set, classifier and scale."""
    sentences = [
        prediction_words.summary(item.title, int(str(scale)), records(rows))
        for item in material.predicted
        for scale, rows in item.transitions.groupby("scale")
    ]
    if not sentences:
        return []
    return [Paragraph(text=prediction_words.SUMMARY), Bullets(items=tuple(sentences))]


def images(material: Material) -> list[Block]:
    """The sets with count, source and licence, and whom to cite; nothing without a score."""
    rows, cited = [], []
    every = material.every_row
    if every.empty:
        return []
    for benchmark in (name for name in material.every_set if name in set(every["set"])):
        info, drawn_from = known_set(benchmark), KNOWN_IMAGES.get(benchmark)
        known = info or drawn_from
        scales = every[every["set"] == benchmark].groupby("scale")["sample"].nunique()
        texts = (
            set_title(benchmark),
            setting_words.images_used(int(scales.max()), info.count if info else None),
            phrases.scales(sorted(map(int, scales.index))),
            _source(info, drawn_from),
            known.licence if known else None,
        )
        rows.append(tuple(Cell(value=text) for text in texts))
        if known and known.citation:
            cited.append((set_title(benchmark), known.citation))
    titles = ("Set", "Images", "Scales", "Source", "Licence")
    return [
        Heading(text="Images"),
        Paragraph(
            text=f"{setting_words.IMAGES} {setting_words.KNOWN_SETS}"
            if cited
            else setting_words.IMAGES
        ),
        Table(caption="Sets of images", columns=_texts(titles), rows=tuple(rows)),
        *([Bullets(items=setting_words.citations(cited))] if cited else []),
    ]


def upscalers(material: Material) -> list[Block]:
    """What each upscaler is, and at which scales it was scored; nothing without a score."""
    if material.every_row.empty:
        return []
    there = material.every_row[["upscaler", "scale"]].drop_duplicates()
    kept = material.upscalers.merge(there, on=["upscaler", "scale"])
    kept = kept[kept["upscaler"] != REFERENCE]
    kept["family"] = kept["family"].fillna("")
    facts = [json_facts(text) for text in kept["facts"]]
    unread = sorted(
        {name for name, own in zip(kept["upscaler"], facts, strict=True) if own is None}
    )
    kept["what"] = [
        _what(family, own or {}) for family, own in zip(kept["family"], facts, strict=True)
    ]
    rows = []
    for (name, family, what), group in kept.groupby(["upscaler", "family", "what"], sort=True):
        scales = phrases.scales(sorted(int(scale) for scale in group["scale"]))
        texts = (name, family, what, scales)
        rows.append(tuple(Cell(value=str(text) or None) for text in texts))
    titles = ("Upscaler", "Family", "What it is", "Scales")
    return [
        Heading(text="Upscalers"),
        Table(caption="Upscalers", columns=_texts(titles), rows=tuple(rows)),
        *([Note(text=setting_words.unread_facts(unread))] if unread else []),
        *_costs(material),
    ]


def _costs(material: Material) -> list[Block]:
    """What the networks cost; nothing where none was scored."""
    there = material.every_row[["upscaler", "scale"]].drop_duplicates()
    table = material.costs.merge(there, on=["upscaler", "scale"]).dropna(subset=["parameters"])
    if table.empty:
        return []
    rows = [
        (
            Cell(value=str(row["upscaler"])),
            Cell(value=phrases.times(int(row["scale"]))),
            Cell(value=float(row["parameters"]) / 1e6),
            Cell(value=_giga(row["macs_hd"])),
            Cell(value=_side(row["receptive_radius"])),
            Cell(value=float(row["seconds_per_megapixel"])),
            Cell(value=_size(row)),
            Cell(value=row["training_data"] if isinstance(row["training_data"], str) else None),
        )
        for row in records(table)
    ]
    columns = (
        *_texts(("Network", "Scale")),
        Column(title="Parameters, M", decimals=3),
        Column(title="Multiply-adds at 720p, G", decimals=1),
        Column(title="Sees, px", decimals=0),
        Column(title="Seconds per megapixel", decimals=2),
        Column(title="of images, px", align=Align.LEFT),
        *_texts(("Trained on",)),
    )
    return [
        Paragraph(text=setting_words.COSTS),
        Table(caption="What the networks cost", columns=columns, rows=tuple(rows)),
    ]


def _source(info: BenchmarkInfo | None, drawn_from: ClassSource | None) -> str:
    if info:
        return info.source
    return setting_words.source(drawn_from.place) if drawn_from else setting_words.OWN_IMAGES


def _size(row: Mapping[Any, Any]) -> str | None:
    """The size of the images that were timed: "512×512"."""
    height, width = row["timed_height"], row["timed_width"]
    return None if pd.isna(height) else f"{int(height)}{phrases.TIMES}{int(width)}"


def _giga(count: Any) -> float | None:
    return None if pd.isna(count) else float(count) / 1e9


def _side(radius: Any) -> int | None:
    return None if pd.isna(radius) else 2 * int(radius) + 1


def scoring(material: Material) -> list[Block]:
    """Degradations, protocols and metrics in words; nothing without a score."""
    if material.every_row.empty:
        return []
    prepared = material.every_row[["degradation", "set", "scale"]].drop_duplicates()
    lines = []
    for name, group in prepared.groupby("degradation"):
        there = group.groupby("set")["scale"].agg(sorted)
        places = [
            f"{set_title(benchmark)} {phrases.scales(there[benchmark])}"
            for benchmark in material.every_set
            if benchmark in there
        ]
        lines.append(setting_words.degradation(str(name), "; ".join(places)))
    return [
        Heading(text="Protocol"),
        Paragraph(text=setting_words.pairs(material.protocols)),
        Bullets(
            items=(
                *lines,
                *map(setting_words.protocol, material.protocols),
                *map(setting_words.metric_facts, material.metrics),
            )
        ),
    ]


def _left_out(material: Material) -> list[str]:
    """Notes on what the report or its figures could not take from the store."""
    tables = [material.every_row, *(item.rows for item in material.predicted)]
    unknown = material.unknown_metrics
    columns = ("sample", "upscaler", "label", "truth")
    names = sorted(
        {str(name) for rows in tables for column in columns for name in rows.get(column, ())}
    )
    undrawn = [name for name in names if drawable(printable(name)) != printable(name)]
    return [
        *([words.unknown_metrics(unknown)] if unknown else []),
        *([words.undrawn(undrawn)] if undrawn else []),
    ]


def _texts(titles: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(Column(title=title, align=Align.LEFT) for title in titles)


def _lead(material: Material, benchmark: str, scale: int) -> Lead | None:
    leaders = material.leaders(benchmark, scale)
    if leaders.empty:
        return None
    first = leaders.iloc[0]
    second = leaders.iloc[1] if len(leaders) > 1 else None
    gains = material.gains
    found = gains[
        (gains["set"] == benchmark)
        & (gains["scale"] == scale)
        & (gains["upscaler"] == first["upscaler"])
    ]
    # A gain over fewer images than the mean beside it would be of other work.
    found = found[found["n"] == first["n"]]
    gain = found.iloc[0] if len(found) else None
    others = leaders[leaders["leads"] & (leaders["upscaler"] != first["upscaler"])]
    verdict = "better" if gain is None else str(gain["verdict"])
    capped = first["infinite"] + first["above"]
    return Lead(
        scale=scale,
        upscaler=str(first["upscaler"]),
        mean=float("inf") if first["infinite"] == first["n"] else float(first["mean"]),
        baseline=BASELINE if gain is not None else None,
        gain=None if gain is None else float(gain["gain"]),
        interval=None if gain is None else _span(gain),
        runner_up=None if second is None else str(second["upscaler"]),
        margin=None if second is None else abs(float(first["counted"] - second["counted"])),
        shared=tuple(map(str, others["upscaler"])) if first["leads"] else (),
        identical=words.counted_identical(first.to_dict()) if capped else "",
        verdict=verdict,
        note="" if gain is None or verdict != "undecided" else str(gain["note"]),
    )


def _span(row: Any) -> Span | None:
    low, high = float(row["low"]), float(row["high"])
    return Span(low=low, high=high) if low == low else None


def _what(family: str, facts: dict[str, Any]) -> str:
    source = str(facts.get("source", ""))
    if not source:
        return ""
    if family == Family.CLASSICAL:
        return UPSCALERS[source].title if source in UPSCALERS else source
    if family == Family.NETWORK:
        digest, parameters = str(facts.get("weights", "")), facts.get("parameters")
        count = parameters if isinstance(parameters, int) else None
        return setting_words.network(PurePath(source).name, digest, count)
    return setting_words.outputs(PurePath(source).name)
