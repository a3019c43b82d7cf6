"""The pictures that a classifier learns from and is judged on, decoded and held in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from srlab.data.class_image import ClassImage
from srlab.data.classes import ClassSource, parse_images
from srlab.data.materials import SIDE, material_strips
from srlab.errors import Progress, TrainingError
from srlab.fingerprint import digest, pixel_digest
from srlab.image.color import replicate
from srlab.image.files import ImageSource, decode
from srlab.image.notes import Notes
from srlab.places import is_there
from srlab.train.broken import all_broken_named, refuse
from srlab.train.classifier_recipe import MATERIALS, ClassifierRecipe
from srlab.train.vit import resized

Pixels = NDArray[np.uint8]

_STRIDE = 16
"""Pixels between the patches of `materials` that tell the best epoch: few would tell it badly."""
_ROOM = 1.15
"""Pictures of files are kept this much larger than the net's size, so that cuts can differ."""
_IN_MEMORY_BYTES = 8 << 30


@dataclass(frozen=True, kw_only=True)
class ClassPictures:
    """`train` holds each label's pictures, uint8 (h, w, c); `side` is a plain cut's in them.

    `x`, uint8 (N, size, size, c), and `y`, the numbers of their labels, are what is judged on, as
    the processor resizes it; `validation` is what the history calls that.
    """

    labels: tuple[str, ...]
    train: tuple[tuple[Pixels, ...], ...]
    side: int
    x: Pixels
    y: NDArray[np.int64]
    validation: str

    @property
    def facts(self) -> dict[str, Any]:
        """Classes, counts, and a digest of all pixels, for provenance."""
        pictures = [pixel_digest(one).hex() for group in self.train for one in group]
        return {
            "labels": list(self.labels),
            "pictures": len(pictures),
            "validation_pictures": len(self.y),
            "digest": digest([*pictures, pixel_digest(self.x).hex(), self.y.tolist()]).hex(),
        }


def read_pictures(recipe: ClassifierRecipe, progress: Progress) -> ClassPictures:
    """The recipe's pictures.

    Raises TrainingError where they cannot be trained on, with all the files that are in the way,
    BenchmarkError for a folder that holds no classes.
    """
    if recipe.data.images == MATERIALS:
        return _read_materials(recipe)
    chosen = _choose(recipe)
    with all_broken_named(chosen.by_name):
        return _read_files(recipe, chosen, progress)


def _read_materials(recipe: ClassifierRecipe) -> ClassPictures:
    strips, held = material_strips("train"), material_strips("validation")
    patches = [(place, one) for place, strip in enumerate(held.values()) for one in _patches(strip)]
    x = [resized(_channels(patch, recipe), recipe.net.size) for _, patch in patches]
    return ClassPictures(
        labels=tuple(strips),
        train=tuple((_channels(strip, recipe),) for strip in strips.values()),
        side=SIDE,
        x=np.stack(x),
        y=np.array([place for place, _ in patches], np.int64),
        validation=f"{MATERIALS}, validation strips",
    )


def _patches(strip: Pixels) -> list[Pixels]:
    height, width = strip.shape
    return [
        strip[top : top + SIDE, left : left + SIDE]
        for top in range(0, height - SIDE + 1, _STRIDE)
        for left in range(0, width - SIDE + 1, _STRIDE)
    ]


@dataclass(frozen=True, kw_only=True)
class _Chosen:
    """Which pictures are trained on and which are held back, before any is decoded."""

    labels: tuple[str, ...]
    train: Sequence[ClassImage]
    held: Sequence[ClassImage]
    validation: str

    @property
    def by_name(self) -> dict[str, ImageSource]:
        """The files of all pictures."""
        return {_name(image): image.source for image in (*self.train, *self.held)}


def _choose(recipe: ClassifierRecipe) -> _Chosen:
    source = _source(recipe, recipe.data.images)
    train, left = _first(source.draw(), recipe.data.limit), list(source.left_out())
    if recipe.validation.images:
        other = _source(recipe, recipe.validation.images)
        held, name = other.draw(), other.name
        left += other.left_out()
    else:
        train, held = _hold_out(train, recipe.validation.held_out)
        name = f"last {recipe.validation.held_out:g} of each class of {source.name}"
    chosen = _Chosen(labels=source.labels(), train=train, held=held, validation=name)
    refuse(left, chosen.by_name)
    _check(chosen)
    return chosen


