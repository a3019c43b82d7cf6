"""Every recipe that comes with srlab runs from end to end, small."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from srlab.train.loop import train
from srlab.train.recipe import RECIPES, Recipe, find_recipe


def _small(recipe: Recipe) -> Recipe:
    """The same net, loss and rates on the dozen photographs, for two steps."""
    training = replace(recipe.training, epochs=1, steps_per_epoch=2, batch=2, start_from="")
    patches = replace(recipe.patches, size=8, stride=8, max_patches=20)
    return replace(
        recipe,
        data=replace(recipe.data, folders=("photos",), limit=0),
        validation=replace(recipe.validation, held_out=1),
        patches=patches,
        training=training,
    )


@pytest.mark.parametrize("name", RECIPES.names())
def test_a_shipped_recipe_runs_small(name, photos, tmp_path) -> None:
    result = train(_small(find_recipe(name, data=photos)), out=tmp_path / name)
    assert math.isfinite(result.psnr)
    assert result.best.name == f"{name}.safetensors"
