"""The wording of a report's summary, tables and charts: from names and numbers to sentences.

Nothing here reads a store or escapes anything; texts are plain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from srlab.metrics.catalog import METRICS, Direction
from srlab.report.document import Span, Style
from srlab.report.phrases import (
    INFINITY,
    PARTIAL,
    axis_unit,
    gain_quantity,
    listing,
    metric_title,
    plural,
    quantity,
    scales,
    signed,
    span,
    times,
)

SMALL_N = 30
_TITLE_SETS = 3
_SHOWN_NAMES = 5


@dataclass(frozen=True, kw_only=True)
class Lead:
    """Who leads one benchmark at one scale: the means, and the gain over the baseline."""

    scale: int
    upscaler: str
    mean: float
    baseline: str | None
    gain: float | None
    interval: Span | None
    runner_up: str | None
    margin: float | None


# Title and summary


def title(benchmarks: Sequence[str]) -> str:
    """What the report is called where a person gave no title."""
    shown = list(benchmarks[:_TITLE_SETS])
    if rest := len(benchmarks) - len(shown):
        shown.append(plural(rest, "more set"))
    return f"Super-resolution on {listing(shown)}"


def subtitle(
    upscalers: int,
    scale_values: Sequence[int],
    metrics: Sequence[str],
    classifiers: Sequence[str] = (),
) -> str:
    """One line under the title: how much was scored and classified, and by what."""
    names = listing([metric_title(metric, unit=False) for metric in metrics])
    scored = f", scored by {names}" if names else ""
    classified = f", classified by {listing(classifiers)}" if classifiers else ""
    return f"{plural(upscalers, 'upscaler')} at {scales(scale_values)}{scored}{classified}"


def summary(metric: str, protocol: str) -> str:
    """What the list of leaders is about."""
    info = METRICS[metric]
    direction = {Direction.HIGHER: "; higher is better", Direction.LOWER: "; lower is better"}
    return (
        f"The upscaler with the best mean {info.title} under protocol {protocol}, for each set and "
        f"scale{direction.get(info.direction, '')}. In brackets: the 95% interval of the mean "
        "difference per image."
    )


def lead(set_title: str, n: int, item: Lead, metric: str) -> str:
    """Who leads a set at a scale, and by how much."""
    place = f"{set_title} {times(item.scale)} (n = {n}): {item.upscaler}"
    mean = quantity(item.mean, metric)
    if item.runner_up is None:
        return f"{place} is the only upscaler scored on all images, with {mean}."
    if item.baseline is None or item.gain is None:
        margin = quantity(item.margin or 0.0, metric)
        return f"{place} leads with {mean}, {margin} before {item.runner_up}."
    sentence = f"{place} leads with {mean}, {gain_quantity(item.gain, metric)} over {item.baseline}"
    if item.interval is None:
        return f"{sentence}."
    info = METRICS[metric]
    limits = span(item.interval.low, item.interval.high, info.decimals, style=Style.SIGNED)
    doubt = (
        "; the interval holds zero, so these images do not tell the two apart"
        if item.interval.low <= 0 <= item.interval.high
        else ""
    )
    return f"{sentence} ({limits}){doubt}."


def small_set(set_title: str, n: int, note: str) -> str:
    """What a reader must know about intervals and tests on few images."""
    test = f" With {note}." if note else ""
    return (
        f"{set_title} holds {plural(n, 'image')}: an interval from so few says little about other "
        f"images.{test}"
    )


def unknown_metrics(names: Sequence[str]) -> str:
    """Scores that were left out, since nobody knows which way they run."""
    return f"Scores of {listing(names)} are left out: this srlab knows no such metric."


def undrawn(names: Sequence[str]) -> str:
    """Names that a figure cannot spell; of many the first few."""
    rest = len(names) - _SHOWN_NAMES
    shown = [*names[:_SHOWN_NAMES], *([plural(rest, "more name")] if rest > 0 else [])]
    return (
        f"In figures a question mark stands for each letter of {listing(shown)} that no installed "
        "font draws; texts and tables have the whole name."
    )


# Tables


def counts(n_by_scale: dict[int, int]) -> str:
    """How many images stand behind a column: "n = 5", or one n per scale."""
    if len(set(n_by_scale.values())) == 1:
        return f"n = {next(iter(n_by_scale.values()))}"
    return "n = " + ", ".join(f"{n} ({times(scale)})" for scale, n in n_by_scale.items())


def means_caption(set_title: str, protocol_name: str, n: str) -> str:
    """Caption of the table of means."""
    return f"{set_title}: means under {protocol_name}, {n}. The best of a column is bold."


def gains_caption(
    set_title: str, baseline: str, metric: str, protocol_name: str, count: int
) -> str:
    """Caption of the table of paired gains; `count` is how many rows p is adjusted over."""
    over = "this one row" if count == 1 else f"these {count} rows"
    return (
        f"{set_title}: mean gain in {METRICS[metric].title} over {baseline}, per image, under "
        f"{protocol_name}; p by Holm over {over}"
    )


def gains_explained(baseline: str) -> str:
    """How to read the table of gains."""
    return (
        f"A gain is the mean, over the images that both have, of the difference to {baseline}; "
        "positive is better. Better and worse count images. p is Wilcoxon's signed-rank test, "
        "two-sided, adjusted by Holm over the rows of one table (srlab compare adjusts over the "
        "rows it prints)."
    )


def intervals_caption(set_title: str, protocol_name: str, n: str) -> str:
    """Caption of the table of intervals of means."""
    return f"{set_title}: 95% intervals of the means under {protocol_name}, {n}"


def partial(names: Sequence[str]) -> str:
    """What the dagger means."""
    return (
        f"{PARTIAL} {listing(names)}: not scored on all images of the set; such a mean is of other "
        "images than its neighbours', so it is neither bold nor called a leader."
    )


def infinite(count: int, metric: str) -> str:
    """What infinite values are and what became of them."""
    values = plural(count, "value")
    return (
        f"{values} of {METRICS[metric].title} {'is' if count == 1 else 'are'} infinite: there sr "
        f"equals hr in every pixel compared. Infinite values are counted and left out of means; "
        f"{INFINITY} stands where nothing else is left."
    )


def published_caption(set_title: str, protocol_name: str) -> str:
    """Caption of the table that puts printed values beside measured ones."""
    return (
        f"{set_title}: values printed by papers (source by number) beside those measured here "
        f"(source: here), under {protocol_name}"
    )


HERE = "here"


def source_number(index: int) -> str:
    """The number by which the source at `index` is referred to."""
    return f"[{index + 1}]"


def published_sources(numbered: Sequence[str]) -> str:
    """The sources of printed values."""
    sources = "; ".join(f"{source_number(i)} {citation}" for i, citation in enumerate(numbered))
    return f"Printed values are the papers' own digits, not measured again. Sources: {sources}."


def unlike_published(set_title: str, used: int, known: int) -> str:
    """Why no printed values stand beside the measured ones."""
    return (
        f"Printed values of {set_title} are not shown: they are means over {known} images, and "
        f"{used} were scored here."
    )


# Figures


def gain_axis(metric: str, baseline: str) -> str:
    """Axis of the chart of gains."""
    return f"gain in {METRICS[metric].title} over {baseline}{axis_unit(metric)}"


def value_axis(metric: str) -> str:
    """Axis of a chart of values."""
    return f"{METRICS[metric].title}{axis_unit(metric)}"


def chart_caption(set_title: str, axis: str, protocol_name: str) -> str:
    """Caption of the chart."""
    return (
        f"{set_title}: {axis}, under {protocol_name}. A faint dot is an image, the large one their "
        "mean, the bar its 95% interval"
    )


def chart_alt(axis: str, rows: Sequence[tuple[str, int, float]], metric: str) -> str:
    """The chart for those who cannot see it."""
    decimals = METRICS[metric].decimals
    parts = [f"{name} {times(scale)} {signed(mean, decimals)}" for name, scale, mean in rows]
    return f"Mean {axis}: {', '.join(parts)}."
