"""Swin2SR (Conde et al., ECCV workshops 2022) in Hugging Face format, through transformers."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from srlab.errors import CheckpointMismatchError
from srlab.extras import import_torchvision
from srlab.nets.blocks import Net
from srlab.nets.checkpoint import Weights
from srlab.nets.padding import pad_to_multiple
from srlab.nets.sight import probe_radius


class Swin2SR(Net):
    """A Swin2SR of transformers; lr is padded to whole windows by mirroring, sr is cut back."""

    enlarges = True

    def __init__(self, model: torch.nn.Module, *, scale: int, channels: int, window: int) -> None:
        super().__init__()
        self.model = model
        self.scale, self.channels, self._window = scale, channels, window
        self.grid = window
        self.receptive_radius, self.unlimited = probe_radius(self, channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Sr in [0, 1] or a little beyond."""
        height, width = x.shape[-2:]
        y = self.model(pad_to_multiple(x, self._window)).reconstruction
        return y[..., : height * self.scale, : width * self.scale]


def build_swin2sr(config: Path, weights: Weights, *, name: str) -> Swin2SR:
    """The net that `config.json` describes, filled with `weights`, in evaluation mode.

    Raises CheckpointMismatchError where the file is of another model, or the weights do not fit.
    """
    import_torchvision()
    from transformers import Swin2SRConfig, Swin2SRForImageSuperResolution

    try:
        facts = json.loads(config.read_text(encoding="utf-8"))
        kind = facts.get("model_type")
        if kind != "swin2sr":
            raise CheckpointMismatchError(f"{name} is a model of type {kind!r}; expected swin2sr")
        settings = Swin2SRConfig.from_dict(facts)
        model = Swin2SRForImageSuperResolution(settings)
        model.load_state_dict(weights)
    except (OSError, ValueError, TypeError, RuntimeError, AttributeError) as error:
        reason = " ".join(str(error).split())[:300]
        raise CheckpointMismatchError(f"{name} does not load as Swin2SR: {reason}") from error
    return Swin2SR(
        model.eval(),
        scale=settings.upscale,
        channels=settings.num_channels,
        window=settings.window_size,
    ).eval()
