"""Batches of a classifier's training: random cuts of pictures, turned as the recipe allows."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from srlab.train.class_pictures import ClassPictures, Pixels
from srlab.train.classifier_recipe import ClassAugment, ClassifierRecipe
from srlab.train.vit import resized


class ClassCuts:
    """Cuts in which every class is equally likely, and within it every picture and place.

    A batch is a function of seed, epoch, step and process alone, as an upscaler's is.
    """

    def __init__(self, pictures: ClassPictures, recipe: ClassifierRecipe) -> None:
        self._pictures, self._recipe = pictures, recipe
        self.steps_per_epoch = recipe.training.steps_per_epoch

    def batch(self, epoch: int, step: int, process: int) -> tuple[Pixels, NDArray[np.int64]]:
        """uint8 (N, h, w, c) of the net's size, and the number of each one's class."""
        training = self._recipe.training
        rng = np.random.default_rng([training.seed, epoch, step, process])
        y = rng.integers(len(self._pictures.labels), size=training.batch)
        return np.stack([self._cut(int(label), rng) for label in y]), y

    def _cut(self, label: int, rng: np.random.Generator) -> Pixels:
        wish, pictures = self._recipe.augment, self._pictures.train[label]
        picture = pictures[int(rng.integers(len(pictures)))]
        reach = math.log(wish.zoom)
        side = round(self._pictures.side * math.exp(rng.uniform(-reach, reach)))
        side = min(side, *picture.shape[:2])
        top, left = (int(rng.integers(length - side + 1)) for length in picture.shape[:2])
        cut = resized(picture[top : top + side, left : left + side], self._recipe.net.size)
        return augment_cut(cut, wish, rng)


def augment_cut(cut: Pixels, wish: ClassAugment, rng: np.random.Generator) -> Pixels:
    """A square cut mirrored, turned and brightened as `wish` allows."""
    mirrored, turns, light = rng.random() < 0.5, int(rng.integers(4)), rng.uniform(-1, 1)
    if wish.mirror and mirrored:
        cut = cut[:, ::-1]
    if wish.rotations:
        cut = np.rot90(cut, turns)
    if wish.brightness:
        levels = cut * (1 + wish.brightness * light) + 0.5
        cut = levels.clip(0, 255).astype(np.uint8)
    return cut
