"""SRResNet: the generator of SRGAN, trained for fidelity (Ledig, CVPR 2017, Fig. 4)."""

from __future__ import annotations

import torch
from torch import nn

from srlab.nets.blocks import Net, ResidualBlock, conv, shuffle_stages
from srlab.nets.spec import residual_radius, stages_of


class SRResNet(Net):
    """9x9 head, residual blocks with PReLU, pixel shuffle per step, 9x9 tail.

    `norm` is `batch` (the paper's) or `none`, as later work found better for PSNR (Lim 2017,
    section 3.1). Unlike the paper's the output has no tanh: it is in [0, 1] like the input.
    """

    def __init__(
        self,
        *,
        scale: int,
        channels: int = 3,
        width: int = 64,
        depth: int = 16,
        norm: str = "batch",
    ) -> None:
        super().__init__()
        batch = norm == "batch"
        blocks = [ResidualBlock(width, norm=batch, prelu=True) for _ in range(depth)]
        last = [conv(width, width), nn.BatchNorm2d(width) if batch else nn.Identity()]
        self.head = nn.Sequential(conv(channels, width, 9), nn.PReLU())
        self.body = nn.Sequential(*blocks, *last)
        self.upsample = nn.Sequential(
            *shuffle_stages(width, scale, prelu=True), conv(width, channels, 9)
        )
        self.channels = channels
        self.enlarges = True
        self.receptive_radius = residual_radius(
            depth=depth, ends=5, last=4, stages=stages_of(scale)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The enlarged image, not clamped."""
        x = self.head(x)
        return self.upsample(x + self.body(x))
