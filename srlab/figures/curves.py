"""Learning curves for print: what epochs were judged by, and their losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, NullLocator, ScalarFormatter

from srlab.errors import ReportError
from srlab.figures.charts import dress
from srlab.figures.fonts import drawable, printable
from srlab.figures.paper import COLOURS, INK, WIDTH_INCHES, blank, letters, png

_DPI = 220
_HEIGHT_INCHES = 2.6


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One training: its epochs, what each was judged by, and the losses; nan where there is none.

    `best` is the epoch whose weights were kept.
    """

    name: str
    epochs: tuple[int, ...]
    scores: tuple[float, ...]
    losses: tuple[float, ...]
    validation_losses: tuple[float, ...]
    best: int


def learning_curves(curves: Sequence[Curve], *, score_axis: str) -> bytes:
    """A PNG: scores beside losses on a logarithmic axis, a colour a training.

    A ring marks the epoch that was kept; losses of the validation images are dashed. Raises
    ReportError for no curve, or more than there are colours (COLOURS).
    """
    if not 1 <= len(curves) <= len(COLOURS):
        raise ReportError(f"{len(curves)} learning curves; a figure shows 1 to {len(COLOURS)}")
    figure = blank(WIDTH_INCHES, _HEIGHT_INCHES, dpi=_DPI)
    left, right = figure.subplots(1, 2)
    for curve, colour in zip(curves, COLOURS, strict=False):
        _draw(left, right, curve, colour)
    right.set_yscale("log")
    right.yaxis.set_major_locator(MaxNLocator(5))
    right.yaxis.set_major_formatter(ScalarFormatter())
    right.yaxis.set_minor_locator(NullLocator())
    for ax, title in ((left, score_axis), (right, "Loss (dashed: of the validation images)")):
        dress(ax, title, "")
        ax.grid(axis="y", color="#e6e6e6", linewidth=0.6)
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        ax.set_xlabel("Epoch", fontproperties=letters("Epoch"), color=INK)
    names = [drawable(printable(curve.name)) for curve in curves]
    legend = figure.legend(
        handles=left.get_lines()[::2],
        labels=names,
        loc="outside upper center",
        ncols=len(curves),
        frameon=False,
        prop=letters("".join(names)),
    )
    for text in legend.get_texts():
        text.set_parse_math(False)
    figure.set_layout_engine("constrained")
    return png(figure)


def _draw(scores: Axes, losses: Axes, curve: Curve, colour: str) -> None:
    scores.plot(curve.epochs, curve.scores, color=colour, linewidth=1.4)
    kept = curve.scores[curve.epochs.index(curve.best)]
    scores.plot([curve.best], [kept], "o", ms=5, mfc="white", mec=colour, mew=1.4)
    losses.plot(curve.epochs, curve.losses, color=colour, linewidth=1.4)
    losses.plot(curve.epochs, curve.validation_losses, color=colour, linewidth=1.2, dashes=(4, 2))
