"""Runs a large image through a net in tiles, without visible seams."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch

Net = Callable[[torch.Tensor], torch.Tensor]


def run_in_tiles(net: Net, x: torch.Tensor, *, tile: int, overlap: int) -> torch.Tensor:
    """`net(x)` for a net that keeps the size, tile by tile.

    `x` is (1, C, H, W). Each tile of `tile` pixels is computed with `overlap` pixels of its
    surroundings, which are then cut off; with an overlap of at least the net's receptive radius
    every pixel sees what it would see in the whole image.
    """
    height, width = x.shape[-2:]
    out = torch.empty_like(x)
    for top, bottom in _spans(height, tile):
        for left, right in _spans(width, tile):
            up, before = max(0, top - overlap), max(0, left - overlap)
            y = net(x[..., up : bottom + overlap, before : right + overlap])
            out[..., top:bottom, left:right] = y[
                ..., top - up : bottom - up, left - before : right - before
            ]
    return out


def _spans(length: int, tile: int) -> Iterator[tuple[int, int]]:
    for start in range(0, length, tile):
        yield start, min(start + tile, length)
