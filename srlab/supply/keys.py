"""What names an image in the store: facts that change its pixels, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from srlab.data.degradation import DEGRADATIONS, GIVEN
from srlab.fingerprint import digest
from srlab.image.difference import GAIN
from srlab.upscale.info import Family, UpscalerInfo


@dataclass(frozen=True, kw_only=True)
class PairKeys:
    """The names of a sample's hr and lr images as they are scored and upscaled."""

    hr: bytes
    lr: bytes


def pair_keys(
    *, hr_pixels: bytes, lr_pixels: bytes | None, degradation: str, scale: int
) -> PairKeys:
    """Names for the prepared hr and lr, from the digests of the original files' pixels.

    `lr_pixels` is given where the lr came with the set; else the degradation and its version tell.
    """
    if degradation == GIVEN:
        origin: dict[str, object] = {"lr": (lr_pixels or b"").hex()}
    else:
        origin = {"degradation": degradation, "version": DEGRADATIONS[degradation].version}
    facts = {"hr": hr_pixels.hex(), "scale": scale, **origin}
    return PairKeys(hr=digest({"is": "hr", **facts}), lr=digest({"is": "lr", **facts}))


def map_key(pair: PairKeys, sr: bytes) -> bytes:
    """The name of the map of where `sr` differs from hr."""
    return digest({"is": "difference map", "gain": GAIN, "hr": pair.hr.hex(), "sr": sr.hex()})


def sr_key(pair: PairKeys, upscaler: UpscalerInfo, *, ready_pixels: bytes | None = None) -> bytes:
    """The name of the sr image; of the hr itself for the reference.

    For ready-made outputs the pixels of the file count, not the label.
    """
    if upscaler.family is Family.REFERENCE:
        return pair.hr
    if upscaler.family is Family.OUTPUTS:
        made_by = {"outputs": (ready_pixels or b"").hex()}
    else:
        made_by = {"upscaler": upscaler.fingerprint.hex()}
    return digest({"is": "sr", "hr": pair.hr.hex(), "lr": pair.lr.hex(), **made_by})


def luma_key(pair: PairKeys, upscaler: UpscalerInfo) -> bytes:
    """The name of an upscaler's float luma, of which no image is kept; of hr's for the reference.

    `pair` names the prepared images, or the float planes of an evaluation file.
    """
    if upscaler.family is Family.REFERENCE:
        return digest({"is": "float luma", "hr": pair.hr.hex()})
    sides = {"hr": pair.hr.hex(), "lr": pair.lr.hex()}
    return digest({"is": "float luma", **sides, "upscaler": upscaler.fingerprint.hex()})
