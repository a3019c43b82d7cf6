"""Gets the sr image of one sample, and the PNG bytes that the store should keep of it."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from srlab.errors import ChannelMismatchError, SizeMismatchError
from srlab.fingerprint import bytes_digest
from srlab.image.files import ImageSource, decode, encode_png
from srlab.nets.turns import waited_seconds
from srlab.upscale.info import Family, UpscalerInfo

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from srlab.data.sample import Pair

    Pixels = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class KnownImage:
    """An image that the store has: its PNG, and the digest that its bytes must have."""

    png: ImageSource
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Supplied:
    """An sr image. `png` is None where the store has it already; seconds are of upscaling."""

    sr: Pixels
    png: bytes | None
    seconds: float | None
    notes: tuple[str, ...] = ()


def supply(
    upscaler: UpscalerInfo,
    pair: Pair,
    *,
    known: KnownImage | None = None,
    ready: ImageSource | None = None,
) -> Supplied:
    """The sr image for `pair`: stored and intact, else ready-made, else computed now.

    Raises SizeMismatchError or ChannelMismatchError where what came is not exactly scale times lr.
    """
    if upscaler.family is Family.REFERENCE:
        return Supplied(sr=pair.hr, png=None, seconds=None)
    stored = _intact(known)
    if stored is not None:
        return Supplied(sr=stored, png=None, seconds=None)
    if ready is not None:
        decoded = decode(ready)
        _check(decoded.pixels, pair, upscaler)
        png = _bytes_of(ready) if decoded.verbatim else encode_png(decoded.pixels)
        return Supplied(sr=decoded.pixels, png=png, seconds=None, notes=decoded.notes)
    call = upscaler.load()
    start, waited = perf_counter(), waited_seconds()
    sr = call(pair.lr)
    seconds = perf_counter() - start - (waited_seconds() - waited)
    _check(sr, pair, upscaler)
    notes = getattr(call, "notes", ())
    return Supplied(sr=sr, png=encode_png(sr), seconds=seconds, notes=notes)


def _intact(known: KnownImage | None) -> Pixels | None:
    if known is None:
        return None
    try:
        content = _bytes_of(known.png)
    except FileNotFoundError:
        return None
    return decode(content).pixels if bytes_digest(content) == known.content else None


def _bytes_of(source: ImageSource) -> bytes:
    return source if isinstance(source, bytes) else source.read_bytes()


def _check(sr: Pixels, pair: Pair, upscaler: UpscalerInfo) -> None:
    (height, width), scale = pair.lr.shape[:2], upscaler.scale
    if sr.shape[:2] != (height * scale, width * scale):
        raise SizeMismatchError(
            f"{upscaler.name} gave {sr.shape[0]}x{sr.shape[1]} for an lr of {height}x{width}; "
            f"expected exactly {scale} times that, {height * scale}x{width * scale}"
        )
    if sr.ndim == 2 and pair.hr.ndim == 3:
        raise ChannelMismatchError(
            f"{upscaler.name} gave a grey image where hr is RGB; expected three channels"
        )
