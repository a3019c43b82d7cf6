"""Runs a torch net on an uint8 image: luma or RGB, one forward at a time, rounded once."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from srlab.errors import CheckpointError
from srlab.fingerprint import bytes_digest
from srlab.image.color import replicate, rgb_to_ycbcr, to_uint8, ycbcr_to_rgb
from srlab.image.resize import upscale
from srlab.nets.blocks import Net
from srlab.nets.checkpoint import read_weights_file
from srlab.nets.recognise import load_net
from srlab.upscale.device import pick_device
from srlab.upscale.tiles import run_in_tiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from srlab.upscale.info import Upscale, UpscalerInfo

_one_forward = threading.Lock()
"""A forward uses all torch threads; other workers decode, score and encode beside it."""


def build_network(info: UpscalerInfo) -> Upscale:
    """The call for the weights file `info.source`.

    Raises a CheckpointError where the file cannot be used, or changed since it was fingerprinted.
    """
    path = Path(info.source)
    content = read_weights_file(path)
    if bytes_digest(content).hex() != info.identity["weights"]:
        raise CheckpointError(f"{path} changed while it was being used; run again")
    net = load_net(content, name=path.name, scale=info.scale)
    return NetworkUpscaler(net, scale=info.scale, tile=info.tile, device=pick_device(info.device))


class NetworkUpscaler:
    """The call `(lr) -> sr` of a net that enlarges, or that sharpens a bicubic enlargement."""

    def __init__(
        self,
        net: Net,
        *,
        scale: int,
        tile: int | None = None,
        device: torch.device | None = None,
    ) -> None:
        self._device = device or torch.device("cpu")
        self._net = net.to(self._device).to(memory_format=torch.channels_last)  # pyright: ignore
        self._luma_only = net.channels == 1
        self._scale = scale
        self._tile = tile

    def __call__(self, lr: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Sr of exactly scale times the size, from lr or from its bicubic enlargement (uint8).

        A luma net takes grey as it is, and of colour the BT.601 luma, joined afterwards with
        bicubic Cb and Cr; an RGB net takes grey replicated, and its sr comes back by channel mean.
        """
        if self._luma_only and lr.ndim == 3:
            ycbcr = rgb_to_ycbcr(upscale(lr, self._scale))
            luma = rgb_to_ycbcr(lr)[..., 0] if self._net.enlarges else ycbcr[..., 0]
            ycbcr[..., 0] = self._run(luma)
            return ycbcr_to_rgb(ycbcr)
        given = lr if self._net.enlarges else upscale(lr, self._scale)
        if self._luma_only:
            return to_uint8(self._run(given.astype(np.float64)))
        sr = self._run((replicate(given) if lr.ndim == 2 else given).astype(np.float64))
        return to_uint8(sr.mean(axis=2) if lr.ndim == 2 else sr)

    def _run(self, levels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Grey levels 0-255 through the net, (H, W) or (H, W, 3); clamped to [0, 255]."""
        planes = np.atleast_3d(levels).transpose(2, 0, 1)[None] / 255.0
        x = torch.from_numpy(planes.astype(np.float32)).to(
            self._device, memory_format=torch.channels_last
        )
        with _one_forward, torch.inference_mode():
            y = self._forward(x).clamp_(0, 1)
        out = y[0].permute(1, 2, 0).double().cpu().numpy() * 255.0
        return out[..., 0] if levels.ndim == 2 else out

    def _forward(self, x: torch.Tensor) -> torch.Tensor:
        if self._tile is None:
            return self._net(x)
        inside, outside = (1, self._scale) if self._net.enlarges else (self._scale, 1)
        radius = self._net.receptive_radius
        tile = self._tile * inside
        return run_in_tiles(self._net, x, tile=tile, overlap=radius, scale=outside)
