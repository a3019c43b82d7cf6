"""Accuracy and loss of validation pictures, whole as the classifier's processor gives them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch
from torch import nn

from srlab.train.class_pictures import ClassPictures
from srlab.train.classifier_recipe import ClassifierRecipe
from srlab.train.resume import Weights
from srlab.train.verdict import Part
from srlab.train.vit import build_vit, normalised

if TYPE_CHECKING:
    from transformers import ViTForImageClassification

_BATCH = 256
"""Pictures that are classified at once."""


class ClassJudge:
    """Holds the validation pictures and a net of its own: the one in training is left alone."""

    def __init__(
        self, pictures: ClassPictures, recipe: ClassifierRecipe, device: torch.device
    ) -> None:
        self._recipe = recipe
        self._x = torch.from_numpy(pictures.x).to(device).split(_BATCH)
        self._y = torch.from_numpy(pictures.y).to(device).split(_BATCH)
        self._net = build_vit(recipe.net, pictures.labels).to(device).eval()  # pyright: ignore
        self.count = len(self._y)

    @torch.inference_mode()
    def __call__(self, weights: Weights, start: int = 0) -> Iterator[Part]:
        """The share of right answers and the loss of each batch from the `start`-th on."""
        net = self.with_weights(weights)
        for x, y in zip(self._x[start:], self._y[start:], strict=True):
            logits = net(normalised(x)).logits
            right = (logits.argmax(1) == y).double().mean()
            yield float(right), float(cross_entropy(logits, y, self._recipe)), len(y)

    def with_weights(self, weights: Weights) -> ViTForImageClassification:
        """The judge's own net with these weights."""
        self._net.load_state_dict(weights)
        return self._net


def cross_entropy(logits: torch.Tensor, y: torch.Tensor, recipe: ClassifierRecipe) -> torch.Tensor:
    """The recipe's loss of answers (N, classes) to true classes (N), in nats."""
    smoothing = recipe.training.label_smoothing
    return nn.functional.cross_entropy(logits, y, label_smoothing=smoothing)
