"""PSNR and loss of whole validation images, by the seam and protocol that an evaluation uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from numpy.typing import NDArray

from srlab.data.benchmark import Samples, parse_benchmark
from srlab.data.degradation import DEFAULT as MATLAB_BICUBIC
from srlab.data.degradation import DEGRADATIONS, SRCNN_PYTORCH
from srlab.data.luma import Luma, luma_of
from srlab.data.sample import short_name
from srlab.errors import Progress, Silent, TrainingError
from srlab.image.files import decode
from srlab.image.notes import Notes
from srlab.metrics.catalog import METRICS
from srlab.metrics.protocol import PROTOCOLS
from srlab.metrics.score import score_pair
from srlab.nets.recognise import build
from srlab.places import is_there
from srlab.train.optimise import LOSSES
from srlab.train.pairs import Pixels, TrainingFiles, in_channels
from srlab.train.upscaler_recipe import UpscalerRecipe
from srlab.train.verdict import Part
from srlab.upscale.network import NetworkUpscaler, Way


class Judge:
    """Holds the validation pairs and a net of its own: the one in training is left alone."""

    def __init__(
        self,
        recipe: UpscalerRecipe,
        files: TrainingFiles,
        device: torch.device,
        progress: Progress | None = None,
    ) -> None:
        """Read the validation pairs, and judge the first of them once, to be sure that it can be.

        Pairs that a set lacks are named to `progress`.
        """
        self._recipe = recipe
        self._protocol = PROTOCOLS[recipe.validation.protocol]
        self._net = build(recipe.net).eval()
        self._upscale = NetworkUpscaler(self._net, scale=recipe.net.scale, way=Way(device=device))
        if self._protocol.preparation.sr_rounded:
            self._pairs = validation_pairs(recipe, files, progress)
        else:
            self._upscale.require_luma()
            self._pairs = validation_lumas(recipe, files, progress)
        self.count = len(self._pairs)
        self._judged(min(self._pairs, key=_pixels))

    def __call__(self, weights: Mapping[str, torch.Tensor], start: int = 0) -> Iterator[Part]:
        """PSNR and loss of each validation image from the `start`-th on, with these weights.

        The loss is that of what the net gives, clamped and not rounded, against hr in the net's
        channels.
        """
        self._net.load_state_dict(weights)
        for pair in self._pairs[start:]:
            yield (*self._judged(pair), 1)

    def _judged(self, pair: Luma | tuple[Pixels, Pixels]) -> tuple[float, float]:
        """PSNR as the protocol has it, of 8 bits or of float luma, and the loss."""
        if isinstance(pair, Luma):
            made = self._upscale.on_luma(pair)
            return self._psnr(made, pair.hr), self._loss(made, pair.hr)
        hr, lr = pair
        made, sr = self._upscale.with_levels(lr)
        target = in_channels(hr, self._net.channels)
        return self._psnr(sr, hr), self._loss(made, target.reshape(made.shape))

    def _psnr(self, sr: NDArray[Any], hr: NDArray[Any]) -> float:
        wanted = [(METRICS["psnr"], self._protocol)]
        [score] = score_pair(sr, hr, wanted, scale=self._recipe.net.scale)
        if score.error is not None:
            raise score.error
        return score.value

    def _loss(self, made: NDArray[Any], target: NDArray[Any]) -> float:
        sides = (torch.from_numpy(side / 255.0) for side in (made, target))
        return float(LOSSES[self._recipe.training.loss](*sides))


def _pixels(pair: Luma | tuple[Pixels, Pixels]) -> int:
    hr = pair.hr if isinstance(pair, Luma) else pair[0]
    return hr.shape[0] * hr.shape[1]


def validation_pairs(
    recipe: UpscalerRecipe, files: TrainingFiles, progress: Progress | None = None
) -> list[tuple[Pixels, Pixels]]:
    """`(hr, lr)` of the held-out images, or of the recipe's benchmark."""
    if not recipe.validation.benchmark:
        return _held_out(recipe, files, recipe.data.degradation, progress)
    pairs = [sample.load() for sample in _samples(recipe, progress, luma=False).samples]
    return [(pair.hr, pair.lr) for pair in pairs]


def validation_lumas(
    recipe: UpscalerRecipe, files: TrainingFiles, progress: Progress | None = None
) -> list[Luma]:
    """The same images as float luma, prepared as the protocol `srcnn-pytorch` wants them."""
    if not recipe.validation.benchmark:
        return [luma_of(hr, lr) for hr, lr in _held_out(recipe, files, SRCNN_PYTORCH, progress)]
    pairs = [sample.load() for sample in _samples(recipe, progress, luma=True).samples]
    return [pair.luma or luma_of(pair.hr, pair.lr) for pair in pairs]


def _held_out(
    recipe: UpscalerRecipe, files: TrainingFiles, degradation: str, progress: Progress | None
) -> list[tuple[Pixels, Pixels]]:
    make, notes, pairs = DEGRADATIONS[degradation], Notes(), []
    for path in files.held_out:
        decoded = decode(path)
        notes.add(decoded.notes, short_name(path))
        pairs.append(make(decoded.pixels, recipe.net.scale))
    for line in notes.lines():
        (progress or Silent()).warn(line)
    return pairs


def _samples(recipe: UpscalerRecipe, progress: Progress | None, *, luma: bool) -> Samples:
    wish, scale = recipe.validation, recipe.net.scale
    place = recipe.path(wish.benchmark)
    text = str(place) if is_there(place) else wish.benchmark
    benchmark, limit = parse_benchmark(text), wish.limit or None
    own = recipe.data.degradation if recipe.data.degradation != MATLAB_BICUBIC else None
    if luma:
        found = benchmark.luma_samples(scale, limit=limit)
    else:
        found = benchmark.samples(scale, degradation=own, limit=limit)
    if not found.samples:
        raise TrainingError(f"the validation set {text} holds no pairs at x{scale}")
    for item in found.missing:
        (progress or Silent()).warn(f"{text}: {item.name} is not judged: {item.reason}")
    return found


def name_of_validation(recipe: UpscalerRecipe) -> str:
    """What the history calls the validation images."""
    if recipe.validation.benchmark:
        return recipe.validation.benchmark
    return f"last {recipe.validation.held_out} of {recipe.data.folders[-1]}"
