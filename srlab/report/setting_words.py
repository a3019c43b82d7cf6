"""The wording of what a report is about: images, networks, protocols, degradations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from srlab.metrics.catalog import METRICS, Direction
from srlab.metrics.protocol import PROTOCOLS
from srlab.report.phrases import (
    listing,
)

IMAGES = "Every score is of one image; a mean is the mean of the images' values."
KNOWN_SETS = "Known sets stand with the source that srlab pins, and with whom to cite."
OWN_IMAGES = "images that the user brought"
_REVISION = re.compile(r"@([0-9a-f]{7})[0-9a-f]{33}$")


def source(place: str) -> str:
    """Where images come from, a full revision cut to seven digits."""
    return _REVISION.sub(r"@\1", place)


def citations(entries: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """One line a set: whom to cite."""
    return tuple(f"{name}: {citation}." for name, citation in entries)


def images_used(used: int, known: int | None) -> str:
    """How many images, and of how many the set has."""
    return str(used) if known is None or used == known else f"{used} of {known}"


COSTS = (
    "Multiply-adds are counted for an output of 1280×720; a pixel of the output sees a square of "
    "the given side of the network's input; the time is the median over images of the "
    "size that stands beside it (of those made, the one nearest to 512×512: small images cost more "
    "a pixel), on the machine that made them."
)


def network(file_name: str, digest: str, parameters: int | None) -> str:
    """What a network is: its file, its parameters, the digest of its weights."""
    count = f", {parameters:,} parameters" if parameters else ""
    return f"weights {file_name}{count}, digest {digest[:8]}"


def unread_facts(names: Sequence[str]) -> str:
    """Upscalers of which the store tells nothing that can be read."""
    return f"What the store tells of {listing(names)} is not as srlab writes it, and is left out."


def unread_provenance(runs: Sequence[str]) -> str:
    """Runs whose versions cannot be read."""
    what = "run" if len(runs) == 1 else "runs"
    return f"The versions stored with {what} {listing(runs)} are not as srlab writes them."


def outputs(folder: str) -> str:
    """What ready-made images are."""
    return f"ready images from the folder {folder}"


def protocol(name: str) -> str:
    """A protocol in words."""
    if name not in PROTOCOLS:
        return f"{name}: a protocol of the user's own; the study file defines it."
    row = PROTOCOLS[name]
    known = f" Known as: {row.known_as}." if row.known_as else ""
    return f"{name} compares {row.in_words()}.{known}"


def pairs(protocols: Sequence[str]) -> str:
    """What is compared under these protocols: images of 8 bits, or luma that was never rounded."""
    images = [name for name in protocols if not scores_luma(name)]
    both = "both 8 bits"
    if luma := [name for name in protocols if scores_luma(name)]:
        unrounded = f"luma in floating point under {listing(luma)}"
        both = f"{both}, and {unrounded}" if images else unrounded
    return (
        f"A pair is the upscaled image (sr) and its reference (hr), {both}. Numbers of different "
        "protocols are never averaged, ranked or compared with one another."
    )


def scores_luma(protocol: str) -> bool:
    """Whether a protocol scores luma that is stored nowhere."""
    return protocol in PROTOCOLS and not PROTOCOLS[protocol].preparation.sr_rounded


_PREPARATIONS = {
    "given": "the small image (lr), or in an evaluation file its enlargement, is what the set "
    "brings; hr is cut at the bottom and right to a multiple of the scale",
    "srcnn-pytorch": "hr is resized by Pillow's bicubic to a multiple of the scale; the small "
    "image (lr) is made from that, and enlarged again for networks, by the same",
    "matlab-bicubic": "the small image (lr) is made from hr by MATLAB's antialiased bicubic, "
    "rounded to 8 bits, after hr was cut at the bottom and right to a multiple of the scale",
}


def degradation(name: str, places: str) -> str:
    """How lr came about, and for which sets and scales."""
    how = _PREPARATIONS.get(name, "the small image (lr) is made from hr by this degradation")
    return f"{name} ({places}): {how}."


def metric_facts(metric: str) -> str:
    """A metric, its unit and its direction."""
    info = METRICS[metric]
    unit = f" in {info.unit}" if info.unit else ""
    direction = {
        Direction.HIGHER: "higher is better",
        Direction.LOWER: "lower is better",
        Direction.NONE: "neither high nor low is better",
    }[info.direction]
    return f"{info.title}{unit}: {direction}."
