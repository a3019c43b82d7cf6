"""Folders in Hugging Face format, and what is wrong with some."""

from __future__ import annotations

import json

import pytest

from srlab.classifiers import files
from srlab.classifiers.files import read_files
from srlab.errors import CheckpointUnreadableError, ClassifierError
from tests.classifiers.stand_in import LABELS, edit_json


def test_facts_are_read_off_the_files(vit):
    found = read_files(vit)
    assert found.labels == LABELS
    assert found.facts() == {
        "architecture": "ViTForImageClassification",
        "parameters": 5603,
        "classes": 3,
        "input_size": [16, 16],
    }


@pytest.mark.parametrize(
    ("processor", "size"),
    [
        ({"size": 224}, [224, 224]),
        ({"size": {"height": 8, "width": 9}}, [8, 9]),
        ({"size": {"shortest_edge": 256}}, None),
        ({"size": 256, "do_center_crop": True, "crop_size": {"height": 2, "width": 3}}, [2, 3]),
    ],
)
def test_the_input_size_is_told_where_the_processor_fixes_it(vit, processor, size):
    edit_json(vit / "preprocessor_config.json", **processor)
    assert read_files(vit).facts().get("input_size") == size


def test_settings_nested_in_the_newer_file_count(vit):
    (vit / "processor_config.json").write_text(json.dumps({"image_processor": {"size": 5}}))
    assert read_files(vit).processor == {"size": 5}
    (vit / "processor_config.json").write_text("{}")
    assert read_files(vit).processor["size"] == {"height": 16, "width": 16}


@pytest.mark.parametrize("file", ["config.json", "preprocessor_config.json"])
def test_what_leads_elsewhere_is_left_out(vit, file):
    before = read_files(vit)
    edit_json(vit / file, auto_map={"AutoConfig": "evil--module.Class"}, _name_or_path="/etc")
    edit_json(vit / file, _attn_implementation="some/kernels")
    assert read_files(vit) == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id2label": None}, "has no id2label"),
        ({"id2label": {}}, "has no id2label"),
        ({"id2label": {"0": "pie"}}, r"names 1 class\(es\); expected 2"),
        ({"id2label": {"0": "pie", "2": "cake"}}, "no usable name for class 1"),
        ({"id2label": {"0": "pie", "1": ""}}, "no usable name for class 1"),
        ({"id2label": {"0": "pie\x1b[2J", "1": "cake"}}, "no usable name for class 0"),
        ({"id2label": {"0": "x" * 201, "1": "cake"}}, "no usable name for class 0"),
        ({"id2label": {"0": ["pie"], "1": "cake"}}, "no usable name for class 0"),
        ({"id2label": ["pie", "cake"]}, "has no id2label"),
        ({"model_type": None}, "names no model_type"),
        ({"quantization_config": {"bits": 4}}, "quantised"),
    ],
)
def test_a_config_that_names_no_classes_is_refused(vit, changes, message):
    edit_json(vit / "config.json", **changes)
    with pytest.raises(ClassifierError, match=message):
        read_files(vit)


@pytest.mark.parametrize("file", ["config.json", "preprocessor_config.json", "model.safetensors"])
def test_a_missing_file_is_named(vit, file):
    (vit / file).unlink()
    with pytest.raises(ClassifierError, match=file):
        read_files(vit)


@pytest.mark.parametrize("text", ["{", "[]", "[" * 100_000, '{"model_type": NaN}'])
def test_a_config_that_is_no_table_is_refused(vit, text):
    (vit / "config.json").write_text(text, encoding="utf-8")
    with pytest.raises(CheckpointUnreadableError, match=r"config\.json"):
        read_files(vit)


def test_a_config_of_no_sensible_size_is_refused(vit, monkeypatch):
    monkeypatch.setattr(files, "MAX_JSON_BYTES", 100)
    with pytest.raises(CheckpointUnreadableError, match="not read"):
        read_files(vit)


def test_weights_in_several_files_are_refused(vit):
    (vit / "model.safetensors").rename(vit / "model.safetensors.index.json")
    with pytest.raises(ClassifierError, match="weights in several files"):
        read_files(vit)


def test_damaged_weights_are_named(vit):
    path = vit / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(CheckpointUnreadableError, match="not a whole safetensors file"):
        read_files(vit).facts()
