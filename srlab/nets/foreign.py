"""Every architecture that spandrel knows, behind the seam of our own nets."""

from __future__ import annotations

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
        self.grid = descriptor.size_requirements.multiple_of
        self.channels = descriptor.input_channels
        self.receptive_radius, self.unlimited = probe_radius(self, self.channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Sr in [0, 1]."""
        return self._descriptor(x)


def recognise_foreign(weights: Weights, *, name: str) -> Foreign:
    """The net of any spandrel architecture with these weights in it, in evaluation mode.

    Raises CheckpointMismatchError for keys of no architecture, and for a net that is none of SR
    on grey or RGB images.
    """
    import_torchvision()
    from spandrel import ImageModelDescriptor, ModelLoader, UnsupportedModelError

    try:
        descriptor = ModelLoader().load_from_state_dict(weights)
    except (UnsupportedModelError, RuntimeError, KeyError, ValueError, AssertionError) as error:
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
    return Foreign(descriptor).eval()


def _enlarges(descriptor: ImageModelDescriptor[Any]) -> bool:
    inputs, outputs = descriptor.input_channels, descriptor.output_channels
    return descriptor.scale > 1 and inputs == outputs and inputs in (1, 3)
