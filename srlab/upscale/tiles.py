"""Runs a large image through a net in tiles, without visible seams."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch

from srlab.errors import SizeMismatchError

Net = Callable[[torch.Tensor], torch.Tensor]


def run_in_tiles(
    net: Net, x: torch.Tensor, *, tile: int, overlap: int, scale: int = 1
) -> torch.Tensor:
    """`net(x)` tile by tile, for a net whose output is `scale` times the size of its input.

    `x` is (1, C, H, W). Each tile of `tile` pixels of it is computed with `overlap` pixels of its
    surroundings, which are then cut off; with an overlap of at least the net's receptive radius
    every pixel sees what it would see in the whole image.
    """
    height, width = x.shape[-2:]
    out: torch.Tensor | None = None
    for top, bottom in _spans(height, tile):
        for left, right in _spans(width, tile):
            up, before = max(0, top - overlap), max(0, left - overlap)
            given = x[..., up : bottom + overlap, before : right + overlap]
            y = net(given)
            _require_size(y, given, scale)
            if out is None:
                out = y.new_empty((*y.shape[:-2], height * scale, width * scale))
            out[..., top * scale : bottom * scale, left * scale : right * scale] = y[
                ...,
                (top - up) * scale : (bottom - up) * scale,
                (left - before) * scale : (right - before) * scale,
            ]
    assert out is not None  # an image has at least one tile
    return out


def _require_size(y: torch.Tensor, given: torch.Tensor, scale: int) -> None:
    (height, width), (high, wide) = given.shape[-2:], y.shape[-2:]
    if (high, wide) != (height * scale, width * scale):
        raise SizeMismatchError(
            f"the net gave {high}x{wide} for a tile of {height}x{width}; expected exactly {scale} "
            "times that"
        )


def _spans(length: int, tile: int) -> Iterator[tuple[int, int]]:
    for start in range(0, length, tile):
        yield start, min(start + tile, length)
