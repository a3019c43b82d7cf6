"""PSNR of whole validation images, by the same seam and protocol that an evaluation uses."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch

from srlab.data.benchmark import parse_benchmark
from srlab.data.degradation import DEGRADATIONS
from srlab.errors import TrainingError
from srlab.image.files import read_image
from srlab.metrics.catalog import METRICS
from srlab.metrics.protocol import PROTOCOLS
from srlab.metrics.score import score_pair
from srlab.nets.recognise import build
from srlab.train.pairs import Pixels, TrainingFiles
from srlab.train.recipe import Recipe
from srlab.upscale.network import NetworkUpscaler, Way


class Judge:
    """Holds the validation pairs and a net of its own: the one in training is left alone."""

    def __init__(self, recipe: Recipe, files: TrainingFiles, device: torch.device) -> None:
        self._recipe = recipe
        self._pairs = validation_pairs(recipe, files)
        self._net = build(recipe.net).eval()
        self._upscale = NetworkUpscaler(self._net, scale=recipe.net.scale, way=Way(device=device))

    def psnr(self, weights: Mapping[str, torch.Tensor]) -> float:
        """Mean PSNR of the validation images with these weights; identical ones do not count."""
        self._net.load_state_dict(weights)
        wanted = [(METRICS["psnr"], PROTOCOLS[self._recipe.validation.protocol])]
        values = []
        for hr, lr in self._pairs:
            for score in score_pair(self._upscale(lr), hr, wanted, scale=self._recipe.net.scale):
                if score.error is not None:
                    raise score.error
                values.append(score.value)
        finite = [value for value in values if math.isfinite(value)]
        return sum(finite) / len(finite) if finite else math.inf


def validation_pairs(recipe: Recipe, files: TrainingFiles) -> list[tuple[Pixels, Pixels]]:
    """`(hr, lr)` of the held-out images, or of the recipe's benchmark."""
    wish, scale = recipe.validation, recipe.net.scale
    if not wish.benchmark:
        make = DEGRADATIONS[recipe.data.degradation]
        return [make(read_image(path), scale) for path in files.held_out]
    place = recipe.path(wish.benchmark)
    text = str(place) if place.exists() else wish.benchmark
    samples = parse_benchmark(text).samples(scale, limit=wish.limit or None).samples
    if not samples:
        raise TrainingError(f"the validation set {text} holds no pairs at x{scale}")
    return [(pair.hr, pair.lr) for pair in (sample.load() for sample in samples)]


def name_of_validation(recipe: Recipe) -> str:
    """What the history calls the validation images."""
    if recipe.validation.benchmark:
        return recipe.validation.benchmark
    return f"last {recipe.validation.held_out} of {recipe.data.folders[-1]}"
