"""The classifier in training, a ViT of transformers, and the Hugging Face folder it is kept as.

What goes into the net here is bit for bit what the processor described in the folder gives:
`resized` and `normalised` are its two steps (the PIL backend's).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from srlab.extras import import_torchvision
from srlab.fingerprint import bytes_digest
from srlab.store.files import write_whole
from srlab.train.classifier_recipe import ClassifierNet

if TYPE_CHECKING:
    from transformers import ViTForImageClassification

WEIGHTS_FILE = "model.safetensors"
_MEAN = _STD = 0.5


def build_vit(net: ClassifierNet, labels: Sequence[str]) -> ViTForImageClassification:
    """The net of a recipe for these classes, with fresh weights by torch's generator.

    Dosovitskiy et al., ICLR 2021, Fig. 1, with the class token read out by one linear layer.
    """
    import_torchvision()
    from transformers import ViTConfig, ViTForImageClassification

    config = ViTConfig(
        image_size=net.size,
        patch_size=net.patch,
        num_channels=net.channels,
        hidden_size=net.width,
        num_hidden_layers=net.depth,
        num_attention_heads=net.heads,
        intermediate_size=max(1, round(net.width * net.mlp_ratio)),
        hidden_dropout_prob=net.dropout,
        attention_probs_dropout_prob=net.attention_dropout,
        id2label=dict(enumerate(labels)),
        label2id={label: index for index, label in enumerate(labels)},
    )
    return ViTForImageClassification(config)


def resized(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """(h, w, c) as (side, side, c), by PIL's bilinear; the same pixels where that is the size."""
    if pixels.shape[:2] == (side, side):
        return pixels
    grey = pixels.shape[2] == 1
    picture = Image.fromarray(pixels[:, :, 0] if grey else pixels)
    levels = np.asarray(picture.resize((side, side), Image.Resampling.BILINEAR))
    return levels[:, :, None] if grey else levels


def normalised(x: torch.Tensor) -> torch.Tensor:
    """uint8 (N, h, w, c) as float32 (N, c, h, w) in [-1, 1]."""
    return (x.permute(0, 3, 1, 2).float() / 255 - _MEAN) / _STD


def processor_facts(net: ClassifierNet) -> dict[str, Any]:
    """What `preprocessor_config.json` says: both steps, in transformers' words."""
    return {
        "image_processor_type": "ViTImageProcessor",
        "do_resize": True,
        "size": {"height": net.size, "width": net.size},
        "resample": int(Image.Resampling.BILINEAR),
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": [_MEAN] * net.channels,
        "image_std": [_STD] * net.channels,
    }


def write_classifier(
    folder: Path, model: ViTForImageClassification, net: ClassifierNet, facts: Mapping[str, Any]
) -> None:
    """Put a classifier and its processor into `folder` as Hugging Face keeps them.

    Each file is written whole or not at all, the weights last: a folder that has them is
    complete. `training.json` holds the facts and the weights' digest, so that a folder whose
    writing was cut short between two epochs is recognised.
    """
    with TemporaryDirectory() as scratch, _quietly():
        model.save_pretrained(scratch)
        config, weights = ((Path(scratch) / name).read_bytes() for name in _MODEL_FILES)
    training = {**facts, "weights": bytes_digest(weights).hex()}
    write_whole(folder / "config.json", config)
    write_whole(folder / "preprocessor_config.json", _json(processor_facts(net)))
    write_whole(folder / "training.json", _json(training))
    write_whole(folder / WEIGHTS_FILE, weights)


_MODEL_FILES = ("config.json", WEIGHTS_FILE)


def _json(facts: Mapping[str, Any]) -> bytes:
    text = json.dumps(facts, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep transformers from drawing a progress bar of its own."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
