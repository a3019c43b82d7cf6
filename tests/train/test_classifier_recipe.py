"""Recipes of classifiers: every key known, every value checked."""

from __future__ import annotations

import pytest

from srlab.errors import RecipeError
from srlab.train.recipe import read_recipe

_GOOD = """
kind = "classifier"
[net]
architecture = "vit"
[data]
images = "pictures"
[validation]
held_out = 0.2
[training]
epochs = 1
steps_per_epoch = 1
loss = "cross-entropy"
"""


def _read(tmp_path, text: str):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return read_recipe(path, root=tmp_path)


def test_what_is_not_said_has_its_default(tmp_path) -> None:
    recipe = _read(tmp_path, _GOOD)
    assert recipe.kind == "classifier"
    assert (recipe.net.size, recipe.net.patch, recipe.net.channels) == (64, 8, 3)
    assert recipe.augment.zoom == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"vit"', '"vit"\nwidht = 8', r"unknown key 'widht'; did you mean width\?"),
        ('"vit"', '"resnet"', "architecture is 'resnet'; expected vit"),
        ('architecture = "vit"', "", r"\[net\] needs architecture"),
        ('"vit"', '"vit"\nsize = 60', "size 60 is not cut into whole patches of 8; .* as 56"),
        ('"vit"', '"vit"\nsize = 8\npatch = 16', "size 8 is not cut into whole patches of 16"),
        ('"vit"', '"vit"\nsize = 1024\npatch = 2', "at most 4096 are trained on"),
        ('"vit"', '"vit"\nheads = 3', "width 128 is not shared evenly by 3 heads"),
        ('"vit"', '"vit"\nchannels = 2', "channels is 2; expected 1 .luma. or 3 .RGB."),
        ('"vit"', '"vit"\ndepth = 99', "depth is 99; expected a whole number from 1 to 32"),
        ("held_out = 0.2", "", "none came"),
        ("held_out = 0.2", 'held_out = 0.2\nimages = "a"', "both came"),
        ("held_out = 0.2", "held_out = 1.0", "held_out is 1.0; expected a number from 0 to 0.9"),
        ('"pictures"', '"materials"', r"\[validation\] is brought by materials itself"),
        ('"cross-entropy"', '"l1"', 'loss is "l1"; expected cross-entropy'),
        ("steps_per_epoch = 1", "", "needs steps_per_epoch"),
        ("epochs = 1\n", 'epochs = 1\nstart_from = "a"\n', "start_from is of upscalers"),
        ("[net]", "scale = 2\n[net]", "the recipe has an unknown key 'scale'"),
        ("[data]", "[patches]\nsize = 8\n[data]", "unknown key 'patches'"),
        ("[data]", "[augment]\nzoom = 0.5\n[data]", "zoom is 0.5; expected a number from 1 to 4"),
    ],
)
def test_a_wrong_recipe_says_which_key(tmp_path, old: str, new: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        _read(tmp_path, _GOOD.replace(old, new))


def test_the_embedded_set_takes_no_limit(tmp_path) -> None:
    text = _GOOD.replace("[validation]\nheld_out = 0.2\n", "")
    text = text.replace('"pictures"', '"materials"\nlimit = 3')
    with pytest.raises(RecipeError, match="limit counts files, and materials has none"):
        _read(tmp_path, text)


def test_the_digest_stands_for_settings_and_not_for_words(tmp_path) -> None:
    first = _read(tmp_path, _GOOD)
    assert _read(tmp_path, 'title = "other"\n' + _GOOD).digest == first.digest
    assert _read(tmp_path, _GOOD.replace('"vit"', '"vit"\nwidth = 128')).digest == first.digest
    assert _read(tmp_path, _GOOD.replace('"vit"', '"vit"\nwidth = 64')).digest != first.digest


def test_the_facts_say_all_that_the_file_says(tmp_path) -> None:
    facts = _read(tmp_path, _GOOD).facts()
    assert facts["kind"] == "classifier"
    assert facts["net"]["architecture"] == "vit"
    assert facts["validation"] == {"images": "", "held_out": 0.2}
