"""The classical upscalers: MATLAB's `imresize` with four kernels."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from srlab.image.resize import Kernel, upscale

if TYPE_CHECKING:
    from srlab.upscale.info import Upscale, UpscalerInfo


def build_classical(info: UpscalerInfo) -> Upscale:
    """The call for a classical kernel named by `info.identity["kernel"]`."""
    return partial(upscale, scale=info.scale, kernel=Kernel(info.identity["kernel"]))
