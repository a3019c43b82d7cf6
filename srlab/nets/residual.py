"""Recognises EDSR and SRResNet by the keys and shapes of bare weights.

Known are the keys of srlab's own nets, those of EDSR's authors (`head.0`, `body.0.body.0`,
`tail.0.0`) and BasicSR's of EDSR (`conv_first`, `body.0.conv1`, `conv_last`). The latter two work
on levels 0-255 with DIV2K's mean subtracted; since convolution, ReLU, skip and shuffle scale with
their input, dividing every bias by 255 makes the same net on [0, 1].
"""

from __future__ import annotations

import re
from math import isqrt, prod

import torch

from srlab.errors import CheckpointMismatchError
from srlab.image.scales import SCALES
from srlab.nets.checkpoint import Weights
from srlab.nets.edsr import DIV2K_MEAN
from srlab.nets.spec import NetSpec, make_spec

_LEVELS = 255
_SCALED_WIDTH = 256
"""The paper scales residuals by 0.1 at this width (section 3.3); no weight tells of it."""
_AUTHORS = (
    (r"head\.0\.(.+)", r"head.\1"),
    (r"body\.(\d+)\.body\.0\.(.+)", r"body.\1.conv1.\2"),
    (r"body\.(\d+)\.body\.2\.(.+)", r"body.\1.conv2.\2"),
    (r"body\.(\d+)\.(weight|bias)", r"body.\1.\2"),
    (r"tail\.0\.(\d+)\.(.+)", r"upsample.\1.\2"),
    (r"tail\.1\.(.+)", r"upsample.last.\1"),
)
_BASICSR = (
    (r"conv_first\.(.+)", r"head.\1"),
    (r"(body\.\d+\.conv[12]\..+)", r"\1"),
    (r"conv_after_body\.(.+)", r"body.last.\1"),
    (r"upsample\.(\d+)\.(.+)", r"upsample.\1.\2"),
    (r"conv_last\.(.+)", r"upsample.last.\1"),
)


def recognise_residual(weights: Weights, *, name: str) -> tuple[NetSpec, Weights] | None:
    """The spec of these weights, and the weights by srlab's keys; None where they are neither net.

    Raises CheckpointMismatchError where the keys are such a net's and the shapes are not, or where
    another mean than DIV2K's is subtracted.
    """
    if {"head.0.weight", "tail.1.weight", "body.0.body.0.weight"} <= weights.keys():
        return _on_levels(_renamed(_without_mean(weights, name), _AUTHORS, name), name)
    if {"conv_first.weight", "conv_after_body.weight", "body.0.conv1.weight"} <= weights.keys():
        return _on_levels(_renamed(weights, _BASICSR, name), name)
    if {"head.weight", "body.0.conv1.weight", "upsample.0.weight"} <= weights.keys():
        return _spec("edsr", weights, "head.weight", name), weights
    if {"head.0.weight", "head.1.weight", "body.0.activation.weight"} <= weights.keys():
        return _spec("srresnet", weights, "head.0.weight", name), weights
    return None


def _on_levels(weights: Weights, name: str) -> tuple[NetSpec, Weights]:
    """An EDSR for levels 0-255 as one for [0, 1]."""
    spec = _spec("edsr", weights, "head.weight", name, subtract_mean=True)
    biases = {key for key in weights if key.endswith(".bias")}
    return spec, {key: w / _LEVELS if key in biases else w for key, w in weights.items()}


def _spec(architecture: str, weights: Weights, head: str, name: str, **more: object) -> NetSpec:
    """What the shapes tell of a net by srlab's keys; a PReLU between convolutions has one side."""
    upsample = [key for key in weights if re.fullmatch(r"upsample\.\d+\.weight", key)]
    convolutions = [weights[key].shape for key in (head, *upsample) if weights[key].ndim != 1]
    if any(len(shape) != 4 or 0 in shape for shape in convolutions) or weights[head].ndim != 4:
        raise CheckpointMismatchError(
            f"{name} has the keys of {architecture}, and {head} and the upsampler are of shapes "
            f"{[tuple(weights[key].shape) for key in (head, *upsample)]}; expected convolutions"
        )
    first, *last = convolutions
    width, channels = first[:2]
    facts: dict[str, object] = {"channels": channels, "width": width, "depth": _blocks(weights)}
    if architecture == "srresnet":
        facts["norm"] = "batch" if "body.0.norm1.weight" in weights else "none"
    elif width == _SCALED_WIDTH:
        facts["residual_scaling"] = 0.1
    direct = architecture == "edsr" and len(last) == 1
    if direct:
        facts["upsampler"] = "direct"
        scale = isqrt(last[0][0] // channels)
    else:
        scale = prod(isqrt(shape[0] // width) for shape in last if shape[0] > width)
    if scale not in SCALES:
        raise CheckpointMismatchError(
            f"{name}: the upsampler of shapes {sorted(map(tuple, last))} is of no scale that is "
            f"known; expected one of {', '.join(map(str, SCALES))}"
        )
    given = {"architecture": architecture, "scale": scale, **facts, **more}
    return make_spec(given, place=name)


def _blocks(weights: Weights) -> int:
    return len([key for key in weights if re.fullmatch(r"body\.\d+\.conv1\.weight", key)])


def _renamed(weights: Weights, patterns: tuple[tuple[str, str], ...], name: str) -> Weights:
    renamed: Weights = {}
    for key, tensor in weights.items():
        for pattern, own in patterns:
            if match := re.fullmatch(pattern, key):
                renamed[match.expand(own)] = tensor
                break
        else:
            raise CheckpointMismatchError(f"{name}: {key} does not belong to EDSR")
    return _numbered(renamed)


def _numbered(weights: Weights) -> Weights:
    """Keys of the last convolutions with the places that they have behind blocks and stages."""
    stages = len([key for key in weights if re.fullmatch(r"upsample\.\d+\.weight", key)])
    places = {
        "body.last.": f"body.{_blocks(weights)}.",
        "upsample.last.": f"upsample.{2 * stages}.",
    }
    for last, place in places.items():
        weights = {key.replace(last, place): tensor for key, tensor in weights.items()}
    return weights


def _without_mean(weights: Weights, name: str) -> Weights:
    """The weights without the shifts by the mean, which are no weights."""
    bias = weights.get("sub_mean.bias")
    if bias is not None:
        found, expected = -bias.float().flatten() / _LEVELS, torch.tensor(DIV2K_MEAN)
        if found.shape != expected.shape or not torch.allclose(found, expected, atol=1e-3):
            raise CheckpointMismatchError(
                f"{name} subtracts a mean of {[round(v, 4) for v in found.tolist()]}; expected "
                f"DIV2K's, {list(DIV2K_MEAN)}, on levels 0-255"
            )
    shifts = ("sub_mean.", "add_mean.")
    return {key: tensor for key, tensor in weights.items() if not key.startswith(shifts)}
