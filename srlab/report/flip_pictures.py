"""Pictures of harmed and of rescued images: original, small and upscaled, with what was said."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from srlab.analysis.compared import Category
from srlab.analysis.predictions import Arm
from srlab.figures.triples import Picture, Triple, triples_png
from srlab.image.files import Pixels
from srlab.report import flip_picture_words as words
from srlab.report.album import Album
from srlab.report.document import Block, Figure, Heading, Note, Paragraph
from srlab.report.extreme_words import no_picture
from srlab.report.flip_cells import records
from srlab.report.flip_words import Row, place
from srlab.report.predicted import PredictedSet

MOST = 6
"""Images in one figure."""
_IMAGE = ["sample", "scale", "degradation"]
_DIGESTS = ("hr", "lr", "sr")


def pictures(album: Album, item: PredictedSet) -> list[Block]:
    """A figure of harmed and one of rescued images; nothing where there are none."""
    blocks: list[Block] = []
    for category in (Category.HARMED, Category.RESCUED):
        flipped = item.upscaled[item.upscaled["category"] == category.value]
        if len(flipped):
            blocks += _figure(album, item, flipped, category.value)
    if not blocks:
        return []
    drawn = any(isinstance(block, Figure) for block in blocks)
    explained = [Paragraph(text=words.PICTURES)] if drawn else []
    return [Heading(text="Pictures", level=3), *explained, *blocks]


def in_turn(flipped: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """Up to `most` rows: of each scale and upscaler in turn, each image once.

    First comes the image of which the classifier was surest both times: whose smaller probability
    is the largest.
    """
    sure = flipped[["original_probability", "upscaled_probability"]].min(axis=1)
    ordered = flipped.assign(sure=sure).sort_values(["sure", "sample"], ascending=[False, True])
    queues = [iter(records(group)) for _, group in ordered.groupby(["scale", "upscaler"])]
    chosen: list[Row] = []
    while queues and len(chosen) < most:
        for queue in list(queues):
            row = _next_new(queue, {row["sample"] for row in chosen})
            if row is None:
                queues.remove(queue)
            elif len(chosen) < most:
                chosen.append(row)
    return pd.DataFrame(chosen, columns=ordered.columns)


def _next_new(queue: Iterator[Row], seen: set[str]) -> Row | None:
    return next((row for row in queue if row["sample"] not in seen), None)


def _figure(album: Album, item: PredictedSet, flipped: pd.DataFrame, category: str) -> list[Block]:
    chosen = in_turn(flipped).merge(item.pictures, on=[*_IMAGE, "upscaler"], how="left")
    images = album.intact(chosen[list(_DIGESTS)].to_numpy().ravel())
    small = _small(item)
    triples: list[Triple] = []
    drawn: list[Row] = []
    missing: list[str] = []
    for row in records(chosen):
        triple = _triple(images, row, small.get(tuple(row[name] for name in _IMAGE)))
        if triple is None:
            missing.append(str(row["sample"]))
        else:
            triples.append(triple)
            drawn.append(row)
    blocks: list[Block] = []
    if triples:
        figure = Figure(
            name=f"{category}-{item.file_part}.png",
            png=triples_png(triples),
            caption=words.pictures_caption(item.title, category, len(drawn), len(flipped)),
            alt=words.pictures_alt(
                [
                    (
                        row["sample"],
                        place(row["upscaler"], row["scale"]),
                        row["original"],
                        row["upscaled"],
                    )
                    for row in drawn
                ]
            ),
        )
        blocks.append(figure)
    if missing:
        blocks.append(Note(text=no_picture(missing)))
    return blocks


def _small(item: PredictedSet) -> dict[tuple, Row]:
    """What was said of the small images, by image."""
    rows = records(item.rows[item.rows["arm"] == Arm.SMALL.value])
    return {tuple(row[name] for name in _IMAGE): row for row in rows}


def _triple(images: dict[bytes, Pixels], row: Row, small: Row | None) -> Triple | None:
    """The three pictures of a flip; None where one cannot be had."""
    digests = [row[name] for name in _DIGESTS]
    if not all(isinstance(one, bytes | bytearray) and bytes(one) in images for one in digests):
        return None
    hr, lr, sr = (images[bytes(digest)] for digest in digests)
    scale, truth = int(row["scale"]), str(row["truth"])
    tall, wide = lr.shape[:2]
    if {hr.shape[:2], sr.shape[:2]} != {(tall * scale, wide * scale)}:
        return None
    said = (
        _verdict(str(row["original"]), float(row["original_probability"]), truth),
        _verdict(str(small["label"]), float(small["probability"]), truth) if small else (),
        _verdict(str(row["upscaled"]), float(row["upscaled_probability"]), truth),
    )
    titles = words.tile_titles(str(row["upscaler"]), scale)
    first, second, third = (
        Picture(pixels=pixels, title=title, lines=lines)
        for pixels, title, lines in zip((hr, lr, sr), titles, said, strict=True)
    )
    title = words.strip_title(str(row["sample"]), truth)
    return Triple(title=title, pictures=(first, second, third))


def _verdict(label: str, probability: float, truth: str) -> tuple[str, ...]:
    return words.verdict(label, probability, right=label == truth)
