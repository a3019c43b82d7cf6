"""SRResNet: the paper's parameters, and a variant without normalisation."""

from __future__ import annotations

import torch
from torch import nn

from srlab.nets.srresnet import SRResNet


def test_it_has_the_papers_blocks() -> None:
    net = SRResNet(scale=4)
    norms = [layer for layer in net.modules() if isinstance(layer, nn.BatchNorm2d)]
    shuffles = [layer for layer in net.modules() if isinstance(layer, nn.PixelShuffle)]
    assert len(norms) == 2 * 16 + 1
    assert len(shuffles) == 2
    assert net.head[0].kernel_size == net.upsample[-1].kernel_size == (9, 9)
    assert 1.5e6 < sum(p.numel() for p in net.parameters()) < 1.6e6


def test_without_normalisation_there_is_none() -> None:
    net = SRResNet(scale=2, width=4, depth=1, norm="none")
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in net.modules())


def test_in_evaluation_an_image_does_not_depend_on_its_batch() -> None:
    torch.manual_seed(0)
    net = SRResNet(scale=2, width=4, depth=2).eval()
    x = torch.rand(3, 3, 6, 6)
    with torch.inference_mode():
        assert torch.allclose(net(x)[:1], net(x[:1]), atol=1e-6)
