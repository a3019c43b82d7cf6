"""EDSR: its parameters, its two upsamplers, residual scaling and mean shift."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from srlab.nets.blocks import ResidualBlock
from srlab.nets.edsr import EDSR


def _count(net: nn.Module) -> int:
    return sum(parameter.numel() for parameter in net.parameters())


def _blocks(net: EDSR) -> list[str]:
    return [type(layer).__name__ for layer in net.upsample]


@pytest.mark.parametrize(("scale", "count"), [(2, 1_369_859), (3, 1_554_499), (4, 1_517_571)])
def test_the_baseline_has_the_papers_parameters(scale, count) -> None:
    """1.37 M at x2 and 1.52 M at x4: EDSR-baseline as the authors released it."""
    assert _count(EDSR(scale=scale)) == count


@pytest.mark.parametrize(("scale", "millions"), [(2, 1.23), (3, 1.24), (4, 1.25)])
def test_the_direct_upsampler_is_small_at_every_scale(scale, millions) -> None:
    net = EDSR(scale=scale, upsampler="direct")
    assert _blocks(net) == ["Conv2d", "PixelShuffle"]
    assert _count(net) / 1e6 == pytest.approx(millions, abs=0.01)


@pytest.mark.parametrize(("scale", "shuffles"), [(2, [2]), (3, [3]), (4, [2, 2]), (8, [2, 2, 2])])
def test_the_papers_upsampler_goes_in_steps(scale, shuffles) -> None:
    layers = EDSR(scale=scale, width=4, depth=1).upsample
    found = [layer.upscale_factor for layer in layers if isinstance(layer, nn.PixelShuffle)]
    assert found == shuffles


def test_residual_scaling_weakens_what_a_block_adds() -> None:
    torch.manual_seed(0)
    block = ResidualBlock(4)
    x = torch.rand(1, 4, 5, 5)
    added = block(x) - x
    block.scaling = 0.1
    assert torch.allclose(block(x) - x, 0.1 * added, atol=1e-6)


def test_mean_subtraction_is_a_shift_of_input_and_output() -> None:
    torch.manual_seed(0)
    plain = EDSR(scale=2, width=4, depth=1)
    shifted = EDSR(scale=2, width=4, depth=1, subtract_mean=True)
    shifted.load_state_dict(plain.state_dict())
    x = torch.rand(1, 3, 6, 6)
    mean = torch.tensor([0.4488, 0.4371, 0.4040]).view(1, 3, 1, 1)
    assert torch.allclose(shifted(x), plain(x - mean) + mean, atol=1e-6)


def test_a_shuffled_pixel_comes_from_its_own_channel() -> None:
    """Shi 2016, Eq. 4: output (y, x) of channel c is input channel c*r*r + r*(y % r) + x % r."""
    net = EDSR(scale=3, width=4, depth=1, upsampler="direct")
    torch.nn.init.zeros_(net.upsample[0].weight)
    net.upsample[0].bias.data = torch.arange(27.0)
    y = net(torch.rand(1, 3, 2, 2))[0]
    assert y[1, :3, :3].tolist() == [[9, 10, 11], [12, 13, 14], [15, 16, 17]]
