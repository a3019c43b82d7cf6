"""A sample as the SRCNN PyTorch code sees it: float luma, lr enlarged before any net sees it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from srlab.data.degradation import Pixels, pil_resized
from srlab.image.color import replicate, srcnn_pytorch_luma

Levels = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Luma:
    """Float luma, (H, W), 0 to 255: hr, lr, and lr enlarged by bicubic to the size of hr.

    An evaluation file brings either lr or its enlargement; the other one is None then.
    """

    hr: Levels
    lr: Levels | None
    enlarged: Levels | None


def luma_of(hr: Pixels, lr: Pixels) -> Luma:
    """The luma of a uint8 pair, lr being hr // scale.

    As in `prepare.py` of yjn870/SRCNN-pytorch: lr is enlarged by Pillow's BICUBIC as RGB of 8 bits
    (grey is replicated), and luma is taken last.
    """
    enlarged = pil_resized(lr, (hr.shape[0], hr.shape[1]))
    return Luma(hr=_luma(hr), lr=_luma(lr), enlarged=_luma(enlarged))


def _luma(pixels: Pixels) -> Levels:
    return srcnn_pytorch_luma(replicate(pixels))
