"""The three-layer 3x3 net, and SRCNN with the enlargement at its end."""

from __future__ import annotations

import numpy as np
import torch

from srlab.image.resize import upscale
from srlab.nets.cnn3 import CNN3
from srlab.nets.srcnn import SRCNN


def test_it_goes_from_3_to_128_to_64_to_3() -> None:
    shapes = [tuple(p.shape) for n, p in CNN3(scale=2).named_parameters() if "weight" in n]
    assert shapes == [(128, 3, 3, 3), (64, 128, 3, 3), (3, 64, 3, 3)]


def test_bicubic_after_the_convolutions_is_matlabs(rng) -> None:
    """With convolutions that change nothing, what is left is imresize in float."""
    net = SRCNN(scale=3, bicubic="after", kernels=(1, 1, 1), widths=(1, 1))
    for conv in (net.conv1, net.conv2, net.conv3):
        torch.nn.init.ones_(conv.weight)
        torch.nn.init.zeros_(conv.bias)
    x = rng.random((14, 11))
    with torch.inference_mode():
        y = net(torch.from_numpy(x.astype(np.float32))[None, None])[0, 0].numpy()
    inner = np.s_[6:-6, 6:-6]  # edges: torch renormalises the kernel, MATLAB mirrors
    assert np.abs(y - upscale(x, 3))[inner].max() < 1e-5
