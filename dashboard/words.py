"""Numbers and names as a person reads them, and the two colours of charts."""

from __future__ import annotations

import math
import re

from srlab.metrics.catalog import METRICS, Direction
from srlab.metrics.protocol import PROTOCOLS

NOTHING = "–"
TIMES = "×"
COLOUR, GREY = "#3d84d0", "#8a8f98"
"""Of what is shown and of what it is held against; legible on light and on dark."""
DASHED = {"dash": "dash", "width": 1, "color": GREY}
_ARROWS = {Direction.HIGHER: "↑", Direction.LOWER: "↓", Direction.NONE: ""}
_BETTER = {
    Direction.HIGHER: "higher is better",
    Direction.LOWER: "lower is better",
    Direction.NONE: "neither is better",
}


def number(value: float, metric: str) -> str:
    """A value with the decimals of its metric; ∞ and – where there is none."""
    if math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{METRICS[metric].decimals}f}".replace("-", "−")


def signed(value: float, metric: str) -> str:
    """A difference with its sign."""
    text = number(value, metric)
    if text == NOTHING or not text.strip("−0."):
        return text.removeprefix("−")
    return text if text.startswith("−") else f"+{text}"


def interval(low: float, high: float, metric: str) -> str:
    """An interval as `low … high`; – where there is none."""
    if math.isnan(low) or math.isnan(high):
        return NOTHING
    return f"{number(low, metric)} … {number(high, metric)}"


def heading(metric: str) -> str:
    """Title, unit and the direction that is better: `PSNR (dB) ↑`."""
    arrow = _ARROWS[METRICS[metric].direction]
    return " ".join(part for part in (METRICS[metric].title, unit_of(metric), arrow) if part)


def axis(metric: str) -> str:
    """What stands at an axis: `PSNR (dB), higher is better`."""
    row = METRICS[metric]
    title = f"{row.title} {unit_of(metric)}".strip()
    return f"{title}, {_BETTER[row.direction]}"


def unit_of(metric: str) -> str:
    """The unit in brackets, or nothing."""
    unit = METRICS[metric].unit
    return f"({unit})" if unit else ""


def probability(p: float) -> str:
    """`p = 0.0625`, `p < 0.001`."""
    if math.isnan(p):
        return "p not defined"
    return "p < 0.001" if p < 0.001 else f"p = {p:.3g}"


def counted(n: int, noun: str) -> str:
    """`1 image`, `1 200 images`."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}".replace(",", "\u202f")


def protocol_in_words(name: str) -> str:
    """How a protocol scores, in one sentence of Markdown."""
    if name not in PROTOCOLS:
        return f"Scored under {code(name)}, a protocol that this srlab's catalog does not describe."
    row = PROTOCOLS[name]
    known_as = f" Known from {row.known_as}." if row.known_as else ""
    return f"Scored under {code(name)}: {row.in_words()}.{known_as}"


def plain(text: str) -> str:
    """Any text as Markdown that shows it as it is."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def code(text: str) -> str:
    """Any text as inline code of Markdown, in which nothing of it is markup."""
    flat = re.sub(r"\s+", " ", text).strip() or " "
    longest = max((len(run) for run in re.findall("`+", flat)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{fence}{pad}{flat}{pad}{fence}"
