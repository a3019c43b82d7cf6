"""SRCNN: three convolutions that sharpen a bicubic enlargement (Dong, TPAMI 2016, Fig. 2)."""

from __future__ import annotations

import torch
from torch import nn


class SRCNN(nn.Module):
    """The 9-1-5, 9-3-5 or 9-5-5 net on one channel (luma) or three (RGB).

    Input and output are (N, C, H, W) in [0, 1] at the *large* size: the caller enlarges by bicubic
    first. Convolutions are zero-padded to keep the size, as the widespread PyTorch port does.
    """

    def __init__(
        self,
        *,
        channels: int = 1,
        kernels: tuple[int, int, int] = (9, 5, 5),
        widths: tuple[int, int] = (64, 32),
    ) -> None:
        super().__init__()
        first, middle, last = kernels
        self.conv1 = nn.Conv2d(channels, widths[0], first, padding=first // 2)
        self.conv2 = nn.Conv2d(widths[0], widths[1], middle, padding=middle // 2)
        self.conv3 = nn.Conv2d(widths[1], channels, last, padding=last // 2)
        self.channels = channels
        self.receptive_radius = sum(kernel // 2 for kernel in kernels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The sharpened image, not clamped."""
        x = torch.relu(self.conv1(x))
        x = torch.relu(self.conv2(x))
        return self.conv3(x)
