"""Wording of the pictures of flips: what a strip shows, and what was said of it."""

from __future__ import annotations

from collections.abc import Sequence

from srlab.analysis.compared import Category
from srlab.report.flip_words import percent
from srlab.report.phrases import number, plural, times

RIGHT, WRONG = "\N{CHECK MARK}", "\N{BALLOT X}"


def strip_title(sample: str, truth: str) -> str:
    """What stands above a strip."""
    return f"{sample} (truth: {truth})"


def verdict(label: str, probability: float, *, right: bool) -> tuple[str, str]:
    """What stands under a picture: the label with a sign for right or wrong, its probability."""
    return f"{RIGHT if right else WRONG} {label}", _one_digit(probability)


def _one_digit(probability: float) -> str:
    """A probability with one digit behind the point, unless that would make it none or all."""
    shown = percent(probability)
    return shown if " " in shown else f"{number(100 * probability, 1)}%"


def tile_titles(upscaler: str, scale: int) -> tuple[str, str, str]:
    """What stands above the pictures of a strip."""
    return "original", f"small {times(scale)}", f"{upscaler} {times(scale)}"


PICTURES = (
    "Above each strip stands the image with its true class, under each picture the label (with a "
    "tick where it is right, else a cross) and its probability. The small image is shown pixel by "
    "pixel at the size of the others. Pictures are enlarged by whole factors with nearest "
    "neighbour, never smoothed; only what is larger than its place is shrunk."
)
_CHOSEN = {
    Category.HARMED.value: "right as originals, wrong after upscaling",
    Category.RESCUED.value: "wrong as originals, right after upscaling",
}


def pictures_caption(title: str, category: str, shown: int, count: int) -> str:
    """Caption of a figure of harmed or rescued images."""
    chosen = (
        ""
        if shown == count
        else "; of each upscaler and scale in turn the one of which the classifier was surest both "
        "times, each image once"
    )
    of_all = f"{shown} of {plural(count, 'flip')}"
    return f"{title}: {category} images, {_CHOSEN[category]} ({of_all}{chosen})"


def pictures_alt(rows: Sequence[tuple[str, str, str, str]]) -> str:
    """The figure for those who cannot see it: sample, place, label before, label after."""
    parts = [
        f"{sample} ({where}): {before} becomes {after}" for sample, where, before, after in rows
    ]
    return f"{'; '.join(parts)}."
