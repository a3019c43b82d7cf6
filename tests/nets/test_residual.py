"""EDSR's weights as people have them, against nets written as their authors did.

The stand-ins are written from the papers' figures and the layouts' keys: on levels 0-255, the mean
shift outside, blocks and upsampler as nested sequences.
"""

from __future__ import annotations

import io

import pytest
import torch
from torch import nn

from srlab.errors import CheckpointMismatchError
from srlab.nets.edsr import DIV2K_MEAN
from srlab.nets.recognise import build, load_net
from srlab.nets.spec import make_spec

_MEAN = torch.tensor(DIV2K_MEAN).view(1, 3, 1, 1) * 255


def _conv(inputs: int, outputs: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, padding=1)


def _stages(width: int, scale: int) -> list[nn.Module]:
    factors = {2: [2], 3: [3], 4: [2, 2]}[scale]
    return [m for f in factors for m in (_conv(width, width * f * f), nn.PixelShuffle(f))]


class _Block(nn.Module):
    def __init__(self, width: int, scaling: float) -> None:
        super().__init__()
        self.body = nn.Sequential(_conv(width, width), nn.ReLU(), _conv(width, width))
        self.scaling = scaling

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.body(x) * self.scaling


class _Shift(nn.Conv2d):
    def __init__(self, sign: int) -> None:
        super().__init__(3, 3, 1)
        self.weight.data = torch.eye(3).view(3, 3, 1, 1)
        self.bias.data = sign * _MEAN.flatten()


