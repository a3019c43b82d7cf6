"""Strips: a sample's whole hr with a box, and the same cut of lr, each sr and hr, enlarged.

A cut is enlarged by a whole factor with nearest neighbour and placed pixel by pixel: what looks
blurred on paper was blurred by the upscaler. Where to cut is decided by the images alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from srlab.errors import ReportError, SizeMismatchError
from srlab.figures.sheet import WIDTH, Pixels, Sheet, enlarge, fitted, fitting_factor

CUT = (32, 64)
"""Height and width of a cut in hr pixels; made smaller until the scale divides it."""

_GAP = 18
_LINE = 38
_HEAD = 46
_BOX = (("#000000", 2.0), ("#F0E442", 1.0))
"""A bright line on a dark one is seen on any picture."""


@dataclass(frozen=True, kw_only=True)
class Strip:
    """One sample, uint8: hr, lr and the sr images to show, and a text under each of the tiles.

    The tiles are: the whole hr, lr, each of `upscaled`, hr; `captions` has a line for each.
    """

    hr: Pixels
    lr: Pixels
    upscaled: tuple[Pixels, ...]
    captions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Window:
    """A cut: top left corner and size, in hr pixels, all multiples of the scale."""

    top: int
    left: int
    height: int
    width: int

    def of(self, pixels: Pixels, *, shrunk: int = 1) -> Pixels:
        """The cut of an image that is `shrunk` times smaller than hr."""
        top, left, height, width = (
            n // shrunk for n in (self.top, self.left, self.height, self.width)
        )
        return pixels[top : top + height, left : left + width]


def strips_png(strips: Sequence[Strip], *, titles: Sequence[str]) -> bytes:
    """A PNG of the text width: the strips under one another, `titles` above the tiles.

    Raises ReportError for no strip or a wrong number of texts, SizeMismatchError for images that
    do not belong together.
    """
    for strip in strips:
        _check(strip, len(titles))
    if not strips:
        raise ReportError("strips of no image; name at least one")
    tile = _tile_size(len(titles))
    row_height = tile[0] + _LINE + _GAP
    sheet = Sheet(_HEAD + row_height * len(strips))
    tiles = _Tiles(sheet, tile)
    for column, title in enumerate(titles):
        tiles.write(title, column, _HEAD - 12, bold=True)
    for row, strip in enumerate(strips):
        top = _HEAD + row * row_height
        window = choose_window(strip)
        tiles.place_whole(strip.hr, window, top)
        for column, pixels in enumerate(_cuts(strip, window), start=1):
            tiles.place_cut(pixels, column, top)
        for column, caption in enumerate(strip.captions):
            tiles.write(caption, column, top + tile[0] + _LINE - 6)
    return sheet.png()


def choose_window(strip: Strip) -> Window:
    """Where the sr images differ most from one another; a single one: from hr. Always the same."""
    scale = strip.hr.shape[0] // strip.lr.shape[0]
    shown = strip.upscaled if len(strip.upscaled) > 1 else (*strip.upscaled, strip.hr)
    levels = np.stack([_grey(pixels) for pixels in shown])
    spread = levels.max(axis=0) - levels.min(axis=0)
    height, width = (
        min(wanted, side) // scale * scale
        for wanted, side in zip(CUT, strip.hr.shape[:2], strict=True)
    )
    sums = np.pad(spread.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    inside = (
        sums[height:, width:]
        - sums[:-height, width:]
        - sums[height:, :-width]
        + sums[:-height, :-width]
    )[::scale, ::scale]
    row, column = np.unravel_index(int(np.argmax(inside)), inside.shape)
    return Window(top=int(row) * scale, left=int(column) * scale, height=height, width=width)


def _check(strip: Strip, tiles: int) -> None:
    if len(strip.captions) != tiles or len(strip.upscaled) + 3 != tiles:
        raise ReportError(
            f"a strip of {len(strip.upscaled)} sr images has {len(strip.upscaled) + 3} tiles; came "
            f"{tiles} titles and {len(strip.captions)} captions"
        )
    for pixels in strip.upscaled:
        if pixels.shape[:2] != strip.hr.shape[:2]:
            raise SizeMismatchError(
                f"sr is {pixels.shape[:2]} but hr is {strip.hr.shape[:2]}; expected equal sizes"
            )


def _grey(pixels: Pixels) -> NDArray[np.float64]:
    return pixels.mean(axis=2) if pixels.ndim == 3 else pixels.astype(np.float64)


def _cuts(strip: Strip, window: Window) -> list[Pixels]:
    scale = strip.hr.shape[0] // strip.lr.shape[0]
    lr = enlarge(window.of(strip.lr, shrunk=scale), scale)
    return [lr, *(window.of(pixels) for pixels in (*strip.upscaled, strip.hr))]


def _tile_size(columns: int) -> tuple[int, int]:
    """Height and width of a tile in dots: so many fill the text width."""
    width = (WIDTH - _GAP * (columns - 1)) // columns
    return width * CUT[0] // CUT[1], width


class _Tiles:
    """A sheet on which tiles are placed by column, from the dots of a row's top."""

    def __init__(self, sheet: Sheet, tile: tuple[int, int]) -> None:
        self._sheet, self._tile = sheet, tile

    def place_cut(self, pixels: Pixels, column: int, top: int) -> None:
        """A cut, enlarged by the largest whole factor that fits, from the tile's top left."""
        factor = max(1, min(self._tile[0] // pixels.shape[0], self._tile[1] // pixels.shape[1]))
        self._sheet.place(enlarge(pixels, factor), self._left(column), top)

    def place_whole(self, pixels: Pixels, window: Window, top: int) -> None:
        """The whole image in the first tile, made to fit, with a box around the window."""
        factor = fitting_factor(pixels, *self._tile)
        self._sheet.place(fitted(pixels, *self._tile), 0, top)
        corner = window.left * factor, top + window.top * factor
        for colour, points in _BOX:
            box = (*corner, window.width * factor, window.height * factor)
            self._sheet.frame(box, colour, points)

    def write(self, text: str, column: int, base: int, *, bold: bool = False) -> None:
        """A line with its base `base` dots from the top, shortened to the tile's width."""
        place = self._left(column), base
        self._sheet.write(text, place, width=self._tile[1], bold=bold)

    def _left(self, column: int) -> int:
        return column * (self._tile[1] + _GAP)
