"""What sentences are made of: numbers with digits and units, names, lists, scales.

A minus is a minus sign, a range an en dash, "×3" a scale. Texts are plain; nothing is escaped here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from srlab.metrics.catalog import METRICS, MetricInfo
from srlab.report.document import Cell, Column, Estimate, Span, Style
from srlab.upscale.info import REFERENCE

MINUS, DASH, TIMES = "\N{MINUS SIGN}", "\N{EN DASH}", "\N{MULTIPLICATION SIGN}"
INFINITY, PARTIAL, IDENTICAL = "\N{INFINITY}", "\N{DAGGER}", "\N{DOUBLE DAGGER}"
_SMALLEST_P = 0.0001
_FOLDERS = re.compile(r"(?<![\w.:/])(?:~|\w:)?/(?:[^/\s'\"]+/)+")


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


def families_in_words(families: Mapping[int, int]) -> str:
    """Over how many comparisons p is adjusted, by scale: "4 comparisons at each scale"."""
    if len({*families.values()}) == 1:
        over = plural(next(iter(families.values())), "comparison")
        return f"{over} at each scale" if len(families) > 1 else over
    return listing([f"{n} at {times(scale)}" for scale, n in families.items()]) + " comparisons"


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


def axis_unit(metric: str) -> str:
    """A metric's unit behind a title: " (dB)"."""
    unit = METRICS[metric].unit
    return f" ({unit})" if unit else ""
