"""How far a net sees, found out by changing one pixel."""

from __future__ import annotations

from collections.abc import Callable

import torch

_SIZE = 96
_CHANGE = 0.5


def probe_radius(net: Callable[[torch.Tensor], torch.Tensor], channels: int) -> tuple[int, bool]:
    """(radius, unlimited): how many input pixels to each side change an output pixel.

    One pixel in the middle of a grey 96x96 image is changed, and the output pixels that differ at
    all in float32 tell the radius. Unlimited where they reach the image's edge; the radius is then
    the most that could be seen here.
    """
    x = torch.full((1, channels, _SIZE, _SIZE), 0.5)
    x += 0.2 * torch.rand(x.shape, generator=torch.Generator().manual_seed(0)) - 0.1
    changed = x.clone()
    middle = _SIZE // 2
    changed[..., middle, middle] += _CHANGE
    with torch.inference_mode():
        difference = (net(changed) - net(x)).abs().amax(dim=(0, 1))
    factor = difference.shape[-1] / _SIZE
    places = torch.nonzero(difference)
    if not len(places):
        return 0, False
    first, last = places.min().item() / factor, places.max().item() / factor
    radius = int(max(middle - first, last - middle)) + 1
    return min(radius, middle), first < 1 or last >= _SIZE - 1
