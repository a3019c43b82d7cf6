"""What an upscaler is and costs on this machine, for a person who asks about one."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from srlab.errors import UsageError
from srlab.upscale.catalog import PRECISIONS, describe
from srlab.upscale.info import Family, UpscalerInfo

_HD = (720, 1280)
_REPEATS = 3


def upscaler_facts(
    text: str, scale: int, *, device: str = "auto", precision: str = "fp32"
) -> dict[str, Any]:
    """Everything known of the upscaler that `text` names, loaded and timed here.

    `seconds_hd` is the median of three warm calls that make 1280x720 sr of random colour pixels;
    for a net also what `net_facts` counts. Raises UsageError for ready-made outputs, which cannot
    be called, and as `describe` does.
    """
    info = describe(text, scale)
    if info.family is Family.OUTPUTS:
        raise UsageError(f"{text} is ready already; only what upscales can be timed")
    if info.family is Family.NETWORK:
        info = replace(info, device=device, dtype=PRECISIONS[precision])
    call = info.load()
    counted = getattr(call, "facts", dict)()
    return {
        "name": info.name,
        "scale": scale,
        "family": info.family.value,
        **counted,
        "seconds_hd": round(warm_seconds(info), 4),
        **info.facts,
        **info.identity,
    }


def warm_seconds(info: UpscalerInfo) -> float:
    """Seconds for an sr of 1280x720, the median of three calls after one that does not count."""
    call, (height, width) = info.load(), _HD
    rng = np.random.default_rng(0)
    lr = rng.integers(0, 256, (height // info.scale, width // info.scale, 3), np.uint8)
    call(lr)
    seconds = []
    for _ in range(_REPEATS):
        start = perf_counter()
        call(lr)
        seconds.append(perf_counter() - start)
    return median(seconds)
