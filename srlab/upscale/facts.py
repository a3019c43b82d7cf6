"""What a net costs: parameters, multiply-adds, how far it sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.utils.flop_counter import FlopCounterMode

if TYPE_CHECKING:
    from srlab.nets.blocks import Net

_PATCH = 64
_HD = 1280 * 720


def net_facts(net: Net, scale: int) -> dict[str, Any]:
    """Facts of a net for tables, at `scale`.

    `parameters`; `macs_per_megapixel`, multiply-adds for a million pixels of lr, and `macs_hd`, for
    an sr of 1280x720, both counted on a patch of 64x64 lr pixels; `receptive_radius` in pixels of
    the net's input; `channels`, 1 for luma.
    """
    side = _PATCH if net.enlarges else _PATCH * scale
    weight = next(net.parameters(), torch.zeros(1))
    x = torch.zeros(1, net.channels, side, side, device=weight.device, dtype=weight.dtype)
    counter = FlopCounterMode(display=False)
    with torch.inference_mode(), counter:
        net(x)
    per_pixel = counter.get_total_flops() / 2 / _PATCH**2
    return {
        "architecture": getattr(net, "architecture", type(net).__name__),
        "channels": net.channels,
        "parameters": sum(parameter.numel() for parameter in net.parameters()),
        "macs_per_megapixel": round(per_pixel * 1e6),
        "macs_hd": round(per_pixel * _HD / scale**2),
        "receptive_radius": net.receptive_radius,
    }
