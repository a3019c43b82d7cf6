"""Wording of the flip study: sentences from rows of its tables, for reports, commands and the app.

A row is a mapping with the columns of the table it comes from (`table.to_dict("records")`).
Sentences begin in lower case, so that a place may stand before them ("bicubic ×3: …"), and end
without a full stop.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from srlab.analysis.flip_rules import Breach
from srlab.analysis.signed_ranks import SIGNIFICANCE
from srlab.metrics.catalog import METRICS
from srlab.report.phrases import DASH, number, plural, probability, times

Row = Mapping[str, Any]

_WORDS = (
    *("none", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_SMALLEST_PERCENT = 0.1
_NAMES = {"original": "the original", "small": "the small image"}


def count_word(count: int) -> str:
    """A count in words up to twelve, "none" for zero; in digits above."""
    return _WORDS[count] if count < len(_WORDS) else str(count)


def percent(share: float) -> str:
    """A share with one decimal at most; what is neither none nor all never rounds to 0% or 100%."""
    if math.isnan(share):
        return DASH
    value = 100 * share
    if 0 < value < _SMALLEST_PERCENT:
        return f"under {_SMALLEST_PERCENT}%"
    if 100 - _SMALLEST_PERCENT < value < 100:
        return f"over {100 - _SMALLEST_PERCENT}%"
    return f"{number(value, 1).removesuffix('.0')}%"


def percent_span(low: float, high: float) -> str:
    """A range of shares: "0.3% to 2%"."""
    return DASH if math.isnan(low) else f"{percent(low)} to {percent(high)}"


def place(upscaler: str, scale: int) -> str:
    """Which arm at which scale: "bicubic ×3", "the small image ×3"."""
    return f"{_NAMES.get(upscaler, upscaler)} {times(scale)}"


def changed(row: Row) -> str:
    """How many predictions changed, and how: of a row of `transitions`."""
    head = f"{_of_images(row['changed'], row['n'])} classified differently"
    if not row["changed"]:
        return head
    return (
        f"{head}: {count_word(row['harmed'])} harmed, {count_word(row['rescued'])} rescued, "
        f"{count_word(row['changed_wrong'])} wrong both times"
    )


def accuracies(row: Row) -> str:
    """How many were right before and after: of a row of `transitions`."""
    if not row["n"]:
        return "no image has both predictions"
    before, after = (row["kept_right"] + row[name] for name in ("harmed", "rescued"))
    return (
        f"of {plural(row['n'], 'image')} {before} ({percent(row['original_accuracy'])}) "
        f"{_were(before)} classified right as {'an original' if before == 1 else 'originals'} and "
        f"{after} ({percent(row['accuracy'])}) here"
    )


def mcnemar(row: Row) -> str:
    """Whether accuracy changed by more than chance: of a row of `transitions`."""
    if not row["harmed"] + row["rescued"]:
        return mcnemar_test(row)
    counts = f"{count_word(row['harmed'])} turned wrong and {count_word(row['rescued'])} right"
    return f"{counts}: {mcnemar_test(row)}"


def mcnemar_test(row: Row) -> str:
    """The same without the counts."""
    if not row["harmed"] + row["rescued"]:
        return "no image turned from right to wrong or back, so accuracy is what it was"
    holm = "" if row["holm_p"] == row["mcnemar_p"] else f", by Holm {_p(row['holm_p'])}"
    test = f"McNemar's exact test gives {_p(row['mcnemar_p'])}{holm}"
    if row["note"]:
        return f"{test}, and with so few no exact test can go under {SIGNIFICANCE}"
    if row["holm_p"] < SIGNIFICANCE:
        return f"{test}; that is more than chance explains"
    return f"{test}; chance alone may explain that"


def margin(row: Row) -> str:
    """Whether flipped images were close calls before: of a row of `margins`."""
    if not row["flipped"] or not row["unflipped"]:
        return row["note"]
    medians = (
        f"the original's margin is {number(row['flipped_median'], 2)} in the median of "
        f"{plural(row['flipped'], 'flipped image')} and {number(row['unflipped_median'], 2)} of "
        f"{row['unflipped']} others"
    )
    chance = (
        f"a flipped image has the smaller margin of the two in {percent(row['auc'])} of all pairs"
    )
    test = row["note"] if row["note"] else f"Mann{DASH}Whitney {_p(row['p'])}"
    return f"{medians}; {chance} ({test})"


def quality(row: Row) -> str:
    """Whether flips fall on the worse images: of a row of `flip_quality`."""
    if math.isnan(row["auc"]):
        return row["note"]
    metric = METRICS[row["metric"]].title
    chance = (
        f"a flipped image has the worse {metric} ({row['protocol']}) of the two in "
        f"{percent(row['auc'])} of all pairs with one that did not flip"
    )
    if math.isnan(row["low"]):
        return f"{chance} ({row['note']})"
    limits = f"{chance} (95% interval {percent_span(row['low'], row['high'])})"
    if row["low"] <= 0.5 <= row["high"]:
        return f"{limits}; the interval holds 50%, so {metric} does not tell which images flip"
    return limits


def left_out(row: Row) -> str:
    """What could not be compared: of a row of `transitions`; empty where nothing is missing."""
    parts = [
        f"{plural(row[column], 'image')} without {whose} prediction"
        for column, whose in (
            ("without_original", "the original's"),
            ("without_upscaled", "this arm's"),
        )
        if row[column]
    ]
    return f"not compared: {' and '.join(parts)}" if parts else ""


def recurrence(rows: Sequence[Row]) -> str:
    """How many images flip more than once: of the rows of `recurring`."""
    if not rows:
        return "no image flips anywhere"
    once = sum(row["flips"] == 1 for row in rows)
    always = sum(row["flips"] == row["cells"] for row in rows if row["cells"] > 1)
    flip = "flips" if len(rows) == 1 else "flip"
    return (
        f"{count_word(len(rows))} {'image' if len(rows) == 1 else 'images'} {flip} somewhere: "
        f"{count_word(once)} once only, {count_word(always)} for every upscaler and scale"
    )


def breach(found: Breach) -> str:
    """Where a rule is broken: "food101, vit: bicubic ×3: harmed 7 of 500 images (1.4%)"."""
    where = f"{found.benchmark}, {found.classifier}: {place(found.upscaler, found.scale)}"
    share = percent(found.count / found.n)
    return f"{where}: {found.quantity} {found.count} of {plural(found.n, 'image')} ({share})"


def _of_images(count: int, n: int) -> str:
    """ "four of 500 images (0.8%) were", "one of 500 images (0.2%) was"."""
    share = f" ({percent(count / n)})" if count else ""
    return f"{count_word(count)} of {plural(n, 'image')}{share} {_were(count)}"


def _were(count: int) -> str:
    return "was" if count < 2 else "were"


def _p(value: float) -> str:
    text = probability(value)
    return f"p {text}" if text.startswith("<") else f"p = {text}"
