"""Runs a torch net on an uint8 image, on luma or RGB: in its turn, and rounded once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from srlab.errors import (
    CheckpointError,
    CheckpointMismatchError,
    MemoryShortError,
    NetFailedError,
    ProtocolError,
    SizeMismatchError,
    SrlabError,
)
from srlab.fingerprint import bytes_digest
from srlab.image.color import luma, replicate, to_uint8, with_luma
from srlab.image.resize import upscale
from srlab.nets.blocks import Net
from srlab.nets.checkpoint import read_weights, read_weights_file
from srlab.nets.device import pick_device, running
from srlab.nets.recognise import load_net
from srlab.upscale.borders import run_replicated
from srlab.upscale.ensemble import run_ensemble
from srlab.upscale.facts import net_facts
from srlab.upscale.own import make_own
from srlab.upscale.tiles import run_in_tiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from srlab.data.luma import Luma
    from srlab.upscale.info import Upscale, UpscalerInfo

FALLBACK_TILES = (512, 256, 128, 64, 32)
"""Tiles, in lr pixels, that are tried one after another where memory ran out."""

FAR_OUTSIDE = 8.0
"""Values that no net on [0, 1] gives, however it overshoots."""

_log = logging.getLogger(__name__)


def build_network(info: UpscalerInfo) -> Upscale:
    """The call for the weights file `info.source`.

    Raises a CheckpointError where the file cannot be used, or changed since it was fingerprinted.
    """
    path = Path(info.source)
    net = load_net(_content(info), name=path.name, scale=info.scale)
    return NetworkUpscaler(net, scale=info.scale, way=way_of(info))


def build_swin2sr_network(info: UpscalerInfo) -> Upscale:
    """The call for a Swin2SR whose weights lie at `info.source`, beside their `config.json`."""
    from srlab.nets.swin2sr import build_swin2sr

    path, name = Path(info.source), str(info.facts.get("repository", info.name))
    weights = read_weights(_content(info), name=name)
    net = build_swin2sr(path.with_name("config.json"), weights, name=name)
    if net.scale != info.scale:
        raise CheckpointMismatchError(
            f"{name} was trained for x{net.scale}, and x{info.scale} is asked for"
        )
    return NetworkUpscaler(net, scale=info.scale, way=way_of(info))


def build_own_network(info: UpscalerInfo) -> Upscale:
    """The call for the user's own net, `module:factory`."""
    return NetworkUpscaler(make_own(info), scale=info.scale, way=way_of(info))


