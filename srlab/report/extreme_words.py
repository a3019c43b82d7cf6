"""The wording of pictures: the images that an upscaler does best and worst on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from srlab.metrics.catalog import METRICS
from srlab.report.phrases import (
    axis_unit,
    listing,
    plural,
    quantity,
    signed,
    times,
)


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
        f"{METRICS[item.metric].title} under {item.protocol}{axis_unit(item.metric)}"
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
