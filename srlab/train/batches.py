"""Batches for the loop: random crops cut from whole images, or patches prepared beforehand.

A batch is a function of seed, epoch, step and process alone. That is what lets a training go on
exactly where it was killed without keeping the state of any generator.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from srlab.errors import ImageTooSmallError, Progress, TrainingError
from srlab.image.files import image_size
from srlab.image.notes import Notes
from srlab.train.pairs import Pixels, TrainingFiles, factor, make_pair
from srlab.train.patches import open_patches, patch_rows, prepare
from srlab.train.upscaler_recipe import Augment, Source, UpscalerRecipe

Batch = tuple[Pixels, Pixels]
"""uint8 (N, h, w, c) of input and target."""
_MUCH_BYTES = 2 << 30
_IN_MEMORY_BYTES = 8 << 30
"""Larger files of patches are read from disk batch by batch, which is slow."""


class Crops:
    """Random aligned crops from images held decoded in memory; every place is equally likely."""

    def __init__(self, pairs: list[Batch], recipe: UpscalerRecipe) -> None:
        self._pairs, self._recipe = pairs, recipe
        self._size, self._factor = recipe.patches.size, factor(recipe)
        places = np.array(
            [(x.shape[0] - self._size + 1) * (x.shape[1] - self._size + 1) for x, _ in pairs],
            np.float64,
        )
        self._chances = places / places.sum()
        self.steps_per_epoch = recipe.training.steps_per_epoch

    def batch(self, epoch: int, step: int, process: int) -> Batch:
        """Crops at places drawn for this step, augmented."""
        training = self._recipe.training
        rng = np.random.default_rng([training.seed, epoch, step, process])
        chosen = rng.choice(len(self._pairs), training.batch, p=self._chances)
        cuts = [self._cut(self._pairs[index], rng) for index in chosen]
        x, y = (np.stack(side) for side in zip(*cuts, strict=True))
        return augment(x, y, self._recipe.augment, rng)

    def _cut(self, pair: Batch, rng: np.random.Generator) -> Batch:
        (x, y), size, factor = pair, self._size, self._factor
        top = int(rng.integers(x.shape[0] - size + 1))
        left = int(rng.integers(x.shape[1] - size + 1))
        large = y[top * factor : (top + size) * factor, left * factor : (left + size) * factor]
        return x[top : top + size, left : left + size], large


class Patches:
    """Prepared patches in an order that is new in each epoch; an epoch shows each once."""

    def __init__(self, path: Path, recipe: UpscalerRecipe, *, processes: int = 1) -> None:
        self._recipe = recipe
        with open_patches(path) as file:
            whole = file["x"].size + file["y"].size <= _IN_MEMORY_BYTES  # pyright: ignore
            self._x = patch_rows(file, "x", slice(None)) if whole else None
            self._y = patch_rows(file, "y", slice(None)) if whole else None
            self._count = len(file["x"])  # pyright: ignore
        self._file = None if whole else open_patches(path)
        self._order: tuple[int, NDArray[np.int64]] | None = None
        self._processes = processes
        steps = self._count // (recipe.training.batch * processes)
        self.steps_per_epoch = recipe.training.steps_per_epoch or steps
        if not 1 <= self.steps_per_epoch <= steps:
            raise TrainingError(
                f"{path} holds {self._count} patches, {steps} steps of {processes} x "
                f"{recipe.training.batch}; expected at least {max(1, self.steps_per_epoch)}: "
                "lower [training] batch or steps_per_epoch"
            )

    def batch(self, epoch: int, step: int, process: int) -> Batch:
        """The step's share of this epoch's order, augmented."""
        training = self._recipe.training
        if self._order is None or self._order[0] != epoch:
            rng = np.random.default_rng([training.seed, epoch])
            self._order = epoch, rng.permutation(self._count)
        start = (step * self._processes + process) * training.batch
        chosen = np.sort(self._order[1][start : start + training.batch])
        x, y = self._rows("x", self._x, chosen), self._rows("y", self._y, chosen)
        rng = np.random.default_rng([training.seed, epoch, step, process])
        return augment(x, y, self._recipe.augment, rng)

    def _rows(self, name: str, held: Pixels | None, chosen: NDArray[np.int64]) -> Pixels:
        if held is not None:
            return held[chosen]
        assert self._file is not None  # what is not held is read from the file
        return patch_rows(self._file, name, chosen)


def read_crops(files: TrainingFiles, recipe: UpscalerRecipe, progress: Progress) -> Crops:
    """Decode every image and make its pair once; what is smaller than a patch is named and left.

    Raises TrainingError where no image is as large as a patch.
    """
    size = recipe.patches.size
    _announce(files, recipe, progress)
    pairs: list[Batch] = []
    notes = Notes()
    progress.start("read images", len(files.train))
    for path in files.train:
        pair = _large_enough(path, recipe, progress, notes)
        pairs += [pair] if pair else []
        progress.advance(path.stem)
    progress.finish()
    for line in notes.lines():
        progress.warn(line)
    if not pairs:
        raise TrainingError(
            f"none of {len(files.train)} images is as large as a patch, {size}x{size} pixels of "
            "the net's input; choose a smaller [patches] size or larger images"
        )
    return Crops(pairs, recipe)


def _announce(files: TrainingFiles, recipe: UpscalerRecipe, progress: Progress) -> None:
    """Say how much memory the decoded pairs will take, where it is much."""
    pixels = sum(height * width for height, width in map(image_size, files.train))
    both = 1 + 1 / factor(recipe) ** 2
    needed = pixels * recipe.net.channels * both
    if needed > _MUCH_BYTES:
        progress.say(
            f"{len(files.train)} images take {needed / 1e9:.1f} GB of memory while they are "
            "trained on; [data] limit takes fewer"
        )


def _large_enough(
    path: Path, recipe: UpscalerRecipe, progress: Progress, notes: Notes
) -> Batch | None:
    """The pair of an image, or None, said to `progress`, where a patch does not fit into it."""
    size = recipe.patches.size
    try:
        x, y = make_pair(path, recipe, notes)
    except ImageTooSmallError as error:
        progress.warn(f"{path} is left out: {error}")
        return None
    if min(x.shape[:2]) >= size:
        return x, y
    progress.warn(f"{path} is left out: {x.shape[0]}x{x.shape[1]}, a patch is {size}x{size}")
    return None


def augment(x: Pixels, y: Pixels, wish: Augment, rng: np.random.Generator) -> Batch:
    """Flip, rotate and brighten each patch as `wish` allows, input and target alike.

    With flips and rotations all eight orientations come out equally often.
    """
    ups, sides, turns = rng.random((3, len(x))) < 0.5
    light = 1 + wish.brightness * (2 * rng.random(len(x)) - 1)
    out = []
    for batch in (x, y):
        patches = []
        for index, patch in enumerate(batch):
            changed = patch
            if wish.flips:
                changed = changed[::-1] if ups[index] else changed
                changed = changed[:, ::-1] if sides[index] else changed
            if wish.rotations and wish.flips:
                changed = changed.transpose(1, 0, 2) if turns[index] else changed
            elif wish.rotations:
                changed = np.rot90(changed, 2 * int(ups[index]) + int(turns[index]))
            patches.append(changed)
        out.append(_brightened(np.stack(patches), light) if wish.brightness else np.stack(patches))
    return out[0], out[1]


def _brightened(batch: Pixels, light: NDArray[np.float64]) -> Pixels:
    levels = batch * light[:, None, None, None] + 0.5
    return levels.clip(0, 255).astype(np.uint8)


def open_batches(
    recipe: UpscalerRecipe,
    files: TrainingFiles,
    out: Path,
    *,
    progress: Progress,
    processes: int = 1,
) -> Crops | Patches:
    """The batches of a recipe: crops of its images, or patches prepared (now, if need be)."""
    if recipe.patches.source is Source.CROPS:
        return read_crops(files, recipe, progress)
    return Patches(prepare(recipe, out=out, progress=progress), recipe, processes=processes)
