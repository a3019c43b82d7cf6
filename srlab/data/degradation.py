"""How hr is prepared and lr made from it: one function and one row for each named way.

A degradation takes the hr as it was read, uint8 (H, W) or (H, W, 3), and the scale, and gives
`(hr, lr)`: hr cut (or resized) so that its sides are multiples of the scale, lr exactly
hr // scale. A row's version enters the keys of the store: raise it when the pixels change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from srlab.errors import ChannelMismatchError, SizeMismatchError
from srlab.image.crop import mod_crop
from srlab.image.resize import Edge, downscale
from srlab.registry import Catalog

Pixels = NDArray[np.uint8]
GIVEN = "given"
DEFAULT = "matlab-bicubic"
SRCNN_PYTORCH = "srcnn-pytorch"


@dataclass(frozen=True, kw_only=True)
class Degradation:
    """One named way to make a pair from an hr."""

    name: str
    title: str
    version: int
    function: Callable[[Pixels, int], tuple[Pixels, Pixels]]

    def __call__(self, hr: Pixels, scale: int) -> tuple[Pixels, Pixels]:
        """`(hr, lr)`: hr cut or resized to multiples of `scale`, lr made from it."""
        return self.function(hr, scale)


def matlab_bicubic(hr: Pixels, scale: int) -> tuple[Pixels, Pixels]:
    """hr mod-cropped; lr by MATLAB's `imresize` as it is today (edges mirrored)."""
    hr = mod_crop(hr, scale)
    return hr, downscale(hr, scale, edge=Edge.SYMMETRIC)


def matlab_bicubic_replicate(hr: Pixels, scale: int) -> tuple[Pixels, Pixels]:
    """hr mod-cropped; lr by the `imresize` of old MATLAB, which made SelfExSR's files."""
    hr = mod_crop(hr, scale)
    return hr, downscale(hr, scale, edge=Edge.REPLICATE)


def pil_bicubic(hr: Pixels, scale: int) -> tuple[Pixels, Pixels]:
    """hr mod-cropped; lr by Pillow's antialiased BICUBIC."""
    hr = mod_crop(hr, scale)
    return hr, pil_resized(hr, (hr.shape[0] // scale, hr.shape[1] // scale))


def srcnn_pytorch(hr: Pixels, scale: int) -> tuple[Pixels, Pixels]:
    """hr resized, not cut, to a multiple of `scale`; lr made from that; both by Pillow's BICUBIC.

    `prepare.py` of yjn870/SRCNN-pytorch does so, and coursework after it. The resizing smooths hr.
    """
    height, width = mod_crop(hr, scale).shape[:2]
    hr = pil_resized(hr, (height, width))
    return hr, pil_resized(hr, (height // scale, width // scale))


def pil_resized(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """uint8 `pixels` at `size` (height, width), by Pillow's antialiased BICUBIC."""
    image = Image.fromarray(pixels).resize((size[1], size[0]), Image.Resampling.BICUBIC)
    return np.asarray(image)


DEGRADATIONS = Catalog(
    "degradations",
    (
        Degradation(name=DEFAULT, title="MATLAB bicubic", version=1, function=matlab_bicubic),
        Degradation(
            name="matlab-bicubic-replicate",
            title="MATLAB bicubic, old edge rule",
            version=1,
            function=matlab_bicubic_replicate,
        ),
        Degradation(name="pil-bicubic", title="Pillow bicubic", version=1, function=pil_bicubic),
        Degradation(
            name=SRCNN_PYTORCH,
            title="Pillow bicubic, hr resized to a multiple of the scale first",
            version=1,
            function=srcnn_pytorch,
        ),
    ),
)


def prepare_given(hr: Pixels, lr: Pixels, scale: int) -> tuple[Pixels, Pixels]:
    """`(hr, lr)` of a set that brings both: hr mod-cropped, lr as it is.

    Raises SizeMismatchError where lr is not hr // scale, ChannelMismatchError where one is grey
    and the other RGB.
    """
    if hr.ndim != lr.ndim:
        kind = {2: "grey", 3: "RGB"}
        raise ChannelMismatchError(
            f"hr is {kind[hr.ndim]} but its lr is {kind[lr.ndim]}; store both alike, or let lr be "
            f"made from hr (--degradation {DEFAULT})"
        )
    expected = (hr.shape[0] // scale, hr.shape[1] // scale)
    if lr.shape[:2] != expected:
        raise SizeMismatchError(
            f"hr is {hr.shape[0]}x{hr.shape[1]} (heightxwidth), so its x{scale} lr should be "
            f"{expected[0]}x{expected[1]}, but it is {lr.shape[0]}x{lr.shape[1]}; check the scale, "
            f"or let lr be made from hr (--degradation {DEFAULT})"
        )
    return mod_crop(hr, scale), lr


def departure(hr: Pixels, lr: Pixels, scale: int) -> float:
    """Mean absolute difference, in grey levels, of `lr` from MATLAB's bicubic of `hr`."""
    expected = downscale(hr, scale, edge=Edge.SYMMETRIC)
    return float(np.abs(expected.astype(np.int16) - lr).mean())
