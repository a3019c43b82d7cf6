"""The wording of a report's summary, tables and charts: from names and numbers to sentences.

Nothing here reads a store or escapes anything; texts are plain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from srlab.analysis.counting import counted_in_words
from srlab.analysis.paired import SPREAD
from srlab.analysis.signed_ranks import SIGNIFICANCE
from srlab.metrics.catalog import METRICS, Direction
from srlab.report.document import Span, Style
from srlab.report.phrases import (
    IDENTICAL,
    INFINITY,
    PARTIAL,
    axis_unit,
    families_in_words,
    gain_quantity,
    listing,
    metric_title,
    number,
    plural,
    probability,
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
    """Who leads one benchmark at one scale: the means, and the gain over the baseline.

    `shared` are those that are equal to it in every respect, `identical` how many images count
    as 100 dB, `verdict` what the test says of it and the baseline, `note` what the small number
    of images forbids to say.
    """

    scale: int
    upscaler: str
    mean: float
    baseline: str | None
    gain: float | None
    interval: Span | None
    runner_up: str | None
    margin: float | None
    shared: tuple[str, ...] = ()
    identical: str = ""
    verdict: str = "better"
    note: str = ""


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
    mean = quantity(item.mean, metric) + item.identical
    if item.runner_up is None:
        return f"{place} is the only one of those shown that was scored on all images, with {mean}."
    alike = ""
    if item.shared:
        alike = f", as {'does' if len(item.shared) == 1 else 'do'} {listing(item.shared)}"
    if item.baseline is None or item.gain is None:
        margin = quantity(item.margin or 0.0, metric)
        before = alike or f", {margin} before {item.runner_up}"
        return f"{place} leads with {mean}{before}."
    gain = f"{gain_quantity(item.gain, metric)} over {item.baseline}"
    sentence = f"{place} leads with {mean}, {gain}"
    if item.interval is not None:
        info = METRICS[metric]
        limits = span(item.interval.low, item.interval.high, info.decimals, style=Style.SIGNED)
        sentence += f" ({limits})"
    return f"{sentence}{alike}{_doubt(item)}."


def _doubt(item: Lead) -> str:
    """Where gain, interval and test do not all say that the leader beats the baseline."""
    holds_zero = item.interval is not None and item.interval.low <= 0 <= item.interval.high
    if item.note:
        return f"; {item.note}"
    if item.verdict == "worse":
        return ""
    if item.verdict == "better":
        return f"; {SPREAD}" if holds_zero else ""
    if holds_zero:
        return "; the interval holds zero, so these images do not tell the two apart"
    return "; the test, adjusted for all comparisons, does not tell the two apart"


def small_set(set_title: str, n: int, smallest_p: float, scale_values: Sequence[int]) -> str:
    """What a reader must know about intervals and tests on few images at these scales."""
    images = plural(n, "image")
    if n == 1:
        test = " One image has no interval, and no test."
    elif smallest_p > SIGNIFICANCE:
        test = f" No exact two-sided test of {images} can go under p = {smallest_p:.4g}."
    else:
        test = ""
    were = "was" if n == 1 else "were"
    return (
        f"{images} of {set_title} {were} scored at {scales(scale_values)}: so few say little about "
        f"other images.{test}"
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


def counts_by_metric(n: Mapping[tuple[str, int], int]) -> str:
    """The same where metrics were scored on different images."""
    parts = [f"{count} ({metric_title(m, unit=False)} {times(s)})" for (m, s), count in n.items()]
    return f"n = {', '.join(parts)}"


def means_caption(set_title: str, protocol_name: str, n: str) -> str:
    """Caption of the table of means."""
    return f"{set_title}: means under {protocol_name}, {n}. The best of a column is bold."


def gains_caption(
    set_title: str, baseline: str, metric: str, protocol_name: str, families: Mapping[int, int]
) -> str:
    """Caption of the table of paired gains; `families` is over how many p is adjusted, by scale."""
    return (
        f"{set_title}: mean gain in {METRICS[metric].title} over {baseline}, per image, under "
        f"{protocol_name}; p by Holm over {families_in_words(families)}"
    )


def gain_note(note: str, who: Sequence[tuple[str, int]], *, of: int) -> str:
    """A note on rows of the table of gains; `who` are their upscalers and scales, of so many."""
    if len(who) == of:
        return f"{note[0].upper()}{note[1:]}."
    shown = [f"{name} {times(scale)}" for name, scale in who[:_SHOWN_NAMES]]
    if rest := len(who) - len(shown):
        shown.append(plural(rest, "more row"))
    return f"{listing(shown)}: {note}."


def gains_explained(baseline: str) -> str:
    """How to read the table of gains."""
    return (
        f"A gain is the mean, over the images that both have, of the difference to {baseline}; "
        "positive is better. Better and worse count images. p is Wilcoxon's signed-rank test, "
        "two-sided, exact up to 50 images, adjusted by Holm over all upscalers that the store "
        f"holds against {baseline} in the same set, scale, lr, metric and protocol; labels of the "
        "same images count once."
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


def identical(row: Mapping[Any, Any]) -> str:
    """What the double dagger means for one mean: how many images, and what they count as."""
    where = f"{row['upscaler']} {times(int(row['scale']))} under {row['protocol']}"
    return (
        f"{IDENTICAL} {where}{counted_identical(row)}. The mean shown is of the finite values as "
        f"they are ({INFINITY} where there is none); order, bold, gains and intervals count so."
    )


def counted_identical(row: Mapping[Any, Any]) -> str:
    """Behind a mean in a sentence: " (3 identical, counted as 100 dB: 59.63 dB)"."""
    metric = str(row["metric"])
    return f" ({counted_in_words(row)}: {quantity(float(row['counted']), metric)})"


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


def published_sources(numbered: Sequence[str], *, by_name: bool) -> str:
    """The sources of printed values, and how the set was recognised."""
    sources = "; ".join(f"{source_number(i)} {citation}" for i, citation in enumerate(numbered))
    how = "by its name alone" if by_name else "by digests of its images"
    return (
        "Printed values are the papers' own digits, not measured again; the set was recognised "
        f"{how}, and its lr is MATLAB's bicubic. Sources: {sources}."
    )


def not_led(set_titles: Sequence[str], metric: str, protocol_name: str) -> str:
    """Sets that the summary, gains and charts say nothing of."""
    return (
        f"{listing(set_titles)}: no {METRICS[metric].title} under {protocol_name} is stored, by "
        "which summary, gains and charts go; the tables of means have what there is."
    )


def no_direction(metric: str) -> str:
    """Why nobody leads."""
    return (
        f"Only {METRICS[metric].title} was scored, of which neither more nor less is better: "
        "nobody leads, and no image is best."
    )


def unprinted(reason: str) -> str:
    """Why no printed values stand beside the measured ones."""
    return f"{reason[0].upper()}{reason[1:]}."


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


RANK_AXIS = "average rank over the images; 1 is best"


def ranks_caption(
    set_title: str, metric: str, protocol_name: str, tests: Mapping[int, float]
) -> str:
    """Caption of the picture of average ranks; `tests` are Friedman's p by scale."""
    told = ", ".join(
        f"{p_text if p_text.startswith('<') else f'= {p_text}'} at {times(scale)}"
        for scale, p in tests.items()
        for p_text in [probability(p)]
    )
    return (
        f"{set_title}: average ranks in {METRICS[metric].title} under {protocol_name} (Friedman's "
        f"test: p {told}). Bars are Nemenyi's critical difference: where two overlap, ranks do not "
        "tell the two apart. Ranks depend on who else is ranked; whether one upscaler beats "
        "another is told by pairs"
    )


def ranks_alt(rows: Sequence[tuple[str, int, float]]) -> str:
    """The ranks for those who cannot see them."""
    parts = [f"{name} {times(scale)} {number(rank, 2)}" for name, scale, rank in rows]
    return f"Average ranks: {', '.join(parts)}."


def chart_alt(axis: str, rows: Sequence[tuple[str, int, float]], metric: str) -> str:
    """The chart for those who cannot see it."""
    decimals = METRICS[metric].decimals
    show = signed if " over " in axis else number
    parts = [f"{name} {times(scale)} {show(mean, decimals)}" for name, scale, mean in rows]
    return f"Mean {axis}: {', '.join(parts)}."
