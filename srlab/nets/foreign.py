"""Every architecture that spandrel knows, behind the seam of our own nets."""

from __future__ import annotations

import re
from math import lcm
from typing import TYPE_CHECKING, Any

import torch

from srlab.errors import CheckpointMismatchError
from srlab.extras import import_torchvision
from srlab.nets.blocks import Net
from srlab.nets.checkpoint import Weights
from srlab.nets.sight import probe_radius

if TYPE_CHECKING:
    from spandrel import ImageModelDescriptor


class Foreign(Net):
    """A net that spandrel recognised by its keys; it pads to the sizes that the net demands.

    Tiles of a net that is `unlimited` (attention over the whole image, say) differ from the whole.
    """

    enlarges = True

    def __init__(self, descriptor: ImageModelDescriptor[Any]) -> None:
        super().__init__()
        self.model = descriptor.model
        self._descriptor = descriptor
        self.architecture = descriptor.architecture.name
        self.scale = descriptor.scale
        self.grid = lcm(descriptor.size_requirements.multiple_of, _window(descriptor.model))
        self.channels = descriptor.input_channels
        self.receptive_radius, self.unlimited = probe_radius(self, self.channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Sr in [0, 1]."""
        return self._descriptor(x)


def _window(model: torch.nn.Module) -> int:
    """The side of the windows that attention looks at; 1 for a net without.

    SwinIR and its kin pad to whole windows themselves, so spandrel does not tell of them.
    """
    found = getattr(model, "window_size", None)
    if found is None:
        blocks = (getattr(block, "window_size", None) for block in model.modules())
        found = next((size for size in blocks if size is not None), 1)
    sides = found if isinstance(found, list | tuple) else [found]
    return lcm(*(int(side) for side in sides if isinstance(side, int) and side > 0))


def recognise_foreign(weights: Weights, *, name: str) -> Foreign:
    """The net of any spandrel architecture with these weights in it, in evaluation mode.

    Raises CheckpointMismatchError for keys of no architecture, and for a net that is none of SR
    on grey or RGB images.
    """
    import_torchvision()
    from spandrel import ImageModelDescriptor, ModelLoader

    _require_plausible(weights, name)
    try:
        descriptor = ModelLoader().load_from_state_dict(weights)
    except Exception as error:  # shapes of a stranger's tensors fail in any way there is
        shown = ", ".join(sorted(weights)[:4])
        raise CheckpointMismatchError(
            f"{name}: keys such as {shown} belong to no known net ({type(error).__name__}); known "
            "are srlab's own, SRCNN's conv1, conv2, conv3, EDSR's, and the architectures of "
            "spandrel; for any other net name the function that makes it, -u py:module:factory"
        ) from error
    if not isinstance(descriptor, ImageModelDescriptor) or not _enlarges(descriptor):
        raise CheckpointMismatchError(
            f"{name} is {descriptor.architecture.name} ({descriptor.purpose}), x{descriptor.scale} "
            f"from {descriptor.input_channels} to {descriptor.output_channels} channels; expected "
            "a net that enlarges grey or RGB images"
        )
    try:
        return Foreign(descriptor).eval()
    except Exception as error:  # its first forward, on an image of 96x96
        raise CheckpointMismatchError(
            f"{name} looks like {descriptor.architecture.name}, and does not run "
            f"({type(error).__name__}: {str(error)[:160]})"
        ) from error


def _require_plausible(weights: Weights, name: str) -> None:
    """Raise for what would build a net far larger than its weights: gaps in numbers, empty tensors.

    An architecture counts its layers by the highest number in its keys.
    """
    most = 10 * len(weights) + 100
    for key, tensor in weights.items():
        if any(int(number[:12]) > most for number in re.findall(r"\d+", key)):
            raise CheckpointMismatchError(
                f"{name}: {key[:80]} is numbered beyond the {len(weights)} tensors there are"
            )
        if tensor.numel() == 0:
            raise CheckpointMismatchError(f"{name}: {key[:80]} is empty; expected weights")


def _enlarges(descriptor: ImageModelDescriptor[Any]) -> bool:
    inputs, outputs = descriptor.input_channels, descriptor.output_channels
    return descriptor.scale > 1 and inputs == outputs and inputs in (1, 3)
