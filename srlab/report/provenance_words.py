"""The wording of failures and of where the numbers come from."""

from __future__ import annotations

from collections.abc import Sequence

from srlab.report.phrases import (
    plural,
)


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


STATISTICS = (
    "Intervals are Student's t intervals of 95% of a mean over images. One image has no interval. "
    "An identical image, whose PSNR is infinite, counts as 100 dB in order, gains and intervals."
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
