"""Tiny classifiers with random weights, written in Hugging Face format."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from srlab.extras import import_torchvision

LABELS = ("apple_pie", "Baby back ribs", "beef-tartare")


def write_vit(
    folder: Path,
    *,
    labels: Sequence[str] = LABELS,
    channels: int = 3,
    size: int = 16,
    seed: int = 0,
    **processor: Any,
) -> Path:
    """A ViT of two layers and 4x4 patches that says decidedly different things of images."""
    import_torchvision()
    from transformers import ViTConfig, ViTForImageClassification

    config = ViTConfig(
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        image_size=size,
        patch_size=4,
        num_channels=channels,
        initializer_range=0.5,
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
    )
    torch.manual_seed(seed)
    return _save(ViTForImageClassification(config), folder, channels, size, processor)


def write_resnet(folder: Path, *, labels: Sequence[str] = LABELS) -> Path:
    """A ResNet of two stages: a classifier without attention."""
    import_torchvision()
    from transformers import ResNetConfig, ResNetForImageClassification

    config = ResNetConfig(
        embedding_size=8,
        hidden_sizes=[8, 16],
        depths=[1, 1],
        layer_type="basic",
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
    )
    torch.manual_seed(0)
    return _save(ResNetForImageClassification(config), folder, 3, 32, {})


def edit_json(path: Path, **changes: Any) -> None:
    """Change entries of a JSON file; None takes one out."""
    table = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps({name: value for name, value in table.items() if value is not None}))


def _save(model: Any, folder: Path, channels: int, size: int, processor: dict[str, Any]) -> Path:
    from transformers.utils import logging

    logging.disable_progress_bar()
    model.save_pretrained(folder)
    logging.enable_progress_bar()
    settings = {
        "image_processor_type": "ViTImageProcessor",
        "size": {"height": size, "width": size},
        "resample": 2,
        "image_mean": [0.5] * channels,
        "image_std": [0.5] * channels,
        **processor,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(settings))
    return folder
