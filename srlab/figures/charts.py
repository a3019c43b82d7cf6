"""Charts for print: one panel per scale, one row per upscaler, every image a dot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from srlab.errors import ReportError
from srlab.figures.fonts import drawable, printable
from srlab.figures.paper import COLOURS, FAINT, INK, POINTS, WIDTH_INCHES, blank, letters, png

DPI = 220
_ROW_INCHES = 0.22
_MARGIN_INCHES = 0.75
_TALLEST_INCHES = 9.0
_LONGEST_NAME = 28


@dataclass(frozen=True, kw_only=True)
class Series:
    """One row: an upscaler's value on every image, their mean and its 95% interval."""

    name: str
    values: tuple[float, ...]
    mean: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One scale: its title and its rows, in any order."""

    title: str
    series: tuple[Series, ...]


def dot_chart(
    panels: Sequence[Panel], *, axis: str, order: Sequence[str] = (), zero: str = ""
) -> bytes:
    """A PNG with the panels side by side: faint dots are images, the bar is the mean's interval.

    `axis` labels the values with their unit; `zero`, where given, names the line at 0. Rows stand
    in the given `order` of names, the first on top; others follow as they come. Raises ReportError
    for nothing.
    """
    there = [series.name for panel in panels for series in panel.series]
    names = list(dict.fromkeys([*(name for name in order if name in there), *there]))
    if not names:
        raise ReportError("a chart needs at least one upscaler with a value; evaluate one")
    height = min(_MARGIN_INCHES + _ROW_INCHES * len(names), _TALLEST_INCHES)
    figure = blank(WIDTH_INCHES, height, dpi=DPI)
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for position, (ax, panel) in enumerate(zip(axes, panels, strict=True)):
        colour = COLOURS[position % len(COLOURS)]
        for series in panel.series:
            _draw(ax, series, len(names) - 1 - names.index(series.name), colour)
        dress(ax, panel.title, zero)
    name_rows(axes[0], names)
    figure.supxlabel(axis, fontproperties=letters(axis), color=INK)
    figure.set_layout_engine("constrained")
    return png(figure)


def dress(ax: Axes, title: str, zero: str) -> None:
    """Give a panel its title, light lines and, where `zero` names it, a line at 0."""
    ax.set_title(title, fontproperties=letters(title, bold=True), color=INK, parse_math=False)
    ax.tick_params(labelsize=POINTS, color=FAINT, labelcolor=INK, length=2.5)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color="#e6e6e6", linewidth=0.6)
    ax.set_axisbelow(True)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(FAINT)
    if zero:
        ax.axvline(0, color=INK, linewidth=0.9, zorder=1)
        ax.annotate(
            zero,
            (0, 1),
            xycoords=("data", "axes fraction"),
            xytext=(2, -1),
            textcoords="offset points",
            fontproperties=letters(zero, points=POINTS - 1),
            color=INK,
            va="top",
            parse_math=False,
        )


def name_rows(ax: Axes, names: Sequence[str]) -> None:
    """Write `names` beside the rows, the first on top; long ones are cut."""
    ax.set_ylim(-0.6, len(names) - 0.2)
    clean = [drawable(printable(name)) for name in reversed(names)]
    shown = [name if len(name) <= _LONGEST_NAME else f"{name[:27]}…" for name in clean]
    ax.set_yticks(range(len(names)), labels=shown)
    for label in ax.get_yticklabels():
        label.set_parse_math(False)
        label.set_fontproperties(letters("".join(shown)))


def _draw(ax: Axes, series: Series, row: int, colour: str) -> None:
    values = np.array(series.values)
    values = values[np.isfinite(values)]
    spread = np.random.default_rng(0).uniform(-0.22, 0.22, len(values))
    ax.scatter(values, row + spread, s=7, color=colour, alpha=0.35, linewidths=0, zorder=2)
    if np.isfinite(series.low):
        ax.plot([series.low, series.high], [row, row], color=colour, linewidth=2.2, zorder=3)
    ax.plot([series.mean], [row], "o", ms=5, color=colour, mec="white", mew=0.8, zorder=4)
