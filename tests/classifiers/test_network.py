"""Loading a classifier, and what it says of images."""

from __future__ import annotations

import pickle
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from srlab.classifiers import network
from srlab.classifiers.catalog import describe_classifier
from srlab.errors import (
    CheckpointMismatchError,
    CheckpointNotFiniteError,
    CheckpointUnsafeError,
    ClassifierError,
    UsageError,
)
from tests.classifiers.stand_in import LABELS, edit_json, write_vit


def _load(folder: Path):
    return describe_classifier(str(folder)).load("cpu")


def _edit_weights(folder: Path, change) -> None:
    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def test_logits_are_those_of_transformers_itself(vit, pictures):
    from PIL import Image
    from transformers import AutoImageProcessor, AutoModelForImageClassification
    from transformers.utils import logging

    logging.disable_progress_bar()
    model = AutoModelForImageClassification.from_pretrained(vit)
    processor = AutoImageProcessor.from_pretrained(vit, backend="pil")
    logging.enable_progress_bar()
    with torch.inference_mode():
        expected = [
            model(**processor(Image.fromarray(one).convert("RGB"), return_tensors="pt")).logits
            for one in pictures
        ]
    classifier = _load(vit)
    assert classifier.labels == LABELS
    np.testing.assert_allclose(classifier(pictures), torch.cat(expected).numpy(), atol=1e-6)


def test_what_comes_together_changes_no_prediction(classifier, pictures, monkeypatch):
    together = classifier(pictures)
    assert together.dtype == np.float32
    assert np.ptp(together, axis=0).min() > 0.1
    alone = np.concatenate([classifier([picture]) for picture in pictures])
    np.testing.assert_allclose(alone, together, atol=1e-5)
    monkeypatch.setattr(network, "BATCH", 3)
    np.testing.assert_allclose(classifier(pictures[::-1])[::-1], together, atol=1e-5)


def test_no_images_give_no_logits(classifier):
    assert classifier([]).shape == (0, len(LABELS))


def test_preparation_and_forward_can_be_done_apart(classifier, pictures):
    prepared = classifier.prepare(pictures)
    assert prepared.shape == (4, 3, 16, 16)
    np.testing.assert_array_equal(classifier.logits(prepared), classifier(pictures))


def test_grey_is_the_same_as_three_equal_channels(classifier, pictures):
    grey = pictures[2]
    colour = np.repeat(grey[..., None], 3, axis=2)
    np.testing.assert_array_equal(classifier([grey]), classifier([colour]))


def test_an_image_three_pixels_high_is_not_taken_for_channels(classifier, pictures):
    assert classifier([pictures[0][:3], pictures[2][:1]]).shape == (2, 3)


def test_a_net_of_one_channel_takes_luma_of_colour(tmp_path, pictures):
    from PIL import Image

    classifier = _load(write_vit(tmp_path, channels=1))
    luma = np.asarray(Image.fromarray(pictures[0]).convert("L"))
    np.testing.assert_array_equal(classifier([pictures[0]]), classifier([luma]))


def test_a_net_without_attention_classifies_too(resnet, pictures):
    assert np.isfinite(resnet(pictures)).all()


def test_several_threads_may_classify_at_once(classifier, pictures):
    expected = classifier(pictures)
    found = [None] * 4

    def work(place):
        found[place] = classifier(pictures)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for logits in found:
        np.testing.assert_allclose(logits, expected, atol=1e-6)


def test_half_precision_files_are_computed_in_single_precision(vit, pictures):
    _edit_weights(vit, lambda weights: weights.update({k: w.half() for k, w in weights.items()}))
    edit_json(vit / "config.json", dtype="float16")
    classifier = _load(vit)
    assert {parameter.dtype for parameter in classifier._model.parameters()} == {torch.float32}
    assert classifier(pictures).dtype == np.float32


def test_files_of_old_versions_are_read(vit, pictures):
    """As nateraw/food has them: a pickle of tensors, a feature extractor's settings."""
    expected = _load(vit)(pictures)
    torch.save(load_file(vit / "model.safetensors"), vit / "pytorch_model.bin")
    (vit / "model.safetensors").unlink()
    edit_json(
        vit / "preprocessor_config.json",
        image_processor_type=None,
        feature_extractor_type="ViTFeatureExtractor",
        size=16,
    )
    np.testing.assert_array_equal(_load(vit)(pictures), expected)


def test_loading_is_silent(vit, capfd):
    _load(vit)
    assert capfd.readouterr() == ("", "")


