"""Wording of where predictions change: which images again and again, which classes."""

from __future__ import annotations

from collections.abc import Sequence

from srlab.report.phrases import times

_SHOWN_NAMES = 3


def recurring_caption(title: str, shown: int, count: int) -> str:
    """Caption of the table of images that change again and again."""
    which = "" if shown == count else f", the first {shown} of {count}"
    return f"{title}: images that change under more than one upscaler or scale{which}"


def times_of(flips: int, cells: int) -> str:
    """How often of how often: "4 of 5"."""
    return f"{flips} of {cells}"


def some(names: Sequence[str]) -> str:
    """Names with commas; of many the first few, and how many more there are."""
    rest = len(names) - _SHOWN_NAMES
    return ", ".join(names[:_SHOWN_NAMES]) + (f" and {rest} more" if rest > 0 else "")


def places(where: Sequence[tuple[str, int]], cells: int, *, several_scales: bool) -> str:
    """The upscalers and scales at which an image changes; of many the first few."""
    if len(where) == cells:
        return "everywhere"
    if not several_scales:
        return some([upscaler for upscaler, _ in where])
    by_upscaler: dict[str, list[int]] = {}
    for upscaler, scale in where:
        by_upscaler.setdefault(upscaler, []).append(scale)
    named = [f"{name} {' '.join(map(times, own))}" for name, own in by_upscaler.items()]
    return some(named)


def confusion_caption(title: str, shown: int, count: int) -> str:
    """Caption of the table of which labels turn into which."""
    which = "" if shown == count else f", the first {shown} of {count} pairs of labels"
    return f"{title}: which label becomes which, over all upscalers and scales{which}"


def classes_caption(title: str, scale: int, shown: int, count: int) -> str:
    """Caption of the table of classes."""
    which = "" if shown == count else f", the {shown} of {count} that lose most by upscaling"
    return f"{title}, {times(scale)}: recall in % by class{which}"


CLASSES = (
    "Recall is the share of a class's images that are classified right. Precision, F1 and the "
    "counts behind them are in classes.csv, for every class and arm."
)