class AuthorsEDSR(nn.Module):
    """Keys and arithmetic as EDSR-PyTorch has them."""

    def __init__(self, width: int, depth: int, scale: int) -> None:
        super().__init__()
        scaling = 0.1 if width == 256 else 1.0
        self.sub_mean, self.add_mean = _Shift(-1), _Shift(1)
        self.head = nn.Sequential(_conv(3, width))
        blocks = [_Block(width, scaling) for _ in range(depth)]
        self.body = nn.Sequential(*blocks, _conv(width, width))
        self.tail = nn.Sequential(nn.Sequential(*_stages(width, scale)), _conv(width, 3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.head(self.sub_mean(x))
        return self.add_mean(self.tail(x + self.body(x)))


class _BasicBlock(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1, self.conv2 = _conv(width, width), _conv(width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.conv2(torch.relu(self.conv1(x)))


class BasicEDSR(nn.Module):
    """Keys and arithmetic as BasicSR has them; the image is in [0, 1], the net inside on levels."""

    def __init__(self, width: int, depth: int, scale: int) -> None:
        super().__init__()
        self.conv_first = _conv(3, width)
        self.body = nn.Sequential(*(_BasicBlock(width) for _ in range(depth)))
        self.conv_after_body = _conv(width, width)
        self.upsample = nn.Sequential(*_stages(width, scale))
        self.conv_last = _conv(width, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv_first(x - _MEAN)
        x = self.conv_last(self.upsample(x + self.conv_after_body(self.body(x))))
        return x + _MEAN


def _saved(module: nn.Module) -> bytes:
    return _written(module.state_dict())


def _written(weights: dict[str, torch.Tensor]) -> bytes:
    buffer = io.BytesIO()
    torch.save(weights, buffer)
    return buffer.getvalue()


@pytest.fixture
def x() -> torch.Tensor:
    return torch.rand((1, 3, 20, 24), generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("make", [AuthorsEDSR, BasicEDSR])
@pytest.mark.parametrize("scale", [2, 3, 4])
@torch.inference_mode()
def test_an_edsr_of_other_code_gives_what_that_code_gives(make, scale, x) -> None:
    torch.manual_seed(scale)
    theirs = make(12, 3, scale).eval()
    ours = load_net(_saved(theirs), name="edsr.pt", scale=scale)
    assert ours(x).shape[-2:] == (20 * scale, 24 * scale)
    assert (ours(x) - theirs(x * 255) / 255).abs().max() < 2e-6


@torch.inference_mode()
def test_the_wide_edsr_scales_its_residuals(x) -> None:
    torch.manual_seed(0)
    theirs = AuthorsEDSR(256, 1, 2).eval()
    ours = load_net(_saved(theirs), name="edsr.pt", scale=2)
    assert (ours(x) - theirs(x * 255) / 255).abs().max() < 2e-6


@pytest.mark.parametrize(
    "facts",
    [
        {"architecture": "edsr", "scale": 4, "width": 8, "depth": 2},
        {"architecture": "edsr", "scale": 3, "width": 8, "depth": 2, "upsampler": "direct"},
        {"architecture": "edsr", "scale": 2, "channels": 1, "width": 8, "depth": 1},
        {"architecture": "srresnet", "scale": 4, "width": 8, "depth": 2},
        {"architecture": "srresnet", "scale": 3, "width": 8, "depth": 1, "norm": "none"},
    ],
)
@torch.inference_mode()
def test_bare_weights_of_our_own_nets_are_recognised(facts, x) -> None:
    net = build(make_spec(facts, place="test")).eval()
    found = load_net(_saved(net), name="bare.pth", scale=facts["scale"])
    given = x[:, : net.channels]
    assert torch.equal(found(given), net(given))


def test_another_scale_than_the_weights_is_refused() -> None:
    with pytest.raises(CheckpointMismatchError, match="trained for x3, and x2 is asked for"):
        load_net(_saved(AuthorsEDSR(8, 1, 3)), name="edsr.pt", scale=2)


def test_another_mean_is_refused() -> None:
    theirs = AuthorsEDSR(8, 1, 2)
    theirs.sub_mean.bias.data[:] = -127.5
    with pytest.raises(CheckpointMismatchError, match=r"subtracts a mean of \[0.5, 0.5, 0.5\]"):
        load_net(_saved(theirs), name="edsr.pt", scale=2)


def test_a_key_that_is_no_edsrs_is_named() -> None:
    theirs = AuthorsEDSR(8, 1, 2)
    theirs.attention = nn.Conv2d(3, 3, 1)
    with pytest.raises(CheckpointMismatchError, match=r"attention\.weight does not belong to EDSR"):
        load_net(_saved(theirs), name="edsr.pt", scale=2)


_BLOCK = torch.zeros(8, 8, 3, 3)
_UP = torch.zeros(12, 8, 3, 3)


@pytest.mark.parametrize(
    "weights",
    [
        {"head.weight": torch.zeros(8), "body.0.conv1.weight": _BLOCK, "upsample.0.weight": _UP},
        {"head.weight": torch.zeros(0, 3, 3, 3), "body.0.conv1.weight": _BLOCK,
         "upsample.0.weight": _UP},
        {"head.weight": torch.zeros(8, 0, 3, 3), "body.0.conv1.weight": _BLOCK,
         "upsample.0.weight": _UP},
        {"head.weight": torch.zeros(8, 3, 3, 3), "body.0.conv1.weight": _BLOCK,
         "upsample.0.weight": torch.zeros(())},
        {"head.0.weight": torch.zeros(8, 3, 3, 3), "body.0.body.0.weight": _BLOCK,
         "tail.1.weight": torch.zeros(3, 8, 3, 3), "sub_mean.bias": torch.zeros(2, 2)},
        {"conv_first.weight": torch.zeros(4), "conv_after_body.weight": torch.zeros(4),
         "body.0.conv1.weight": torch.zeros(4)},
        {"head.0.weight": torch.zeros(3), "head.1.weight": torch.zeros(1),
         "body.0.activation.weight": torch.zeros(1)},
    ],
)  # fmt: skip
def test_shapes_that_no_such_net_has_are_refused(weights) -> None:
    with pytest.raises(CheckpointMismatchError, match="odd"):
        load_net(_written(weights), name="odd.pt", scale=2)
