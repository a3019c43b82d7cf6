"""Where predictions change: which images again and again, which labels, which classes."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from srlab.analysis.classwise import confusion, per_class
from srlab.analysis.flips import flip_list
from srlab.analysis.predictions import Arm
from srlab.analysis.recurring import recurring
from srlab.report import flip_place_words, prediction_words
from srlab.report.document import Block, Cell, Column, Heading, Note, Paragraph, Table
from srlab.report.flip_cells import PLACE, place_cells, records, text_column
from srlab.report.flip_words import recurrence
from srlab.report.material import Material
from srlab.report.predicted import PredictedSet

MOST_ROWS = 10
"""Rows of a short table."""
FEW_CLASSES = 20
FEW_FLIPS = 40
_MOST_ARMS = 6
_WIDTH = 80
"""Letters that the names of a table's columns may have together."""


def whereabouts(item: PredictedSet, *, file: str) -> list[Block]:
    """Recurring flips, their labels, and the classes; nothing where nothing changed.

    `file` is where all flips are listed.
    """
    flips = int(item.pairs["flipped"].sum())
    if not flips:
        return []
    return [
        Heading(text="Where predictions change", level=3),
        *_recurring(item),
        *_confusion(item),
        *_classes(item),
        *([Note(text=prediction_words.flips_note(flips, file))] if flips > FEW_FLIPS else []),
    ]


def every_flip(material: Material) -> list[Block]:
    """Lists of all flips of those sets that have few."""
    lists = [
        _list(item, listed)
        for item in material.predicted
        for listed in [flip_list(item.pairs)]
        if 0 < len(listed) <= FEW_FLIPS
    ]
    return [Heading(text="Every changed prediction"), *lists] if lists else []


# Images


def _recurring(item: PredictedSet) -> list[Block]:
    table = recurring(item.pairs)
    sentence = recurrence(records(table))
    blocks: list[Block] = [Paragraph(text=f"{sentence[:1].upper()}{sentence[1:]}.")]
    several = table[table["flips"] > 1]
    if several.empty:
        return blocks
    shown, several_scales = several.head(MOST_ROWS), len(item.scales) > 1
    rows = tuple(
        (
            Cell(value=str(row["sample"])),
            Cell(value=str(row["truth"])),
            Cell(value=flip_place_words.some(row["original"])),
            Cell(value=flip_place_words.some(row["labels"])),
            Cell(value=flip_place_words.times_of(row["flips"], row["cells"])),
            Cell(
                value=flip_place_words.places(
                    row["places"], row["cells"], several_scales=several_scales
                )
            ),
        )
        for row in records(shown)
    )
    titles = ("Image", "Truth", "Original", "Becomes", "Times", "Where")
    caption = flip_place_words.recurring_caption(item.title, len(shown), len(several))
    columns = tuple(text_column(title) for title in titles)
    return [*blocks, Table(caption=caption, columns=columns, rows=rows)]


# Labels


def _confusion(item: PredictedSet) -> list[Block]:
    table = confusion(item.upscaled)
    if table.empty:
        return []
    counts = table.groupby(["original", "upscaled"])["n"].sum().reset_index()
    order = ["n", "original", "upscaled"]
    counts = counts.sort_values(order, ascending=[False, True, True], ignore_index=True)
    shown = counts.head(MOST_ROWS)
    rows = tuple(
        (
            Cell(value=str(row["original"])),
            Cell(value=str(row["upscaled"])),
            Cell(value=int(row["n"])),
        )
        for row in records(shown)
    )
    columns = (text_column("Label of the original"), text_column("becomes"), Column(title="Flips"))
    caption = flip_place_words.confusion_caption(item.title, len(shown), len(counts))
    return [Table(caption=caption, columns=columns, rows=rows)]


# Classes


def _classes(item: PredictedSet) -> list[Block]:
    table = per_class(item.rows)
    table = table[table["n"] > 0]
    shown = _losing_most(table)
    tables = [
        _recalls(item, here, shown, arms)
        for scale in item.scales
        for here in [table[table["scale"] == scale]]
        for arms in _portions(_arms(item, here, scale))
    ]
    return [Paragraph(text=flip_place_words.CLASSES), *tables]


def _losing_most(table: pd.DataFrame) -> list[str]:
    """All classes by name where they are few, else those that lose most recall by upscaling."""
    names = sorted(map(str, table["label"].unique()))
    if len(names) <= FEW_CLASSES:
        return names
    upscaled = table[table["arm"] == Arm.UPSCALED.value]
    original = table.loc[table["arm"] == Arm.ORIGINAL.value, ["scale", "label", "recall"]]
    both = upscaled.merge(original, on=["scale", "label"], suffixes=("", "_before"))
    loss = (both["recall_before"] - both["recall"]).groupby(both["label"]).mean()
    ordered = sorted(loss.items(), key=lambda entry: (-entry[1], str(entry[0])))
    return [str(name) for name, _ in ordered[:MOST_ROWS]]


def _arms(item: PredictedSet, table: pd.DataFrame, scale: int) -> list[str]:
    """All arms of a scale where they are few, else the original and those that say most."""
    arms = [str(name) for name in dict.fromkeys(table["upscaler"])]
    if len(arms) <= _MOST_ARMS:
        return arms
    return [name for name in arms if name in {Arm.ORIGINAL.value, *item.telling(scale)}]


def _portions(arms: list[str]) -> Iterator[list[str]]:
    """The arms, so many at a time that a table of them fits a page's width."""
    portion: list[str] = []
    for name in arms:
        if portion and sum(len(one) + 3 for one in [*portion, name]) > _WIDTH:
            yield portion
            portion = []
        portion.append(name)
    yield portion


def _recalls(item: PredictedSet, table: pd.DataFrame, classes: list[str], arms: list[str]) -> Table:
    recall = {
        (str(row["label"]), str(row["upscaler"])): 100 * float(row["recall"])
        for row in records(table)
    }
    counts = table.groupby("label")["n"].max()
    rows = tuple(
        (
            Cell(value=name),
            Cell(value=int(counts[name]) if name in counts else None),
            *(Cell(value=recall.get((name, arm))) for arm in arms),
        )
        for name in classes
    )
    columns = (
        text_column("Class"),
        Column(title="n"),
        *(Column(title=a, decimals=0) for a in arms),
    )
    scale = int(table["scale"].iloc[0])
    known = item.rows["truth"].nunique()
    caption = flip_place_words.classes_caption(item.title, scale, len(classes), known)
    return Table(caption=caption, columns=columns, rows=rows)


# All


def _list(item: PredictedSet, listed: pd.DataFrame) -> Table:
    rows = tuple(
        (
            Cell(value=str(row["sample"])),
            *place_cells(row),
            Cell(value=str(row["truth"])),
            Cell(value=str(row["original"])),
            Cell(value=100 * float(row["original_probability"])),
            Cell(value=str(row["upscaled"])),
            Cell(value=100 * float(row["upscaled_probability"])),
            Cell(value=str(row["category"])),
        )
        for row in records(listed)
    )
    columns = (
        text_column("Image"),
        *PLACE,
        text_column("Truth"),
        text_column("Original"),
        Column(title="%", decimals=1),
        text_column("Becomes"),
        Column(title="%", decimals=1),
        text_column("Category"),
    )
    return Table(caption=prediction_words.flips_caption(item.title), columns=columns, rows=rows)
