"""One small description that answers every question about an upscaler, and the call behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from srlab.fingerprint import canonical_json, digest
from srlab.registry import load_object

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Upscale = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]

REFERENCE = "hr"
"""The label under which figures of the reference alone (its entropy) are kept."""


class Family(StrEnum):
    """Where an sr image comes from."""

    CLASSICAL = "classical"
    NETWORK = "network"
    OUTPUTS = "outputs"
    REFERENCE = "reference"


@dataclass(frozen=True, kw_only=True)
class UpscalerInfo:
    """An upscaler at one scale.

    `identity` holds what changes the pixels (kernel, digest of the weights, version of the code);
    `source` is where it is loaded from, `builder` the lazy `"module:object"` of a function that
    takes this description and returns the call. `tile` is in pixels of lr. `device` is where a net
    runs; it changes no key. Travels to other processes.

    The call takes lr, uint8 (h, w, 3) or (h, w), and returns uint8 of exactly scale times the
    size and as many channels; it may be used from several threads at once.
    """

    name: str
    scale: int
    family: Family
    builder: str
    source: str
    identity: dict[str, Any]
    dtype: str = "float32"
    tile: int | None = None
    device: str = "auto"
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> bytes:
        """16 bytes that stand for what this upscaler does to pixels; never for its label."""
        return digest(
            {
                "family": self.family.value,
                "identity": self.identity,
                "scale": self.scale,
                "dtype": self.dtype,
                "tile": self.tile,
            }
        )

    def load(self) -> Upscale:
        """The call, made once per process."""
        return _load(self.fingerprint, self.device, _Hidden(self))

    def facts_json(self) -> str:
        """Source, identity and facts as JSON, for the store and for tables."""
        return canonical_json({"source": self.source, **self.identity, **self.facts})


class _Hidden:
    """Carries a description past the cache's key, which is the fingerprint alone."""

    def __init__(self, info: UpscalerInfo) -> None:
        self.info = info

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hidden)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=16)
def _load(fingerprint: bytes, device: str, hidden: _Hidden) -> Upscale:
    del fingerprint, device
    info = hidden.info
    call = load_object(info.builder)(info)
    if "correct" not in info.identity:
        return call
    return load_object("srlab.upscale.correct:Corrected")(call, info)
