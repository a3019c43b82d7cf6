"""A white sheet of the text width on which pixels and lines of text are placed dot by dot."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from numpy.typing import NDArray
from PIL import Image

from srlab.figures.fonts import drawable, printable
from srlab.figures.paper import INK, POINTS, WIDTH_INCHES, blank, letters, png
from srlab.image.color import replicate

Pixels = NDArray[np.uint8]

DPI = 300
WIDTH = round(WIDTH_INCHES * DPI)
"""Dots from left to right."""


class Sheet:
    """A sheet of so many dots' height; places are dots from its top left corner."""

    def __init__(self, height: int) -> None:
        self._figure = blank(WIDTH_INCHES, height / DPI, dpi=DPI)
        self._height = height

    def place(self, pixels: Pixels, left: int, top: int) -> None:
        """Pixels, uint8 (H, W) or (H, W, 3), a dot each."""
        bottom = self._height - top - pixels.shape[0]
        self._figure.figimage(replicate(pixels), left, bottom, origin="upper")

    def frame(self, box: tuple[float, float, float, float], colour: str, points: float) -> None:
        """A line of so many points around `box`: left, top, width, height."""
        left, top, width, height = box
        corner = left, self._height - top - height
        line = Rectangle(
            corner, width, height, fill=False, edgecolor=colour, linewidth=points, transform=None
        )
        self._figure.add_artist(line)

    def write(self, text: str, place: tuple[int, int], *, width: int, bold: bool = False) -> None:
        """A line of text with its base at `place` (left, top), shortened to `width`."""
        text = drawable(printable(text))
        at = place[0] / self._figure.bbox.width, 1 - place[1] / self._height
        properties = letters(text, points=POINTS, bold=bold)
        written = self._figure.text(*at, text, fontproperties=properties, color=INK)
        written.set_parse_math(False)
        _shorten(written, text, width)

    def png(self) -> bytes:
        """The sheet as PNG; equal sheets give equal bytes."""
        return png(self._figure)


def enlarge(pixels: Pixels, factor: int) -> Pixels:
    """Every pixel as a square of `factor` by `factor`."""
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)


def fitted(pixels: Pixels, height: int, width: int) -> Pixels:
    """The whole image in `height` by `width` dots: by a whole factor, or shrunk if it is larger."""
    factor = fitting_factor(pixels, height, width)
    if factor >= 1:
        return enlarge(pixels, int(factor))
    tall, wide = (max(1, round(side * factor)) for side in pixels.shape[:2])
    return np.asarray(Image.fromarray(pixels).resize((wide, tall), Image.Resampling.LANCZOS))


def fitting_factor(pixels: Pixels, height: int, width: int) -> float:
    """By how much `fitted` enlarges (a whole number) or shrinks (below 1)."""
    factor = min(height / pixels.shape[0], width / pixels.shape[1])
    return float(int(factor)) if factor >= 1 else factor


def _shorten(written: Text, text: str, width: int) -> None:
    """Take letters out of the middle until the line fits."""
    keep = len(text)
    while written.get_window_extent().width > width and keep > 3:
        keep -= 1
        head = (keep + 1) // 2
        written.set_text(f"{text[:head]}…{text[len(text) - keep // 2 :]}")
