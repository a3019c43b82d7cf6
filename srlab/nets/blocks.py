"""What several nets are made of, and what the seam asks of each of them."""

from __future__ import annotations

import torch
from torch import nn

from srlab.nets.spec import stages_of


class Net(nn.Module):
    """A net from (N, C, H, W) in [0, 1] to the same range, not clamped.

    Where `enlarges`, input is lr and output `scale` times its size; otherwise the caller enlarges
    by bicubic first and the size stays. A pixel sees `receptive_radius` pixels of the input to
    each side; `unlimited` says that it may see the whole image. Tiles begin at multiples of `grid`,
    which windows of attention need.
    """

    channels: int
    enlarges: bool
    receptive_radius: int
    unlimited: bool = False
    grid: int = 1


def conv(inputs: int, outputs: int, kernel: int = 3) -> nn.Conv2d:
    """A convolution that keeps the size (zero-padded)."""
    return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2)


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions beside a skip: x + scaling * body(x).

    With `norm` and PReLU the block of SRResNet (Ledig 2017, Fig. 4); with neither and ReLU that
    of EDSR (Lim 2017, Fig. 2c), whose `scaling` is its residual scaling (section 3.3).
    """

    def __init__(
        self, width: int, *, scaling: float = 1.0, norm: bool = False, prelu: bool = False
    ) -> None:
        super().__init__()
        self.conv1 = conv(width, width)
        self.norm1 = nn.BatchNorm2d(width) if norm else nn.Identity()
        self.activation = nn.PReLU() if prelu else nn.ReLU(inplace=True)
        self.conv2 = conv(width, width)
        self.norm2 = nn.BatchNorm2d(width) if norm else nn.Identity()
        self.scaling = scaling

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The input, and what the block adds to it."""
        y = self.activation(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        return x + (y if self.scaling == 1 else y * self.scaling)


def shuffle_stages(width: int, scale: int, *, prelu: bool = False) -> list[nn.Module]:
    """Convolution and pixel shuffle per step (Shi 2016, Eq. 4): x3 in one, x4 in two of x2."""
    layers: list[nn.Module] = []
    for stage in stages_of(scale):
        layers += [conv(width, width * stage**2), nn.PixelShuffle(stage)]
        if prelu:
            layers.append(nn.PReLU())
    return layers
