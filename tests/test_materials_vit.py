"""The shipped classifier: its folder is whole, small, of the shipped recipe, and its card true."""

from __future__ import annotations

import json

import pytest

from srlab.classifiers.catalog import describe_classifier
from srlab.data.materials import MATERIALS, material_patches
from srlab.fingerprint import file_digest
from srlab.shipped import share_root
from srlab.train.recipe import find_recipe

FOLDER = share_root() / "checkpoints" / "materials-vit"
_LIMIT = 4 * 10**6


@pytest.fixture(scope="module")
def facts() -> dict:
    return json.loads((FOLDER / "training.json").read_text(encoding="utf-8"))


def test_the_weights_are_small_and_those_that_the_facts_are_of(facts) -> None:
    weights = FOLDER / "model.safetensors"
    assert weights.stat().st_size < _LIMIT
    assert facts["weights"] == file_digest(weights).hex()


def test_it_was_trained_by_the_shipped_recipe(facts) -> None:
    assert facts["recipe_digest"] == find_recipe("materials-vit").digest.hex()


def test_its_name_gives_a_classifier_of_the_embedded_classes() -> None:
    assert describe_classifier("materials-vit").labels == MATERIALS


def test_it_was_trained_on_what_the_embedded_set_gives_today(facts) -> None:
    from srlab.errors import Silent
    from srlab.train.class_pictures import read_pictures

    assert facts["data"] == read_pictures(find_recipe("materials-vit"), Silent()).facts


def test_the_card_says_what_the_classifier_says_of_the_test_patches() -> None:
    from checkpoints.materials_card import card

    assert (FOLDER / "README.md").read_text(encoding="utf-8") == card()


def test_it_knows_four_in_five_test_patches_and_not_all() -> None:
    classifier = describe_classifier("materials-vit").load("cpu")
    patches = material_patches("test")
    said = classifier([patch.pixels for patch in patches]).argmax(1)
    right = [MATERIALS[label] == patch.label for label, patch in zip(said, patches, strict=True)]
    assert 0.8 <= sum(right) / len(right) <= 0.95
