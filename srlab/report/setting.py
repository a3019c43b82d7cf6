"""The sections before the results: who leads, on which images, by which upscalers, how scored."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import pandas as pd

from srlab.analysis.leaderboard import BASELINE
from srlab.analysis.paired import small_n_note
from srlab.figures.fonts import drawable, printable
from srlab.report import words
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
from srlab.report.material import Material, json_facts, known_set, set_title
from srlab.report.words import Lead
from srlab.upscale.catalog import UPSCALERS
from srlab.upscale.info import REFERENCE, Family


def summary(material: Material) -> list[Block]:
    """Who leads each set at each scale, and a warning about small sets."""
    sentences, small = [], []
    for benchmark in material.benchmarks:
        n = 0
        for scale in material.scales:
            if item := _lead(material, benchmark, scale):
                n = material.images(benchmark, scale)
                sentences.append(words.lead(set_title(benchmark), n, item, material.metric))
        if 0 < n < words.SMALL_N:
            small.append(words.small_set(set_title(benchmark), n, small_n_note(n)))
    return [
        Heading(text="Summary"),
        Paragraph(text=words.summary(material.metric, material.protocol)),
        Bullets(items=tuple(sentences)),
        *(Note(text=text) for text in [*small, *_left_out(material)]),
    ]


def images(material: Material) -> list[Block]:
    """The sets with count, source and licence, and whom to cite."""
    rows, cited = [], []
    for benchmark in material.benchmarks:
        info = known_set(benchmark)
        chosen = material.rows[material.rows["benchmark"] == benchmark]
        scales = sorted(int(scale) for scale in chosen["scale"].unique())
        used = max(material.images(benchmark, scale) for scale in scales)
        texts = (
            set_title(benchmark),
            words.images_used(used, info.count if info else None),
            words.scales(scales),
            info.source if info else words.OWN_IMAGES,
            info.licence if info else None,
        )
        rows.append(tuple(Cell(value=text) for text in texts))
        if info and info.citation:
            cited.append((set_title(benchmark), info.citation))
    titles = ("Set", "Images", "Scales", "Source", "Licence")
    return [
        Heading(text="Images"),
        Paragraph(text=f"{words.IMAGES} {words.KNOWN_SETS}" if cited else words.IMAGES),
        Table(caption="Sets of images", columns=_texts(titles), rows=tuple(rows)),
        *([Bullets(items=words.citations(cited))] if cited else []),
    ]


def upscalers(material: Material) -> list[Block]:
    """What each upscaler is, and at which scales it was scored."""
    there = material.rows[["upscaler", "scale"]].drop_duplicates()
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
        scales = words.scales(sorted(int(scale) for scale in group["scale"]))
        texts = (name, family, what, scales)
        rows.append(tuple(Cell(value=str(text) or None) for text in texts))
    titles = ("Upscaler", "Family", "What it is", "Scales")
    return [
        Heading(text="Upscalers"),
        Table(caption="Upscalers", columns=_texts(titles), rows=tuple(rows)),
        *([Note(text=words.unread_facts(unread))] if unread else []),
    ]


def scoring(material: Material) -> list[Block]:
    """Degradations, protocols and metrics in words."""
    prepared = material.rows[["degradation", "benchmark", "scale"]].drop_duplicates()
    lines = []
    for name, group in prepared.groupby("degradation"):
        there = group.groupby("benchmark")["scale"].agg(sorted)
        places = [
            f"{set_title(benchmark)} {words.scales(there[benchmark])}"
            for benchmark in material.benchmarks
            if benchmark in there
        ]
        lines.append(words.degradation(str(name), "; ".join(places)))
    return [
        Heading(text="Protocol"),
        Paragraph(text=words.PROTOCOL),
        Bullets(
            items=(
                *lines,
                *map(words.protocol, material.protocols),
                *map(words.metric_facts, material.metrics),
            )
        ),
    ]


def _left_out(material: Material) -> list[str]:
    """Notes on what the report or its figures could not take from the store."""
    rows, unknown = material.rows, material.unknown_metrics
    names = sorted({*rows["sample"].astype(str), *rows["upscaler"].astype(str)})
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
        (gains["benchmark"] == benchmark)
        & (gains["scale"] == scale)
        & (gains["upscaler"] == first["upscaler"])
    ]
    gain = found.iloc[0] if len(found) else None
    return Lead(
        scale=scale,
        upscaler=str(first["upscaler"]),
        mean=float(first["mean"]),
        baseline=BASELINE if gain is not None else None,
        gain=None if gain is None or pd.isna(gain["gain"]) else float(gain["gain"]),
        interval=None if gain is None else _span(gain),
        runner_up=None if second is None else str(second["upscaler"]),
        margin=None if second is None else abs(float(first["mean"] - second["mean"])),
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
        return words.network(PurePath(source).name, digest, count)
    return words.outputs(PurePath(source).name)
