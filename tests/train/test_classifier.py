"""Training a classifier: what it leaves behind, how it goes on, how it gives up."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from srlab.errors import DivergedError, Silent, TrainingError
from srlab.extras import import_torchvision
from srlab.store.store import Store
from srlab.train import loop, resume
from srlab.train.class_pictures import read_pictures
from srlab.train.classifier import ClassifierTask
from srlab.train.loop import train
from tests.train.interrupt import Interrupt


def _same(a: Path, b: Path) -> bool:
    ours, theirs = (load_file(folder / "model.safetensors") for folder in (a, b))
    return ours.keys() == theirs.keys() and all(torch.equal(ours[k], theirs[k]) for k in ours)


def test_two_epochs_leave_best_and_last_and_a_history(make_classifier, tmp_path) -> None:
    recipe, store = make_classifier(), Store.create(tmp_path / "store")
    result = train(recipe, out=tmp_path / "out", store=store)
    rows = store.rows(
        "SELECT epoch, steps, loss, accuracy, psnr, protocol, validation, validation_loss "
        "FROM history ORDER BY epoch",
        tables=("history",),
    )
    assert [row[:2] for row in rows] == [(1, 3), (2, 6)]
    assert all(math.isfinite(row[2]) and row[3] in (0, 1 / 3, 2 / 3, 1) for row in rows)
    assert rows[0][4:7] == (None, None, "last 0.25 of each class of textures")
    assert all(0.5 < row[7] < 2 for row in rows)  # of three classes and few steps: about log(3)
    assert result.score == max(row[3] for row in rows)
    assert result.in_words == f"{100 * result.score:.1f}% right"
    for folder, name in ((result.best, "tiny"), (result.last, "tiny-last")):
        assert folder == tmp_path / "out" / name
        assert {path.name for path in folder.iterdir()} == {
            "config.json",
            "model.safetensors",
            "preprocessor_config.json",
            "training.json",
        }


def test_the_folder_says_how_it_came_about(make_classifier, tmp_path) -> None:
    recipe = make_classifier()
    result = train(recipe, out=tmp_path / "out")
    facts = json.loads((result.best / "training.json").read_text())
    assert facts["recipe"] == recipe.facts()
    assert facts["recipe_digest"] == recipe.digest.hex()
    assert facts["data"]["labels"] == ["brick wall", "cat", "grass"]
    assert facts["accuracy"] == round(result.score, 4)
    assert facts["epoch"] == result.epoch
    assert str(tmp_path) not in str(facts)


def test_the_accuracy_is_what_the_folder_gives_behind_its_processor(
    make_classifier, tmp_path
) -> None:
    import_torchvision()
    from transformers import AutoImageProcessor, ViTForImageClassification

    recipe = make_classifier()
    result = train(recipe, out=tmp_path / "out")
    model = ViTForImageClassification.from_pretrained(result.best)
    processor = AutoImageProcessor.from_pretrained(result.best, backend="pil")
    pictures = read_pictures(recipe, Silent())
    inputs = processor(list(pictures.x), return_tensors="pt", input_data_format="channels_last")
    with torch.inference_mode():
        said = model(**inputs).logits.argmax(1).numpy()
    assert np.mean(said == pictures.y) == pytest.approx(result.score)


def test_progress_tells_the_best_so_far(make_classifier, tmp_path) -> None:
    watching = Interrupt(99)
    train(make_classifier(), out=tmp_path / "out", progress=watching)
    assert watching.titles[:2] == ["read pictures", "epoch 1/2"]
    assert watching.titles[2].startswith("epoch 2/2, best ")
    assert watching.titles[2].endswith("% right")


@pytest.mark.parametrize("steps", [2, 7, 11])
def test_an_interrupted_training_goes_on_to_the_same_bits(
    make_classifier, tmp_path, monkeypatch, steps
) -> None:
    changes = {"epochs": 3, "steps_per_epoch": 4, "schedule": "cosine", "weight_decay": 0.1}
    recipe = make_classifier(training=changes)
    whole = train(recipe, out=tmp_path / "whole")
    torch.manual_seed(1)
    monkeypatch.setattr(resume, "SAVE_SECONDS", 0.0)
    monkeypatch.setattr(loop, "_LOOK_EVERY", 1)
    with pytest.raises(KeyboardInterrupt):
        train(recipe, out=tmp_path / "parts", progress=Interrupt(steps))
    watching = Interrupt(99)
    parts = train(recipe, out=tmp_path / "parts", progress=watching)
    assert 99 - watching.steps == 12 - steps
    assert _same(whole.last, parts.last)
    assert _same(whole.best, parts.best)
    assert (whole.score, whole.epoch) == (parts.score, parts.epoch)


def test_the_classes_are_learned(make_classifier, tmp_path) -> None:
    store = Store.create(tmp_path / "store")
    changes = {"epochs": 4, "steps_per_epoch": 25, "batch": 12, "rate": 0.01}
    net, augment = {"dropout": 0.0, "width": 32}, {"rotations": False, "brightness": 0.0}
    recipe = make_classifier(net=net, augment=augment, training=changes)
    train(recipe, out=tmp_path / "out", store=store)
    rows = store.rows("SELECT loss FROM history ORDER BY epoch", tables=("history",))
    losses = [loss for (loss,) in rows]
    assert losses[0] < math.log(3)
    assert losses[-1] < losses[0] / 2, losses


def test_label_smoothing_raises_the_least_loss(make_classifier) -> None:
    class Certain(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.nn.Module:
            self.logits = 99 * torch.eye(3)[: len(x)]
            return self

    x, y = torch.zeros((3, 16, 16, 1), dtype=torch.uint8), torch.arange(3)
    losses = []
    for smoothing in (0.0, 0.3):
        recipe = make_classifier(training={"label_smoothing": smoothing})
        task = ClassifierTask(recipe, device=torch.device("cpu"), progress=Silent())
        losses.append(float(task.loss(Certain(), x, y)))
    assert losses == pytest.approx([0, 0.3 * 2 / 3 * 99])


def test_rgb_and_bf16_train_as_well(make_classifier, tmp_path) -> None:
    recipe = make_classifier(net={"channels": 3}, training={"precision": "bf16"})
    assert train(recipe, out=tmp_path / "out").score >= 0


def test_another_recipe_does_not_go_on_in_the_same_folder(make_classifier, tmp_path) -> None:
    train(make_classifier(), out=tmp_path / "out")
    with pytest.raises(TrainingError, match="holds a training of other settings"):
        train(make_classifier(training={"rate": 0.5}), out=tmp_path / "out")


def test_divergence_stops_with_epoch_and_advice(make_classifier, tmp_path, monkeypatch) -> None:
    nan = torch.tensor(math.nan, requires_grad=True)
    monkeypatch.setattr(ClassifierTask, "loss", lambda *_: nan * 1)
    with pytest.raises(DivergedError, match=r"became nan in epoch 1.*lower \[training\] rate"):
        train(make_classifier(), out=tmp_path / "out")
