"""All wording of a report: pure functions from names and numbers to sentences.

A minus is a minus sign, a range an en dash, "×3" a scale. Nothing here reads a store or escapes
anything; texts are plain.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from srlab.metrics.catalog import METRICS, Direction, MetricInfo
from srlab.metrics.protocol import PROTOCOLS
from srlab.report.document import Cell, Column, Estimate, Span, Style
from srlab.upscale.info import REFERENCE

MINUS, DASH, TIMES = "\N{MINUS SIGN}", "\N{EN DASH}", "\N{MULTIPLICATION SIGN}"
INFINITY, PARTIAL = "\N{INFINITY}", "\N{DAGGER}"
SMALL_N = 30
_TITLE_SETS = 3
_SHOWN_NAMES = 5
_SMALLEST_P = 0.0001
_FOLDERS = re.compile(r"(?<![\w.:/])(?:~|\w:)?/(?:[^/\s'\"]+/)+")


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


def number(value: float, decimals: int) -> str:
    """`value` with so many digits, a minus sign, and no negative zero."""
    if math.isnan(value):
        return DASH
    if math.isinf(value):
        return INFINITY if value > 0 else MINUS + INFINITY
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def signed(value: float, decimals: int) -> str:
    """As `number`, with a plus before what is above zero once printed."""
    text = number(value, decimals)
    above = value > 0 and (math.isinf(value) or float(text) != 0)
    return f"+{text}" if above else text


def probability(value: float) -> str:
    """A p value with four digits, or that it is below what they can say."""
    if value < _SMALLEST_P:
        return f"< {_SMALLEST_P:.4f}"
    return number(value, 4)


def span(low: float, high: float, decimals: int, *, style: Style = Style.PLAIN) -> str:
    """A range: with an en dash, or with "to" where signs would stand beside it."""
    if math.isnan(low) or math.isnan(high):
        return DASH
    if style is Style.SIGNED or low < 0:
        show = signed if style is Style.SIGNED else number
        return f"{show(low, decimals)} to {show(high, decimals)}"
    return f"{number(low, decimals)}{DASH}{number(high, decimals)}"


def estimate(item: Estimate, decimals: int) -> str:
    """A value with its interval behind it, where there is one: "12.0 (7.0–19.8)"."""
    value = number(item.value, decimals)
    if math.isnan(item.value) or math.isnan(item.low):
        return value
    return f"{value} ({span(item.low, item.high, decimals)})"


def cell_text(cell: Cell, column: Column) -> str:
    """A cell as its column prints it."""
    return _value_text(cell, column) + cell.mark


def _value_text(cell: Cell, column: Column) -> str:
    value = cell.value
    if value is None:
        return DASH
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, Span):
        return span(value.low, value.high, column.decimals, style=column.style)
    if isinstance(value, Estimate):
        return estimate(value, column.decimals)
    if column.style is Style.PROBABILITY:
        return probability(value)
    if column.style is Style.SIGNED:
        return signed(value, column.decimals)
    return number(value, column.decimals)


def plural(count: int, noun: str, many: str = "") -> str:
    """ "1 image", "5 images", "2 classes"."""
    return f"{count} {noun}" if count == 1 else f"{count} {many or noun + 's'}"


def listing(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def times(scale: int) -> str:
    """A scale: "×3"."""
    return f"{TIMES}{scale}"


def scales(values: Sequence[int]) -> str:
    """Scales in a row: "×2, ×3 and ×4"."""
    return listing([times(scale) for scale in values])


def upscaler(name: str) -> str:
    """An upscaler's label, or what the stand-in for the reference is."""
    return "hr (the reference)" if name == REFERENCE else name


def metric_title(metric: str, *, unit: bool = True) -> str:
    """A metric's title with its unit: "PSNR, dB"."""
    info = METRICS[metric]
    return f"{info.title}, {info.unit}" if unit and info.unit else info.title


def quantity(value: float, metric: str) -> str:
    """A value of `metric` with its digits and unit: "30.40 dB"."""
    info = METRICS[metric]
    return _with_unit(number(value, info.decimals), info)


def gain_quantity(value: float, metric: str) -> str:
    """A difference in `metric` with its sign and unit: "+2.27 dB"."""
    info = METRICS[metric]
    return _with_unit(signed(value, info.decimals), info)


def column_title(metric: str, scale: int) -> str:
    """A column of means: "PSNR ×3, dB"."""
    info = METRICS[metric]
    title = f"{info.title} {times(scale)}"
    return f"{title}, {info.unit}" if info.unit else title


def _with_unit(text: str, info: MetricInfo) -> str:
    return f"{text} {info.unit}" if info.unit else text


