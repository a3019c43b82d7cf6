"""The best five and the worst five images of the leading upscaler, as strips."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from srlab.analysis.leaderboard import BASELINE
from srlab.analysis.ranking import with_gain
from srlab.figures.strips import Strip, strips_png
from srlab.image.files import Pixels
from srlab.metrics.catalog import METRICS, Direction
from srlab.report import extreme_words, phrases, setting_words
from srlab.report.album import Album
from srlab.report.document import (
    Align,
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    Note,
    Paragraph,
    Style,
    Table,
)
from srlab.report.extreme_words import Extreme, Ranking
from srlab.report.material import Material
from srlab.report.sets import file_part, set_title

SHOWN = 5


def extremes(material: Material) -> list[Block]:
    """A part per set: which images, their numbers, their strips."""
    if METRICS[material.metric].direction is Direction.NONE:
        return []
    blocks: list[Block] = [Heading(text="Best and worst images")]
    for benchmark in material.benchmarks:
        ranking = _ranking(material, benchmark)
        if ranking is not None:
            blocks += _of_set(material, benchmark, ranking)
    return blocks if len(blocks) > 1 else []


def _ranking(material: Material, benchmark: str) -> Ranking | None:
    """The scale at which most upscalers were scored, and the best there that is no baseline."""
    leaders = {scale: material.leaders(benchmark, scale) for scale in material.scales}
    scale = max(material.scales, key=lambda scale: (len(leaders[scale]), scale))
    names = [str(name) for name in leaders[scale]["upscaler"]]
    if not names:
        return None
    others = [name for name in names if name != BASELINE]
    return Ranking(
        set_title=set_title(benchmark),
        scale=scale,
        upscaler=(others or names)[0],
        baseline=BASELINE if others and BASELINE in names else None,
        metric=material.metric,
        protocol=material.protocol,
    )


def _of_set(material: Material, benchmark: str, ranking: Ranking) -> list[Block]:
    ordered = _ordered(material, benchmark, ranking)
    best = ordered.head(SHOWN)
    worst = ordered.iloc[::-1].head(max(0, min(SHOWN, len(ordered) - SHOWN)))
    several = material.rows.loc[material.rows["set"] == benchmark, "scale"].nunique() > 1
    blocks: list[Block] = [
        Heading(text=ranking.set_title, level=2),
        Paragraph(text=extreme_words.extremes_intro(ranking, several_scales=several)),
        _table(ranking, pd.concat([best, worst.iloc[::-1]])),
    ]
    if setting_words.scores_luma(ranking.protocol):
        return [*blocks, Note(text=extreme_words.no_pictures_kept(ranking.protocol))]
    groups = {Extreme.BEST: best, Extreme.WORST: worst} if len(worst) else {Extreme.ALL: best}
    for which, rows in groups.items():
        blocks += _figure(
            material.album, ranking, rows, f"{which}-{file_part(benchmark)}.png", which
        )
    return blocks


def _ordered(material: Material, benchmark: str, ranking: Ranking) -> pd.DataFrame:
    """The leader's rows, the best first, with the baseline's value, gain and sr beside them."""
    rows = material.rows
    rows = rows[
        (rows["set"] == benchmark)
        & (rows["scale"] == ranking.scale)
        & (rows["metric"] == ranking.metric)
        & (rows["protocol"] == ranking.protocol)
    ]
    joined = with_gain(rows)
    theirs = rows.loc[rows["upscaler"] == BASELINE, ["sample", "sr"]]
    joined = joined.merge(theirs, on="sample", how="left", suffixes=("", "_baseline"))
    own = joined[joined["upscaler"] == ranking.upscaler]
    if ranking.baseline:
        own = own.assign(order=own["gain"])
    else:
        lower = METRICS[ranking.metric].direction is Direction.LOWER
        own = own.assign(order=-own["value"] if lower else own["value"])
    own = own.dropna(subset=["order"])
    own = own.sort_values(["order", "sample"], ascending=[False, True], kind="stable")
    return own.assign(rank=np.arange(1, len(own) + 1)).reset_index(drop=True)


def _table(ranking: Ranking, rows: pd.DataFrame) -> Table:
    decimals = METRICS[ranking.metric].decimals
    columns = [
        Column(title="Rank"),
        Column(title="Image", align=Align.LEFT),
        Column(title=ranking.upscaler, decimals=decimals),
    ]
    if ranking.baseline:
        columns.insert(2, Column(title=ranking.baseline, decimals=decimals))
        columns.append(Column(title="Gain", decimals=decimals, style=Style.SIGNED))
    names = ["baseline", "value", "gain"] if ranking.baseline else ["value"]
    return Table(
        caption=extreme_words.extremes_table_caption(ranking),
        columns=tuple(columns),
        rows=tuple(
            (
                Cell(value=int(row["rank"])),
                Cell(value=row["sample"]),
                *(Cell(value=float(row[name])) for name in names),
            )
            for _, row in rows.iterrows()
        ),
    )


def _figure(
    album: Album, ranking: Ranking, rows: pd.DataFrame, name: str, which: Extreme
) -> list[Block]:
    images = album.intact(rows[_images_of(ranking)].to_numpy().ravel())
    strips: list[Strip] = []
    missing: list[str] = []
    for _, row in rows.iterrows():
        strip = _strip(images, ranking, row)
        if strip is None:
            missing.append(str(row["sample"]))
        else:
            strips.append(strip)
    blocks: list[Block] = []
    if strips:
        titles = ["hr, whole", f"lr {phrases.times(ranking.scale)}", ranking.upscaler, "hr"]
        if ranking.baseline:
            titles.insert(2, ranking.baseline)
        described = [
            (str(name), phrases.quantity(float(figure), ranking.metric))
            for name, figure in zip(
                rows["sample"], rows["gain" if ranking.baseline else "value"], strict=True
            )
            if str(name) not in missing
        ]
        blocks.append(
            Figure(
                name=name,
                png=strips_png(strips, titles=titles),
                caption=extreme_words.extremes_caption(ranking, which, len(strips)),
                alt=extreme_words.extremes_alt(described),
            )
        )
    if missing:
        blocks.append(Note(text=extreme_words.no_picture(missing)))
    return blocks


def _images_of(ranking: Ranking) -> list[str]:
    return ["hr", "lr", *(["sr_baseline"] if ranking.baseline else []), "sr"]


def _strip(images: dict[bytes, Pixels], ranking: Ranking, row: pd.Series) -> Strip | None:
    """The images of one sample with the numbers under them; None where one cannot be had."""
    digests = [_digest(row[name]) for name in _images_of(ranking)]
    if not all(digest in images for digest in digests):
        return None
    hr, lr, *upscaled = (images[digest] for digest in digests)
    if not _belong_together(hr, lr, upscaled, ranking.scale):
        return None
    value = phrases.quantity(float(row["value"]), ranking.metric)
    captions = [extreme_words.ranked(int(row["rank"]), str(row["sample"])), "", value, ""]
    if ranking.baseline:
        captions.insert(2, phrases.quantity(float(row["baseline"]), ranking.metric))
        captions[3] = extreme_words.value_and_gain(
            float(row["value"]), float(row["gain"]), ranking.metric
        )
    return Strip(hr=hr, lr=lr, upscaled=tuple(upscaled), captions=tuple(captions))


def _digest(image: object) -> bytes:
    """An image's digest; empty where a row has none."""
    return bytes(image) if isinstance(image, bytes | bytearray) else b""


def _belong_together(hr: Pixels, lr: Pixels, upscaled: Sequence[Pixels], scale: int) -> bool:
    height, width = lr.shape[:2]
    return all(pixels.shape[:2] == (height * scale, width * scale) for pixels in (hr, *upscaled))
