"""Every recipe that comes with srlab runs from end to end, small."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from srlab.train.classifier_recipe import ClassifierRecipe
from srlab.train.loop import train
from srlab.train.recipe import RECIPES, Recipe, find_recipe


def _small(recipe: Recipe) -> Recipe:
    """The same net, loss and rates on a dozen photographs, for two steps."""
    training = replace(recipe.training, epochs=1, steps_per_epoch=2, batch=2, start_from="")
    if isinstance(recipe, ClassifierRecipe):
        data = replace(recipe.data, images="textures")
        validation = replace(recipe.validation, images="", held_out=0.25)
        return replace(recipe, data=data, validation=validation, training=training)
    patches = replace(recipe.patches, size=8, stride=8, max_patches=20)
    return replace(
        recipe,
        data=replace(recipe.data, folders=("photos",), limit=0),
        validation=replace(recipe.validation, benchmark="", held_out=1),
        patches=patches,
        training=training,
    )


@pytest.mark.parametrize("name", RECIPES.names())
def test_a_shipped_recipe_runs_small(name, photos, textures, tmp_path) -> None:
    recipe = find_recipe(name)
    root = textures if recipe.kind == "classifier" else photos
    result = train(_small(replace(recipe, root=root)), out=tmp_path / name)
    assert math.isfinite(result.score)
    assert result.best.stem == name
