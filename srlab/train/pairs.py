"""Training images: which files, which of them are held out, and the pair that a net learns from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from srlab.data.degradation import DEGRADATIONS
from srlab.data.folders import images_and_twins
from srlab.data.left_out import LeftOut, folders_below, twins, unread
from srlab.data.sample import short_name
from srlab.errors import TrainingError
from srlab.fingerprint import digest
from srlab.image.color import luma_rounded, replicate
from srlab.image.files import decode
from srlab.image.notes import Notes
from srlab.image.resize import upscale
from srlab.places import is_folder
from srlab.train.broken import refuse
from srlab.train.upscaler_recipe import UpscalerRecipe

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class TrainingFiles:
    """The images to train on, and those held out for validation.

    `below` tells of folders among them whose images are not looked at.
    """

    train: tuple[Path, ...]
    held_out: tuple[Path, ...]
    below: tuple[str, ...] = ()

    @property
    def by_name(self) -> dict[str, Path]:
        """All of them."""
        return {str(path): path for path in (*self.train, *self.held_out)}

    def facts(self) -> dict[str, object]:
        """Folder, name and size of each, as a count and a digest, for provenance."""
        files = [[path.parent.name, path.name, path.stat().st_size] for path in self.train]
        return {
            "images": len(self.train),
            "digest": digest(files).hex(),
            "held_out": [f"{path.parent.name}/{path.name}" for path in self.held_out],
        }


def training_files(recipe: UpscalerRecipe) -> TrainingFiles:
    """The images of the recipe's folders, folder by folder, in natural order of their names.

    Raises TrainingError for a folder that is not there, for files that cannot be trained on, all of
    them at once, or where nothing is left to train on.
    """
    found: list[Path] = []
    left: list[LeftOut] = []
    below: list[str] = []
    for text in recipe.data.folders:
        folder = recipe.path(text)
        if not is_folder(folder):
            raise TrainingError(
                f"there is no folder {folder} to train on; recipes name folders from the current "
                "folder or from the recipe's own, --data FOLDER says otherwise"
            )
        files = list(images_and_twins(folder)[0].values())
        left += [*unread(folder), *twins(folder)]
        below += folders_below(folder)
        if not files and not left:
            raise TrainingError(f"{folder} holds no images (png, jpg, tif, bmp, webp)")
        found += files
    refuse(left, {str(path): path for path in found})
    found = found[: recipe.data.limit or None]
    cut = len(found) - recipe.validation.held_out
    if cut < 1:
        raise TrainingError(
            f"{len(found)} images, {recipe.validation.held_out} of them held out: nothing is left "
            "to train on"
        )
    return TrainingFiles(train=tuple(found[:cut]), held_out=tuple(found[cut:]), below=tuple(below))


def make_pair(path: Path, recipe: UpscalerRecipe, notes: Notes) -> tuple[Pixels, Pixels]:
    """`(x, y)` of an image file: what the net is given, and what it should give.

    uint8 (h, w, c) with the net's channels; x is lr, or its bicubic enlargement for nets that work
    at the large size; y is scale times or just as large. A grey image is replicated for RGB nets.
    `notes` takes what was done to the file's content.
    """
    decoded = decode(path)
    notes.add(decoded.notes, short_name(path))
    hr, lr = DEGRADATIONS[recipe.data.degradation](decoded.pixels, recipe.net.scale)
    x = lr if recipe.net.enlarges else upscale(lr, recipe.net.scale)
    return in_channels(x, recipe.net.channels), in_channels(hr, recipe.net.channels)


def in_channels(pixels: Pixels, channels: int) -> Pixels:
    """A picture as (h, w, channels) uint8: RGB, grey replicated; or luma, rounded."""
    if channels == 3:
        return replicate(pixels)
    return (luma_rounded(pixels) if pixels.ndim == 3 else pixels)[:, :, None]


def factor(recipe: UpscalerRecipe) -> int:
    """How many pixels of y a pixel of x becomes along each side."""
    return recipe.net.scale if recipe.net.enlarges else 1
