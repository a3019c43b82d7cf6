"""The folder that a classifier is kept as is one that transformers opens, with the same pixels."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from srlab.extras import import_torchvision
from srlab.fingerprint import file_digest
from srlab.train.classifier_recipe import Architecture, ClassifierNet
from srlab.train.vit import build_vit, normalised, resized, write_classifier

_LABELS = ("brick wall", "cat", "grass")


def _net(**changes) -> ClassifierNet:
    tiny = {"channels": 1, "size": 16, "patch": 8, "width": 8, "depth": 1, "heads": 2}
    return ClassifierNet(architecture=Architecture.VIT, **{**tiny, **changes})


@pytest.fixture(params=[1, 3], ids=["luma", "rgb"])
def written(request, tmp_path):
    net = _net(channels=request.param)
    model = build_vit(net, _LABELS)
    write_classifier(tmp_path / "vit", model, net, {"epoch": 1})
    return tmp_path / "vit", net, model


def test_transformers_opens_the_folder_with_the_same_weights_and_labels(written) -> None:
    import_torchvision()
    from transformers import ViTForImageClassification

    folder, net, model = written
    opened = ViTForImageClassification.from_pretrained(folder)
    assert opened.config.id2label == dict(enumerate(_LABELS))
    assert opened.config.label2id == {label: place for place, label in enumerate(_LABELS)}
    assert opened.config.num_channels == net.channels
    ours, theirs = model.state_dict(), opened.state_dict()
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)


@pytest.mark.parametrize("size", [(16, 16), (30, 23), (9, 40)])
def test_training_sees_the_pixels_that_the_processor_makes(written, rng, size) -> None:
    import_torchvision()
    from transformers import AutoImageProcessor

    folder, net, _ = written
    pixels = rng.integers(0, 256, (*size, net.channels)).astype(np.uint8)
    processor = AutoImageProcessor.from_pretrained(folder, backend="pil")
    picture = Image.fromarray(pixels[:, :, 0] if net.channels == 1 else pixels)
    theirs = processor(picture, return_tensors="pt")["pixel_values"]
    ours = normalised(torch.tensor(resized(pixels, net.size)[None]))
    assert torch.equal(ours, theirs)


def test_the_weights_carry_the_names_that_older_releases_of_transformers_know(written) -> None:
    folder, _, _ = written
    names = load_file(folder / "model.safetensors")
    assert "vit.encoder.layer.0.attention.attention.query.weight" in names
    assert "classifier.weight" in names


def test_the_facts_name_the_weights_that_they_are_of(written) -> None:
    folder, _, _ = written
    facts = json.loads((folder / "training.json").read_text())
    assert facts == {"epoch": 1, "weights": file_digest(folder / "model.safetensors").hex()}


def test_the_weights_are_written_last_and_nothing_is_left_beside_them(
    tmp_path, monkeypatch
) -> None:
    from srlab.train import vit

    written = []
    monkeypatch.setattr(vit, "write_whole", lambda path, _: written.append(path.name))
    write_classifier(tmp_path, build_vit(_net(), _LABELS), _net(), {})
    expected = ["config.json", "preprocessor_config.json", "training.json", "model.safetensors"]
    assert written == expected
    assert list(tmp_path.iterdir()) == []


def test_no_progress_bar_is_drawn(tmp_path, capsys) -> None:
    from transformers.utils import logging

    write_classifier(tmp_path, build_vit(_net(), _LABELS), _net(), {})
    assert capsys.readouterr() == ("", "")
    assert logging.is_progress_bar_enabled()


def test_a_square_of_the_right_size_is_not_touched(rng) -> None:
    pixels = rng.integers(0, 256, (16, 16, 3)).astype(np.uint8)
    assert resized(pixels, 16) is pixels
