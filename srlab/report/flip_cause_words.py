"""Wording of why predictions change: margins, and the score of the same image."""

from __future__ import annotations

from collections.abc import Sequence

from srlab.analysis.margins import EXACT_UP_TO
from srlab.analysis.signed_ranks import SIGNIFICANCE
from srlab.metrics.catalog import METRICS
from srlab.report.flip_words import Row, place
from srlab.report.phrases import listing, number, plural

MARGIN = (
    "The margin is the logit of the first label minus that of the second: how far the classifier "
    "was from saying something else of the original. Were the changed predictions close calls "
    "before? The column of pairs says in how many of all pairs of a changed and an unchanged image "
    "the changed one had the smaller margin (50% is no relation), with DeLong's 95% interval; p is "
    f"of the two-sided Mann–Whitney test (exact where one group has at most {EXACT_UP_TO}), not "
    "adjusted."
)
MARGIN_AXIS = "margin of the original (logits)"


def margins_caption(title: str) -> str:
    """Caption of the table of margins."""
    return f"{title}: the original's margin where the prediction changed and where it did not"


def margins_told(rows: Sequence[Row]) -> str:
    """What the rows of `margins` say together."""
    both = [row for row in rows if row["flipped"] and row["unflipped"]]
    if not both:
        return "No arm has both changed and unchanged predictions, so there is nothing to compare."
    smaller = sum(row["flipped_median"] < row["unflipped_median"] for row in both)
    sure = sum(row["p"] < SIGNIFICANCE for row in both)
    return (
        f"In {_of(smaller, len(both))} the changed images had the smaller median margin; p is "
        f"under {SIGNIFICANCE} in {sure}."
    )


def margins_figure(title: str) -> str:
    """Caption of the chart of margins."""
    return (
        f"{title}: the original's margin of every image. Triangles are images whose prediction "
        "changed, dots those whose did not; a bar is their median"
    )


def margins_alt(rows: Sequence[Row]) -> str:
    """The chart for those who cannot see it."""
    parts = [
        f"{place(row['upscaler'], row['scale'])} {number(row['flipped_median'], 2)} against "
        f"{number(row['unflipped_median'], 2)}"
        for row in rows
    ]
    return f"Median margin of changed against unchanged images: {', '.join(parts)}."


QUALITY = (
    "Are the changed images those that were upscaled worse? A column says in how many of all pairs "
    "of a changed and an unchanged image the changed one has the worse score, with DeLong's 95% "
    "interval where the groups allow one. Where the interval holds 50%, the metric does not tell "
    "which images change. A dash stands where none changed or none stayed."
)


def quality_column(metric: str) -> str:
    """Title of a metric's column."""
    return f"{METRICS[metric].title}, %"


def quality_caption(title: str, protocol: str) -> str:
    """Caption of the table of flips against scores."""
    return f"{title}: pairs in which the changed image has the worse score under {protocol}"


def quality_told(metric: str, rows: Sequence[Row]) -> str:
    """What the rows of one metric say together."""
    known = [row for row in rows if row["low"] == row["low"]]
    above = sum(row["low"] > 0.5 for row in known)
    return f"for {METRICS[metric].title} in {_of(above, len(known))}"


def quality_all(parts: Sequence[str]) -> str:
    """The metrics together: in how many rows their interval lies above 50%."""
    return f"The interval lies above 50% {listing(parts)}."


def without_score(most: int) -> str:
    """Images that are in no pair, since they have no score; `most` is the worst row's count."""
    return f"Images without a score are in no pair: up to {plural(most, 'image')} of a row."


def _of(count: int, n: int) -> str:
    """ "3 of 7 rows"."""
    return f"{count} of {plural(n, 'row')}"