def test_missing_weights_are_refused_instead_of_drawn_at_random(vit):
    _edit_weights(vit, lambda weights: weights.pop("classifier.weight"))
    with pytest.raises(CheckpointMismatchError, match=r"lacks 1 .*such as classifier\.weight"):
        _load(vit)


def test_weights_of_another_shape_are_named(vit):
    _edit_weights(vit, lambda weights: weights.update({"classifier.bias": torch.zeros(5)}))
    with pytest.raises(CheckpointMismatchError, match=r"classifier\.bias is \(5,\) .*wants \(3,\)"):
        _load(vit)


def test_weights_that_are_no_numbers_are_refused(vit):
    bias = torch.full((3,), float("nan"))
    _edit_weights(vit, lambda weights: weights.update({"classifier.bias": bias}))
    with pytest.raises(CheckpointNotFiniteError, match=r"classifier\.bias"):
        _load(vit)


class _Evil:
    def __reduce__(self):
        return (print, ("code ran",))


def test_a_pickle_that_wants_to_run_code_is_refused(vit, capsys):
    (vit / "model.safetensors").unlink()
    (vit / "pytorch_model.bin").write_bytes(pickle.dumps({"weight": _Evil()}))
    with pytest.raises(CheckpointUnsafeError, match="wants to run"):
        _load(vit)
    assert capsys.readouterr().out == ""


def test_code_beside_the_weights_is_never_run(vit, pictures):
    (vit / "evil.py").write_text("raise SystemExit('code ran')")
    expected = _load(vit)(pictures)
    edit_json(
        vit / "config.json",
        auto_map={"AutoConfig": "evil.C", "AutoModelForImageClassification": "evil.M"},
    )
    edit_json(vit / "preprocessor_config.json", auto_map={"AutoImageProcessor": "evil.P"})
    np.testing.assert_array_equal(_load(vit)(pictures), expected)


def test_a_model_that_only_its_own_code_knows_is_refused(vit):
    edit_json(vit / "config.json", model_type="evil", auto_map={"AutoConfig": "evil.C"})
    with pytest.raises(ClassifierError, match=r"is not loaded: ValueError.*evil"):
        _load(vit)


def test_a_net_that_classifies_no_images_is_refused(vit):
    edit_json(vit / "config.json", model_type="swin2sr")
    with pytest.raises(ClassifierError, match="'swin2sr', which classifies no images"):
        _load(vit)


@pytest.mark.parametrize("layers", [10**9, {"num_hidden_layers": 10**9, "model_type": "beit"}])
def test_a_config_that_announces_more_than_the_weights_hold_is_refused(vit, layers):
    changes = layers if isinstance(layers, dict) else {"num_hidden_layers": layers}
    edit_json(vit / "config.json", **changes)
    with pytest.raises(CheckpointMismatchError, match="announces 1000000000 layers"):
        _load(vit)


@pytest.mark.parametrize(
    "changes",
    [
        {"size": {"height": 32, "width": 32}},
        {"image_mean": [0.5], "image_std": [0.5]},
        {"size": {"shortest_edge": 12}},
    ],
)
def test_a_processor_that_does_not_fit_the_net_is_refused(vit, changes):
    edit_json(vit / "preprocessor_config.json", **changes)
    with pytest.raises(CheckpointMismatchError, match="do not fit together"):
        _load(vit)


def test_a_processor_without_the_pinned_backend_is_refused(vit, monkeypatch):
    monkeypatch.setattr(network, "BACKEND", "torchvision")
    info = describe_classifier(str(vit))
    monkeypatch.setattr("transformers.ViTImageProcessor.backend", "another")
    with pytest.raises(ClassifierError, match=r"ViTImageProcessor of .* has no backend"):
        info.load("cpu")


def test_a_processor_that_transformers_does_not_know_is_refused(vit):
    edit_json(vit / "preprocessor_config.json", image_processor_type="NoSuchProcessor")
    with pytest.raises(ClassifierError, match="Unrecognized image processor"):
        _load(vit)


def test_files_that_changed_since_they_were_described_are_not_used(vit):
    info = describe_classifier(str(vit))
    edit_json(vit / "preprocessor_config.json", resample=3)
    with pytest.raises(ClassifierError, match="changed while it was being used"):
        info.load("cpu")


def test_a_device_that_is_not_there_is_refused(vit):
    with pytest.raises(UsageError, match="there is no device 'cuda:99'"):
        describe_classifier(str(vit)).load("cuda:99")


def test_the_parameters_told_without_torch_are_those_of_the_net(vit):
    parameters = _load(vit)._model.parameters()
    assert describe_classifier(str(vit)).facts["parameters"] == sum(p.numel() for p in parameters)