def _source(recipe: ClassifierRecipe, text: str) -> ClassSource:
    place = recipe.path(text)
    return parse_images(str(place) if is_there(place) else text)


def _first(images: Iterable[ClassImage], limit: int) -> list[ClassImage]:
    """The first `limit` of each class, or all for 0."""
    taken: dict[str, int] = {}
    kept = []
    for image in images:
        taken[image.truth] = taken.get(image.truth, 0) + 1
        if not limit or taken[image.truth] <= limit:
            kept.append(image)
    return kept


def _hold_out(
    images: Sequence[ClassImage], share: float
) -> tuple[list[ClassImage], list[ClassImage]]:
    """The images to train on, and the last ones of each class, at least one, to judge on."""
    groups: dict[str, list[ClassImage]] = {}
    for image in images:
        groups.setdefault(image.truth, []).append(image)
    cuts = {truth: len(group) - ceil(share * len(group)) for truth, group in groups.items()}
    train = [image for truth, group in groups.items() for image in group[: cuts[truth]]]
    held = [image for truth, group in groups.items() for image in group[cuts[truth] :]]
    return train, held


def _check(chosen: _Chosen) -> None:
    labels = set(chosen.labels)
    if missing := labels - {image.truth for image in chosen.train}:
        raise TrainingError(
            f"nothing is left to train on of {', '.join(sorted(missing))}; hold out less, or add "
            "pictures"
        )
    if strange := {image.truth for image in chosen.held} - labels:
        raise TrainingError(
            f"the validation pictures show {', '.join(sorted(strange)[:4])}, which the training "
            f"pictures do not; they show {', '.join(sorted(labels)[:8])}"
        )


def _read_files(recipe: ClassifierRecipe, chosen: _Chosen, progress: Progress) -> ClassPictures:
    size, large = recipe.net.size, round(_ROOM * recipe.net.size)
    labels, train, held = chosen.labels, chosen.train, chosen.held
    needed = (len(train) * large**2 + len(held) * size**2) * recipe.net.channels
    if needed > _IN_MEMORY_BYTES:
        raise TrainingError(
            f"{len(train) + len(held)} pictures are {needed / 1e9:.1f} GB at {large}x{large}, and "
            f"at most {_IN_MEMORY_BYTES / 1e9:.1f} GB are held in memory; set [data] limit"
        )
    notes = Notes()
    progress.start("read pictures", len(train) + len(held))
    groups: dict[str, list[Pixels]] = {label: [] for label in labels}
    for image in train:
        groups[image.truth].append(_read(image, recipe, large, notes))
        progress.advance(image.name)
    x = []
    for image in held:
        x.append(_read(image, recipe, size, notes))
        progress.advance(image.name)
    progress.finish()
    for line in notes.lines():
        progress.warn(line)
    return ClassPictures(
        labels=labels,
        train=tuple(tuple(group) for group in groups.values()),
        side=size,
        x=np.stack(x),
        y=np.array([labels.index(image.truth) for image in held], np.int64),
        validation=chosen.validation,
    )


def _read(image: ClassImage, recipe: ClassifierRecipe, side: int, notes: Notes) -> Pixels:
    """A picture squashed to a square, as the processor does it."""
    decoded = decode(image.source, name=_name(image))
    notes.add(decoded.notes, image.name)
    return resized(_channels(decoded.pixels, recipe), side)


def _name(image: ClassImage) -> str:
    """Where a picture is, for a person who mends it."""
    return str(image.source) if isinstance(image.source, Path) else image.name


def _channels(pixels: Pixels, recipe: ClassifierRecipe) -> Pixels:
    """(h, w, c) with the net's channels: grey replicated, or colour turned into full-range luma."""
    if recipe.net.channels == 3:
        return replicate(pixels)
    grey = pixels if pixels.ndim == 2 else np.asarray(Image.fromarray(pixels).convert("L"))
    return grey[:, :, None]
