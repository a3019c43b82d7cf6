"""The three-layer 3x3 net of a course: 3 to 128 to 64 to 3 channels on a bicubic enlargement."""

from __future__ import annotations

import torch

from srlab.nets.blocks import Net, conv


class CNN3(Net):
    """SRCNN's scheme (Dong 2016, Fig. 2) with 3x3 kernels only: a pixel sees 7x7 of its input.

    Works at the large size: the caller enlarges by bicubic first, and `scale` is only recorded.
    """

    def __init__(
        self, *, scale: int, channels: int = 3, widths: tuple[int, int] = (128, 64)
    ) -> None:
        super().__init__()
        del scale
        self.conv1 = conv(channels, widths[0])
        self.conv2 = conv(widths[0], widths[1])
        self.conv3 = conv(widths[1], channels)
        self.channels = channels
        self.enlarges = False
        self.receptive_radius = 3

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The sharpened image, not clamped."""
        x = torch.relu_(self.conv1(x))
        x = torch.relu_(self.conv2(x))
        return self.conv3(x)