def _content(info: UpscalerInfo) -> bytes:
    path = Path(info.source)
    content = read_weights_file(path)
    if bytes_digest(content).hex() != info.identity["weights"]:
        raise CheckpointError(f"{path} changed while it was being used; run again")
    return content


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a net is run: where, how precisely, in tiles of how many lr pixels, how often turned.

    `replicate` repeats the image's edge around it, for nets trained without padding.
    """

    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    dtype: torch.dtype = torch.float32
    tile: int | None = None
    ensemble: bool = False
    replicate: bool = False


def way_of(info: UpscalerInfo) -> Way:
    """The way that a description asks for. Raises UsageError for a device that is not there."""
    return Way(
        device=pick_device(info.device),
        dtype=getattr(torch, info.dtype),
        tile=info.tile,
        ensemble="ensemble" in info.identity,
        replicate="replicate" in info.identity,
    )


class NetworkUpscaler:
    """The call `(lr) -> sr` of a net that enlarges, or that sharpens a bicubic enlargement."""

    def __init__(self, net: Net, *, scale: int, way: Way | None = None) -> None:
        self._way = way or Way()
        self._scale = scale
        self.net = net.to(self._way.device, self._way.dtype)
        self.net = self.net.to(memory_format=torch.channels_last)  # pyright: ignore
        self._said = threading.local()

    @property
    def notes(self) -> tuple[str, ...]:
        """What this thread's last call did otherwise than asked."""
        return getattr(self._said, "notes", ())

    def __call__(self, lr: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Sr of exactly scale times the size, from lr or from its bicubic enlargement (uint8).

        A luma net takes grey as it is, and of colour the BT.601 luma, joined afterwards with
        bicubic Cb and Cr; an RGB net takes grey replicated, and its sr comes back by channel mean.
        """
        return self.with_levels(lr)[1]

    def with_levels(self, lr: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
        """What the net gave, and the sr made of it.

        The former are levels 0-255 in the net's channels, (H, W) of luma or (H, W, 3) of RGB,
        clamped and not rounded.
        """
        luma_only = self.net.channels == 1
        if luma_only and lr.ndim == 3:
            enlarged = upscale(lr, self._scale)
            made = self._run(luma(lr if self.net.enlarges else enlarged))
            self._require_size(made.shape, lr.shape)
            return made, with_luma(enlarged, made)
        given = lr if self.net.enlarges else upscale(lr, self._scale)
        if not luma_only and lr.ndim == 2:
            given = replicate(given)
        made = self._run(given.astype(np.float64))
        self._require_size(made.shape, lr.shape)
        return made, to_uint8(made.mean(axis=2) if made.ndim > lr.ndim else made)

    def require_luma(self) -> None:
        """Raise ProtocolError unless the net is one on luma, as `on_luma` needs."""
        if self.net.channels != 1:
            raise ProtocolError(
                "the net works on RGB; expected one on luma, whose float output this protocol "
                "scores: choose another protocol for it"
            )

    def on_luma(self, luma: Luma) -> NDArray[np.float64]:
        """Float sr of a luma net, (H, W) as `luma.hr`, clamped to [0, 255] and not rounded.

        The net is given the enlargement, or lr where it enlarges by itself. Raises ProtocolError
        where the sample has that side not, or the net is none on luma.
        """
        self.require_luma()
        given = luma.lr if self.net.enlarges else luma.enlarged
        if given is None:
            what, how = ("native lr", "with") if self.net.enlarges else ("enlarged lr", "without")
            raise ProtocolError(
                f"the net takes {what}, which the evaluation file does not hold; pack the images "
                f"{how} --native, or evaluate their folder"
            )
        made = self._run(given.astype(np.float64))
        if made.shape != luma.hr.shape:
            raise _wrong_size(made.shape, given.shape, self._scale)
        return made

    def _require_size(self, sr: tuple[int, ...], lr: tuple[int, ...]) -> None:
        if sr[:2] != (lr[0] * self._scale, lr[1] * self._scale):
            raise _wrong_size(sr, lr, self._scale)

    def facts(self) -> dict[str, Any]:
        """What the net costs; see `net_facts`. An ensemble runs it eight times."""
        facts, times = net_facts(self.net, self._scale), 8 if self._way.ensemble else 1
        counts = {name: facts[name] * times for name in ("macs_per_megapixel", "macs_hd")}
        return {**facts, **counts}

    def _run(self, levels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Grey levels 0-255 through the net, (H, W) or (H, W, 3); clamped to [0, 255]."""
        self._said.notes = ()
        try:
            return self._through_net(levels)
        except MemoryError as error:
            raise MemoryShortError(
                f"memory does not suffice for an image of {levels.shape[0]}x{levels.shape[1]}; "
                "cut it into parts"
            ) from error
        except SrlabError:
            raise
        except Exception as error:  # a net of one's own, or a stranger's, fails in any way there is
            height, width = levels.shape[:2]
            raise NetFailedError(
                f"the net fails on an input of {height}x{width} ({type(error).__name__}: "
                f"{' '.join(str(error).split())[:200]}); a net of one's own that needs sides of "
                "whole multiples says so: module.multiple_of = 8"
            ) from error

    def _through_net(self, levels: NDArray[np.float64]) -> NDArray[np.float64]:
        planes = np.atleast_3d(levels).transpose(2, 0, 1)[None] / 255.0
        x = torch.from_numpy(planes.astype(np.float32)).to(
            self._way.device, self._way.dtype, memory_format=torch.channels_last
        )
        with running(self._way.device):
            y = self._forward(x)
        self._doubt_range(y)
        y = y.clamp(0, 1)
        out = y[0].permute(1, 2, 0).double().cpu().numpy() * 255.0
        return out[..., 0] if levels.ndim == 2 else out

    def _forward(self, x: torch.Tensor) -> torch.Tensor:
        run = self._with_memory_at_hand
        if self._way.replicate:
            scale = self._scale if self.net.enlarges else 1
            run = partial(run_replicated, run, margin=self.net.receptive_radius, scale=scale)
        return run_ensemble(run, x) if self._way.ensemble else run(x)

    def _with_memory_at_hand(self, x: torch.Tensor) -> torch.Tensor:
        """The forward as asked for; in ever smaller tiles where memory runs out."""
        asked = self._way.tile
        tiles = [asked, *(tile for tile in FALLBACK_TILES if asked is None or tile < asked)]
        reason = ""
        for tile in tiles:
            try:
                y = self._tiled(tile)(x)
            except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
                if not _is_memory(error):
                    raise
                reason = str(error).splitlines()[0] if str(error) else "out of memory"
                torch.cuda.empty_cache()
                continue
            if tile != asked:
                self._note(f"memory ran out: done in tiles of {tile} lr pixels")
            return y
        raise MemoryShortError(
            f"the memory of {self._way.device} does not suffice for {tuple(x.shape[-2:])}, not "
            f"even in tiles of {tiles[-1]} lr pixels ({reason}); use another --device, fp16, or a "
            "smaller net"
        )

    def _tiled(self, tile: int | None) -> Callable[[torch.Tensor], torch.Tensor]:
        if tile is None:
            return self.net
        if self.net.unlimited:
            self._note("the net sees more than a tile: some pixels differ from those of the whole")
        inside, outside = (1, self._scale) if self.net.enlarges else (self._scale, 1)
        side, grid = tile * inside, self.net.grid
        return partial(
            run_in_tiles,
            self.net,
            tile=max(grid, side - side % grid),
            overlap=self.net.receptive_radius + -self.net.receptive_radius % grid,
            scale=outside,
        )

    def _doubt_range(self, y: torch.Tensor) -> None:
        """Say so where the net's values are far from [0, 1]."""
        low, high = (float(side) for side in torch.aminmax(y.float()))
        if max(-low, high) > FAR_OUTSIDE:
            self._note(
                "the net gives values far outside [0, 1], which are cut: is it one on 0-255?"
            )

    def _note(self, note: str) -> None:
        if note not in self.notes:
            _log.warning(note)
            self._said.notes = (*self.notes, note)


def _wrong_size(sr: tuple[int, ...], lr: tuple[int, ...], scale: int) -> SizeMismatchError:
    return SizeMismatchError(
        f"the net gave {sr[0]}x{sr[1]} for an lr of {lr[0]}x{lr[1]}; "
        f"expected exactly {scale} times that"
    )


_MEMORY_WORDS = (
    "can't allocate memory",
    "not enough memory",
    "out of memory",
    "could not create a memory",
    "could not create a primitive",
)
"""Of PyTorch's allocator, CUDA and MPS, and oneDNN, which has no better word."""


def _is_memory(error: BaseException) -> bool:
    text = str(error)
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or any(
        words in text for words in _MEMORY_WORDS
    )
