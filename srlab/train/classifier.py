"""Training a classifier: cuts of pictures in, accuracy, a folder in Hugging Face format out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from srlab.errors import Progress
from srlab.train.class_batches import ClassCuts
from srlab.train.class_judge import ClassJudge, cross_entropy
from srlab.train.class_pictures import read_pictures
from srlab.train.classifier_recipe import ClassifierRecipe
from srlab.train.resume import Weights
from srlab.train.verdict import Verdict
from srlab.train.vit import build_vit, normalised, write_classifier


class ClassifierTask:
    """A `Task`: uint8 (N, h, w, c) of pictures and their classes' numbers, judged by accuracy."""

    def __init__(
        self, recipe: ClassifierRecipe, *, device: torch.device, progress: Progress
    ) -> None:
        pictures = read_pictures(recipe, progress)
        self._recipe, self._labels = recipe, pictures.labels
        self._validation = pictures.validation
        self.worst_loss = 10 * math.log(max(2, len(pictures.labels)))  # ten times guessing
        self.judge = ClassJudge(pictures, recipe, device)
        self.data = pictures.facts
        self.batches = ClassCuts(pictures, recipe)

    def find_start(self) -> Path | None:
        """None: a classifier is trained from fresh weights."""
        return None

    def net(self, start: Path | None) -> nn.Module:
        """The recipe's ViT with seeded fresh weights."""
        del start
        torch.manual_seed(self._recipe.training.seed)
        return build_vit(self._recipe.net, self._labels)

    def loss(self, model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Mean cross-entropy, in nats."""
        return cross_entropy(model(normalised(x)).logits, y, self._recipe)

    def judged(self, verdict: Verdict) -> dict[str, Any]:
        """Accuracy and loss, and of which pictures."""
        return {
            "validation": self._validation,
            "accuracy": verdict.score,
            "validation_loss": verdict.loss,
        }

    def write(self, path: Path, weights: Weights, facts: Mapping[str, Any]) -> None:
        """A folder with weights, config, processor and the facts."""
        write_classifier(path, self.judge.with_weights(weights), self._recipe.net, facts)
