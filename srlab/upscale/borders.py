"""Runs a net that was trained without padding: its borders see the image's edge repeated."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn.functional import pad

Net = Callable[[torch.Tensor], torch.Tensor]


def run_replicated(net: Net, x: torch.Tensor, *, margin: int, scale: int = 1) -> torch.Tensor:
    """`net(x)` of an `x`, (1, C, H, W), continued by `margin` pixels of its edge to each side.

    What the net makes of the margin is cut off again, so that with a margin of its receptive
    radius no pixel sees zeros. A net that keeps the size (weights do not tell how they were padded
    in training) and one whose output is smaller by what its kernels reach both serve.
    """
    height, width = (side * scale for side in x.shape[-2:])
    y = net(pad(x, (margin,) * 4, mode="replicate"))
    top, left = (y.shape[-2] - height) // 2, (y.shape[-1] - width) // 2
    if min(top, left) < 0:
        return y
    return y[..., top : top + height, left : left + width]
