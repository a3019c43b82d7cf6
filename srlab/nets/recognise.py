"""Finds the net that weights belong to, by their keys and shapes, and fills it."""

from __future__ import annotations

from srlab.errors import CheckpointMismatchError
from srlab.nets.checkpoint import Weights
from srlab.nets.srcnn import SRCNN

_SRCNN_KEYS = {f"conv{i}.{part}" for i in (1, 2, 3) for part in ("weight", "bias")}


def recognise(weights: Weights, *, name: str) -> SRCNN:
    """The net with these weights in it, in evaluation mode.

    Raises CheckpointMismatchError that says which keys or shapes do not fit.
    """
    if not weights.keys() >= _SRCNN_KEYS:
        shown = ", ".join(sorted(weights)[:4])
        raise CheckpointMismatchError(
            f"{name}: keys such as {shown} belong to no known net; expected conv1, conv2, conv3 "
            "with weight and bias (SRCNN)"
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
    try:
        net.load_state_dict(weights)
    except RuntimeError as error:
        raise CheckpointMismatchError(f"{name}: {' '.join(str(error).split())}") from error
    return net.eval()
