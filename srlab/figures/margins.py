"""The chart of margins: how sure a classifier was of images that changed, and of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from srlab.errors import ReportError
from srlab.figures.charts import dress, name_rows
from srlab.figures.paper import COLOURS, INK, WIDTH_INCHES, blank, letters, png

_DPI = 220
_ROW_INCHES = 0.34
_MARGIN_INCHES = 1.0
_TALLEST_INCHES = 9.0
_KINDS = (("unchanged", 0.18, "o", COLOURS[0]), ("changed", -0.18, "^", COLOURS[1]))
"""Name, place above the middle of a row, mark and colour."""


@dataclass(frozen=True, kw_only=True)
class MarginRow:
    """One arm: the margins (logits) of images whose prediction changed, and of the others."""

    name: str
    changed: tuple[float, ...]
    unchanged: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class MarginPanel:
    """One scale: its title and its rows, from top to bottom."""

    title: str
    rows: tuple[MarginRow, ...]


def margin_chart(panels: Sequence[MarginPanel], *, axis: str) -> bytes:
    """A PNG with the panels side by side on one axis: a mark is an image, a bar a median.

    Raises ReportError for no row.
    """
    names = list(dict.fromkeys(row.name for panel in panels for row in panel.rows))
    if not names:
        raise ReportError("a chart of margins needs at least one arm; classify one")
    height = min(_MARGIN_INCHES + _ROW_INCHES * len(names), _TALLEST_INCHES)
    figure = blank(WIDTH_INCHES, height, dpi=_DPI)
    axes = figure.subplots(1, len(panels), sharey=True, sharex=True, squeeze=False)[0]
    for ax, panel in zip(axes, panels, strict=True):
        for row in panel.rows:
            _draw(ax, row, len(names) - 1 - names.index(row.name))
        dress(ax, panel.title, "")
        ax.set_xlim(left=0)
    name_rows(axes[0], names)
    figure.supxlabel(axis, fontproperties=letters(axis), color=INK)
    marks = [
        Line2D([], [], linestyle="", marker=mark, color=colour, markersize=4, label=name)
        for name, _, mark, colour in reversed(_KINDS)
    ]
    figure.legend(
        handles=marks, loc="outside upper right", ncols=2, frameon=False, prop=letters("changed")
    )
    figure.set_layout_engine("constrained")
    return png(figure)


def _draw(ax: Axes, row: MarginRow, place: int) -> None:
    for name, above, mark, colour in _KINDS:
        values = np.array(row.changed if name == "changed" else row.unchanged)
        if not len(values):
            continue
        spread = np.random.default_rng(0).uniform(-0.1, 0.1, len(values))
        middle = place + above
        ax.scatter(
            values, middle + spread, s=9, marker=mark, color=colour, alpha=0.45, linewidths=0
        )
        median = float(np.median(values))
        ax.plot([median] * 2, [middle - 0.16, middle + 0.16], color=colour, linewidth=2.2)
