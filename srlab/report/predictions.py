"""The section on predictions: what was classified, how often right, and what upscaling changed."""

from __future__ import annotations

import pandas as pd

from srlab.analysis.accuracy import accuracy
from srlab.analysis.divergence import mean_divergences
from srlab.analysis.predictions import Arm
from srlab.analysis.signed_ranks import SIGNIFICANCE
from srlab.data.classes import KNOWN_IMAGES
from srlab.report import prediction_words as words
from srlab.report.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Estimate,
    Heading,
    Note,
    Paragraph,
    Style,
    Table,
)
from srlab.report.flip_causes import causes
from srlab.report.flip_cells import PLACE, percent_cell, place_cells, records
from srlab.report.flip_pictures import pictures
from srlab.report.flip_places import whereabouts
from srlab.report.material import Material
from srlab.report.predicted import CONTROLS, PredictedSet, with_probabilities
from srlab.report.prediction_files import flips_name

MOST_SENTENCES = 12
"""So many rows of a table are told one by one; of more, those that say most."""
_TOP = 5


def predictions(material: Material) -> list[Block]:
    """A part per set and classifier; nothing where nothing was classified or asked for."""
    if not material.predicted:
        missing: list[Block] = [Heading(text="Predictions"), Note(text=words.NONE_FIT)]
        return missing if material.predictions_wanted else []
    blocks: list[Block] = [
        Heading(text="Predictions"),
        Paragraph(text=words.INTRODUCTION),
        Paragraph(text=words.CONTROLS),
    ]
    for item in material.predicted:
        blocks += [
            Heading(text=item.title, level=2),
            *_setting(item),
            *_accuracy(item),
            *_changes(item),
            *pictures(material.album, item),
            *causes(item),
            *whereabouts(item, file=flips_name(item, material.predicted)),
        ]
    return blocks


# What was classified


def _setting(item: PredictedSet) -> list[Block]:
    small = bool((item.rows["arm"] == Arm.SMALL.value).any())
    digest = item.fingerprint.hex()[:8]
    lines = (
        words.images(item.benchmark, item.images, item.classes, item.scales),
        words.classifier(item.classifier, item.facts or {}, item.labels, digest),
        words.arms(item.upscalers, item.scales, small=small),
    )
    notes = []
    if item.benchmark in KNOWN_IMAGES and (note := KNOWN_IMAGES[item.benchmark].note):
        notes.append(words.set_note(item.benchmark, note))
    if item.facts is None:
        notes.append(words.unread_classifier(item.classifier))
    if missing := _missing_controls(item):
        notes.append(words.controls_missing(missing, item.scales))
    return [Bullets(items=lines), *(Note(text=note) for note in notes)]


def _missing_controls(item: PredictedSet) -> dict[str, list[int]]:
    """The controls that were not classified at every scale, with the scales that lack them."""
    there = set(zip(item.pairs["upscaler"], item.pairs["scale"], strict=True))
    missing = {
        name: [scale for scale in item.scales if (name, scale) not in there] for name in CONTROLS
    }
    return {name: scales for name, scales in missing.items() if scales}


# How often right


def _accuracy(item: PredictedSet) -> list[Block]:
    table = accuracy(item.rows)
    tops = {"top1": "Top-1, %"}
    if not 0 < item.labels <= _TOP:
        tops["top5"] = "Top-5, %"
    counts = {"n": "n"}
    if table["missing"].any():
        counts["missing"] = "Missing"
    rows = tuple(
        (
            *place_cells(row),
            *(Cell(value=int(row[name])) for name in counts),
            *(percent_cell(row, top, f"{top}_low", f"{top}_high") for top in tops),
        )
        for row in records(table)
    )
    columns = (
        *PLACE,
        *(Column(title=title) for title in counts.values()),
        *(Column(title=title, decimals=1) for title in tops.values()),
    )
    caption = words.accuracy_caption(item.title, top5="top5" in tops)
    return [
        Heading(text="Accuracy", level=3),
        Paragraph(text=words.ACCURACY),
        Table(caption=caption, columns=columns, rows=rows),
    ]


# What changed


def _changes(item: PredictedSet) -> list[Block]:
    table = item.transitions
    if table.empty:
        return []
    told = _told(item)
    sentences = [words.change(row) for row in records(told)]
    if len(told) < len(table):
        significant = int((table["holm_p"] < SIGNIFICANCE).sum())
        sentences.append(words.changes_left_out(len(table), significant))
    lacking = words.not_compared(records(table))
    return [
        Heading(text="What changed", level=3),
        Bullets(items=tuple(sentences)),
        Paragraph(text=words.TRANSITIONS),
        _four_way(item),
        *([Note(text=lacking)] if lacking else []),
        Paragraph(text=words.DIVERGENCE),
        _shares(item),
    ]


def _told(item: PredictedSet) -> pd.DataFrame:
    """The rows that get a sentence: all where they are few, else those that say most."""
    table = item.transitions
    if len(table) <= MOST_SENTENCES:
        return table
    chosen = {(scale, name) for scale in item.scales for name in item.telling(scale)}
    places = zip(table["scale"], table["upscaler"], strict=True)
    return table[[place in chosen for place in places]]


def _four_way(item: PredictedSet) -> Table:
    counts = {
        "kept_right": "Kept right",
        "harmed": "Harmed",
        "rescued": "Rescued",
        "kept_wrong": "Kept wrong",
        "changed_wrong": "Changed wrong",
    }
    tests = {"mcnemar_p": "p", "holm_p": "p, Holm"}
    rows = tuple(
        (
            *place_cells(row),
            *(Cell(value=int(row[name])) for name in counts),
            *(Cell(value=float(row[name])) for name in tests),
        )
        for row in records(item.transitions)
    )
    columns = (
        *PLACE,
        *(Column(title=title) for title in counts.values()),
        *(Column(title=title, style=Style.PROBABILITY) for title in tests.values()),
    )
    families = {int(row["scale"]): int(row["family"]) for row in records(item.transitions)}
    caption = words.transitions_caption(item.title, families)
    return Table(caption=caption, columns=columns, rows=rows)


def _shares(item: PredictedSet) -> Table:
    shares = {"changed": "Changed, %", "harmed": "Harmed, %", "rescued": "Rescued, %"}
    cell = ["scale", "arm", "upscaler"]
    means = mean_divergences(with_probabilities(item.pairs))
    table = item.transitions.merge(means[[*cell, "mean", "low", "high"]], on=cell, how="left")
    rows = tuple(
        (
            *place_cells(row),
            *(percent_cell(row, f"{name}_share", f"{name}_low", f"{name}_high") for name in shares),
            Cell(value=Estimate(value=row["mean"], low=row["low"], high=row["high"])),
        )
        for row in records(table)
    )
    columns = (
        *PLACE,
        *(Column(title=title, decimals=1) for title in shares.values()),
        Column(title="Divergence, bits", decimals=4),
    )
    return Table(caption=words.shares_caption(item.title), columns=columns, rows=rows)
