"""The `materials` set: grey 64x64 patches of scikit-image's pictures; the picture is the class.

Of each picture the left half trains, the next sixth validates, and the right third tests, so that
no pixel serves two purposes; patches lie on a grid from the part's upper left corner and never
overlap. Colour is turned into BT.601 luma of full range, as Pillow does it. There is one
photograph per class: what is learned here tells nothing about other photographs of a material.

`python -c "from srlab.data.materials import material_patches as p;
print(*(f'{s} {len(p(s))}' for s in ('train', 'validation', 'test')))"` prints
`train 319 validation 81 test 175`; each of the 13 classes has 4 to 21 test patches.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from PIL import Image

from srlab.data.embedded import embedded_images
from srlab.image.files import Pixels, decode, encode_png

if TYPE_CHECKING:
    from datasets import Dataset

Split = Literal["train", "validation", "test"]

MATERIALS = (
    "astronaut",
    "brick",
    "camera",
    "chelsea",
    "coffee",
    "coins",
    "grass",
    "gravel",
    "ihc",
    "moon",
    "motorcycle",
    "page",
    "text",
)
"""The classes, in natural order. Left out are pictures without texture or in lossy formats."""
SIDE = 64
"""Pixels a side of a patch."""

# Sixths of a picture's width at which a part begins and ends.
_SIXTHS: dict[Split, tuple[int, int]] = {"train": (0, 3), "validation": (3, 4), "test": (4, 6)}


@dataclass(frozen=True, kw_only=True)
class MaterialPatch:
    """One patch, uint8 (64, 64); `name` is `<label>/r<row>c<column>` on the grid of its part."""

    name: str
    label: str
    pixels: Pixels


def material_strips(split: Split = "train") -> dict[str, Pixels]:
    """The whole part of each picture by class, uint8 (H, W), read-only; at least 64 pixels a side.

    A training may cut where it likes within the strips of `train`.
    """
    strips = {}
    first, last = _SIXTHS[split]
    for label in MATERIALS:
        pixels = _grey(label)
        width = pixels.shape[1]
        strips[label] = pixels[:, width * first // 6 : width * last // 6]
    return strips


def material_patches(split: Split) -> tuple[MaterialPatch, ...]:
    """All patches of a part, class by class in the order of MATERIALS, row by row."""
    return tuple(
        MaterialPatch(
            name=f"{label}/r{row}c{column}",
            label=label,
            pixels=strip[row * SIDE : (row + 1) * SIDE, column * SIDE : (column + 1) * SIDE],
        )
        for label, strip in material_strips(split).items()
        for row in range(strip.shape[0] // SIDE)
        for column in range(strip.shape[1] // SIDE)
    )


def materials(split: Split) -> Dataset:
    """The patches of a part as a `datasets.Dataset` with columns `image` (PNG) and `label`."""
    from datasets import ClassLabel, Dataset, Features
    from datasets import Image as ImageFeature

    patches = material_patches(split)
    return Dataset.from_dict(
        {
            "image": [{"bytes": encode_png(p.pixels), "path": f"{p.name}.png"} for p in patches],
            "label": [MATERIALS.index(patch.label) for patch in patches],
        },
        features=Features({"image": ImageFeature(), "label": ClassLabel(names=list(MATERIALS))}),
    )


@lru_cache(maxsize=len(MATERIALS))
def _grey(label: str) -> Pixels:
    pixels = decode(embedded_images()[label]).pixels
    if pixels.ndim == 3:
        pixels = np.array(Image.fromarray(pixels).convert("L"))
    pixels.flags.writeable = False
    return pixels