def without_folders(text: str) -> str:
    """`text` with absolute paths cut to file names: a report is shown to others."""
    return _FOLDERS.sub("", text)


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


# Images, upscalers, protocols

IMAGES = "Every score is of one image; a mean is the mean of the images' values."
KNOWN_SETS = "Known sets stand with the source that srlab pins, and with whom to cite."
OWN_IMAGES = "images that the user brought"
_REVISION = re.compile(r"@([0-9a-f]{7})[0-9a-f]{33}$")


def source(place: str) -> str:
    """Where images come from, a full revision cut to seven digits."""
    return _REVISION.sub(r"@\1", place)


def citations(entries: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """One line a set: whom to cite."""
    return tuple(f"{name}: {citation}." for name, citation in entries)


def images_used(used: int, known: int | None) -> str:
    """How many images, and of how many the set has."""
    return str(used) if known is None or used == known else f"{used} of {known}"


COSTS = (
    "Multiply-adds are counted for an output of 1280×720; a pixel of the output sees a square of "
    "the given side of the network's input; the time is the median over the images, on the "
    "machine that made them."
)


def network(file_name: str, digest: str, parameters: int | None) -> str:
    """What a network is: its file, its parameters, the digest of its weights."""
    count = f", {parameters:,} parameters" if parameters else ""
    return f"weights {file_name}{count}, digest {digest[:8]}"


def unread_facts(names: Sequence[str]) -> str:
    """Upscalers of which the store tells nothing that can be read."""
    return f"What the store tells of {listing(names)} is not as srlab writes it, and is left out."


def unread_provenance(runs: Sequence[str]) -> str:
    """Runs whose versions cannot be read."""
    what = "run" if len(runs) == 1 else "runs"
    return f"The versions stored with {what} {listing(runs)} are not as srlab writes them."


def outputs(folder: str) -> str:
    """What ready-made images are."""
    return f"ready images from the folder {folder}"


def protocol(name: str) -> str:
    """A protocol in words."""
    if name not in PROTOCOLS:
        return f"{name}: a protocol of the user's own; the study file defines it."
    row = PROTOCOLS[name]
    known = f" Known as: {row.known_as}." if row.known_as else ""
    return f"{name} compares {row.in_words()}.{known}"


def pairs(protocols: Sequence[str]) -> str:
    """What is compared under these protocols: images of 8 bits, or luma that was never rounded."""
    images = [name for name in protocols if not scores_luma(name)]
    both = "both 8 bits"
    if luma := [name for name in protocols if scores_luma(name)]:
        unrounded = f"luma in floating point under {listing(luma)}"
        both = f"{both}, and {unrounded}" if images else unrounded
    return (
        f"A pair is the upscaled image (sr) and its reference (hr), {both}. Numbers of different "
        "protocols are never averaged, ranked or compared with one another."
    )


def scores_luma(protocol: str) -> bool:
    """Whether a protocol scores luma that is stored nowhere."""
    return protocol in PROTOCOLS and not PROTOCOLS[protocol].preparation.sr_rounded


_PREPARATIONS = {
    "given": "the small image (lr), or in an evaluation file its enlargement, is what the set "
    "brings; hr is cut at the bottom and right to a multiple of the scale",
    "srcnn-pytorch": "hr is resized by Pillow's bicubic to a multiple of the scale; the small "
    "image (lr) is made from that, and enlarged again for networks, by the same",
    "matlab-bicubic": "the small image (lr) is made from hr by MATLAB's antialiased bicubic, "
    "rounded to 8 bits, after hr was cut at the bottom and right to a multiple of the scale",
}


def degradation(name: str, places: str) -> str:
    """How lr came about, and for which sets and scales."""
    how = _PREPARATIONS.get(name, "the small image (lr) is made from hr by this degradation")
    return f"{name} ({places}): {how}."


def metric_facts(metric: str) -> str:
    """A metric, its unit and its direction."""
    info = METRICS[metric]
    unit = f" in {info.unit}" if info.unit else ""
    direction = {
        Direction.HIGHER: "higher is better",
        Direction.LOWER: "lower is better",
        Direction.NONE: "neither high nor low is better",
    }[info.direction]
    return f"{info.title}{unit}: {direction}."


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
    return f"gain in {METRICS[metric].title} over {baseline}{_axis_unit(metric)}"


def value_axis(metric: str) -> str:
    """Axis of a chart of values."""
    return f"{METRICS[metric].title}{_axis_unit(metric)}"


def _axis_unit(metric: str) -> str:
    unit = METRICS[metric].unit
    return f" ({unit})" if unit else ""


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


class Extreme(StrEnum):
    """Which images a picture of strips shows."""

    BEST = "best"
    WORST = "worst"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Which images are shown: of whom, where, against whom (nobody: by value)."""

    set_title: str
    scale: int
    upscaler: str
    baseline: str | None
    metric: str
    protocol: str

    @property
    def measure(self) -> str:
        """What the images are ordered by."""
        name = METRICS[self.metric].title
        return f"gain in {name} over {self.baseline}" if self.baseline else name


def extremes_intro(item: Ranking, *, several_scales: bool) -> str:
    """Which upscaler's images are shown, and why those."""
    why = (
        f" {times(item.scale)} is shown because most upscalers were scored there (of equals, the "
        "largest scale)."
        if several_scales
        else ""
    )
    return (
        f"The images of {item.set_title} on which {item.upscaler} does best and worst, by "
        f"{item.measure} under {item.protocol}.{why} The cut, marked by a box, is where the "
        "upscaled images differ most; it is enlarged by a whole factor with nearest neighbour, "
        "never smoothed."
    )


def extremes_caption(item: Ranking, which: Extreme, count: int) -> str:
    """Caption of a picture of strips."""
    what = {
        Extreme.BEST: f"the best {plural(count, 'image')}",
        Extreme.WORST: f"the worst {plural(count, 'image')}",
        Extreme.ALL: f"all {plural(count, 'image')}",
    }[which]
    order = "worst first" if which == Extreme.WORST else "best first"
    place = f"{item.set_title} {times(item.scale)}"
    return f"{place}: {what} of {item.upscaler} by {item.measure}, {order}"


def ranked(rank: int, sample: str) -> str:
    """An image with its rank: "3. baby"."""
    return f"{rank}. {sample}"


def value_and_gain(value: float, gain: float, metric: str) -> str:
    """A value with its gain: "27.92 dB (+3.88)"."""
    return f"{quantity(value, metric)} ({signed(gain, METRICS[metric].decimals)})"


def extremes_table_caption(item: Ranking) -> str:
    """Caption of the table of the images shown."""
    return (
        f"{item.set_title} {times(item.scale)}: the images shown, "
        f"{METRICS[item.metric].title} under {item.protocol}{_axis_unit(item.metric)}"
    )


def extremes_alt(rows: Sequence[tuple[str, str]]) -> str:
    """The strips for those who cannot see them."""
    return "Cuts of " + ", ".join(f"{name} ({figure})" for name, figure in rows) + "."


def no_pictures_kept(protocol: str) -> str:
    """Why there are no strips."""
    return f"{protocol} scores luma that was never rounded to an image, so there are no pictures."


def no_picture(names: Sequence[str]) -> str:
    """Images that could not be drawn."""
    return (
        f"No picture of {listing(names)}: an image of it is missing or damaged in the store. "
        "Its numbers count all the same; srlab store check names the file, and evaluating again "
        "makes it."
    )


# Failures and provenance


def failures(count: int) -> str:
    """What the table of failures holds."""
    return (
        f"{plural(count, 'failure')} {'is' if count == 1 else 'are'} on record and not made good "
        "since. What failed has no number above, and is in no mean. A dash means all."
    )


NO_FAILURES = "Nothing that was asked for is on record as failed."


def made_from(count: int, sha256: str, version: str, *, predictions: bool = False) -> str:
    """The rows behind the report, and how to check them; `version` is srlab's."""
    if not count:
        return f"This report was written by srlab {version}. No score stands behind it."
    number = "Every number that is no prediction's" if predictions else "Every number"
    return (
        f"This report was written by srlab {version}. {number} is made from the "
        f"{plural(count, 'score')} in rows.csv, "
        "which lies beside this report: one row per image, upscaler, scale, metric and protocol, "
        f"with the digests of its images and the run it came from. Its SHA-256 is {sha256}."
    )


def statistics(draws: int, seed: int, limit: int) -> str:
    """How intervals were made."""
    return (
        f"Intervals are 95% intervals of a mean: the percentile bootstrap ({draws:,} draws, seed "
        f"{seed}) up to {limit} images, Student's t above. One image has no interval."
    )


def taken_over(count: int, origins: Sequence[str]) -> str:
    """Scores that were not computed by the run that stored them."""
    return (
        f"{plural(count, 'score')} {'was' if count == 1 else 'were'} taken over under the same "
        f"key instead of computed again, from: {', '.join(origins)}."
    )


REPRODUCE = (
    "To score the same again (sets and weights by name; folders and files as you keep them):"
)
REPRODUCE_DRAWN = (
    "To score and classify the same again (sets, weights and classifiers by name; folders and "
    "files as you keep them; where images were drawn, with the seed of the draw):"
)
RECORDED = "The commands that were recorded:"
REPORT_COMMAND = "srlab report STORE -o FOLDER --format pdf"
