"""Builds nets: from a spec, from a checkpoint's header, or by the keys and shapes of weights."""

from __future__ import annotations

import torch

from srlab.errors import CheckpointMismatchError
from srlab.nets.blocks import Net
from srlab.nets.checkpoint import Weights, read_weights, without_trainer
from srlab.nets.foreign import recognise_foreign
from srlab.nets.header import read_header
from srlab.nets.residual import recognise_residual
from srlab.nets.spec import NetSpec
from srlab.nets.srcnn import SRCNN
from srlab.registry import load_object

_SRCNN_KEYS = {f"conv{i}.{part}" for i in (1, 2, 3) for part in ("weight", "bias")}


def load_net(content: bytes, *, name: str, scale: int | None = None) -> Net:
    """The net in a weights file held in memory: as its header says, else recognised.

    Raises CheckpointMismatchError where the header names another scale than `scale`, or nothing
    fits; and as `read_weights` does.
    """
    header = read_header(content, name=name)
    weights = read_weights(content, name=name)
    if header is not None:
        _check_scale(header.spec.scale, scale, name)
        return fill(header.spec, weights, name=name)
    try:
        net, trained = _recognised(weights, name=name)
    except CheckpointMismatchError as error:
        net, trained = _behind_trainers(weights, name, error)
    _check_scale(trained, scale, name)
    return net


def _behind_trainers(weights: Weights, name: str, error: Exception) -> tuple[Net, int | None]:
    """The net of what lies behind the words that trainers put before keys; else `error`."""
    own = without_trainer(weights)
    while own is not None and own.keys() != weights.keys():
        try:
            return _recognised(own, name=name)
        except CheckpointMismatchError:
            weights, own = own, without_trainer(own)
    raise error


def _recognised(weights: Weights, *, name: str) -> tuple[Net, int | None]:
    """The net of these keys and shapes, and the scale that it was trained for, if it tells."""
    if weights.keys() & _SRCNN_KEYS:
        return recognise(weights, name=name), None
    if residual := recognise_residual(weights, name=name):
        spec, own = residual
        return fill(spec, own, name=name), spec.scale
    foreign = recognise_foreign(weights, name=name)
    return foreign, foreign.scale


def _check_scale(trained: int | None, asked: int | None, name: str) -> None:
    if None not in (asked, trained) and trained != asked:
        raise CheckpointMismatchError(
            f"{name} was trained for x{trained}, and x{asked} is asked for; name a checkpoint of "
            f"that scale, or evaluate at -s {trained}"
        )


def build(spec: NetSpec) -> Net:
    """The net that `spec` describes, with fresh weights."""
    cls = load_object(spec.row.module)
    return cls(scale=spec.scale, channels=spec.channels, **spec.settings)


def fill(spec: NetSpec, weights: Weights, *, name: str) -> Net:
    """The net of `spec` with these weights, in evaluation mode.

    Raises CheckpointMismatchError that says which keys or shapes do not fit.
    """
    with torch.device("meta"):  # what a stranger's header announces is compared before it is built
        _load(build(spec), weights, name, assign=True)
    net = build(spec)
    _load(net, weights, name)
    return net.eval()


def recognise(weights: Weights, *, name: str) -> SRCNN:
    """The net with these weights in it, in evaluation mode.

    Raises CheckpointMismatchError that says which keys or shapes do not fit.
    """
    if missing := sorted(_SRCNN_KEYS - weights.keys()):
        raise CheckpointMismatchError(
            f"{name} has no {', '.join(missing)}; expected conv1, conv2, conv3 with weight and "
            f"bias (SRCNN), it holds {', '.join(sorted(weights)[:4])}"
        )
    if extra := sorted(weights.keys() - _SRCNN_KEYS):
        raise CheckpointMismatchError(
            f"{name}: {extra[0]} does not belong to SRCNN (conv1, conv2, conv3)"
        )
    return _srcnn(weights, name)


def _srcnn(weights: Weights, name: str) -> SRCNN:
    shapes = [tuple(weights[f"conv{i}.weight"].shape) for i in (1, 2, 3)]
    fits = all(len(s) == 4 and all(s) and s[2] == s[3] and s[2] % 2 == 1 for s in shapes) and (
        shapes[0][1] in (1, 3)
        and shapes[2][0] == shapes[0][1]
        and shapes[1][1] == shapes[0][0]
        and shapes[2][1] == shapes[1][0]
    )
    if not fits:
        raise CheckpointMismatchError(
            f"{name}: convolutions of shape {shapes} do not follow one another as SRCNN's do; "
            "expected odd square kernels, one or three channels in and as many out"
        )
    net = SRCNN(
        channels=shapes[0][1],
        kernels=(shapes[0][2], shapes[1][2], shapes[2][2]),
        widths=(shapes[0][0], shapes[1][0]),
    )
    _load(net, weights, name)
    return net.eval()


def _load(net: Net, weights: Weights, name: str, *, assign: bool = False) -> None:
    try:
        net.load_state_dict(weights, assign=assign)
    except RuntimeError as error:
        raise CheckpointMismatchError(f"{name}: {' '.join(str(error).split())[:600]}") from error
