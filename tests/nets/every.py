"""Small nets of every architecture, for tests that hold for all of them."""

from __future__ import annotations

from typing import Any

import torch

from srlab.nets.blocks import Net
from srlab.nets.recognise import build
from srlab.nets.spec import NetSpec, make_spec

SMALL: dict[str, dict[str, Any]] = {
    "srcnn": {"architecture": "srcnn", "widths": [4, 3]},
    "srcnn-after": {"architecture": "srcnn", "widths": [4, 3], "bicubic": "after"},
    "cnn3": {"architecture": "cnn3", "widths": [4, 3]},
    "srresnet": {"architecture": "srresnet", "width": 4, "depth": 1},
    "edsr": {"architecture": "edsr", "width": 4, "depth": 1},
    "edsr-direct": {"architecture": "edsr", "width": 4, "depth": 2, "upsampler": "direct"},
    "edsr-mean": {"architecture": "edsr", "width": 4, "depth": 1, "subtract_mean": True},
}


def small_spec(name: str, *, scale: int = 2, channels: int = 3) -> NetSpec:
    """The spec of a small net."""
    return make_spec({**SMALL[name], "scale": scale, "channels": channels}, place="test")


def small_net(name: str, *, scale: int = 2, channels: int = 3) -> Net:
    """A small net with seeded weights, in evaluation mode."""
    torch.manual_seed(0)
    return build(small_spec(name, scale=scale, channels=channels)).eval()
