"""Self-ensemble: the mean over the eight flips and rotations (Lim et al., EDSR, section 3.4)."""

from __future__ import annotations

from collections.abc import Callable

import torch


def run_ensemble(forward: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """The mean of `forward` over all eight orientations of `x`, (1, C, H, W), each turned back.

    Averaged in float32, before anything is rounded.
    """
    total = None
    for turns in range(4):
        for flipped in (False, True):
            turned = torch.rot90(x.flip(-1) if flipped else x, turns, (-2, -1))
            turned = turned.contiguous(memory_format=torch.channels_last)
            y = torch.rot90(forward(turned), -turns, (-2, -1)).float()
            y = y.flip(-1) if flipped else y
            total = y if total is None else total + y
    assert total is not None
    return total / 8
