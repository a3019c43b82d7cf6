"""The contract that all nets keep: sizes, channels, and how far a pixel sees."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from srlab.nets.spec import ARCHITECTURES
from srlab.upscale.network import NetworkUpscaler, Way
from tests.nets.every import SMALL, small_net, small_spec

_ALL = pytest.mark.parametrize("name", list(SMALL))
_SCALES = pytest.mark.parametrize("scale", [2, 3, 4, 8])


def test_every_architecture_is_among_the_small_nets() -> None:
    assert {settings["architecture"] for settings in SMALL.values()} == set(ARCHITECTURES.names())


@_ALL
@_SCALES
@pytest.mark.parametrize("channels", [1, 3])
def test_the_output_is_scale_times_the_input_or_as_large(name, scale, channels) -> None:
    net = small_net(name, scale=scale, channels=channels)
    with torch.inference_mode():
        y = net(torch.rand(2, channels, 7, 9))
    grown = scale if net.enlarges else 1
    assert y.shape == (2, channels, 7 * grown, 9 * grown)


@_ALL
@_SCALES
def test_a_pixel_sees_just_its_receptive_radius(name, scale) -> None:
    net = small_net(name, scale=scale)
    radius = net.receptive_radius
    assert radius == small_spec(name, scale=scale).receptive_radius
    side = 2 * radius + 5
    x = torch.rand(1, 3, side, side, requires_grad=True)
    y = net(x)
    grown = y.shape[-1] // side
    reach = 0
    for offset in range(grown):
        row = (side // 2) * grown + offset
        (seen,) = torch.autograd.grad(y[..., row, row].sum(), x, retain_graph=True)
        rows = seen.abs().sum((0, 1, 3)).nonzero()[:, 0]
        reach = max(reach, *(abs(int(row) - side // 2) for row in rows))
    assert reach == radius


@_ALL
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("shape", [(21, 34, 3), (34, 21)], ids=["colour", "grey"])
def test_tiles_leave_no_seam(name, channels, shape, rng) -> None:
    net = small_net(name, channels=channels)
    lr = rng.integers(0, 256, shape).astype(np.uint8)
    whole = NetworkUpscaler(net, scale=2)(lr)
    tiled = NetworkUpscaler(net, scale=2, way=Way(tile=16))(lr)
    assert whole.shape == (shape[0] * 2, shape[1] * 2, *shape[2:])
    # Another tile size gives other last bits of a float32 sum: a level where it rounds.
    assert np.abs(whole.astype(int) - tiled).max() <= 1
    assert (whole != tiled).mean() < 0.001


@_ALL
def test_a_luma_net_of_grey_is_what_it_is_of_the_same_luma(name, rng) -> None:
    """A grey image goes in as it is; its sr is that of the net alone, rounded once."""
    net = small_net(name, channels=1)
    lr = rng.integers(0, 256, (12, 12)).astype(np.uint8)
    sr = NetworkUpscaler(net, scale=2)(lr)
    assert sr.shape == (24, 24)
    if net.enlarges:
        x = torch.from_numpy(lr.astype(np.float32))[None, None] / 255
        with torch.inference_mode():
            levels = net(x).clamp(0, 1)[0, 0].double().numpy() * 255
        assert np.abs(sr - levels).max() <= 0.5 + 1e-3
