"""From pixels to what a metric measures: the protocol's channel, and pairs that fit together."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from srlab.errors import ChannelMismatchError, ImageError, SizeMismatchError
from srlab.image.color import luma, luma_rounded, replicate, srcnn_pytorch_luma
from srlab.image.scales import SCALES
from srlab.metrics.protocol import Channel, Grey

_FEW = 16
"""Rows or columns that a wrong cut leaves out; with more, images are of different pictures."""


def to_channel(
    pixels: NDArray[Any], *, channel: Channel, rounded: bool, grey: Grey
) -> NDArray[np.float64]:
    """The levels that a protocol measures of uint8 `pixels`: float64 `(H, W)` or `(H, W, 3)`.

    `y` is BT.601 luma (16 to 235), `rounded` to whole levels or not; `rgb` keeps the levels;
    `srcnn-pytorch-y` is the luma of that code, and floating-point `(H, W)` is taken to be it.
    A grey image stays as it is (0 to 255, no compression to 16 to 235) under the rule `as-is`;
    under `replicate` it is treated as RGB with three equal channels.
    Raises ImageError for another dtype, ChannelMismatchError for another shape.
    """
    own_luma = channel == Channel.SRCNN_PYTORCH_Y
    if own_luma and pixels.dtype.kind == "f" and pixels.ndim == 2:
        return _whole(pixels.astype(np.float64), rounded)
    if pixels.dtype != np.uint8:
        raise ImageError(f"the image is {pixels.dtype}; expected uint8: round it with to_uint8")
    if pixels.ndim == 2 and grey == Grey.AS_IS:
        return pixels.astype(np.float64)
    rgb = replicate(pixels)
    if channel == Channel.RGB:
        return rgb.astype(np.float64)
    if own_luma:
        return _whole(srcnn_pytorch_luma(rgb).astype(np.float64), rounded)
    return luma_rounded(rgb).astype(np.float64) if rounded else luma(rgb)


def _whole(levels: NDArray[np.float64], rounded: bool) -> NDArray[np.float64]:
    return np.floor(levels + 0.5) if rounded else levels


def match_channels(
    sr: NDArray[Any], hr: NDArray[Any], *, scale: int | None = None
) -> tuple[NDArray[Any], NDArray[Any]]:
    """`(sr, hr)` with equal shapes; `scale` only sharpens the advice of an error.

    A grey hr reduces an sr of three equal channels to one. Raises SizeMismatchError for unequal
    sizes, ChannelMismatchError for a coloured sr of a grey hr or a grey sr of a coloured hr.
    """
    if sr.shape[:2] != hr.shape[:2]:
        raise SizeMismatchError(
            f"sr is {_size(sr)} but hr is {_size(hr)}; {_advice(sr.shape, hr.shape, scale)}"
        )
    if sr.ndim == 3 and hr.ndim == 2:
        first = sr[:, :, 0]
        if not all(np.array_equal(first, sr[:, :, i]) for i in range(1, sr.shape[2])):
            raise ChannelMismatchError(
                "hr is grey but the channels of sr differ; expected a grey sr, or three equal "
                "channels: convert sr to grey, or score against a colour hr"
            )
        return np.ascontiguousarray(first), hr
    require_same_shape(sr, hr)
    return sr, hr


def require_same_shape(sr: NDArray[Any], hr: NDArray[Any]) -> None:
    """Raise SizeMismatchError or ChannelMismatchError unless the shapes are equal."""
    if sr.shape[:2] != hr.shape[:2]:
        raise SizeMismatchError(
            f"sr is {_size(sr)} but hr is {_size(hr)}; expected equal sizes: crop both alike"
        )
    if sr.shape != hr.shape:
        raise ChannelMismatchError(
            f"sr has shape {sr.shape} but hr has {hr.shape}; expected equal channels: "
            "make both RGB (replicate(grey)) or both grey"
        )


def _advice(sr: tuple[int, ...], hr: tuple[int, ...], scale: int | None) -> str:
    """What to do about an sr of another size than hr."""
    (tall, wide), (height, width) = sr[:2], hr[:2]
    rows, columns = height - tall, width - wide
    smaller = {s for s in SCALES if (height // s, width // s) == (tall, wide)}
    if smaller:
        return f"it is {min(smaller)} times smaller, as lr is: score what was made of it"
    larger = {s for s in SCALES if (height * s, width * s) == (tall, wide)}
    if larger:
        return f"it is {min(larger)} times larger: it was made of hr itself, or at another scale"
    if (tall, wide) == (width, height):
        return "it is turned by 90 degrees: turn it back"
    if (
        scale
        and min(rows, columns) >= 0
        and max(rows, columns) < scale
        and height % scale + width % scale
    ):
        return f"crop hr to a multiple of the scale first (mod_crop(hr, {scale}))"
    if rows == columns > 0 and rows % 2 == 0:
        return (
            f"{rows // 2} pixels are gone at each side, as of a net without padding: let it pad, "
            f"or cut hr alike (hr[{rows // 2}:-{rows // 2}, {rows // 2}:-{rows // 2}])"
        )
    if max(abs(rows), abs(columns)) <= _FEW:
        lacks = [_lack(rows, "row"), _lack(columns, "column")]
        return (
            f"it {' and '.join(part for part in lacks if part)}: it was made of another lr, or of "
            "hr cut otherwise; make it of hr cut to a multiple of the scale"
        )
    return "expected equal sizes: are they of one picture?"


def _lack(count: int, what: str) -> str:
    if not count:
        return ""
    verb = "lacks" if count > 0 else "has"
    more = "" if count > 0 else " more"
    return f"{verb} {abs(count)}{more} {what}{'' if abs(count) == 1 else 's'}"


def _size(pixels: NDArray[Any]) -> str:
    return "x".join(str(n) for n in pixels.shape[:2])
