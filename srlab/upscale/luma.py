"""Upscalers on float luma, as the protocol `srcnn-pytorch` scores them: nothing is rounded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from srlab.errors import ProtocolError
from srlab.upscale.info import Family, UpscalerInfo

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from srlab.data.luma import Luma

    LumaCall = Callable[[Luma], NDArray[np.floating]]


class _Network(Protocol):
    """What a network's call can do besides; the class itself lies behind torch."""

    notes: tuple[str, ...]

    def require_luma(self) -> None: ...

    def on_luma(self, luma: Luma) -> NDArray[np.float64]: ...


def luma_call(info: UpscalerInfo) -> LumaCall:
    """The call from the luma of a sample to float sr, (H, W) as its hr, 0 to 255, not rounded.

    Bicubic is the enlargement that the preparation makes anyway; a luma net takes that, or lr where
    it enlarges by itself. Raises ProtocolError for every other upscaler, and as `info.load` does.
    """
    if info.family is Family.REFERENCE:
        return lambda luma: luma.hr
    if "correct" in info.identity:
        raise ProtocolError("+correct works on images of 8 bits, and this protocol has none")
    if info.family is Family.NETWORK:
        network = cast(_Network, info.load())
        network.require_luma()
        return network.on_luma
    if info.identity.get("kernel") == "cubic":
        return _enlargement
    raise ProtocolError(
        f"{info.source} gives images of 8 bits; expected bicubic, or a net on luma, whose float "
        "output this protocol scores"
    )


def luma_notes(info: UpscalerInfo) -> tuple[str, ...]:
    """What a net did otherwise than asked, such as a fallback to tiles."""
    return cast(_Network, info.load()).notes if info.family is Family.NETWORK else ()


def _enlargement(luma: Luma) -> NDArray[np.float32]:
    if luma.enlarged is None:
        raise ProtocolError(
            "the evaluation file holds native lr and not its bicubic enlargement; pack the images "
            "without --native, or evaluate their folder"
        )
    return luma.enlarged
