"""SRCNN: three convolutions that sharpen a bicubic enlargement (Dong, TPAMI 2016, Fig. 2)."""

from __future__ import annotations

import torch
from torch.nn.functional import interpolate

from srlab.nets.blocks import Net, conv
from srlab.nets.spec import srcnn_radius


class SRCNN(Net):
    """The 9-1-5, 9-3-5 or 9-5-5 net on one channel (luma) or three (RGB).

    Input and output are (N, C, H, W) in [0, 1]. With `bicubic` "before" (the paper's) both are at
    the *large* size: the caller enlarges first, and `scale` plays no part. With "after" the input
    is lr, and Keys' cubic (a = -0.5) enlarges what the convolutions made of it. They are
    zero-padded to keep the size, as the widespread PyTorch port does.
    """

    def __init__(
        self,
        *,
        channels: int = 1,
        kernels: tuple[int, int, int] = (9, 5, 5),
        widths: tuple[int, int] = (64, 32),
        bicubic: str = "before",
        scale: int = 1,
    ) -> None:
        super().__init__()
        first, middle, last = kernels
        self.conv1 = conv(channels, widths[0], first)
        self.conv2 = conv(widths[0], widths[1], middle)
        self.conv3 = conv(widths[1], channels, last)
        self.channels = channels
        self.enlarges = bicubic == "after"
        self.receptive_radius = srcnn_radius(kernels, bicubic_after=self.enlarges)
        self._scale = scale

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The sharpened image, not clamped."""
        x = torch.relu_(self.conv1(x))
        x = torch.relu_(self.conv2(x))
        x = self.conv3(x)
        if not self.enlarges:
            return x
        # In fp32 always. With `antialias` torch's cubic has a = -0.5, as MATLAB's, else -0.75.
        return interpolate(x.float(), scale_factor=self._scale, mode="bicubic", antialias=True)
