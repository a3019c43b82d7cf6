"""EDSR: residual blocks without normalisation (Lim, CVPR workshops 2017, Fig. 3)."""

from __future__ import annotations

import torch
from torch import nn

from srlab.nets.blocks import Net, ResidualBlock, conv, shuffle_stages
from srlab.nets.spec import residual_radius, stages_of

DIV2K_MEAN = (0.4488, 0.4371, 0.4040)
"""R, G, B of DIV2K, which the authors' code subtracts from RGB and adds again."""


class EDSR(Net):
    """EDSR of any width and depth, on luma or RGB at the size of lr.

    `upsampler` is the paper's (convolution and shuffle per step, then a last convolution) or
    `direct`: one convolution to channels * scale**2 and one shuffle, a fraction of the parameters
    and of the work at x3 and x4. `subtract_mean` (off by default) is the authors' mean shift of
    RGB; a net of one channel subtracts the mean of the three. Where the paper's EDSR is 256 wide
    and 32 deep it scales residuals by 0.1, which `residual_scaling` does.
    """

    def __init__(
        self,
        *,
        scale: int,
        channels: int = 3,
        width: int = 64,
        depth: int = 16,
        residual_scaling: float = 1.0,
        upsampler: str = "paper",
        subtract_mean: bool = False,
    ) -> None:
        super().__init__()
        direct = upsampler == "direct"
        blocks = [ResidualBlock(width, scaling=residual_scaling) for _ in range(depth)]
        self.head = conv(channels, width)
        self.body = nn.Sequential(*blocks, conv(width, width))
        self.upsample = nn.Sequential(
            *(
                [conv(width, channels * scale**2), nn.PixelShuffle(scale)]
                if direct
                else [*shuffle_stages(width, scale), conv(width, channels)]
            )
        )
        mean = torch.tensor(DIV2K_MEAN if channels == 3 else [sum(DIV2K_MEAN) / 3])
        self.mean: torch.Tensor
        self.register_buffer("mean", mean * subtract_mean, persistent=False)
        self.channels = channels
        self.enlarges = True
        self.receptive_radius = residual_radius(
            depth=depth,
            ends=2,
            last=0 if direct else 1,
            stages=(scale,) if direct else stages_of(scale),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The enlarged image, not clamped."""
        mean = self.mean.view(1, -1, 1, 1)
        x = self.head(x - mean)
        return self.upsample(x + self.body(x)) + mean
