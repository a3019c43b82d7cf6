"""Borders of nets that were trained without padding."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from srlab.errors import UsageError
from srlab.nets.blocks import Net
from srlab.upscale.borders import run_replicated
from srlab.upscale.catalog import describe
from srlab.upscale.network import NetworkUpscaler, Way


def layers(*, padded: bool, out: int = 1) -> nn.Sequential:
    """Two convolutions of 5 and 3 with the same weights whichever way they are padded."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 4, 5, padding=2 if padded else 0),
        nn.ReLU(),
        nn.Conv2d(4, out, 3, padding=1 if padded else 0),
    )


@torch.inference_mode()
def test_padded_and_unpadded_layers_give_the_same_image() -> None:
    x = torch.rand(1, 1, 9, 12)
    wide = nn.functional.pad(x, (3, 3, 3, 3), mode="replicate")
    expected = layers(padded=False)(wide)
    for padded in (True, False):
        y = run_replicated(layers(padded=padded), x, margin=3)
        assert y.shape == x.shape
        # The same sums, by kernels for other sizes.
        torch.testing.assert_close(y, expected, rtol=0, atol=1e-6)


@torch.inference_mode()
def test_a_net_that_enlarges_is_cut_in_its_own_pixels() -> None:
    net = nn.Sequential(layers(padded=True, out=4), nn.PixelShuffle(2))
    x = torch.rand(1, 1, 8, 7)
    y, plain = run_replicated(net, x, margin=3, scale=2), net(x)
    assert y.shape == plain.shape == (1, 1, 16, 14)
    torch.testing.assert_close(y[..., 6:-6, 6:-6], plain[..., 6:-6, 6:-6], rtol=0, atol=1e-6)
    assert not torch.allclose(y[..., 0, :], plain[..., 0, :], atol=1e-4)


class _Unpadded(Net):
    channels, enlarges, receptive_radius = 1, False, 3

    def __init__(self, *, padded: bool) -> None:
        super().__init__()
        self.body = layers(padded=padded)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.body(x)


def test_an_upscaler_with_replicated_borders_is_the_valid_convolution(rng) -> None:
    lr = rng.integers(0, 256, (20, 24), np.uint8)
    whole = NetworkUpscaler(_Unpadded(padded=False), scale=2, way=Way(replicate=True))(lr)
    assert whole.shape == (40, 48)
    kept = NetworkUpscaler(_Unpadded(padded=True), scale=2, way=Way(replicate=True))(lr)
    assert np.abs(whole.astype(int) - kept).max() <= 1
    zeros = NetworkUpscaler(_Unpadded(padded=True), scale=2)(lr)
    assert np.abs(zeros[3:-3, 3:-3].astype(int) - kept[3:-3, 3:-3]).max() <= 1
    assert (zeros != kept).any()


def test_the_suffix_is_part_of_label_and_fingerprint() -> None:
    plain, replicated = describe("srcnn-y", 3), describe("srcnn-y+replicate", 3)
    assert replicated.name == "srcnn-y+replicate"
    assert replicated.fingerprint != plain.fingerprint
    both = describe("srcnn-y+replicate+ensemble", 3)
    assert both.fingerprint not in (plain.fingerprint, replicated.fingerprint)
    with pytest.raises(UsageError, match=r"\+replicate is for networks"):
        describe("bicubic+replicate", 3)
