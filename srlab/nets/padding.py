"""Sizes for nets that need whole multiples."""

from __future__ import annotations

import torch
from torch.nn.functional import pad


def pad_to_multiple(x: torch.Tensor, multiple: int) -> torch.Tensor:
    """`x`, (N, C, H, W), continued to the right and below to multiples of `multiple`.

    By mirroring; by repeating the edge where the image is too small for that.
    """
    height, width = x.shape[-2:]
    down, right = -height % multiple, -width % multiple
    if not down and not right:
        return x
    mode = "reflect" if down < height and right < width else "replicate"
    return pad(x, (0, right, 0, down), mode=mode)
